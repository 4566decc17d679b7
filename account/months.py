"""Months of a bill: as typed, as days, and whether they are over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

from model.problems import BadInput

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
MOST_MONTHS: Final = 60


class Month(NamedTuple):
    """A calendar month."""

    year: int
    number: int

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def after(self) -> Month:
        """The next month."""
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)


def month_of(text: str, option: str) -> Month:
    """A month as typed; raise BadInput naming the option.

    >>> str(month_of("2026-12", "--from").after)
    '2027-01'
    """
    match = _MONTH.fullmatch(text)
    if match is None:
        raise BadInput(f"{option}: '{text}' is not a month like 2026-09")
    return Month(int(match[1]), int(match[2]))


def months_between(first: Month, last: Month) -> tuple[Month, ...]:
    """Both and all between; raise BadInput when they are the wrong way round or too many."""
    if last < first:
        raise BadInput(f"--to {last} is before --from {first}")
    found = tuple(_counted(first, last))
    if len(found) > MOST_MONTHS:
        raise BadInput(f"--from {first} --to {last}: {len(found)} months are more than {MOST_MONTHS}")
    return found


def _counted(month: Month, last: Month) -> Iterator[Month]:
    while month <= last:
        yield month
        month = month.after
