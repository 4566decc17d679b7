"""The simulations of a report: every stage looked at in worker processes, and its bill of what really ran."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from model.loading import load
from model.problems import BadInput
from model.sizing import SizedGraph
from pricing.bill import Bill
from pricing.price import price
from pricing.price_table import load_prices
from reports.questions import Question
from reports.studied import Settings
from simulations.outlook import Outlook, look
from studies.simulated_bill import SimulatedBill, simulated_bill

if TYPE_CHECKING:
    from reports.report_model import ArchitectureReport, DocumentReport, StageReport

__all__ = ["SimulatedStage", "looks_at", "simulated_stage", "with_simulations"]

Looked = Outlook | str
"""An outlook, or why there is none."""


@dataclass(frozen=True)
class SimulatedStage:
    """What a report says of one stage's simulation."""

    outlook: Outlook
    bill: SimulatedBill


def looks_at(names: Sequence[str], seed: int) -> list[Question]:
    """What is asked of the simulator: an outlook of every stage of some architectures, named as bundled or by path."""
    return [
        Question(_look, ((name, stage), seed), simulates=True) for name in names for stage in load(name).stage_names
    ]


def _look(at: tuple[str, str], seed: int) -> tuple[str, str, Looked]:
    name, stage = at
    from simulations.engines.compiled import available

    architecture = load(name)
    try:
        return (
            architecture.name,
            stage,
            look(architecture.at(stage), seed, "compiled" if available() else "interpreter"),
        )
    except BadInput as error:
        return architecture.name, stage, str(error)


def simulated_stage(graph: SizedGraph, derived: Bill, outlook: Outlook, settings: Settings) -> SimulatedStage:
    """The outlook with the bill that follows from its day."""
    prices = load_prices(graph.architecture.region, settings.prices_date)
    bill = price(
        graph,
        prices,
        free_tier=settings.free_tier,
        draws=settings.draws,
        seed=settings.seed,
        measured=outlook.day.measured,
    )
    return SimulatedStage(outlook, simulated_bill(graph, derived, bill, outlook.day))


def with_simulations(
    reports: Sequence[DocumentReport],
    looks: Iterable[tuple[str, str, Looked]],
    settings: Settings,
    progress: Callable[[str], None] = lambda step: None,
) -> tuple[DocumentReport, ...]:
    """The reports with the outlook of every stage; `progress` hears each that has come."""
    found = {}
    for name, stage, looked in looks:
        found[name, stage] = looked
        progress(f"simulate {name} {stage}")
    return tuple(
        replace(report, architectures=tuple(_with(item, found, settings) for item in report.architectures))
        for report in reports
    )


def _with(item: ArchitectureReport, found: Mapping[tuple[str, str], Looked], settings: Settings) -> ArchitectureReport:
    stages = tuple(_stage_with(stage, found.get((item.name, stage.name), ""), settings) for stage in item.stages)
    return replace(item, stages=stages)


def _stage_with(stage: StageReport, looked: Looked, settings: Settings) -> StageReport:
    if isinstance(looked, str):
        return replace(stage, not_simulated=looked)
    return replace(stage, simulated=simulated_stage(stage.graph, stage.bill, looked, settings))
