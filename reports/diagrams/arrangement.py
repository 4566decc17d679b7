"""How the inside of a group is set: lines of cards and groups, as columns or as rows; small enough for a lock file."""

from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

from reports.diagrams.topology import CardKey

Item = CardKey | str
"""A card, or a group by its id."""
Flow = Literal["columns", "rows"]
TOP = ""
"""The container that holds all outermost groups and cards."""


@dataclass(frozen=True)
class Shelf:
    """The inside of one container, line by line: `columns` stand side by side, `rows` one below the other."""

    flow: Flow
    lines: tuple[tuple[Item, ...], ...]

    @property
    def items(self) -> list[Item]:
        """All items, line by line."""
        return [item for line in self.lines for item in line]


Lines = list[list[Item]]
Arrangement = dict[str, Shelf]
"""A shelf for the top and for every group."""


def wrapped(items: list[Item], lines: int) -> Lines:
    """The items on so many lines, evenly filled.

    >>> wrapped(["a", "b", "c"], 2)
    [['a', 'b'], ['c']]
    """
    each = max(1, ceil(len(items) / max(lines, 1)))
    return [items[start : start + each] for start in range(0, len(items), each)]


def to_json(arrangement: Arrangement) -> dict[str, Any]:
    """As stored in a lock file."""
    return {name: {"flow": shelf.flow, "lines": shelf.lines} for name, shelf in sorted(arrangement.items())}


def from_json(facts: dict[str, Any]) -> Arrangement:
    """A stored arrangement."""
    return {
        name: Shelf(shelf["flow"], tuple(tuple(_item(item) for item in line) for line in shelf["lines"]))
        for name, shelf in facts.items()
    }


def _item(stored: Any) -> Item:
    return stored if isinstance(stored, str) else (stored[0], stored[1])
