"""From an architecture to its pictures: one per stage, with sizes and dollars on the cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from model.component import Component
from model.connections import Connection
from model.graph import Architecture
from model.sizing import SizedGraph, settled
from pricing.bill import Bill
from reports.diagrams.picture import HIDDEN_STYLES, Arrow, ArrowStyle, Card, Group, Picture
from studies.amounts import dollars as usd

_ANNOTATIONS = frozenset({"iam", "internet_gateway", "cloudformation", "budgets", "code_pipeline"})
"""Kinds that a picture leaves out: free, and on no request's way."""


def pictures(architecture: Architecture, bills: Mapping[str, Bill], *, telemetry: bool = False) -> tuple[Picture, ...]:
    """One picture per stage, in order; `bills` by stage name (a stage without one shows no dollars).

    With `telemetry` the arrows that an overview leaves out (logs, secrets, image pulls) are drawn as events.
    """
    return tuple(picture(architecture.at(name), bills.get(name), telemetry) for name in architecture.stage_names)


def picture(graph: SizedGraph, bill: Bill | None, telemetry: bool = False) -> Picture:
    """The picture of one stage."""
    architecture = graph.architecture
    shown = {name: item for name, item in graph.components.items() if _is_shown(item, architecture)}
    cards = tuple(_card(graph, name, component, bill) for name, component in shown.items())
    return Picture(
        title=f"{architecture.title}: {graph.stage.title or graph.stage.name}",
        subtitle=_subtitle(graph, bill),
        cards=cards,
        arrows=tuple(_arrows(graph.connections, shown, telemetry)),
        groups=tuple(
            Group(name, group.label, group.style, group.parent or "") for name, group in architecture.groups.items()
        ),
        stage=graph.stage.name,
    )


def _is_shown(component: Component, architecture: Architecture) -> bool:
    if component.kind == "vpc":
        return not any(group.style == "vpc" for group in architecture.groups.values())
    return component.category != "development" and component.kind not in _ANNOTATIONS


def _card(graph: SizedGraph, name: str, component: Component, bill: Bill | None) -> Card:
    cost = bill.components[name].likely if bill is not None else 0.0
    missing = bill is not None and any(line.component == name for line in bill.missing)
    dollars = f"{usd(cost)}/mo" if cost > 0 else ""
    return Card(
        id=name,
        icon=component.kind,
        name=component.label or name.replace("_", " "),
        size=settled(component, graph.likely).size(),
        cost=f"{dollars} + usage" if missing and dollars else "by usage" if missing else dollars,
        group=component.group or "",
        role=component.service,
        note=component.note or component.why or "",
        implied=component.implied,
    )


def _arrows(connections: Iterable[Connection], shown: Mapping[str, Component], telemetry: bool) -> Iterable[Arrow]:
    seen = set()
    for edge in connections:
        ends = (edge.source, edge.target)
        if edge.source in shown and edge.target in shown and ends not in seen:
            seen.add(ends)
            style = _style(edge, shown[edge.target])
            drawn = "event" if telemetry and style in HIDDEN_STYLES else style
            yield Arrow(edge.source, edge.target, drawn, edge.label or "")


def _style(edge: Connection, target: Component) -> ArrowStyle:
    if edge.hidden:
        return "telemetry"
    if target.kind in ("secrets_manager", "kms"):
        return "secret"
    return "image" if target.kind == "ecr" else edge.kind


def _subtitle(graph: SizedGraph, bill: Bill | None) -> str:
    users = float(graph.likely["monthly_active_users"])
    requests = float(graph.likely["monthly_requests"])
    parts = []
    if users:
        parts.append(f"{_count(users)} users")
    if requests:
        parts.append(f"{_count(requests)} requests a month")
    if bill is not None:
        parts.append(f"{'' if bill.complete else 'at least '}{usd(bill.total.likely)} a month")
    return ", ".join(parts)


def _count(number: float) -> str:
    """A count in two or three digits.

    >>> _count(1_234_567), _count(10_000), _count(250)
    ('1.23M', '10k', '250')
    """
    for limit, suffix in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= limit:
            return f"{number / limit:.3g}{suffix}"
    return f"{number:.3g}"
