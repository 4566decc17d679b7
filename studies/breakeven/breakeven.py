"""Break-even: at how many requests a month one architecture becomes cheaper than another, at equal targets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.graph import Architecture
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from simulations.compiling.facts import load_facts
from studies.breakeven.costs import costs_of
from studies.breakeven.crossings import Crossing, crossings_of
from studies.breakeven.fleets import Site24, functions_of, services_of
from studies.breakeven.loads import SPAN, Loads, loads_between
from studies.breakeven.pair import Basis, basis_of, equal_targets, pair_of
from studies.breakeven.side import Side
from studies.breakeven.sizing import Sizing, size, tried_at
from studies.breakeven.surface import Scene, SurfaceRow
from studies.breakeven.targets import EqualTargets
from studies.breakeven.trials import Bench, Effort
from studies.breakeven.variants import variants

POINTS, DRAWS = 33, 300
MOST_TASKS, MOST_INSTANCES = 150, 600
"""At once in a simulated load; beyond, what held there is taken to hold."""
Progress = Callable[[str], None]


@dataclass(frozen=True)
class BreakEven:
    """Two cost curves over requests a month, where they cross, and what moves that."""

    sides: tuple[Side, Side]
    loads: Loads
    targets: EqualTargets
    set_aside: tuple[str, ...]
    """Stated targets that some side misses even at light load."""
    crossings: tuple[Crossing, ...]
    """Of the whole bills."""
    compute_crossings: tuple[Crossing, ...]
    """Of functions, tasks and the doors to them."""
    surface: tuple[SurfaceRow, ...]
    scene: Scene
    notes: tuple[str, ...]

    @property
    def base_requests(self) -> float:
        """Requests a month of the stage."""
        return float(self.sides[0].graph.likely["monthly_requests"])

    def chance_first_cheaper(self, point: int) -> float:
        """The share of draws in which the first side's bill is the lower one."""
        first, second = (side.costs.total[point] for side in self.sides)
        drawn = slice(1, None) if first.size > 1 else slice(0, 1)
        return float(np.mean(first[drawn] < second[drawn]))

    def cheaper(self, crossing: Crossing) -> str:
        """The name of the side that is cheaper beyond a crossing."""
        return self.sides[crossing.cheaper_beyond].name

    def held_at(self, crossing: Crossing) -> tuple[bool, ...]:
        """Whether each side was shown to hold the targets at the load where the costs cross."""
        trials = [side.sizing.trial_at(crossing.likely) for side in self.sides]
        return tuple(trial is not None and trial.holds for trial in trials)

    def as_json(self) -> dict[str, Any]:
        return {
            "architectures": [side.name for side in self.sides],
            "stages": [side.stage for side in self.sides],
            "targets": self.targets.sentences(),
            "points": [self._point(point) for point in range(len(self.loads.requests))],
            "crossings": [self._crossing(item) for item in self.crossings],
            "compute_crossings": [self._crossing(item) for item in self.compute_crossings],
            "simulated": [
                {"monthly_requests": _round(load), "sides": [_trial(side, load) for side in self.sides]}
                for load in sorted({item.monthly_requests for side in self.sides for item in side.sizing.trials})
            ],
            "surface": [row.as_json() for row in self.surface],
            "notes": list(self.notes),
        }

    def _point(self, point: int) -> dict[str, Any]:
        return {
            "monthly_requests": _round(float(self.loads.requests[point])),
            "sides": [side.as_json(point) for side in self.sides],
            "chance_first_cheaper": round(self.chance_first_cheaper(point), 4),
        }

    def _crossing(self, crossing: Crossing) -> dict[str, Any]:
        return {**crossing.as_json(), "cheaper_beyond": self.cheaper(crossing), "held": list(self.held_at(crossing))}


def _trial(side: Side, load: float) -> dict[str, Any] | None:
    trial = side.sizing.trial_at(load)
    return {"architecture": side.name, **trial.as_json()} if trial is not None else None


def _round(requests: float) -> float:
    return float(f"{requests:.6g}")


