"""When things happen in a scenario's run, how many runs there are, and what arrives in them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.problems import BadInput
from simulations.arrivals import Mixed, Profile
from simulations.compiling.demand import follows_day
from simulations.compiling.stage_program import CompiledStage
from simulations.replications import SETTLE_S, rise_of
from simulations.scenarios.scenario import Scenario, ViralSpike

__all__ = ["Course", "arrivals_of", "course_of"]

MOST_REQUESTS = 1_500_000
"""Arrivals of all runs of one arm together, as far as the fewest runs allow it."""
WANTED_REQUESTS = 20_000
FEWEST, MOST = 3, 40
"""Runs of each arm; one where it is a long one."""
LONG, TOO_LONG = 3_000_000, 12_000_000
"""Arrivals of one run."""
SETTLE_REQUESTS = 20_000
LEAST_SETTLE_S = 60.0


@dataclass(frozen=True)
class Course:
    """Seconds of simulated time from the start of a run, and how many runs."""

    watched_s: float
    """From when on requests are watched: the warm-up is over."""
    begins_s: float
    over_s: float
    ends_s: float
    runs: int


def course_of(stage: CompiledStage, scenario: Scenario, lasts_s: float, runs: int | None = None) -> Course:
    """Long enough to settle, then the scenario's own times; as many runs as the rate needs and allows.

    Raises BadInput where a single run would be too long.
    """
    rate = stage.demand.total_per_s
    settle_s = min(SETTLE_S if stage.functions else SETTLE_S / 3, max(LEAST_SETTLE_S, SETTLE_REQUESTS / rate))
    begins_s = settle_s + scenario.before_s
    over_s = begins_s + lasts_s
    ends_s = over_s + scenario.after_s
    surge = scenario.times if isinstance(scenario, ViralSpike) else 1.0
    each = rate * (ends_s + (surge - 1) * lasts_s)
    if each > TOO_LONG:
        raise BadInput(
            f"{scenario.scenario} at {rate:,.0f} requests/s takes {each / 1e6:,.0f} million requests a run, more than "
            f"{TOO_LONG / 1e6:,.0f} million: shorten lasts_s or after_s in a file of your own"
        )
    watched = max(stage.demand.client_per_s * (ends_s - begins_s), 1e-9)
    wanted = min(math.ceil(WANTED_REQUESTS / watched), int(MOST_REQUESTS / each))
    fewest = FEWEST if each <= LONG else 1
    return Course(settle_s, begins_s, over_s, ends_s, runs or min(max(wanted, fewest), MOST))


def arrivals_of(stage: CompiledStage, course: Course, surge: ViralSpike | None = None) -> Mixed:
    """Poisson arrivals that rise to the busiest hour's rate within the warm-up; a surge multiplies what clients and
    the events that they cause send, while schedules keep their pace.
    """
    graph, parts = stage.graph, []
    for following in (True, False):
        rates = {
            name: rate
            for name, rate in stage.demand.per_s.items()
            if follows_day(graph, graph.endpoints[name]) is following
        }
        total = sum(rates.values())
        if total > 0:
            shape = _profile(total, course, surge if following else None)
            parts.append((shape, tuple(rates.items())))
    return Mixed(tuple(parts))


def _profile(per_s: float, course: Course, surge: ViralSpike | None) -> Profile:
    points = [(0.0, 0.0), (rise_of(course.watched_s), per_s), (course.ends_s, per_s)]
    if surge is not None:
        rise_s = min(surge.rise_s, (course.over_s - course.begins_s) / 2)
        high = per_s * surge.times
        points[2:2] = [
            (course.begins_s, per_s),
            (course.begins_s + rise_s, high),
            (course.over_s - rise_s, high),
            (course.over_s, per_s),
        ]
    return Profile(tuple(points))
