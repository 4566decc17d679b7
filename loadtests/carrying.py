"""What one user has been given so far, and what its requests make of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from loadtests.plan import Request
from loadtests.replies import Reply
from model.carrying import filled_hole, header, pointer

LONGEST_VALUE: Final = 8192
"""A longer value cannot be sent in a header or an address."""


@dataclass
class User:
    """Values by name and cookies of the tested host: one user's own, and nobody else's."""

    values: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def copy(self) -> User:
        """Another user who begins with the same."""
        return User(dict(self.values), dict(self.cookies))

    def keep(self, request: Request, reply: Reply, holes: Mapping[str, str]) -> str | None:
        """Keep what a request gives; why it fails when a value is missing, None otherwise."""
        if not request.gives:
            return None
        body = _json(reply.content) if any(map(pointer, request.gives.values())) else None
        for value, expression in request.gives.items():
            found = usable(_found(expression, body, reply, holes))
            if found is None:
                return f"no {value} in the answer"
            self.values[value] = found
        return None

    def keep_cookies(self, lines: Iterable[str]) -> None:
        """Keep the cookies that the tested host sets."""
        for line in lines:
            name, equals, value = line.partition(";")[0].partition("=")
            if equals and name.strip():
                self.cookies[name.strip()] = value.strip()


def usable(found: Any) -> str | None:
    """A value as text that a header or an address can hold; None for anything else.

    >>> usable("a.b-c"), usable(17), usable(""), usable("two words"), usable(["a"]), usable(True)
    ('a.b-c', '17', None, None, None, None)
    """
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    text = str(found)
    fits = 0 < len(text) <= LONGEST_VALUE and text.isascii() and text.isprintable() and " " not in text
    return text if fits else None


def _found(expression: str, body: Any, reply: Reply, holes: Mapping[str, str]) -> Any:
    hole, name = filled_hole(expression), header(expression)
    if hole is not None:
        return holes.get(hole)
    if name is not None:
        return reply.header(name)
    for key in pointer(expression):
        body = body.get(key) if isinstance(body, dict) else None
    return body


def _json(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None
