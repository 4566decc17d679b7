"""What goes from an answer into a later request of the same user: where it stands, and where it goes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import StringConstraints

from model.base import Fact, Name

_HOLE: Final = re.compile(r"\{(\w+)\}")
_OPEN_QUERY: Final = re.compile(r"[?&](\w+)=$")

Expression = Annotated[
    str,
    StringConstraints(
        pattern=r"^\$(response\.body#(/[A-Za-z_][A-Za-z0-9_-]*)+|response\.header\.[A-Za-z][A-Za-z0-9-]*|request\.path\.\w+)$",
        max_length=200,
    ),
]
"""Where a value stands, as OpenAPI's runtime expressions write it: `$response.body#/upload/url` (JSON, by names of
fields), `$response.header.Location`, or what filled a hole of the request's own path: `$request.path.key`."""


class Takes(Fact):
    """Values of earlier answers that a request needs, by where they go."""

    bearer: Name | None = None
    """Sent as `Authorization: Bearer VALUE`, to the tested host only."""
    url: Name | None = None
    """The address of the whole request, presigned or not; it takes the place of host and path."""
    path: dict[str, Name] = {}
    """By hole of the path (`id` of `/items/{id}`, `q` of `/search?q=`): the value that fills it."""

    @property
    def roles(self) -> tuple[tuple[str, str], ...]:
        """(role, value) of everything that is taken: `bearer`, `url` or `path`."""
        single = (("bearer", self.bearer), ("url", self.url))
        return (
            *((role, value) for role, value in single if value is not None),
            *(("path", value) for value in self.path.values()),
        )

    @property
    def values(self) -> frozenset[str]:
        """The names of everything that is taken."""
        return frozenset(value for _, value in self.roles)


def holes(path: str) -> tuple[str, ...]:
    """The parts of a path that a value can fill.

    >>> holes("/matters/{matterId}/notes/{id}"), holes("/search?q="), holes("/assets/*")
    (('matterId', 'id'), ('q',), ())
    """
    return (*_HOLE.findall(path), *_OPEN_QUERY.findall(path))


def pointer(expression: str) -> tuple[str, ...]:
    """The fields that lead to a value in the body; empty when it stands elsewhere.

    >>> pointer("$response.body#/upload/url"), pointer("$response.header.Location")
    (('upload', 'url'), ())
    """
    return tuple(expression.partition("#/")[2].split("/")) if "#" in expression else ()


def header(expression: str) -> str | None:
    """The header that holds a value; None when it stands elsewhere.

    >>> header("$response.header.Location")
    'Location'
    """
    return _last(expression, "$response.header.")


def filled_hole(expression: str) -> str | None:
    """The hole of the request's own path that was filled with a value; None when it stands in the answer.

    >>> filled_hole("$request.path.key")
    'key'
    """
    return _last(expression, "$request.path.")


def _last(expression: str, head: str) -> str | None:
    return expression.removeprefix(head) if expression.startswith(head) else None


def reachable(endpoints: dict[str, tuple[frozenset[str], frozenset[str]]]) -> Iterator[str]:
    """Names in an order in which each finds what it takes; who never does is left out.

    `endpoints` holds (what is taken, what is given) by name.

    >>> list(reachable({"b": (frozenset("x"), frozenset()), "a": (frozenset(), frozenset("x"))}))
    ['a', 'b']
    """
    known: set[str] = set()
    left = dict(endpoints)
    while ready := [name for name, (taken, _) in left.items() if taken <= known]:
        for name in ready:
            known |= left.pop(name)[1]
            yield name
