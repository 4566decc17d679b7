"""A refresh as people read it: what changed, what it does to every bundled bill, what kept its old price and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from account.new_table import NewTable
from account.refresh import Refreshed
from model.graph import Architecture
from pricing.price import price
from pricing.price_table import PriceTable

SHOWN_NAMES = 4


@dataclass(frozen=True)
class BillChange:
    """What new prices do to one stage: likely totals, USD a month."""

    architecture: str
    stage: str
    before: float
    after: float

    def as_json(self) -> dict[str, Any]:
        return {
            "architecture": self.architecture,
            "stage": self.stage,
            "before": round(self.before, 4),
            "after": round(self.after, 4),
        }


def bill_changes(architectures: Iterable[Architecture], old: PriceTable, new: PriceTable) -> Iterator[BillChange]:
    """Every stage of the architectures of the tables' region, priced by both."""
    for architecture in architectures:
        if architecture.region != old.region:
            continue
        for stage in architecture.stage_names:
            graph = architecture.at(stage)
            before, after = (price(graph, table, draws=0, explain=False).total.likely for table in (old, new))
            yield BillChange(architecture.name, stage, before, after)


def refresh_text(table: NewTable, bills: Sequence[BillChange]) -> str:
    """The whole refresh for a terminal."""
    counts = table.counts
    lines = [
        f"prices of {table.date}, from those of {table.base_date}: {', '.join(table.regions)} and what knows no region",
        f"  {counts['changed']} meters changed, {counts['same']} are as they were, "
        f"{counts['kept']} of {len(table.meters)} keep their old row, date and source",
    ]
    lines += (f"  PARTIAL: {service} was not asked: {why}" for service, why in table.missing.items())
    changed = [meter for meter in table.meters if meter.state == "changed"]
    if changed:
        lines += ["", *_table([["meter", "region", "before", "now", "change", "per"], *map(_change_row, changed)])]
    lines += ["", *_bill_lines(bills), "", *_kept_lines(table)]
    return "\n".join(lines).rstrip() + "\n"


def refresh_json(table: NewTable, bills: Sequence[BillChange], folder: str | None) -> dict[str, Any]:
    """The refresh as `prices refresh --json` prints it; `folder` is None when nothing was written."""
    return {
        "date": table.date,
        "base_date": table.base_date,
        "regions": list(table.regions),
        "partial": bool(table.missing),
        "written": folder,
        "counts": dict(table.counts),
        "changed": [
            {
                "meter": meter.meter,
                "region": meter.region,
                "unit": meter.rows[0].unit,
                "before": [row.usd for row in meter.before],
                "after": [row.usd for row in meter.rows],
            }
            for meter in table.meters
            if meter.state == "changed"
        ],
        "kept": [
            {"meter": meter.meter, "region": meter.region, "why": meter.why}
            for meter in table.meters
            if meter.state == "kept"
        ],
        "bills": [bill.as_json() for bill in bills],
    }


def _change_row(meter: Refreshed) -> list[str]:
    before, after = meter.before[0].usd, meter.rows[0].usd
    shown = f"{after / before - 1:+.1%}" if before else "-"
    if before == after:
        shown = f"{len(meter.before)} to {len(meter.rows)} tiers" if len(meter.before) != len(meter.rows) else "tiers"
    return [meter.meter, meter.region, f"{before:.10g}", f"{after:.10g}", shown, meter.rows[0].unit]


def _bill_lines(bills: Sequence[BillChange]) -> list[str]:
    moved = [bill for bill in bills if round(bill.before, 2) != round(bill.after, 2)]
    head = f"bundled bills: {len(moved)} of {len(bills)} stages change, USD a month"
    rows = [
        [
            bill.architecture,
            bill.stage,
            f"{bill.before:,.2f}",
            f"{bill.after:,.2f}",
            f"{bill.after - bill.before:+,.2f}",
        ]
        for bill in moved
    ]
    return [head, *_table(rows)]


def _kept_lines(table: NewTable) -> list[str]:
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for meter in table.meters:
        if meter.state == "kept":
            reasons[meter.why].append(meter.meter)
    if not reasons:
        return []
    lines = ["kept:"]
    for why, names in sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0])):
        more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        lines.append(f"  {len(names)}: {why} ({', '.join(names[:SHOWN_NAMES])}{more})")
    return lines


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
