"""Components have sizes that are sold, and formulas that come to a number."""

from __future__ import annotations

from collections.abc import Iterator

from model.checks.formulas import formulas
from model.checks.numbers import no_amount
from model.component import Component
from model.draft import Draft
from model.problems import Loc
from model.quantity import Formula, evaluate
from model.sizing import SizedGraph


def check_sizes(draft: Draft) -> None:
    """Numbers as they are written."""
    for name, component in draft.components.items():
        refuse_unsold(draft, component, ("components", name))
    for index, stage in enumerate(draft.stages):
        for name, component in (stage.add if stage is not None else {}).items():
            refuse_unsold(draft, component, ("stages", index, "add", name))


def check_amounts(draft: Draft, graph: SizedGraph, index: int) -> None:
    """What the formulas of a sized stage come to."""
    stage = graph.stage
    for name, component in graph.components.items():
        for at, formula, message in _wrong(component, graph):
            base = draft.components.get(name)
            own = ("stages", index, "add" if name in stage.add else "components", name)
            written = base is not None and (at, formula) in formulas(base, ())
            loc: Loc = ("components", name) if written else own
            draft.refuse((*loc, *at), f"{message} (at stage '{stage.name}')")


def refuse_unsold(draft: Draft, component: Component, loc: Loc, before: Component | None = None) -> None:
    """Refuse the numbers that are not sold; what was told of the component `before` its resizing is not repeated."""
    told = set(_unsold(before)) if before is not None else set()
    for at, message in _unsold(component):
        if (at, message) not in told:
            draft.refuse((*loc, *at), message)


def _unsold(component: Component) -> Iterator[tuple[Loc, str]]:
    for field in component.sold():
        message = None if isinstance(field.value, Formula) else field.refusal(field.value)
        if message is not None:
            yield field.at, message


def _wrong(component: Component, graph: SizedGraph) -> Iterator[tuple[Loc, Formula, str]]:
    """The formulas whose likely value is no amount, or none that is sold."""
    bounds = None
    for at, formula in formulas(component, ()):
        value = float(evaluate(formula, graph.likely))
        bounds = {field.at: field for field in component.sold()} if bounds is None else bounds
        message = no_amount(value, formula) or (bounds[at].refusal(value) if at in bounds else None)
        if message is not None:
            yield at, formula, message
