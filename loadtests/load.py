"""A load: when requests are due. Data of the model's stage, drawn from a seed by the simulator's own arrivals."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.base import Fact
from model.problems import BadInput
from model.quantity import Num
from model.workload import Workload, hourly_factors
from simulations.arrivals import Arrivals, Poisson, Profile, Regular, Replay, Times, ramp, spike

Shape = Literal["poisson", "constant", "ramp", "step", "spike", "day", "replay"]

MOST_REQUESTS: Final = 5_000_000
"""A schedule is drawn before it runs; more than this is refused (40 MB of times)."""
STEPS: Final = 4
SPIKE_TIMES: Final = 10.0


class Load(Fact):
    """A shape in time with its highest rate; `arrivals` draws the due times of one run."""

    shape: Shape = "poisson"
    rate_per_s: float = Field(default=20.0, gt=0, lt=1e6)
    """Of a poisson or constant load; the last of a ramp or of steps, the base of a spike, the busiest of a day."""
    duration_s: float = Field(default=30.0, gt=0, lt=1e6)
    warm_up_s: float = Field(default=0.0, ge=0)
    """Left out of every figure."""
    hourly: tuple[float, ...] = ()
    """For a day: the rate of each hour over the mean, squeezed into the duration."""
    trace: tuple[float, ...] = ()
    """For a replay: seconds from its start."""

    @field_validator("warm_up_s")
    @classmethod
    def _shorter_than_run(cls, warm_up_s: float, info: ValidationInfo) -> float:
        if "duration_s" in info.data and warm_up_s >= info.data["duration_s"]:
            raise ValueError(f"warm_up_s {warm_up_s:g} must be below duration_s {info.data['duration_s']:g}")
        return warm_up_s

    def arrivals(self) -> Arrivals:
        """The simulator's arrivals of this shape."""
        rate, duration = self.rate_per_s, self.duration_s
        match self.shape:
            case "poisson":
                return Poisson(rate, duration)
            case "constant":
                return Regular(rate, duration)
            case "ramp":
                return ramp(0.0, rate, duration)
            case "step":
                return Profile(_stairs([rate * (k + 1) / STEPS for k in range(STEPS)], duration))
            case "spike":
                return spike(rate, SPIKE_TIMES, duration * 0.4, duration * 0.2, duration)
            case "day":
                busiest = max(self.hourly)
                return Profile(_stairs([rate * factor / busiest for factor in self.hourly], duration))
            case "replay":
                return Replay(tuple(time for time in self.trace if time <= duration))

    def times(self, seed: int) -> Times:
        """Sorted due times in seconds; raise BadInput for a load that cannot be drawn."""
        arrivals = self.arrivals()
        problems = arrivals.problems()
        if problems:
            raise BadInput("; ".join(f"load.{problem}" for problem in problems))
        if self.expected() > MOST_REQUESTS:
            raise BadInput(
                f"the load comes to {self.expected():.3g} requests; at most {MOST_REQUESTS:,} are driven in one run"
            )
        return arrivals.times(seed)

    def expected(self, start_s: float = 0.0, end_s: float = float("inf")) -> float:
        """The mean number of requests due between two times."""
        end = min(end_s, self.duration_s)
        match self.arrivals():
            case Profile(points=points):
                return _mass(points, start_s, end)
            case Replay(trace=trace):
                return float(sum(start_s <= time <= end for time in trace))
        return self.rate_per_s * max(end - start_s, 0.0)

    @property
    def is_random(self) -> bool:
        """Whether the number of requests due is a Poisson variable rather than fixed."""
        return self.shape not in ("constant", "replay")


def day_of(workload: Workload, peak_factor: Num) -> tuple[float, ...]:
    """The hours of a stage's day over their mean."""
    return tuple(float(factor) for factor in hourly_factors(workload, float(peak_factor)))


def read_trace(path: str | Path) -> tuple[float, ...]:
    """The first column of a CSV as seconds from its earliest, a heading skipped; raise BadInput with the bad line."""
    times: list[float] = []
    try:
        with Path(path).open(newline="", encoding="utf-8") as file:
            for number, row in enumerate(csv.reader(file), start=1):
                if row and not (number == 1 and not _is_number(row[0])):
                    times.append(_seconds(row[0], path, number))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read as a trace: {error}") from None
    if not times:
        raise BadInput(f"{path}: has no times")
    first = min(times)
    return tuple(time - first for time in sorted(times))


def _seconds(text: str, path: str | Path, line: int) -> float:
    if not _is_number(text):
        raise BadInput(f"{path}:{line}: {text!r} is not a time in seconds")
    return float(text)


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < float("inf")
    except ValueError:
        return False


def _stairs(rates: list[float], duration_s: float) -> tuple[tuple[float, float], ...]:
    width = duration_s / len(rates)
    return tuple(point for k, rate in enumerate(rates) for point in ((k * width, rate), ((k + 1) * width, rate)))


def _mass(points: tuple[tuple[float, float], ...], start_s: float, end_s: float) -> float:
    """The area under straight lines between (time, rate) points, from start to end."""
    area = 0.0
    for (t0, r0), (t1, r1) in pairwise(points):
        low, high = max(t0, start_s), min(t1, end_s)
        if high > low:
            slope = (r1 - r0) / (t1 - t0)
            area += (high - low) * (r0 + slope * ((low + high) / 2 - t0))
    return area
