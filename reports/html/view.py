"""One architecture as the templates see it: its report, with the names and pictures that the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from model.component import Component
from model.graph import Architecture
from pricing.bill import Bill, Line
from reports.handed_over import HandedOver, handed_over
from reports.html.charts import COLOURS, StackedBar, shared_colour, stacked_bars
from reports.html.growth_chart import GrowthChart, growth_chart
from reports.html.simulation_view import SimulationView, simulation_views
from reports.report_model import ArchitectureReport, StageReport
from studies.audit.finding import SEVERITIES, Finding, Severity
from studies.forecast import Forecast


@dataclass(frozen=True)
class ArchitectureView:
    """One architecture of a page."""

    report: ArchitectureReport
    every_drawing: Mapping[tuple[str, str], Markup]
    colours: Mapping[str, int]

    @property
    def name(self) -> str:
        return self.report.name

    @property
    def architecture(self) -> Architecture:
        return self.report.architecture

    @property
    def title(self) -> str:
        return self.architecture.title

    @property
    def summary(self) -> str | None:
        return self.architecture.summary

    @property
    def stages(self) -> tuple[StageReport, ...]:
        return self.report.stages

    @cached_property
    def titles(self) -> dict[str, str]:
        """Titles of the stages by name."""
        return {stage.name: stage.title for stage in self.stages}

    @cached_property
    def every(self) -> dict[str, Component]:
        """The components of all stages."""
        return self.architecture.every_component()

    @property
    def drawings(self) -> dict[str, Markup]:
        """The diagrams by stage."""
        return {stage.name: self.every_drawing[self.name, stage.name] for stage in self.stages}

    @property
    def sections(self) -> list[tuple[str, str]]:
        """(id, short title) of the parts of the page."""
        parts = [("diagram", "Diagram"), ("cost", "Cost")]
        if self.report.growth is not None:
            parts.append(("growth", "Growth"))
        if self.simulations:
            parts.append(("simulation", "Will it hold"))
        parts += [("bill", "Bill"), ("assumptions", "Assumptions")]
        if self.is_audited:
            parts.append(("audit", "Audit"))
        if self.architecture.claims:
            parts.append(("claims", "Claims"))
        if self.architecture.targets:
            parts.append(("targets", "Targets"))
        return [*parts, ("facts", "Facts")]

    @property
    def bars(self) -> tuple[StackedBar, ...]:
        """Cost by service, one bar per stage."""
        return stacked_bars([stage.bill for stage in self.stages], self.colours)

    @property
    def legend(self) -> list[tuple[str, int]]:
        """The services with a colour of their own that this architecture has, and one entry for the others."""
        own = {self.colours[name]: name for name in self.report.services}
        rest = own.pop(COLOURS - 1, None) and shared_colour(self.colours)
        named = [(own[colour], colour) for colour in sorted(own)]
        return [*named, (rest, COLOURS - 1)] if rest else named

    @property
    def forecast(self) -> Forecast | None:
        return self.report.growth.forecast if self.report.growth is not None else None

    @property
    def growth_chart(self) -> GrowthChart | None:
        """The forecast as a curve."""
        return growth_chart(self.forecast) if self.forecast is not None else None

    @property
    def handed_over(self) -> tuple[HandedOver, ...]:
        """When the simulated stages stop holding their targets along the growth."""
        return handed_over([month.users for month in self.forecast.months], self.stages) if self.forecast else ()

    @cached_property
    def simulations(self) -> dict[str, SimulationView]:
        """The simulated stages."""
        return simulation_views(self.stages, self.label)

    @property
    def is_audited(self) -> bool:
        """Whether there is anything to say: a statement that was checked, or a finding on what is not stated."""
        return bool(self.report.audit.claims or self.report.audit.findings)

    @property
    def findings(self) -> dict[Severity, list[tuple[int, Finding]]]:
        """The findings of each severity that has any, numbered through."""
        numbered = list(enumerate(self.report.audit.findings, start=1))
        groups = {name: [item for item in numbered if item[1].severity == name] for name in SEVERITIES}
        return {name: group for name, group in groups.items() if group}

    @cached_property
    def findings_on(self) -> dict[str, list[tuple[int, Finding]]]:
        """The findings on each claim, by its id, with their numbers."""
        found: dict[str, list[tuple[int, Finding]]] = {}
        for number, finding in enumerate(self.report.audit.findings, start=1):
            for claim in finding.claims:
                found.setdefault(claim, []).append((number, finding))
        return found

    def label(self, name: str) -> str:
        """What a component is called on the page; a name that is no component stays as it is."""
        component = self.every.get(name)
        return (component.label if component else None) or name.replace("_", " ")

    def lines(self, bill: Bill, component: str) -> list[Line]:
        """The bill's lines of one component, dearest first."""
        lines = (line for line in bill.lines if line.component == component)
        return sorted(lines, key=lambda line: -line.cost.likely)
