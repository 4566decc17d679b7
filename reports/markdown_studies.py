"""The studies of a report as Markdown: the forecast, the audit, the comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reports.formats import cost_range, cost_signed, count, finding_place, plural
from reports.formats import percent as share
from reports.markdown_text import plain, table, total_text
from reports.studied import GrowthReport
from studies.amounts import dollars, percent
from studies.audit.audit import Audit
from studies.breakeven.breakeven import BreakEven
from studies.breakeven.text import requests_text, shown_points, surface_lines, verdict_text
from studies.compare import Comparison


def growth_markdown(growth: GrowthReport, titles: Mapping[str, str]) -> Iterable[str]:
    """The stages as they hand over, and the limits that are broken."""
    found, rate = growth.forecast, growth.growth.rate
    last = found.months[-1]
    yield (
        f"An example: users grow by {percent(rate.likely)} a month, from {count(found.months[0].users.likely)} to "
        f"{count(last.users.likely)} in {last.number} months, which cost {dollars(found.total().likely)} together."
    )
    months = {number: found.months[number - 1] for number, _ in found.handovers} | {last.number: last}
    rows = [
        (
            titles[month.stage],
            str(number),
            count(month.users.likely),
            dollars(month.cost.likely),
            cost_range(month.cost),
        )
        for number, month in months.items()
    ]
    yield table(("stage", "month", "users", "USD a month", "90 % range"), rows, numbers=3)
    for line in found.budgets:
        when = f"broken from month {line.first_month_over} on" if line.first_month_over else "kept in every month"
        yield f"The document's limit of {dollars(line.usd)} a month is {when}."


def breakeven_markdown(found: BreakEven, titles: Mapping[str, str]) -> Iterable[str]:
    """Where the bills cross, both curves at a few loads, and what moves the crossing."""
    first, second = (titles[side.name] for side in found.sides)
    stage = found.sides[0].graph.stage
    yield f"## Where one becomes cheaper: {plain(stage.title or stage.name)}"
    whole = verdict_text(found, found.crossings, of_compute=False)
    compute = verdict_text(found, found.compute_crossings, of_compute=True)
    told = [*(f"whole bills: {text}" for text in whole), *(f"compute and the door to it: {text}" for text in compute)]
    yield "\n".join(f"- {text}" for text in (*told, *found.notes))
    rows = [
        (
            requests_text(float(found.loads.requests[point])),
            *(dollars(side.usd(point).likely) for side in found.sides),
            *(dollars(side.compute_usd(point).likely) for side in found.sides),
            f"{found.sides[1].tasks(point):.0f}",
            share(found.chance_first_cheaper(point)),
        )
        for point in shown_points(found)
    ]
    header = (
        "requests a month",
        first,
        second,
        "compute, first",
        "compute, second",
        "tasks at peak",
        "first cheaper in",
    )
    yield table(header, rows, numbers=7)
    if found.surface:
        yield "\n".join(surface_lines(found.surface))


def audit_markdown(audit: Audit) -> Iterable[str]:
    """The counts and the findings, errors first."""
    counts = ", ".join(plural(times, severity) for severity, times in audit.counts.items())
    yield f"{counts} on {plural(audit.claims, 'statement')}."
    header = ("severity", "lines", "statement", "stated", "we compute", "calculation")
    rows = [
        (item.severity, finding_place(item), item.claim, item.stated, item.computed, item.calculation)
        for item in audit.findings
    ]
    if rows:
        yield table(header, rows, numbers=0)


def comparison_markdown(comparison: Comparison, titles: Mapping[str, str]) -> Iterable[str]:
    """One row per architecture at the same work; the first one is what the others are compared with."""
    first = comparison.sides[0]
    stage = first.graph.stage
    users, requests = (first.graph.likely[name] for name in ("monthly_active_users", "monthly_requests"))
    yield f"## The same work: {plain(stage.title or stage.name)}"
    yield f"{count(float(users))} users, {count(float(requests))} requests a month."
    differences = [("", "", ""), *(
        (cost_signed(usd.likely), cost_range(usd), share(chance))
        for usd, chance in zip(comparison.differences, comparison.chances_cheaper, strict=True)
    )]  # fmt: skip
    header = ("architecture", "USD a month", "90 % range", f"less {titles[first.name]}", "90 % range", "cheaper in")
    rows = [
        (titles[side.name], total_text(side.bill), cost_range(side.bill.total), *difference)
        for side, difference in zip(comparison.sides, differences, strict=True)
    ]
    yield table(header, rows, numbers=5)