def breakeven(
    architectures: Sequence[Architecture],
    stages: Sequence[str] = (),
    *,
    low: float | None = None,
    high: float | None = None,
    p95_ms: float | None = None,
    points: int = POINTS,
    draws: int = DRAWS,
    seed: int = 0,
    free_tier: FreeTier = "always",
    prices_date: str | None = None,
    engine: str | None = None,
    effort: Effort | None = None,
    with_surface: bool = True,
    progress: Progress = lambda step: None,
) -> BreakEven:
    """The break-even of a pair between `low` and `high` requests a month (a hundredth and a hundred times the stage's).

    Tasks and provisioned concurrency are what the simulator needs to hold the same targets on both sides in the
    busiest hour; `p95_ms` sets the target, else the documents do, else it is assumed. Raise BadInput for anything but
    two architectures with requests.
    """
    graphs = pair_of(architectures, stages)
    base = float(graphs[0].likely["monthly_requests"])
    loads = loads_between(low or base / SPAN, high or base * SPAN, points, draws, seed)
    basis = basis_of(graphs[0], prices_date, free_tier, seed + 1, engine, effort)
    progress("targets")
    targets, aside = equal_targets(graphs, basis, float(loads.requests[0]), p95_ms)
    simulated = _simulated(graphs, loads, base)
    benches = [Bench(graph, targets.targets, basis.seed, basis.engine, basis.effort) for graph in graphs]
    sides = []
    for bench in benches:
        progress(f"size {bench.graph.architecture.name}")
        sizing = size(bench, simulated)
        sides.append(Side(sizing, costs_of(sizing, loads, basis.prices, free_tier)))
    hold = all(side.sizing.holds for side in sides)
    totals, computes = ([getattr(side.costs, name) for side in sides] for name in ("total", "compute"))
    crossings = crossings_of(loads.requests, *totals) if hold else ()
    compute_crossings = crossings_of(loads.requests, *computes) if hold else ()
    places = [item.likely for item in (*crossings, *compute_crossings)]
    first, second = (
        replace(side, sizing=tried_at(bench, side.sizing, places)) for side, bench in zip(sides, benches, strict=True)
    )
    scene = Scene((first.sizing, second.sizing), targets, loads, basis)
    rows = []
    for variant in variants(graphs) if with_surface else ():
        progress(f"{variant.dimension} {variant.value}")
        rows.append(scene.row(variant))
    return BreakEven(
        (first, second),
        loads,
        targets,
        aside,
        crossings,
        compute_crossings,
        tuple(rows),
        scene,
        tuple(_notes((first, second), loads, targets, aside, basis)),
    )


def _simulated(graphs: Sequence[SizedGraph], loads: Loads, base: float) -> list[float]:
    """The ends of the range, and the stage's own load where it lies within.

    The upper end is where so many tasks or instances run that more would see too few requests each in a trial.
    """
    low, high = float(loads.requests[0]), float(loads.requests[-1])
    days = [Site24.of(graph) for graph in graphs]
    tasks = max((float(day.task_loads(name).max()) for day in days for name in services_of(day.graph)), default=0.0)
    instances = max(
        (float(day.in_service(name).max()) for day in days for name in functions_of(day.graph)), default=0.0
    )
    bound = base / max(tasks / MOST_TASKS, instances / MOST_INSTANCES, 1e-12)
    middle = base if low < base < high else (low * high) ** 0.5
    return [low, middle, *([min(high, bound)] if min(high, bound) > 2 * middle else [])]


def _notes(sides: Sequence[Side], loads: Loads, targets: EqualTargets, aside: Sequence[str], basis: Basis) -> list[str]:
    """What a reader must know before using the figures."""
    told = [f"target for both, {targets.origin}: {text}" for text in targets.sentences()]
    if targets.left_out:
        told.append(f"left out, since they take longer without any load: {', '.join(targets.left_out)}")
    told += [f"{name} is set aside: one side misses it at any load" for name in aside]
    told += [text for side in sides for text in _about(side, loads)]
    told.append("how full tasks may be is simulated at the likely values and taken for every draw")
    told.append("databases and caches stay as the stage sizes them")
    if basis.engine != "compiled":
        told.append("without numba the interpreter ran shorter simulations: how full tasks may be is rougher")
    if not all(side.costs.complete for side in sides):
        told.append("some lines have no price: both curves are at least so high")
    return told


def _about(side: Side, loads: Loads) -> list[str]:
    told, sizing = [], side.sizing
    if not sizing.holds:
        why = ", ".join(sizing.trials[0].why) or "no share of its tasks' CPU was shown to hold"
        told.append(f"{side.name} does not hold the target at any load, however it is scaled: {why}")
    failed = [item for item in sizing.trials if not item.holds] if sizing.holds else []
    told += [
        f"{side.name} does not hold at {item.monthly_requests:,.0f} requests: {', '.join(item.why)}" for item in failed
    ]
    for name, service in services_of(side.graph).items():
        over = loads.requests[side.costs.tasks[name] > service.tasks.max]
        if sizing.holds:
            shares = sorted({share for _, share in sizing.limit.rungs})
            told.append(
                f"{name}: holds up to {' to '.join(f'{share:.0%}' for share in shares)} of its CPU in the busiest hour"
            )
        if over.size:
            told.append(
                f"{name}: its bound of {service.tasks.max} tasks is lifted from {over[0]:,.0f} requests a month on"
            )
    told += _quota(sizing)
    return told


def _quota(sizing: Sizing) -> list[str]:
    limit = load_facts()["lambda_account_concurrency"].value
    over = [item for item in sizing.trials if item.at_once > limit]
    name = sizing.graph.architecture.name
    if not over:
        return []
    load = over[0].monthly_requests
    return [f"{name}: at {load:,.0f} requests a month the account's limit of {limit:,.0f} instances must be raised"]
