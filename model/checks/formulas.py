"""Every name that a formula reads must be an assumption or a quantity of the workload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from model.draft import Draft
from model.nearest import did_you_mean
from model.problems import Loc
from model.quantity import Formula
from model.sizing import WORKLOAD_NAMES


def check_formulas(draft: Draft) -> None:
    """Names in formulas are known."""
    known = {*draft.raw.get("assumptions", {}), *WORKLOAD_NAMES}
    parts: list[tuple[Loc, Any]] = [(("components", name), item) for name, item in draft.components.items()]
    parts += [(("endpoints", name), item) for name, item in draft.keyed["endpoints"].items()]
    parts += [(("stages", index), stage) for index, stage in enumerate(draft.stages) if stage is not None]
    parts += [(("workload",), draft.heads.get("workload"))]
    for loc, part in parts:
        for where, formula in formulas(part, loc):
            for name in sorted(formula.names - known):
                message = f"'{name}' in '{formula}' is not an assumption{did_you_mean(name, known)}"
                draft.refuse(where, message)


def formulas(value: Any, loc: Loc) -> Iterator[tuple[Loc, Formula]]:
    """Every formula inside a value, with its place."""
    match value:
        case Formula():
            yield loc, value
        case BaseModel():
            for name, field in type(value).model_fields.items():
                yield from formulas(getattr(value, name), (*loc, field.alias or name))
        case dict():
            for key, item in value.items():
                yield from formulas(item, (*loc, str(key)))
        case tuple() | list():
            for index, item in enumerate(value):
                yield from formulas(item, (*loc, index))
