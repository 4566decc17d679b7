"""Bills as tables for a terminal."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.graph import Architecture
from pricing.bill import Bill, Range, by_cost
from studies.amounts import dollar_spread, dollars, known_dollars

_WIDTH = 110


def stages_text(architecture: Architecture, bills: Sequence[Bill]) -> str:
    """Cost by service, all stages side by side, with the total and its range."""
    table = Table(title=f"{architecture.title}: USD a month by service", title_justify="left", box=None, pad_edge=False)
    table.add_column("service")
    for bill in bills:
        table.add_column(bill.stage, justify="right")
    services = dict.fromkeys(
        service
        for bill in bills
        for service, cost in by_cost(bill.services)
        if cost.high > 0 or service in bill.lacking
    )
    for service in services:
        cells = [_service_cost(bill, service) for bill in bills]
        table.add_row(service, *cells)
    table.add_section()
    totals = [("at least " if not bill.complete else "") + dollars(bill.total.likely) for bill in bills]
    table.add_row("total", *totals, style="bold")
    table.add_row("90 % range", *(_spread(bill.total) for bill in bills), style="dim")
    table.add_row("median", *("" if bill.median is None else dollars(bill.median) for bill in bills), style="dim")
    table.add_row("of it implied", *(dollars(bill.implied_usd) for bill in bills), style="dim")
    return _render(table, *[_missing(bill) for bill in bills if not bill.complete], _footer(bills[0]))


def bill_text(architecture: Architecture, bill: Bill) -> str:
    """The lines of one stage's bill, dearest component first, and what moves the total most."""
    least = "" if bill.complete else "at least "
    spread = _spread(bill.total) + ("" if bill.median is None else f", median {dollars(bill.median)}")
    title = f"{architecture.title}, {bill.stage}: {least}{dollars(bill.total.likely)} a month ({spread})"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for heading in ("component", "meter"):
        table.add_column(heading)
    for heading in ("quantity", "unit price", "cost", "90 % range"):
        table.add_column(heading, justify="right", no_wrap=True)
    for component, _ in by_cost(bill.components):
        for line in (line for line in bill.lines if line.component == component):
            price = f"{line.unit_price:.10g} / {line.unit}" if line.unit_price is not None else ""
            cost = dollars(line.cost.likely) if line.state in ("priced", "free") else line.state
            name = line.component + (" (implied)" if line.implied else "")
            quantity = f"{line.quantity:,.6g}" if line.unit else ""
            table.add_row(name, line.meter, quantity, price, cost, _spread(line.cost))
    influence = Table(title="what moves the total most", title_justify="left", box=None, pad_edge=False)
    for heading in ("assumption", "range", "total from", "to"):
        influence.add_column(heading, justify="left" if heading in ("assumption", "range") else "right")
    for item in bill.influences[:6]:
        if item.swing > 0:
            bounds = f"{item.assumption.low:g} - {item.assumption.high:g} {item.assumption.unit}"
            influence.add_row(item.name, bounds, dollars(item.at_low), dollars(item.at_high))
    return _render(table, "", influence, _missing(bill), _footer(bill))


def _spread(cost: Range) -> str:
    return dollar_spread(cost.low, cost.high)


def _service_cost(bill: Bill, service: str) -> str:
    if service not in bill.services:
        return ""
    return known_dollars(bill.services[service].likely, service in bill.lacking)


def _missing(bill: Bill) -> str:
    if bill.complete:
        return ""
    names = ", ".join(f"{line.component}: {line.meter} ({line.how})" for line in bill.missing)
    return f"not in the total of {bill.stage}: {names}"


def _footer(bill: Bill) -> str:
    return (
        f"{bill.region}, prices of {bill.price_date}, free tier: {bill.free_tier}, {bill.draws} draws, seed {bill.seed}"
    )


def _render(*parts: Table | str) -> str:
    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size((_WIDTH, 40)).columns if terminal else 160
    buffer = io.StringIO()
    console = Console(file=buffer, width=width, force_terminal=terminal, highlight=False)
    for part in parts:
        if isinstance(part, str):
            console.print(Text(part) if part else "")
        else:
            console.print(part)
    return "\n".join(line.rstrip() for line in buffer.getvalue().splitlines()) + "\n"
