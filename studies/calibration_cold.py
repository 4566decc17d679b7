"""How long idle instances of a function live: fitted so that the simulated share of cold starts is the measured one.

The function is simulated alone under Poisson arrivals at the rates that were measured, interval by interval, over the
days to fit by; the same seed throughout (common random numbers), so that the share falls with the idle life and
bisection finds where it is the measured one. The interval takes in what the days differ by, what counting alone leaves
open, and the simulation's own chance. Arrivals that come in bursts within an interval make the life an effective one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from model.kinds.lambda_function import LambdaFunction
from model.quantity import evaluate
from model.sizing import SizedGraph
from simulations.arrivals import Profile
from simulations.builder import ProgramBuilder
from simulations.compiling.facts import Parameters
from simulations.distributions import Uniform, constant, exponential
from simulations.estimates import share_of
from simulations.run import run
from simulations.statistics import student_t
from studies.calibration_fit import WIDEST
from studies.calibration_series import DAY_S, FunctionSeries, fitted_and_held_back, of_days
from studies.calibration_settings import Setting

LEAST_COLD: Final = 10
"""Cold starts below which a share says next to nothing."""
LEAST_DAYS: Final = 4
"""To fit by, below which what they differ by says next to nothing: the count alone then gives the interval."""
SHORTEST_MIN: Final = 0.5
LONGEST_MIN: Final = 120.0
"""Idle lives that are looked at."""
CLOSE: Final = 0.005
"""Relative step at which the bisection ends."""
REQUESTS: Final = 200_000
"""Calls that a simulation has at least, by playing the days again; and four times that at most."""
MOST_POINTS: Final = 100_000
WARM_UP_S: Final = 3600.0
Z: Final = 1.96


@dataclass(frozen=True)
class Shares:
    """The share of cold starts on days that no fit has seen: measured, and simulated before and after."""

    measured: float
    before: float
    after: float


@dataclass(frozen=True)
class ColdFit:
    """What a function's cold starts tell; without `keep_alive` the data leave it open, and `why_not` says why."""

    component: str
    share: tuple[float, float, float]
    """Low, measured, high, on the days to fit by."""
    calls: float
    cold: float
    told_by: str
    keep_alive_min: tuple[float, float, float] | None
    """Low, fitted, high."""
    init_ms: tuple[float, float, float] | None
    held_back: Shares | None
    init_held_back: Shares | None
    """Mean initialisations, in milliseconds."""
    why_not: str = ""

    @property
    def settings(self) -> Iterator[Setting]:
        """What it sets in the document."""
        counted = f"{self.cold:.0f} cold starts in {self.calls:.0f} calls ({self.told_by})"
        low, share, high = self.share
        yield Setting(self.component, ("cold_start_share",), low, share, high, "ratio", f"{counted}.", self.calls)
        if self.init_ms is not None:
            low, mean, high = self.init_ms
            why = f"Mean initialisation of {self.cold:.0f} cold starts ({self.told_by})."
            yield Setting(self.component, ("init_ms",), low, mean, high, "ms", why, self.cold)
        if self.keep_alive_min is not None:
            low, life, high = self.keep_alive_min
            why = f"Idle life at which the simulated share of cold starts is the measured one: {counted}."
            yield Setting(self.component, ("keep_alive_min",), low, life, high, "min", why, self.cold)


