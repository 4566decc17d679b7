"""Tables and plain text in Markdown: nothing that a document says is read as a mark."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pricing.bill import Bill
from studies.amounts import dollars


def total_text(bill: Bill) -> str:
    """The likely total, "at least" where a line has no cost."""
    return f"{'' if bill.complete else 'at least '}{dollars(bill.total.likely)}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]], numbers: int) -> str:
    """A table; the `numbers` columns after the first are aligned to the right."""
    marks = ["---:" if 0 < place <= numbers else "---" for place in range(len(header))]
    lines = [header, marks, *rows]
    return "\n".join(f"| {' | '.join(map(_cell, line))} |" for line in lines)


def _cell(text: str) -> str:
    """A table cell: bold marks of our own are kept, all else is plain."""
    inner = text.removeprefix("**").removesuffix("**")
    return f"**{plain(inner)}**" if inner != text else plain(text)


def plain(text: str) -> str:
    """Text without any meaning to Markdown or HTML, on one line."""
    escaped = re.sub(r"([\\`*_\[\]|~#])", r"\\\1", " ".join(text.split()))
    return escaped.replace("&", "&amp;").replace("<", "&lt;")
