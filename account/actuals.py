"""The bill that came beside the bill that was predicted: line by line, what only one side has, and what explains it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import networkx as nx

from account.charges import Amount, Charges, Item
from account.explanations import Explanation, Model, explanations
from account.price_list import entry_of, is_behind, service_codes
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.bill import Bill, Line, Range
from pricing.price import price
from pricing.price_table import PriceTable

WORTH_USD: Final = 1.0
WORTH_SHARE: Final = 0.05
"""A difference is explained when it is above both, a dollar and a twentieth of the line."""


@dataclass(frozen=True)
class ActualLine:
    """Meters of the model and usage types of the bill that mean the same, USD a month."""

    meters: tuple[str, ...]
    components: tuple[str, ...]
    items: tuple[Item, ...]
    predicted: Range
    actual: float
    explanations: tuple[Explanation, ...] = ()

    @property
    def difference(self) -> float:
        """What was billed less what was predicted."""
        return self.actual - self.predicted.likely

    @property
    def where(self) -> str:
        """`both`, or the side that alone has it: `account` or `model`."""
        return "both" if self.meters and self.items else "model" if self.meters else "account"

    def as_json(self) -> dict[str, Any]:
        return {
            "where": self.where,
            "meters": list(self.meters),
            "components": list(self.components),
            "usage_types": [{"service": item.service, "usage_type": item.usage_type} for item in self.items],
            "predicted": self.predicted.as_json(),
            "actual": round(self.actual, 6),
            "difference": round(self.difference, 6),
            "explanations": [item.as_json() for item in self.explanations],
        }


@dataclass(frozen=True)
class Actuals:
    """The whole comparison; USD in a mean month of `charges.counted`."""

    bill: Bill
    charges: Charges
    lines: tuple[ActualLine, ...]
    """What both sides have, greatest difference first; then what only the account has, then only the model."""
    elsewhere: Mapping[str, float]
    """By service: what the model predicts and another provider bills."""
    explanations: tuple[Explanation, ...]
    """For the sum of the lines that both sides have."""

    def of(self, where: str) -> tuple[ActualLine, ...]:
        """The lines of `both`, `account` or `model`."""
        return tuple(line for line in self.lines if line.where == where)

    @property
    def predicted(self) -> float:
        return sum(line.predicted.likely for line in self.lines)

    @property
    def actual(self) -> float:
        return sum(line.actual for line in self.lines)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know before the numbers are used."""
        charges = self.charges
        found = list(charges.notes)
        span = ", ".join(map(str, charges.partial))
        if charges.is_empty:
            found.append(
                "the bill is empty: no use in these months, or the tag is not active as a cost allocation tag in them"
            )
        if charges.partial and charges.partial == charges.counted:
            found.append(f"partial: {span} is not whole, and there is no other month; the bill is too low")
        elif charges.partial:
            found.append(f"partial: {span} is not whole and is left out of the mean")
        for kind, usd in charges.monthly_beside().items():
            found.append(f"not compared: {kind} {usd:+,.2f} USD a month stands beside usage on the bill")
        return tuple(found)

    def as_json(self) -> dict[str, Any]:
        return {
            "architecture": self.bill.architecture,
            "stage": self.bill.stage,
            "source": self.charges.source,
            "price_date": self.bill.price_date,
            "months": [str(month) for month in self.charges.months],
            "counted_months": [str(month) for month in self.charges.counted],
            "partial_months": [str(month) for month in self.charges.partial],
            "empty": self.charges.is_empty,
            "predicted": round(self.predicted, 6),
            "actual": round(self.actual, 6),
            "difference": round(self.actual - self.predicted, 6),
            "lines": [line.as_json() for line in self.lines],
            "elsewhere": {name: round(usd, 6) for name, usd in self.elsewhere.items()},
            "beside_usage": {name: round(usd, 6) for name, usd in self.charges.monthly_beside().items()},
            "explanations": [item.as_json() for item in self.explanations],
            "notes": list(self.notes),
        }


def compare(
    graph: SizedGraph,
    table: PriceTable,
    charges: Charges,
    *,
    free_tier: FreeTier = "always",
    draws: int = 2000,
    seed: int = 0,
) -> Actuals:
    """The stage's bill beside the charges, matched by the products behind each meter (see `price_list`)."""
    bill = price(graph, table, free_tier=free_tier, draws=draws, seed=seed, explain=False)
    monthly = charges.monthly()
    named = {item.meter for item in monthly if item.meter}
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    elsewhere: defaultdict[str, float] = defaultdict(float)
    for line in bill.lines:
        if graph.components[line.component].provider == "aws" or line.meter in named:
            lines[line.meter].append(line)
        elif line.cost.likely:
            elsewhere[line.service] += line.cost.likely
    model = Model(graph, table, free_tier)
    found = [_line(bill, lines, monthly, *group) for group in _groups(lines, monthly)]
    shown = [_explained(line, model) for line in found if round(line.predicted.likely, 2) or round(line.actual, 2)]
    order = {"both": 0, "account": 1, "model": 2}
    shown.sort(key=lambda line: (order[line.where], -abs(round(line.difference, 6)), line.meters, line.items))
    both = [line for line in shown if line.where == "both"]
    meters = [meter for line in both for meter in line.meters]
    predicted, actual = sum(line.predicted.likely for line in both), sum(line.actual for line in both)
    whole = explanations(model, meters, predicted, actual) if _is_worth(predicted, actual) else ()
    return Actuals(bill, charges, tuple(shown), dict(elsewhere), whole)


def _groups(
    lines: Mapping[str, list[Line]], monthly: Mapping[Item, Amount]
) -> Iterable[tuple[tuple[str, ...], tuple[Item, ...]]]:
    """Meters and items that mean the same: the connected parts of 'is counted by'."""
    graph: nx.Graph[str | Item] = nx.Graph()
    graph.add_nodes_from(lines)
    graph.add_nodes_from(monthly)
    entries = {meter: entry for meter in lines if (entry := entry_of(meter)) is not None}
    for item in monthly:
        if item.meter in lines:
            graph.add_edge(item, item.meter)
            continue
        codes = service_codes(item.service)
        graph.add_edges_from(
            (item, meter) for meter, entry in entries.items() if is_behind(entry, codes, item.usage_type)
        )
    for part in nx.connected_components(graph):
        yield (
            tuple(sorted(node for node in part if isinstance(node, str))),
            tuple(sorted(node for node in part if isinstance(node, Item))),
        )


def _line(
    bill: Bill,
    lines: Mapping[str, list[Line]],
    monthly: Mapping[Item, Amount],
    meters: tuple[str, ...],
    items: tuple[Item, ...],
) -> ActualLine:
    found = [line for meter in meters for line in lines[meter]]
    likely = sum(line.cost.likely for line in found)
    low, high = sum(line.cost.low for line in found), sum(line.cost.high for line in found)
    components = tuple(dict.fromkeys(line.component for line in found))
    return ActualLine(meters, components, items, Range(low, likely, high), sum(monthly[item].usd for item in items))


def _explained(line: ActualLine, model: Model) -> ActualLine:
    if line.where == "account" or not _is_worth(line.predicted.likely, line.actual):
        return line
    found = explanations(model, line.meters, line.predicted.likely, line.actual)
    if line.where == "model":  # what is not there at all is no matter of degree
        found = tuple(item for item in found if item.within)
    return ActualLine(line.meters, line.components, line.items, line.predicted, line.actual, found)


def _is_worth(predicted: float, actual: float) -> bool:
    gap = abs(actual - predicted)
    return gap > WORTH_USD and gap > WORTH_SHARE * max(predicted, actual)
