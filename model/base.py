"""The two roots of every fact in a document: frozen values, and values that say where they were read."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetCoreSchemaHandler, StringConstraints, WithJsonSchema
from pydantic_core import CoreSchema


class Fact(BaseModel):
    """A frozen value; an unknown field is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Once:
    """Annotates a type that many fields have: pydantic builds its schema once, not anew for each of them."""

    def __init__(self) -> None:
        self._schema: CoreSchema | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if self._schema is None:
            self._schema = handler(source)
        return self._schema


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
MaybeName = Annotated[Name | None, Once()]
MaybeText = Annotated[str | None, Once()]
LineRefs = Annotated[tuple[LineRef, ...], Once()]


class Stated(Fact):
    """A fact with its place in the document, so that any number can be followed back."""

    section: MaybeText = None
    """Heading path in the document."""
    lines: LineRefs = ()
    """1-based lines of the document: numbers or ranges, `[26, "86-90"]`."""
    note: MaybeText = None
    """What a reader should know about this fact, in our words."""