def fit_cold_starts(graph: SizedGraph, seen: FunctionSeries, seed: int = 1) -> ColdFit:
    """The share and time of cold starts, and the idle life behind them."""
    fitted, held = fitted_and_held_back(seen.start_s)
    part, rest = _of(seen, fitted), _of(seen, held)
    calls, cold = float(part.calls.sum()), float(part.cold.sum())
    low, high = share_interval(part)
    share = cold / calls if calls else math.nan
    life, why_not = None, ""
    if not calls:
        why_not = "nothing was called on the days to fit by"
    elif cold < LEAST_COLD:
        why_not = f"{cold:.0f} cold starts in {calls:.0f} calls are too few (at least {LEAST_COLD})"
    else:
        life, why_not = keep_alive(graph, part, (low, share, high), seed)
    after = life[1] if life is not None else _stated_min(graph, seen.component)
    init = _init(part) if cold else None
    return ColdFit(
        component=seen.component,
        share=(low, share, high),
        calls=calls,
        cold=cold,
        told_by=seen.told_by,
        keep_alive_min=life,
        init_ms=init,
        held_back=_held_back(graph, rest, after, seed),
        init_held_back=_init_held_back(graph, rest, init),
        why_not=why_not,
    )


def keep_alive(
    graph: SizedGraph, seen: FunctionSeries, share: tuple[float, float, float], seed: int = 1
) -> tuple[tuple[float, float, float] | None, str]:
    """Low, fitted and high idle life in minutes; or nothing, and what the data leave open."""
    known: dict[float, tuple[float, float]] = {}

    def simulated(life_min: float) -> float:
        if life_min not in known:
            known[life_min] = simulated_share(graph, seen, life_min, seed)
        return known[life_min][0]

    most, least = simulated(SHORTEST_MIN), simulated(LONGEST_MIN)
    if not least < share[1] < most:
        return None, (
            f"a share of {share[1]:.3g} is not between {least:.3g} and {most:.3g}, what idle lives of "
            f"{LONGEST_MIN:g} and {SHORTEST_MIN:g} minutes would give at these rates"
        )
    value = bisected(simulated, share[1])
    chance = Z * known[value][1]
    lower = share[1] - math.hypot(share[1] - share[0], chance)
    upper = share[1] + math.hypot(share[2] - share[1], chance)
    low, high = bisected(simulated, upper), bisected(simulated, lower)
    if (high - low) / 2 > WIDEST * value or high >= LONGEST_MIN:
        longest = f"{high:.3g}" if high < LONGEST_MIN else "the longest looked at"
        return None, f"the data leave the idle life between {low:.3g} and {longest} minutes"
    return (low, value, high), ""


def bisected(share_at: Callable[[float], float], wanted: float) -> float:
    """The idle life, in minutes, at which a falling share is the wanted one; an end of the range beyond it.

    >>> round(bisected(lambda life: 1 / life, 0.1), 1)
    10.0
    """
    low, high = SHORTEST_MIN, LONGEST_MIN
    if share_at(low) <= wanted:
        return low
    if share_at(high) >= wanted:
        return high
    while high / low > 1 + CLOSE:
        middle = math.sqrt(low * high)
        low, high = (middle, high) if share_at(middle) > wanted else (low, middle)
    return high


def simulated_share(graph: SizedGraph, seen: FunctionSeries, life_min: float, seed: int = 1) -> tuple[float, float]:
    """The share of cold starts of a function at the rates of its intervals, and its standard error."""
    function = _function(graph, seen.component)
    keep = Parameters.of(graph).fact("lambda_keep_alive_min")
    spread = Uniform(*(bound / keep.value * life_min * 60 for bound in (keep.low, keep.high)))
    init_s = np.nansum(seen.init_ms * seen.cold) / 1000 / max(float(seen.cold[~np.isnan(seen.init_ms)].sum()), 1.0)
    build = ProgramBuilder("function alone")
    made = build.function(
        "function",
        init=constant(float(init_s)),
        keep_alive=spread,
        limit=function.reserved_concurrency or int(Parameters.of(graph).value("lambda_account_concurrency")),
        provisioned=round(float(evaluate(function.provisioned_concurrency, graph.likely))),
    )
    with build.endpoint("call"), build.invoke(made):
        build.delay(exponential(max(seen.held_ms, 1e-3) / 1000))
    profile = _profile(seen)
    result = run(build.build(), profile, seed, warm_up_s=WARM_UP_S, until_s=profile.points[-1][0])
    before = int(result.warm.invoked[made]) if result.warm is not None else 0
    invoked = max(int(result.raw.final.invoked[made]) - before, 1)
    share = result.cold_starts("function")
    return share, math.sqrt(max(share * (1 - share), 1 / invoked) / invoked)


