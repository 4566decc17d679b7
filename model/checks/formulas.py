"""Every name that a formula reads must be an assumption or a quantity of the workload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

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
    parts += [(("journeys", name), item) for name, item in draft.keyed["journeys"].items()]
    parts += [(("stages", index), stage) for index, stage in enumerate(draft.stages) if stage is not None]
    parts += [(("workload",), draft.heads.get("workload"))]
    for loc, part in parts:
        for where, formula in formulas(part, loc):
            for name in sorted(formula.names - known):
                message = f"'{name}' in '{formula}' is not an assumption{did_you_mean(name, known)}"
                draft.refuse(where, message)


def formulas(value: Any, loc: Loc) -> Iterator[tuple[Loc, Formula]]:
    """Every formula inside a value, with its place."""
    if isinstance(value, Formula):
        yield loc, value
        return
    for key, item in _parts(value):
        if not isinstance(item, _LEAVES):
            yield from formulas(item, (*loc, key))


_LEAVES: Final = (str, int, float, type(None))
"""What most fields hold, and no formula is."""


def _parts(value: Any) -> Iterator[tuple[str | int, Any]]:
    """What a value is made of, each part with its key in the document."""
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        return ((fields[name].alias or name, item) for name, item in value.__dict__.items())
    if isinstance(value, dict):
        return ((str(key), item) for key, item in value.items())
    return enumerate(value) if isinstance(value, tuple | list) else iter(())
