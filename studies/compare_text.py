"""A comparison as Markdown, which a terminal shows as well, and as CSV."""

from __future__ import annotations

import csv
import io

from studies.amounts import dollar_span, dollars, percent, plain
from studies.compare import Comparison, Side


def comparison_markdown(comparison: Comparison) -> str:
    """Work, cost by service side by side, the paired differences, what only one side needs."""
    sides = comparison.sides
    lines = [
        "## " + " against ".join(side.name for side in sides),
        "",
        "| | " + " | ".join(side.name for side in sides) + " |",
        "|---|" + "---:|" * len(sides),
        _row("stage", [side.bill.stage for side in sides]),
        _row("users a month", [plain(float(side.graph.likely["monthly_active_users"])) for side in sides]),
        _row("requests a month", [plain(float(side.graph.likely["monthly_requests"])) for side in sides]),
    ]
    for name, costs in comparison.services.items():
        if any(cost is not None and cost.high >= 0.005 for cost in costs):
            lines.append(_row(name, [dollars(cost.likely) if cost is not None else "" for cost in costs]))
    lines += [
        _row("**total**", [f"**{_total(side)}**" for side in sides]),
        _row("90 % range", [dollar_span(side.bill.total.low, side.bill.total.high) for side in sides]),
    ]
    figures = dict.fromkeys(name for side in sides for name in side.figures)
    lines += [
        _row(name, [plain(side.figures[name]) if name in side.figures else "" for side in sides]) for name in figures
    ]
    return "\n".join([*lines, "", *_remarks(comparison), ""])


def _row(head: str, cells: list[str]) -> str:
    return f"| {head} | " + " | ".join(cells) + " |"


def _total(side: Side) -> str:
    return ("" if side.bill.complete else "at least ") + dollars(side.bill.total.likely)


def _remarks(comparison: Comparison) -> list[str]:
    first, *others = comparison.sides
    lines = []
    pairs = zip(others, comparison.differences, comparison.chances_cheaper, comparison.common_draws, strict=True)
    for side, usd, chance, shared in pairs:
        lines.append(
            f"- {side.name} less {first.name}: {dollars(usd.likely)} a month ({dollar_span(usd.low, usd.high)}); "
            f"cheaper with {percent(chance)}; {shared} assumptions are drawn in common"
        )
        if side.work_was_set:
            lines.append(f"- {side.name} states other work; it was given that of {first.name}")
    for side, services in zip(comparison.sides, comparison.only, strict=True):
        if services:
            lines.append(f"- only {side.name} needs: {', '.join(services)}")
    return lines


def comparison_csv(comparison: Comparison) -> str:
    """One row per service, per figure and for the total; a column per architecture, empty where it has none."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    sides = comparison.sides
    writer.writerow(["row", "name", *(side.name for side in sides)])
    for name, costs in comparison.services.items():
        writer.writerow(["usd_per_month", name, *("" if cost is None else round(cost.likely, 2) for cost in costs)])
    for end in ("low", "likely", "high"):
        writer.writerow(["usd_per_month", f"total {end}", *(round(getattr(s.bill.total, end), 2) for s in sides)])
    for name in dict.fromkeys(name for side in sides for name in side.figures):
        writer.writerow(["figure", name, *(side.figures.get(name, "") for side in sides)])
    return text.getvalue()
