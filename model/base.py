"""The two roots of every fact in a document: frozen values, and values that say where they were read."""

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, WithJsonSchema


class Fact(BaseModel):
    """A frozen value; an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


def _line_text(value: object) -> object:
    """Let a single line be written as a number: `26` and `"86-90"` are both line references."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


_LINES = r"^[1-9]\d*(-[1-9]\d*)?$"
LineRef = Annotated[
    str,
    BeforeValidator(_line_text),
    StringConstraints(pattern=_LINES),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "pattern": _LINES}]}),
]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=60)]


class Stated(Fact):
    """A fact with its place in the document, so that any number can be followed back."""

    section: str | None = None
    """Heading path in the document."""
    lines: tuple[LineRef, ...] = ()
    """1-based lines of the document: numbers or ranges, `[26, "86-90"]`."""
    note: str | None = None
    """What a reader should know about this fact, in our words."""
