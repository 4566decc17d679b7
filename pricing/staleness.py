"""How old a price table may get before a bill says so."""

from __future__ import annotations

from datetime import date
from typing import Final

from model.problems import BadInput

MOST_DAYS: Final = 180
"""A table of prices is looked at twice a year."""


def stale_days(price_date: str, today: date, most_days: int = MOST_DAYS) -> int | None:
    """The age of a table in days when it is older than `most_days`, else None.

    >>> stale_days("2026-11-21", date(2027, 5, 20)), stale_days("2026-11-21", date(2027, 5, 21))
    (None, 181)
    """
    age = (today - date.fromisoformat(price_date)).days
    return age if age > most_days else None


def day_of(text: str) -> date:
    """A day as typed; raise BadInput for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"'{text}' is not a date like 2026-11-21") from None
