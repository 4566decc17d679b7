"""What can be wrong with prices: each is bad input to whoever asked.

PriceError
├── PriceFileError(problems)    rows that do not load: all of them, each with file and line
├── UnknownPriceError           a region or date that no file covers
└── UnknownMeterError           a meter that has no price in the region; also a KeyError
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from model.problems import BadInput


class PriceError(BadInput):
    """The root of everything that can be wrong with prices."""


class PriceFileError(PriceError):
    """Rows that do not load; `problems` holds one sentence each, sorted, with file and line."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(sorted(problems, key=_place))
        count = len(self.problems)
        title = f"{count} problem{'' if count == 1 else 's'} in the price tables"
        super().__init__("\n  ".join((title, *self.problems)))


class UnknownPriceError(PriceError):
    """No price file covers the region or date asked for."""


class UnknownMeterError(PriceError, KeyError):
    """A meter without a price in the table."""

    def __str__(self) -> str:
        return str(self.args[0])


def _place(problem: str) -> list[str | int]:
    """A sort key that puts line 9 before line 10."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", problem)]
