"""The bill of what a simulated day ran beside the derived one: what differs, line by line, and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.sizing import SizedGraph
from model.traffic import traffic
from model.units import HOURS_PER_MONTH, SECONDS_PER_MONTH
from pricing.bill import Bill, Line
from simulations.usage import DayUsage
from studies.diff import LEAST_USD

__all__ = ["LineDifference", "SimulatedBill", "simulated_bill"]


@dataclass(frozen=True)
class LineDifference:
    """One line of the bill, derived and simulated."""

    component: str
    service: str
    meter: str
    description: str
    unit: str
    derived_quantity: float
    simulated_quantity: float
    derived_usd: float
    simulated_usd: float
    why: str

    @property
    def usd(self) -> float:
        """Simulated less derived."""
        return self.simulated_usd - self.derived_usd

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "component": self.component,
            "service": self.service,
            "meter": self.meter,
            "description": self.description,
            "unit": self.unit,
            "derived_quantity": self.derived_quantity,
            "simulated_quantity": self.simulated_quantity,
            "derived_usd": round(self.derived_usd, 4),
            "simulated_usd": round(self.simulated_usd, 4),
            "usd": round(self.usd, 4),
            "why": self.why,
        }


@dataclass(frozen=True)
class SimulatedBill:
    """Both bills of a stage and the lines in which they differ by a cent or more, the largest difference first."""

    derived: Bill
    simulated: Bill
    lines: tuple[LineDifference, ...]

    @property
    def usd(self) -> float:
        """Simulated less derived, likely totals."""
        return self.simulated.total.likely - self.derived.total.likely

    def as_json(self) -> dict[str, Any]:
        """What `price --simulated --json` adds to the bill."""
        return {
            "derived_total": self.derived.total.as_json(),
            "usd": round(self.usd, 4),
            "lines": [line.as_json() for line in self.lines],
        }


def simulated_bill(graph: SizedGraph, derived: Bill, simulated: Bill, day: DayUsage) -> SimulatedBill:
    """The two bills of a stage side by side; `simulated` was priced from what `day` measured."""
    lines = [
        _difference(graph, day, before, after)
        for before, after in _pairs(derived.lines, simulated.lines)
        if abs(_usd(after) - _usd(before)) >= LEAST_USD
    ]
    return SimulatedBill(derived, simulated, tuple(sorted(lines, key=lambda line: (-abs(line.usd), line.component))))


def _pairs(derived: Sequence[Line], simulated: Sequence[Line]) -> list[tuple[Line | None, Line | None]]:
    """Lines of the same meter of the same component, in order where a component has several."""
    places: dict[tuple[str, str, str], tuple[list[Line], list[Line]]] = defaultdict(lambda: ([], []))
    for side, lines in enumerate((derived, simulated)):
        for line in lines:
            places[line.component, line.meter, line.description][side].append(line)
    return [
        (before[k] if k < len(before) else None, after[k] if k < len(after) else None)
        for before, after in places.values()
        for k in range(max(len(before), len(after)))
    ]


def _usd(line: Line | None) -> float:
    return line.cost.likely if line is not None else 0.0


def _difference(graph: SizedGraph, day: DayUsage, before: Line | None, after: Line | None) -> LineDifference:
    line = after or before
    assert line is not None  # noqa: S101 - one of a pair is there
    was, ran = (item.quantity if item is not None else 0.0 for item in (before, after))
    moved = abs(ran - was) > 1e-9 * max(abs(ran), abs(was))
    why = "its share of the account's tiers and allowances"
    if moved:
        measured = day.measured.get(line.component)
        why = _why(graph, day, line.component, measured) if measured else "it follows what other components ran"
    return LineDifference(
        line.component,
        line.service,
        line.meter,
        line.description,
        line.unit,
        was,
        ran,
        _usd(before),
        _usd(after),
        why,
    )


def _why(graph: SizedGraph, day: DayUsage, name: str, measured: Mapping[str, float]) -> str:
    """What the day counted differently from what is derived."""
    load = traffic(graph).load(name)
    said = []
    if "task_hours" in measured:
        tasks = day.tasks[name].tasks
        mean = measured["task_hours"] / HOURS_PER_MONTH
        said.append(f"{mean:,.2f} tasks on average as scaled over the day, {tasks.min()} to {tasks.max()}")
    if "duration_ms" in measured:
        said.append(
            f"{measured['duration_ms']:,.4g} ms a call with its waiting, {float(load.mean_busy_ms):,.4g} without"
        )
    if "monthly_requests" in measured:
        said.append(
            f"{measured['monthly_requests'] / SECONDS_PER_MONTH:,.4g} calls a second with retries and refusals, "
            f"{float(load.monthly_calls) / SECONDS_PER_MONTH:,.4g} planned"
        )
    if measured.get("cold_start_share", 0.0) > 0:
        init = f" of {measured['init_ms']:,.0f} ms" if "init_ms" in measured else ""
        said.append(f"{measured['cold_start_share']:.2%} of the calls start cold{init}")
    return "; ".join(said) or "as the day ran"
