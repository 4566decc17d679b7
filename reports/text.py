"""Bills as tables for a terminal."""

from __future__ import annotations

import io
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import Final, Literal

from rich.cells import cell_len

from model.graph import Architecture
from pricing.bill import Bill, Range, by_cost
from studies.amounts import dollar_spread, dollars, known_dollars

_WIDTH: Final = 110
_GAP: Final = "  "
Style = Literal["plain", "bold", "dim", "italic"]


def stages_text(architecture: Architecture, bills: Sequence[Bill]) -> str:
    """Cost by service, all stages side by side, with the total and its range."""
    table = _Table(f"{architecture.title}: USD a month by service", ["service"], [bill.stage for bill in bills])
    services = dict.fromkeys(
        service
        for bill in bills
        for service, cost in by_cost(bill.services)
        if cost.high > 0 or service in bill.lacking
    )
    for service in services:
        cells = [_service_cost(bill, service) for bill in bills]
        table.add(service, *cells)
    totals = [("at least " if not bill.complete else "") + dollars(bill.total.likely) for bill in bills]
    table.add("total", *totals, style="bold")
    table.add("90 % range", *(_spread(bill.total) for bill in bills), style="dim")
    table.add("median", *("" if bill.median is None else dollars(bill.median) for bill in bills), style="dim")
    table.add("of it implied", *(dollars(bill.implied_usd) for bill in bills), style="dim")
    return _render(table, *[_missing(bill) for bill in bills if not bill.complete], _footer(bills[0]))


def bill_text(architecture: Architecture, bill: Bill) -> str:
    """The lines of one stage's bill, dearest component first, and what moves the total most."""
    least = "" if bill.complete else "at least "
    median = f", median {dollars(bill.median)}" if bill.median is not None else ""
    spread = f" ({_spread(bill.total)}{median})" if _spread(bill.total) else ""
    title = f"{architecture.title}, {bill.stage}: {least}{dollars(bill.total.likely)} a month{spread}"
    table = _Table(title, ["component", "meter"], ["quantity", "unit price", "cost", "90 % range"])
    for component, _ in by_cost(bill.components):
        for line in (line for line in bill.lines if line.component == component):
            price = f"{line.unit_price:.10g} / {line.unit}" if line.unit_price is not None else ""
            cost = dollars(line.cost.likely) if line.state in ("priced", "free") else line.state
            name = line.component + (" (implied)" if line.implied else "")
            quantity = f"{line.quantity:,.6g}" if line.unit else ""
            table.add(name, line.meter, quantity, price, cost, _spread(line.cost))
    influence = _Table("what moves the total most", ["assumption", "range"], ["total from", "to"])
    for item in bill.influences[:6]:
        if item.swing > 0:
            bounds = f"{item.assumption.low:g} - {item.assumption.high:g} {item.assumption.unit}"
            influence.add(item.name, bounds, dollars(item.at_low), dollars(item.at_high))
    return _render(table, "", *([influence] if influence.rows else []), _missing(bill), _footer(bill))


def _spread(cost: Range) -> str:
    return dollar_spread(cost.low, cost.high)


def _service_cost(bill: Bill, service: str) -> str:
    if service not in bill.services:
        return ""
    return known_dollars(bill.services[service].likely, service in bill.lacking)


def _missing(bill: Bill) -> str:
    """What has no amount, each reason once with the components and meters that it holds for."""
    reasons: dict[str, dict[str, list[str]]] = {}
    for line in bill.missing:
        reasons.setdefault(line.how, {}).setdefault(line.component, []).append(line.meter)
    return "\n".join(
        f"not in the total of {bill.stage} ({how}): "
        + "; ".join(f"{component}: {', '.join(meters)}" for component, meters in components.items())
        for how, components in reasons.items()
    )


def _footer(bill: Bill) -> str:
    return (
        f"{bill.region}, prices of {bill.price_date}, free tier: {bill.free_tier}, {bill.draws} draws, seed {bill.seed}"
    )


class _Table:
    """Columns of words to the left and columns of amounts to the right, as wide as their widest cell."""

    def __init__(self, title: str, words: Sequence[str], amounts: Sequence[str]) -> None:
        self.title = title
        self.words = len(words)
        self.headings = (*words, *amounts)
        self.rows: list[tuple[tuple[str, ...], Style]] = []

    def add(self, *cells: str, style: Style = "plain") -> None:
        """A row of cells, as they are: nothing in them is markup."""
        self.rows.append((cells, style))

    def lines(self, width: int, *, styled: bool) -> list[str]:
        """The table in lines of at most `width` characters: laid out here where it fits, else wrapped by rich."""
        columns = list(zip(self.headings, *(cells for cells, _ in self.rows), strict=True))
        widths = [max(map(cell_len, column)) for column in columns]
        title = [_styled(line, "italic", styled=styled) for line in textwrap.wrap(self.title, width)]
        if sum(widths) + len(_GAP) * (len(widths) - 1) > width:
            return title + self._wrapped(width, styled=styled)
        rows: list[tuple[tuple[str, ...], Style]] = [(self.headings, "bold"), *self.rows]
        return title + [_styled(self._line(cells, widths), style, styled=styled) for cells, style in rows]

    def _line(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        padded = []
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True)):
            space = " " * (width - cell_len(cell))
            padded.append(cell + space if index < self.words else space + cell)
        return _GAP.join(padded).rstrip()

    def _wrapped(self, width: int, *, styled: bool) -> list[str]:
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, pad_edge=False)
        for index, heading in enumerate(self.headings):
            table.add_column(heading, justify="left" if index < self.words else "right", overflow="fold")
        for cells, style in self.rows:
            table.add_row(*cells, style=None if style == "plain" else style)
        buffer = io.StringIO()
        console = Console(file=buffer, width=width, force_terminal=styled, highlight=False, markup=False, emoji=False)
        console.print(table)
        return [line.rstrip() for line in buffer.getvalue().splitlines()]


def _styled(text: str, style: Style, *, styled: bool) -> str:
    if style == "plain" or not styled:
        return text
    from typer import style as as_ansi

    return as_ansi(text, **{style: True})


def _render(*parts: _Table | str) -> str:
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((_WIDTH, 40)).columns if terminal else 160
    lines: list[str] = []
    for part in parts:
        if isinstance(part, _Table):
            lines += part.lines(width, styled=terminal)
        else:
            for line in part.split("\n"):
                lines += textwrap.wrap(line, width, break_on_hyphens=False) or [""]
    return "\n".join(lines) + "\n"
