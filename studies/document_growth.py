"""The growth that a document itself draws: even growth from the users of its first stage to those of its last."""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.graph import Architecture
from studies.growth import Rate, grow
from studies.scaling import Users, likely_users

MONTHS = 24
BEHIND, AHEAD = 2 / 3, 3 / 2
"""Users in the last month as a share of the likely ones, at the low and at the high end."""


@dataclass(frozen=True)
class DocumentGrowth:
    """Users month by month, exponential, through the stages that have users."""

    stages: tuple[str, ...]
    rate: Rate
    users: tuple[Users, ...]


def document_growth(architecture: Architecture, months: int = MONTHS) -> DocumentGrowth | None:
    """Growth from the fewest to the most users of any stage; None where fewer than two stages differ in their users.

    The likely rate is rounded down, so that the last month never outgrows the last stage by a rounding error.
    """
    users = {name: likely_users(architecture.at(name)) for name in architecture.stage_names}
    served = {name: count for name, count in users.items() if count > 0}
    if len(set(served.values())) < 2:
        return None
    first, last = min(served.values()), max(served.values())
    rate = Rate(*(_rate(last * share / first, months) for share in (BEHIND, 1.0, AHEAD)))
    return DocumentGrowth(tuple(served), rate, grow("exponential", first, rate, months))


def _rate(times: float, months: int) -> float:
    """The monthly growth that multiplies the first month's users within `months`, in whole hundredths of a percent.

    >>> _rate(10, 24)
    0.1052
    """
    rate: float = times ** (1 / (months - 1)) - 1
    return math.floor(10_000 * rate) / 10_000
