"""Problems with a document: each with its place, the value, the rule and the nearest valid name; told all at once.

StageplanError
└── BadInput            what the user gave cannot be used (exit code 2)
    ├── BadDocument     a document with its problems
    └── UnknownName     a name that does not exist, with the nearest that does
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from model.nearest import did_you_mean

Loc = tuple[str | int, ...]


class StageplanError(Exception):
    """Whatever stageplan refuses with a sentence."""


class BadInput(StageplanError):
    """What the user gave cannot be used; nothing was written."""


class UnknownName(BadInput):
    """A name that does not exist."""

    def __init__(self, what: str, name: str, valid: Iterable[str]) -> None:
        self.name = name
        known = sorted(valid)
        hint = did_you_mean(name, known) or (f" (there are: {', '.join(known)})" if known else "")
        super().__init__(f"'{name}' is not {what}{hint}")


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong, with its place in the document."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class BadDocument(BadInput):
    """A document with all its problems, sorted by place."""

    def __init__(self, name: str, problems: Iterable[Problem]) -> None:
        self.name = name
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in {name}"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


def place(loc: Sequence[str | int]) -> str:
    """A path as people write it.

    >>> place(("stages", 1, "components", "api", "tasks", "max"))
    'stages[1].components.api.tasks.max'
    """
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def below_sibling(value: float, sibling: str, limit: float) -> PydanticCustomError:
    """The error of a bound that is below the field next to it."""
    context = {"value": f"{value:g}", "sibling": sibling, "limit": f"{limit:g}"}
    return PydanticCustomError("below_sibling", "{value} is below {sibling} {limit}", context)


def problems_of(error: ValidationError, prefix: Loc, model: type[BaseModel]) -> list[Problem]:
    """The sentences for a validation error at `prefix`."""
    details = error.errors(include_url=False)
    return [_sentence(detail, prefix, model) for detail in details if not _only_follows(detail, details)]


def _only_follows(detail: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """Whether a list lacks items only because what it holds was refused, which is told already."""
    loc = detail["loc"]
    inside = any(other["loc"][: len(loc)] == loc and len(other["loc"]) > len(loc) for other in details)
    return detail["type"] == "too_short" and inside


_BOUNDS = {
    "greater_than_equal": "{value} is below {ge:g}",
    "greater_than": "{value} is not above {gt:g}",
    "less_than_equal": "{value} is above {le:g}",
    "less_than": "{value} is not below {lt:g}",
    "string_pattern_mismatch": "{value} is not of the form {pattern}",
    "multiple_of": "{value} is not a multiple of {multiple_of:g}",
    "value_error": "{error}",
    "missing": "is required",
}
"""Kinds of validation error that need no more than their own context."""


def _sentence(detail: ErrorDetails, prefix: Loc, model: type[BaseModel]) -> Problem:
    loc = tuple(part for part in detail["loc"] if not _is_internal(part))
    value, context = detail["input"], detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            message = f"is not a field here{did_you_mean(str(loc[-1]), _fields_at(model, loc[:-1]))}"
        case "literal_error":
            valid = [text.strip("'") for text in context["expected"].replace(" or ", ", ").split(", ")]
            message = f"{_shown(value)} is not one of {', '.join(valid)}{did_you_mean(str(value), valid)}"
        case "below_sibling":
            parent = [part for part in (*prefix, *loc)[:-1] if isinstance(part, str)][-1:]
            message = f"{context['value']} is below {'.'.join([*parent, context['sibling']])} {context['limit']}"
        case kind if kind in _BOUNDS:
            message = _BOUNDS[kind].format(value=_shown(value), **context)
        case _:
            text = detail["msg"]
            message = f"{_shown(value)}: {text[0].lower()}{text[1:]}"
    return Problem(place((*prefix, *loc)), message)


def _is_internal(part: str | int) -> bool:
    return isinstance(part, str) and (
        part in ("[key]", "call", "function-plain[_read()]") or ("-" in part and "[" in part)
    )


def _shown(value: object) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _fields_at(model: type[BaseModel], loc: Loc) -> list[str]:
    current: Any = model
    for part in loc:
        if isinstance(part, int):
            continue
        field = getattr(current, "model_fields", {}).get(part)
        current = _model_in(field.annotation) if field is not None else None
        if current is None:
            return []
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
