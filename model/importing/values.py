"""The settings of a found resource: plain data in which a value may be unknown, or point to another resource.

Keys are in Terraform's manner (`memory_size`); a reference to another resource stands in a text as `${address}`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final


class Unknown:
    """A value that is known only after the infrastructure is made: neither zero nor absent."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()
_TOKEN = re.compile(r"\$\{([^${}]+)\}")
Path = tuple[str, ...]


def token(address: str) -> str:
    """The text that stands for a reference to `address`."""
    return f"${{{address}}}"


def tokens(text: str) -> list[str]:
    """The addresses that a text refers to.

    >>> tokens("arn:${Table}/index/*")
    ['Table']
    """
    return _TOKEN.findall(text)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every scalar in a value with the keys that lead to it; positions in lists are left out."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*path, str(key)))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from leaves(item, path)
    else:
        yield path, value


def mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is a mapping; else an empty one: a part of the wrong form says nothing."""
    return value if isinstance(value, Mapping) else {}


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The mappings in a list; none in anything else."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


class Values(dict[str, Any]):
    """Settings by name, read with a default and never with an exception."""

    def known(self, name: str) -> bool:
        """Whether the setting is there and known."""
        return self.get(name) not in (None, "", [], {}) and not self.unknown(name)

    def unknown(self, name: str) -> bool:
        """Whether the setting is known only after apply."""
        return isinstance(self.get(name), Unknown)

    def text(self, name: str, default: str = "") -> str:
        """A text; `default` when it is absent, unknown, or no scalar."""
        value = self.get(name)
        if isinstance(value, bool):
            return str(value).lower()
        return str(value) if isinstance(value, str | int | float) and value != "" else default

    def number(self, name: str, default: float) -> float:
        """A number, written as one or as text; `default` when it is absent, unknown or not a number."""
        value = self.get(name)
        try:
            return default if isinstance(value, bool) or value is None else float(value)
        except (TypeError, ValueError):
            return default

    def whole(self, name: str, default: int) -> int:
        """A whole number; `default` when it is absent, unknown or not a number."""
        return round(self.number(name, default))

    def flag(self, name: str, default: bool = False) -> bool:
        """A yes or no, written as one or as text."""
        value = self.get(name)
        if isinstance(value, str):
            return value.lower() == "true"
        return value if isinstance(value, bool) else default

    def blocks(self, name: str) -> list[Values]:
        """The mappings under a name: a block may be written once, as a list, or as JSON text."""
        value = parsed(self.get(name))
        items = value if isinstance(value, list | tuple) else [value]
        return [Values(item) for item in items if isinstance(item, Mapping)]

    def block(self, name: str) -> Values:
        """The first mapping under a name; empty when there is none."""
        return next(iter(self.blocks(name)), Values())

    def texts(self, name: str) -> list[str]:
        """The texts of a list under a name."""
        value = self.get(name)
        items = value if isinstance(value, list | tuple) else [value]
        return [item for item in items if isinstance(item, str)]


def parsed(value: Any) -> Any:
    """The data of a JSON text, anything else as it is; a text that is no JSON stays a text."""
    if isinstance(value, str) and value.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
