"""Bills as CSV: one row per line, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from pricing.bill import Bill

COLUMNS = (
    "architecture",
    "stage",
    "component",
    "service",
    "meter",
    "description",
    "quantity",
    "free_quantity",
    "unit",
    "unit_price",
    "cost",
    "cost_low",
    "cost_high",
    "state",
    "implied",
    "how",
    "source",
    "effective_date",
    "confidence",
)


def bill_csv(bills: Iterable[Bill]) -> str:
    """The lines of all bills, with a header; lines end with a newline alone."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    for bill in bills:
        for line in bill.lines:
            writer.writerow({"architecture": bill.architecture, "stage": bill.stage, **line.as_json()})
    return text.getvalue()
