"""What a report says, before any format: a document with its architectures, their stages, bills and claims."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_args

from model.claims import Claim
from model.endpoints import Endpoint
from model.graph import Architecture
from model.sizing import SizedGraph, settled
from model.traffic import traffic
from pricing.allowances import FreeTier
from pricing.bill import Bill, Range, by_cost
from pricing.price import DRAWS, price
from pricing.price_table import load_prices
from reports.claim_checks import CheckedClaim, Verdict, check_costs
from reports.questions import answers, studies_of, take_studies
from reports.simulated import SimulatedStage
from reports.studied import GrowthReport, Settings
from studies.audit.audit import Audit
from studies.breakeven.breakeven import BreakEven
from studies.cheapest.result import Cheapest
from studies.compare import Comparison


@dataclass(frozen=True)
class EndpointFigures:
    """What one endpoint does in a month of a stage."""

    endpoint: Endpoint
    monthly_calls: float
    share: float
    """Of all calls of the stage, 0 to 1."""
    mean_ms: float
    """Sum of assumed times along its call plan: no queueing, no cold starts."""


@dataclass(frozen=True)
class StageReport:
    """One stage: its graph and its bill."""

    graph: SizedGraph
    bill: Bill
    simulated: SimulatedStage | None = None
    not_simulated: str = ""
    """Why there is no simulation, where one was asked for."""

    @property
    def name(self) -> str:
        return self.graph.stage.name

    @property
    def title(self) -> str:
        return self.graph.stage.title or self.graph.stage.name

    @property
    def users(self) -> float:
        """Active in a month, with every assumption at its likely value."""
        return float(self.graph.likely["monthly_active_users"])

    @property
    def monthly_requests(self) -> float:
        return float(self.graph.likely["monthly_requests"])

    @cached_property
    def sizes(self) -> dict[str, str]:
        """How each component is sized, in a few words."""
        values = self.graph.likely
        return {name: settled(component, values).size() for name, component in self.graph.components.items()}

    @cached_property
    def endpoints(self) -> dict[str, EndpointFigures]:
        """The stage's endpoints with their traffic."""
        flow = traffic(self.graph)
        total = float(flow.monthly_arrivals)
        return {
            name: EndpointFigures(
                endpoint,
                float(flow.endpoint_calls[name]),
                float(flow.endpoint_calls[name]) / total if total else 0.0,
                float(flow.endpoint_ms[name]),
            )
            for name, endpoint in self.graph.endpoints.items()
        }

    @property
    def implied(self) -> tuple[str, ...]:
        """Components that the document never mentions and that cost something here, dearest first."""
        components = self.graph.components
        costs = by_cost(self.bill.components)
        return tuple(name for name, cost in costs if components[name].implied and cost.likely > 0)


@dataclass(frozen=True)
class ArchitectureReport:
    """One architecture through its stages."""

    architecture: Architecture
    stages: tuple[StageReport, ...]
    claims: tuple[CheckedClaim, ...]
    audit: Audit
    growth: GrowthReport | None
    """None where the stages show no growth of users."""

    @property
    def name(self) -> str:
        return self.architecture.name

    def label(self, name: str) -> str:
        """What a component is called; a name that is no component stays as it is, in words."""
        component = self.architecture.every_component().get(name)
        return (component.label if component else None) or name.replace("_", " ")

    @property
    def bills(self) -> dict[str, Bill]:
        """Bills by stage."""
        return {stage.name: stage.bill for stage in self.stages}

    @property
    def services(self) -> tuple[str, ...]:
        """The services that cost something at some stage, the dearest first, unknown costs last."""
        return self._with_unknown([stage.bill.services for stage in self.stages])

    @property
    def components(self) -> tuple[str, ...]:
        """The components that cost something at some stage, the dearest first, unknown costs last."""
        return self._with_unknown([stage.bill.components for stage in self.stages])

    def _with_unknown(self, costs: Sequence[Mapping[str, Range]]) -> tuple[str, ...]:
        known = dearest(costs)
        lacking = {name for stage in self.stages for name in stage.bill.lacking}
        return (*known, *dict.fromkeys(name for group in costs for name in group if name in lacking - set(known)))

    def total_claims(self, stage: str) -> tuple[CheckedClaim, ...]:
        """What the document says the whole stage costs."""
        return tuple(claim for claim in self.claims if claim.stages == (stage,) and claim.is_stage_total)

    @property
    def other_claims(self) -> tuple[Claim, ...]:
        """The claims that stand beside no figure of ours here."""
        checked = {item.claim.id for item in self.claims}
        return tuple(claim for claim in self.architecture.claims if claim.id not in checked)

    @property
    def verdicts(self) -> dict[Verdict, int]:
        """How many stated costs lie below, within and above our range."""
        counts = Counter(item.verdict for item in self.claims)
        return {verdict: counts[verdict] for verdict in get_args(Verdict) if counts[verdict]}