def _profile(seen: FunctionSeries) -> Profile:
    """The intervals one after the other, again and again where they are few, after an hour at the first rate."""
    rates = seen.calls / seen.period_s
    total = float(seen.calls.sum())
    again = int(min(max(math.ceil(REQUESTS / total), 1), max(MOST_POINTS // len(rates), 1)))
    kept = rates[: max(int(np.searchsorted(np.cumsum(seen.calls), 4 * REQUESTS)), 1)] if again == 1 else rates
    played = np.tile(kept, again)
    at = WARM_UP_S + np.arange(len(played) + 1) * seen.period_s
    points = [(0.0, float(played[0]))]
    for k, rate in enumerate(played):
        points += [(float(at[k]), points[-1][1]), (float(at[k]), float(rate))]
    return Profile((*points, (float(at[-1]), points[-1][1])))


def share_interval(seen: FunctionSeries) -> tuple[float, float]:
    """The 95 % interval of a share of cold starts: by the days, where there are four, or by the count where wider."""
    calls, cold = float(seen.calls.sum()), float(seen.cold.sum())
    counted = share_of(round(cold), round(calls))
    days = np.unique(seen.start_s // DAY_S)
    if len(days) < LEAST_DAYS or not calls:
        return counted.low, counted.high
    share = cold / calls
    off = np.array([(seen.cold - share * seen.calls)[seen.start_s // DAY_S == day].sum() for day in days])
    half = student_t(len(days) - 1, 0.95) * math.sqrt(float(off @ off) * len(days) / (len(days) - 1)) / calls
    return max(min(counted.low, share - half), 0.0), min(max(counted.high, share + half), 1.0)


def _init(seen: FunctionSeries) -> tuple[float, float, float] | None:
    """Mean initialisation, weighed by the starts of each interval."""
    rows = ~np.isnan(seen.init_ms) & (seen.cold > 0)
    if not rows.any():
        return None
    weights = seen.cold[rows] / seen.cold[rows].sum()
    mean = float(weights @ seen.init_ms[rows])
    half = Z * math.sqrt(float(weights**2 @ (seen.init_ms[rows] - mean) ** 2))
    return max(mean - half, 0.0), mean, mean + half


def _held_back(graph: SizedGraph, seen: FunctionSeries, after_min: float, seed: int) -> Shares | None:
    calls = float(seen.calls.sum())
    if not calls:
        return None
    before = simulated_share(graph, seen, _stated_min(graph, seen.component), seed)[0]
    return Shares(float(seen.cold.sum()) / calls, before, simulated_share(graph, seen, after_min, seed)[0])


def _init_held_back(graph: SizedGraph, seen: FunctionSeries, after: tuple[float, float, float] | None) -> Shares | None:
    measured = _init(seen)
    stated = float(evaluate(_function(graph, seen.component).init_ms, graph.likely))
    if measured is None or after is None:
        return None
    return Shares(measured[1], stated, after[1])


def _stated_min(graph: SizedGraph, name: str) -> float:
    stated = _function(graph, name).keep_alive_min
    return (
        Parameters.of(graph).value("lambda_keep_alive_min") if stated is None else float(evaluate(stated, graph.likely))
    )


def _function(graph: SizedGraph, name: str) -> LambdaFunction:
    component = graph.components[name]
    if not isinstance(component, LambdaFunction):
        raise TypeError(f"{name} is not a function")
    return component


def _of(seen: FunctionSeries, days: list[int]) -> FunctionSeries:
    rows = of_days(seen.start_s, days)
    return replace(seen, **{name: getattr(seen, name)[rows] for name in ("start_s", "calls", "cold", "init_ms")})
