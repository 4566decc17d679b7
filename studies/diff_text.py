"""A difference of bills as Markdown for a pull request, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from studies.amounts import dollars
from studies.diff import BillDiff, Cause

_WORDS: dict[Cause, str] = {
    "price": "prices",
    "added": "components added",
    "removed": "components removed",
    "resized": "components resized",
    "quantity": "quantities",
}


def diff_markdown(diff: BillDiff) -> str:
    """Totals, the difference by cause, and the changes in a table."""
    old, new = diff.old, diff.new
    least = "" if new.complete and old.complete else " (at least: some lines have no price)"
    lines = [
        f"### {_name(diff)}: {_signed(diff.difference.likely)} a month{least}",
        "",
        f"{dollars(old.total.likely)} -> {dollars(new.total.likely)} a month; the difference lies between "
        f"{_signed(diff.difference.low)} and {_signed(diff.difference.high)}.",
        "",
    ]
    if diff.budget is not None:
        lines += [f"**{'Within' if diff.budget.holds else 'Over'} budget**: {diff.budget}", ""]
    if not diff.changes:
        return "\n".join([*lines, "Nothing on the bill changes.", ""])
    causes = ", ".join(f"{_WORDS[cause]} {_signed(usd)}" for cause, usd in diff.by_cause.items())
    lines += [
        f"By cause: {causes}.",
        "",
        "| component | cause | before | after | change | why |",
        "|---|---|---:|---:|---:|---|",
    ]
    for change in diff.changes:
        cells = (
            change.component,
            change.cause,
            dollars(change.old_usd),
            dollars(change.new_usd),
            _signed(change.usd),
            change.why,
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*lines, ""])


def diffs_markdown(diffs: Iterable[BillDiff]) -> str:
    """Several stages, one after the other."""
    return "\n".join(diff_markdown(item) for item in diffs)


def diffs_csv(diffs: Iterable[BillDiff]) -> str:
    """A row for every change, and for each stage one of the totals; USD a month."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(
        ["old_architecture", "old_stage", "new_architecture", "new_stage", "component", "service", "cause",
         "old_usd", "new_usd", "usd", "why"]
    )  # fmt: skip
    for item in diffs:
        head = [item.old.architecture, item.old.stage, item.new.architecture, item.new.stage]
        for change in item.changes:
            amounts = [f"{usd:.4f}" for usd in (change.old_usd, change.new_usd, change.usd)]
            writer.writerow([*head, change.component, change.service, change.cause, *amounts, change.why])
        totals = (item.old.total.likely, item.new.total.likely, item.difference.likely)
        writer.writerow([*head, "", "", "total", *(f"{usd:.4f}" for usd in totals), ""])
    return text.getvalue()


def _name(diff: BillDiff) -> str:
    old, new = diff.old, diff.new
    names = [f"{old.architecture}, {old.stage}", f"{new.architecture}, {new.stage}"]
    if old.price_date != new.price_date:
        names = [f"{name} ({bill.price_date})" for name, bill in zip(names, (old, new), strict=True)]
    return names[0] if names[0] == names[1] else " -> ".join(names)


def _signed(usd: float) -> str:
    return f"+{dollars(usd)}" if usd > 0 else dollars(usd)
