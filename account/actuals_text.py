"""The comparison with a real bill as people read it, and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from account.actuals import ActualLine, Actuals
from account.explanations import CLOSED, Explanation

COLUMNS = (
    "where", "meters", "components", "usage_types", "predicted_low", "predicted", "predicted_high", "actual",
    "difference", "explanation",
)  # fmt: skip


def actuals_text(found: Actuals) -> str:
    """The whole comparison for a terminal."""
    charges = found.charges
    counted = ", ".join(map(str, charges.counted)) or "no month"
    lines = [
        f"{found.bill.architecture} {found.bill.stage}: billed {found.actual:,.2f} USD a month, predicted "
        f"{found.predicted:,.2f} ({_signed(found.actual - found.predicted)})",
        f"  {charges.source}, mean of {counted}; prices of {found.bill.price_date}",
        *(f"  {note}" for note in found.notes),
    ]
    titles = {
        "both": "what both have",
        "account": "what the model does not have",
        "model": "what the account does not have",
    }
    for where, title in titles.items():
        part = found.of(where)
        if part:
            rows = [["meter or usage type", "components", "predicted", "90 % range", "billed", "difference"]]
            lines += ["", f"{title}:", *_table(rows + [_row(line) for line in part])]
    if found.elsewhere:
        shown = ", ".join(f"{name} {usd:,.2f}" for name, usd in found.elsewhere.items())
        lines += ["", f"billed by other providers, not compared: {shown}"]
    lines += ["", *_explanation_lines(found)]
    return "\n".join(lines).rstrip() + "\n"


def actuals_csv(found: Actuals) -> str:
    """One row a line, with a header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for line in found.lines:
        span = line.predicted
        writer.writerow(
            [
                line.where,
                " ".join(line.meters),
                " ".join(line.components),
                "; ".join(f"{item.service} {item.usage_type}".strip() for item in line.items),
                *(f"{value:.4f}" for value in (span.low, span.likely, span.high, line.actual, line.difference)),
                "; ".join(sentence(item) for item in line.explanations),
            ]
        )
    return text.getvalue()


def sentence(item: Explanation) -> str:
    """What one assumption would have to be.

    >>> sentence(Explanation("users", "users", 100, 500, 900, 700.0, 700.0, 900.0, 31.0, 1.0))
    'users: 700 (or up to 900) users instead of 500, within 100 to 900, closes the gap'
    """
    place = "within" if item.within else "outside of"
    whole = item.closed_share >= 1 - CLOSED
    share = "closes the gap" if whole else f"closes {item.closed_share:.0%} of the gap"
    span = 0.05 * (item.high - item.low)
    reach = [f"down to {item.value_from:.4g}"] if item.value - item.value_from > span else []
    reach += [f"up to {item.value_to:.4g}"] if item.value_to - item.value > span else []
    or_else = f" (or {' or '.join(reach)})" if reach else ""
    return (
        f"{item.assumption}: {item.value:.4g}{or_else} {item.unit} instead of {item.likely:g}, {place} {item.low:g} to "
        f"{item.high:g}, {share}"
    )


def _row(line: ActualLine) -> list[str]:
    names = line.meters or tuple(f"{item.service}: {item.usage_type}" for item in line.items)
    span = line.predicted
    shown = f"{span.low:,.2f} - {span.high:,.2f}" if line.meters else ""
    predicted = f"{span.likely:,.2f}" if line.meters else "-"
    billed = f"{line.actual:,.2f}" if line.items else "-"
    return [_some(names), _some(line.components), predicted, shown, billed, _signed(line.difference)]


def _signed(usd: float) -> str:
    """With its sign, and no minus before nothing."""
    return f"{round(usd, 2) + 0.0:+,.2f}"


def _some(names: Sequence[str], most: int = 2) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _explanation_lines(found: Actuals) -> Iterator[str]:
    if found.explanations:
        yield "one assumption that would explain the sum of what both have:"
        yield from (f"  {sentence(item)}" for item in found.explanations)
    for line in found.lines:
        if line.explanations:
            yield f"{_some(line.meters)} ({_signed(line.difference)}):"
            yield from (f"  {sentence(item)}" for item in line.explanations)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]
