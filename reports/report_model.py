"""What a report says, before any format: a document with its architectures, their stages, bills and claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from model.claims import Claim
from model.graph import Architecture
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.bill import Bill, Range
from pricing.price import DRAWS, price
from pricing.price_table import load_prices

Verdict = Literal["within our range", "below our range", "above our range"]


@dataclass(frozen=True)
class CheckedClaim:
    """A cost that the document states, beside what the same components cost at that stage."""

    claim: Claim
    stage: str
    low: float
    """USD a month, as the document says."""
    high: float
    ours: Range
    verdict: Verdict


@dataclass(frozen=True)
class StageReport:
    """One stage: its graph and its bill."""

    graph: SizedGraph
    bill: Bill

    @property
    def name(self) -> str:
        return self.graph.stage.name

    @property
    def title(self) -> str:
        return self.graph.stage.title or self.graph.stage.name


@dataclass(frozen=True)
class ArchitectureReport:
    """One architecture through its stages."""

    architecture: Architecture
    stages: tuple[StageReport, ...]
    claims: tuple[CheckedClaim, ...]

    @property
    def name(self) -> str:
        return self.architecture.name

    @property
    def bills(self) -> dict[str, Bill]:
        """Bills by stage."""
        return {stage.name: stage.bill for stage in self.stages}


@dataclass(frozen=True)
class DocumentReport:
    """All architectures of one design document."""

    id: str
    title: str
    architectures: tuple[ArchitectureReport, ...]


def report_documents(
    architectures: Iterable[Architecture],
    *,
    free_tier: FreeTier = "always",
    prices_date: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[str], None] = lambda step: None,
) -> tuple[DocumentReport, ...]:
    """The reports of some architectures, one per document, in the order given; `progress` hears each stage."""
    by_document: dict[str, list[ArchitectureReport]] = {}
    titles: dict[str, str] = {}
    for architecture in architectures:
        report = report_architecture(architecture, free_tier, prices_date, draws, seed, progress)
        by_document.setdefault(architecture.document.id, []).append(report)
        titles.setdefault(architecture.document.id, architecture.document.title)
    return tuple(DocumentReport(name, titles[name], tuple(items)) for name, items in by_document.items())


def report_architecture(
    architecture: Architecture,
    free_tier: FreeTier,
    prices_date: str | None,
    draws: int,
    seed: int,
    progress: Callable[[str], None] = lambda step: None,
) -> ArchitectureReport:
    """One architecture: every stage priced, every cost claim compared."""
    prices = load_prices(architecture.region, prices_date)
    stages = []
    for name in architecture.stage_names:
        progress(f"price {architecture.name} {name}")
        graph = architecture.at(name)
        stages.append(StageReport(graph, price(graph, prices, free_tier=free_tier, draws=draws, seed=seed)))
    bills = {stage.name: stage.bill for stage in stages}
    return ArchitectureReport(architecture, tuple(stages), tuple(check_costs(architecture, bills)))


def check_costs(architecture: Architecture, bills: Mapping[str, Bill]) -> Iterable[CheckedClaim]:
    """Every cost line and total of the document beside our range, stage by stage.

    A line is compared with the components it names, a total with the whole stage unless it names components.
    """
    for claim in architecture.claims:
        bounds = _usd_per_month(claim)
        if bounds is None or claim.kind not in ("cost_line", "cost_total"):
            continue
        if claim.kind == "cost_line" and not claim.components:
            continue
        for stage in claim.stages:
            bill = bills[stage]
            present = [name for name in claim.components if name in bill.components]
            if claim.components and not present:
                continue
            ours = bill.range_of(present) if present else bill.total
            yield CheckedClaim(claim, stage, *bounds, ours, _verdict(*bounds, ours))


def _usd_per_month(claim: Claim) -> tuple[float, float] | None:
    if not claim.unit.startswith("USD/month") or (claim.low is None and claim.high is None):
        return None
    low = claim.low if claim.low is not None else 0.0
    return low, claim.high if claim.high is not None else low


def _verdict(low: float, high: float, ours: Range) -> Verdict:
    """Where the document's figure lies; a rounding cent decides nothing."""
    if high < ours.low - 0.005:
        return "below our range"
    return "above our range" if low > ours.high + 0.005 else "within our range"
