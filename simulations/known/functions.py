"""Serverless functions: cold starts and instances."""

from __future__ import annotations

import math

from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder
from simulations.distributions import Distribution, constant, exponential
from simulations.known.ground import Case, Values, poisson_of
from simulations.run import run

__all__ = ["published_points", "serverless_point", "single_instance"]


def single_instance(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    build = ProgramBuilder("one instance")
    function = build.function("function", keep_alive=constant(float(model["idle_expiry"])))
    with build.endpoint("get"), build.invoke(function):
        build.delay(constant(1e-6))
    arrivals = poisson_of(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=20 / arrivals.rate_per_s, until_s=arrivals.duration_s)
    return {"cold_start_prob": result.cold_starts("function")}


def published_points(case: Case, requests: int, seed: int) -> Values:
    """A cold request is an exponential of the cold mean there; here a warm one and what is left of the mean as init."""
    model = case["model"]
    warm_s, cold_s = (float(str(model[name]).split()[1]) for name in ("warm", "cold"))
    return serverless_point(float(model["rate"]), warm_s, cold_s, constant(float(model["idle_expiry"])), requests, seed)


def serverless_point(
    rate: float, warm_s: float, cold_s: float, keep_alive: Distribution, requests: int, seed: int
) -> Values:
    """One function under Poisson arrivals: cold-start probability and mean instances, after one expiry of warm-up."""
    build = ProgramBuilder("function")
    function = build.function("function", init=constant(max(cold_s - warm_s, 0.0)), keep_alive=keep_alive, limit=1000)
    with build.endpoint("get"), build.invoke(function):
        build.delay(exponential(warm_s))
    arrivals = Poisson(rate, max(requests / rate, 20 * keep_alive.mean))
    warm_up = min(2 * keep_alive.mean, arrivals.duration_s / 2)
    result = run(build.build(), arrivals, seed, warm_up_s=warm_up, until_s=arrivals.duration_s)
    final, warm = result.raw.final, result.warm
    ended = float(final.gone[0] - (warm.gone[0] if warm is not None else 0))
    lived = result.instances("function") * (arrivals.duration_s - warm_up)
    return {
        "cold_start_prob": result.cold_starts("function"),
        "mean_instances": result.instances("function"),
        "mean_running": result.concurrency("function"),
        "mean_idle": result.instances("function") - result.concurrency("function"),
        "mean_instance_lifespan": lived / ended if ended else math.nan,
        "rejection": result.error_share(),
    }
