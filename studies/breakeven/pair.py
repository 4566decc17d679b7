"""A pair under the same work and the same targets, sized for any load: what every break-even figure rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from model.graph import Architecture
from model.problems import BadInput
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.price_table import PriceTable, load_prices
from studies.breakeven.fleets import services_of
from studies.breakeven.targets import P95_MS, EqualTargets, one_target, stated_targets
from studies.breakeven.trials import BRIEF, Bench, Effort
from studies.counterparts import counterparts
from studies.scaling import same_work, with_work


@dataclass(frozen=True)
class Basis:
    """What is the same for every figure of a study."""

    prices: PriceTable
    free_tier: FreeTier
    seed: int
    engine: str
    effort: Effort


def usable_engine() -> str:
    """The compiled engine where it is installed, else the interpreter: the same results, slowly."""
    from simulations.engines.compiled import available

    return "compiled" if available() else "interpreter"


def pair_of(architectures: Sequence[Architecture], stages: Sequence[str]) -> tuple[SizedGraph, SizedGraph]:
    """Both at their stages, the second with the work of the first.

    Without stages: the last pair of stages that do the same work, else the last stage of each. Raise BadInput for
    anything but two architectures with requests, in one region.
    """
    if len(architectures) != 2:
        raise BadInput(f"a break-even is between two architectures, not {len(architectures)}")
    first, second = architectures
    if first.region != second.region:
        raise BadInput(f"{first.name} is in {first.region}, {second.name} in {second.region}: prices differ by region")
    names = _stages(first, second, stages)
    graphs = (first.at(names[0]), second.at(names[1]))
    for graph in graphs:
        if float(graph.likely["monthly_requests"]) <= 0:
            raise BadInput(f"{graph.architecture.name}, {graph.stage.name}: without requests there is nothing to scale")
    equal = graphs[1] if same_work(*graphs) else with_work(graphs[1], graphs[0])
    return graphs[0], equal


def _stages(first: Architecture, second: Architecture, stages: Sequence[str]) -> tuple[str, str]:
    if len(stages) > 2:
        raise BadInput(f"{len(stages)} stages for two architectures: name one for both, or one for each")
    if stages:
        return first.stage(stages[0]).name, second.stage(stages[-1]).name
    found = list(counterparts([first, second]))
    return (found[-1][first.name], found[-1][second.name]) if found else (first.stage_names[-1], second.stage_names[-1])


def basis_of(
    graph: SizedGraph,
    prices_date: str | None,
    free_tier: FreeTier,
    seed: int,
    engine: str | None,
    effort: Effort | None,
) -> Basis:
    """The newest prices and the fastest engine where nothing else is asked for; shorter trials on a slow one."""
    prices = load_prices(graph.architecture.region, prices_date)
    chosen = engine or usable_engine()
    return Basis(prices, free_tier, seed, chosen, effort or (Effort() if chosen == "compiled" else BRIEF))


def equal_targets(
    graphs: Sequence[SizedGraph], basis: Basis, light: float, p95_ms: float | None
) -> tuple[EqualTargets, tuple[str, ...]]:
    """The targets for both, and the stated ones that were set aside: missed by some side even at light load.

    `p95_ms` replaces what the documents state.
    """
    stated = {} if p95_ms is not None else stated_targets(graphs)
    missed: set[str] = set()
    for graph in graphs if stated else ():
        tasks = {name: max(item.tasks.min, 2) for name, item in services_of(graph).items()}
        trial = Bench(graph, stated, basis.seed, basis.engine, basis.effort).trial(light, tasks, {})
        missed |= {name for name in trial.why if name in stated}
    kept = {name: target for name, target in stated.items() if name not in missed}
    if kept:
        return EqualTargets(kept, "stated", ()), tuple(sorted(missed))
    asked = p95_ms is not None
    found = one_target(graphs, p95_ms if p95_ms is not None else P95_MS, "asked for" if asked else "assumed")
    return found, tuple(sorted(missed))
