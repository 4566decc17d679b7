"""What the models share: their arrivals, service times, warm-up, tails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder
from simulations.distributions import Constant, Distribution, Erlang, Exponential, lognormal
from simulations.program import Program
from simulations.results import percentile

Case = Mapping[str, Any]
Values = dict[str, float]
Recipe = Callable[[Case, int, int], Values]
"""(case, requests, seed) to what a run of the model gives."""

__all__ = ["Case", "Recipe", "Values", "one_station", "poisson_of", "service_of", "tails_of", "warm_up_s"]


def warm_up_s(case: Case, arrivals: Poisson) -> float:
    return 0.1 * arrivals.duration_s


def service_of(model: Case) -> Distribution:
    mean = float(model.get("service_mean", 1.0))
    name = str(model.get("service", "exponential"))
    if name == "deterministic":
        return Constant(mean)
    if name == "lognormal":
        return lognormal(mean, float(model["service_scv"]))
    if name == "erlang-2":
        return Erlang(mean, 2)
    return Exponential(mean)


def poisson_of(model: Case, requests: int) -> Poisson:
    return Poisson(float(model["rate"]), requests / float(model["rate"]))


def tails_of(values: NDArray[Any], what: str) -> Values:
    return {f"{what}_p{q:g}": percentile(values, q) for q in (50, 90, 95, 99, 99.9)}


def one_station(service: Callable[[ProgramBuilder], None], servers: int, start_only: bool = False) -> Program:
    """A station held for a service; with `start_only` the record ends when service begins, so that a latency is a
    wait.
    """
    build = ProgramBuilder("station")
    desk = build.station("desk", servers)
    with build.endpoint("get"), build.hold(desk):
        if start_only:
            build.reply()
        service(build)
    return build.build()
