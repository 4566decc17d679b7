"""Markdown tables and shares, as the sections of the accuracy report write them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(header: Sequence[str], rows: Iterable[Sequence[str]], texts: int = 1) -> str:
    """A table whose first `texts` columns are text; the others are figures, aligned to the right."""
    marks = ["---" if place < texts else "---:" for place in range(len(header))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, marks, *rows))


def percent(share: float) -> str:
    """A share in per cent with two significant digits, at least one tenth of them shown.

    >>> percent(0.10743), percent(0.0289), percent(-0.0005), percent(0)
    ('10.7 %', '2.9 %', '-0.05 %', '0 %')
    """
    value = 100 * share
    if value == 0:
        return "0 %"
    return f"{value:.1f} %" if abs(value) >= 1 else f"{float(f'{value:.2g}'):.10g} %"


def signed(share: float) -> str:
    """A deviation in per cent, with its sign.

    >>> signed(0.249), signed(-0.02)
    ('+24.9 %', '-2.0 %')
    """
    return f"{100 * share:+.1f} %"


def whole_percent(part: int, of: int) -> str:
    """A share of a count.

    >>> whole_percent(261, 273)
    '96 %'
    """
    return f"{100 * part / of:.0f} %" if of else "-"


def plain(text: str) -> str:
    """Text of a document that cannot break a table."""
    return " ".join(text.split()).replace("|", "\\|")
