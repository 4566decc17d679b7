"""How far a day as levels is from the same day request by request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from .measured_days import DAYS, DayRow
from .tables import signed, table

AIM_COST: Final = 0.01
AIM_P95: Final = 0.05


def days_section(rows: Sequence[DayRow]) -> Iterable[str]:
    """Its paragraph and table, from rows measured before."""
    cost, p95 = (max(abs(row.off(what)) for row in rows) for what in ("task_hours", "p95_ms"))
    yield "### A day as levels"
    yield (
        "A day is not run request by request: the scaling rules run minute by minute, and one window of events stands "
        "for each stretch with much the same load and the same tasks. Beside it the same day with every request and "
        "the rules at work in the engine: our own reference, which tells what the short way costs, not whether the "
        "rules are AWS's. Each row is the mean of the same three seeds both ways. Cost differs by "
        f"{100 * cost:.2f} % at most (aim 1 %: {_met(cost, AIM_COST)}), p95 by {100 * p95:.2f} % (aim 5 %: "
        f"{_met(p95, AIM_P95)}). The rows are in [{DAYS}](accuracy/measured/{DAYS})."
    )
    header = ("day", "requests", "in windows", "task-hours", "as levels", "off", "p50 off", "p95", "as levels", "off")
    yield table(header, [_cells(row) for row in rows])


def _met(error: float, aim: float) -> str:
    return "met" if error <= aim else "missed"


def _cells(row: DayRow) -> tuple[str, ...]:
    return (
        row.case,
        f"{row.whole_requests:,}",
        f"{row.level_requests:,}",
        f"{row.whole_task_hours:,.0f}",
        f"{row.level_task_hours:,.0f}",
        signed(row.off("task_hours")),
        signed(row.off("p50_ms")),
        f"{row.whole_p95_ms:,.0f} ms",
        f"{row.level_p95_ms:,.0f} ms",
        signed(row.off("p95_ms")),
    )
