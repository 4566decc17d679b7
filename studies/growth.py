"""Growth curves: users month by month, with a range that widens as the guess gets older."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from model.problems import BadInput, UnknownName
from studies.scaling import Users

Curve = Literal["linear", "exponential", "logistic"]


@dataclass(frozen=True)
class Rate:
    """Growth in a month, with its range: users for a linear curve, a share for the others (0.1 is ten percent)."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.likely <= self.high:
            raise BadInput(f"growth {self.low:g} / {self.likely:g} / {self.high:g}: low <= likely <= high is needed")


def curve_of(name: str) -> Curve:
    """The curve's name as typed; raise UnknownName with the nearest."""
    for known in get_args(Curve):
        if name == known:
            return known  # type: ignore[no-any-return]
    raise UnknownName("a growth curve", name, get_args(Curve))


def grow(curve: Curve, start: float, rate: Rate, months: int, ceiling: float | None = None) -> tuple[Users, ...]:
    """Users in months 1 to `months`; the first month has `start`, and a logistic curve nears its `ceiling`.

    >>> [round(month.likely) for month in grow("exponential", 100, Rate(0.0, 0.1, 0.2), 4)]
    [100, 110, 121, 133]
    >>> grow("linear", 100, Rate(5, 10, 20), 3)[-1]
    Users(low=110, likely=120, high=140)
    """
    if not 1 <= months <= 120:
        raise BadInput(f"{months} months are not between 1 and 120")
    if start < 0:
        raise BadInput(f"{start:g} users to start with are below 0")
    if curve == "logistic" and (ceiling is None or ceiling <= start or start <= 0):
        raise BadInput(f"a logistic curve needs a ceiling above its start of {start:g} users, which must be above 0")
    return tuple(
        Users(*(_at(curve, start, each, month, ceiling) for each in (rate.low, rate.likely, rate.high)))
        for month in range(months)
    )


def _at(curve: Curve, start: float, rate: float, month: int, ceiling: float | None) -> float:
    if curve == "linear":
        return max(start + rate * month, 0)
    if curve == "exponential":
        return float(start * (1 + rate) ** month)
    top = float(ceiling or start)
    return top / (1 + (top / start - 1) * math.exp(-rate * month))


def read_users(text: str, name: str = "users.csv") -> tuple[Users, ...]:
    """Users of each month from CSV with the column `users`, or `low`, `likely` and `high`; rows are months in order."""
    rows = list(csv.DictReader(io.StringIO(text)))
    columns = set(rows[0]) if rows else set()
    wanted: Sequence[str] = ("low", "likely", "high") if "likely" in columns else ("users",) * 3
    if not rows or not set(wanted) <= columns:
        raise BadInput(f"{name}: a header with users, or with low, likely and high, and a row per month are needed")
    found, problems = [], []
    for number, row in enumerate(rows, start=2):
        try:
            found.append(Users(*(float(row[column]) for column in wanted)))
        except (ValueError, TypeError, BadInput) as error:
            problems.append(f"  line {number}: {error}")
    if problems:
        raise BadInput("\n".join([f"{len(problems)} problems in {name}", *problems]))
    return tuple(found)