@dataclass(frozen=True)
class DocumentReport:
    """All architectures of one design document."""

    id: str
    title: str
    architectures: tuple[ArchitectureReport, ...]
    comparisons: tuple[Comparison, ...]
    """Its architectures beside each other, wherever they do the same work."""
    cheapests: tuple[Cheapest, ...] = ()
    """The least cost of its first architecture, at the stage of the most users."""
    breakevens: tuple[BreakEven, ...] = ()
    """Its serverless answer against its containers, stage by stage, where it has both."""

    @property
    def bills(self) -> tuple[Bill, ...]:
        """Every bill of the document."""
        return tuple(stage.bill for item in self.architectures for stage in item.stages)

    @property
    def services(self) -> tuple[str, ...]:
        """The services of all architectures, the dearest first, unknown costs last."""
        known = dearest(bill.services for bill in self.bills)
        return tuple(dict.fromkeys([*known, *(name for item in self.architectures for name in item.services)]))


def dearest(costs: Iterable[Mapping[str, Range]]) -> tuple[str, ...]:
    """Names in the order of the most that they cost anywhere, those that never cost anything left out."""
    most: dict[str, tuple[float, float]] = {}
    for group in costs:
        for name, cost in group.items():
            likely, high = most.get(name, (0.0, 0.0))
            most[name] = (max(likely, cost.likely), max(high, cost.high))
    paid = [name for name in most if most[name][1] > 0]
    return tuple(sorted(paid, key=lambda name: (-most[name][0], -most[name][1], name)))


def by_document(architectures: Iterable[Architecture]) -> list[list[Architecture]]:
    """The architectures grouped by their document, in the order given."""
    groups: dict[str, list[Architecture]] = {}
    for architecture in architectures:
        groups.setdefault(architecture.document.id, []).append(architecture)
    return list(groups.values())


def report_documents(
    architectures: Iterable[Architecture],
    *,
    free_tier: FreeTier = "always",
    prices_date: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    progress: Callable[[str], None] = lambda step: None,
    studied: Iterator[Any] | None = None,
) -> tuple[DocumentReport, ...]:
    """The reports of some architectures, one per document, in the order given; `progress` hears each stage.

    `studied` are the answers to `studies_of` each document, one after the other, if they were asked before.
    """
    settings = Settings(free_tier, prices_date, draws, seed)
    groups = by_document(architectures)
    found = studied or answers([ask for group in groups for ask in studies_of(group, settings)], jobs=1)
    priced = [[_priced(item, settings, progress) for item in group] for group in groups]
    return tuple(_document(group, stages, found, progress) for group, stages in zip(groups, priced, strict=True))


def _priced(architecture: Architecture, settings: Settings, progress: Callable[[str], None]) -> tuple[StageReport, ...]:
    """Every stage of an architecture with its bill."""
    prices = load_prices(architecture.region, settings.prices_date)
    stages = []
    for name in architecture.stage_names:
        progress(f"price {architecture.name} {name}")
        graph = architecture.at(name)
        bill = price(graph, prices, free_tier=settings.free_tier, draws=settings.draws, seed=settings.seed)
        stages.append(StageReport(graph, bill))
    return tuple(stages)


def _document(
    group: Sequence[Architecture],
    priced: Sequence[tuple[StageReport, ...]],
    found: Iterator[Any],
    progress: Callable[[str], None],
) -> DocumentReport:
    """The report of the architectures of one document."""
    studies = take_studies(group, found)
    items = []
    for architecture, stages, audit, growth in zip(group, priced, studies.audits, studies.growths, strict=True):
        progress(f"audit and forecast {architecture.name}")
        claims = check_costs(architecture, {stage.name: stage.bill for stage in stages})
        items.append(ArchitectureReport(architecture, stages, tuple(claims), audit, growth))
    first = group[0].document
    return DocumentReport(
        first.id, first.title, tuple(items), studies.comparisons, studies.cheapests, studies.breakevens
    )
