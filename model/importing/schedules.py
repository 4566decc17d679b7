"""How often a schedule runs in a month."""

from __future__ import annotations

import re
from typing import Final

from model.units import HOURS_PER_MONTH

_RATE = re.compile(r"^rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)$")
_HOURS: Final = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}


def monthly_runs(expression: str) -> float | None:
    """Runs a month of a rate expression; None for a cron expression, or when there is none.

    >>> monthly_runs("rate(5 minutes)"), monthly_runs("rate(1 day)"), monthly_runs("cron(0 12 * * ? *)")
    (8760.0, 30.416667, None)
    """
    match = _RATE.match(expression.strip())
    if match is None or int(match[1]) == 0:
        return None
    return round(HOURS_PER_MONTH / (int(match[1]) * _HOURS[match[2]]), 6)
