"""Closed forms: what a station must come to, for tests, for coarse bounds, and for choosing run lengths.

Sources: Gross, Shortle, Thompson, Harris, Fundamentals of Queueing Theory, 4th ed. (sections 2.3 to 2.5, 5.1);
Kleinrock, Queueing Systems I and II; Whitt 1989 (run lengths). Rates per second, times in seconds; `servers` and
loads as numbers.
"""

from __future__ import annotations

import math

from simulations.distributions import Distribution

__all__ = [
    "erlang_b",
    "erlang_c",
    "finite_queue",
    "fork_join_two",
    "mean_wait_one_server",
    "mean_wait_servers",
    "requests_for_half_width",
    "sojourn_quantile",
    "wait_quantile",
]


def erlang_b(servers: int, load: float) -> float:
    """The share lost when `load` erlangs meet servers without a queue."""
    blocked = 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(servers: int, load: float) -> float:
    """The share that waits when `load` erlangs meet servers with a queue; 1 at saturation."""
    if load >= servers:
        return 1.0
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_wait_servers(servers: int, rate_per_s: float, service_s: float) -> float:
    """The mean wait of M/M/c."""
    load = rate_per_s * service_s
    return erlang_c(servers, load) * service_s / (servers - load) if load < servers else math.inf


def wait_quantile(servers: int, rate_per_s: float, service_s: float, q: float) -> float:
    """The wait of M/M/c that a share q (0..1) does not exceed."""
    load = rate_per_s * service_s
    waits = erlang_c(servers, load)
    return max(0.0, math.log(waits / (1 - q)) * service_s / (servers - load))


def sojourn_quantile(servers: int, rate_per_s: float, service_s: float, q: float) -> float:
    """The time in M/M/c that a share q (0..1) does not exceed, by bisection of the exact tail."""
    load = rate_per_s * service_s
    waits, free = erlang_c(servers, load), servers - load

    def tail(t: float) -> float:
        x = t / service_s
        if abs(free - 1) < 1e-9:
            return math.exp(-x) * (1 + waits * x)
        return math.exp(-x) * (1 + waits * (1 - math.exp(-(free - 1) * x)) / (free - 1))

    low, high = 0.0, service_s
    while tail(high) > 1 - q:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle) > 1 - q else (low, middle)
    return high


def mean_wait_one_server(rate_per_s: float, service: Distribution) -> float:
    """Pollaczek and Khinchine: the mean wait of M/G/1."""
    load = rate_per_s * service.mean
    return load * service.mean * (1 + service.scv) / 2 / (1 - load) if load < 1 else math.inf


def finite_queue(servers: int, places: int, load: float) -> list[float]:
    """The probabilities of 0..places in M/M/c/K; the last one is the share turned away."""
    weights = [1.0]
    for n in range(1, places + 1):
        weights.append(weights[-1] * load / min(n, servers))
    total = sum(weights)
    return [weight / total for weight in weights]


def fork_join_two(load: float, service_s: float) -> float:
    """The mean response of two equal M/M/1 that every request joins (Flatto and Hahn; Nelson and Tantawi)."""
    return (12 - load) / 8 * service_s / (1 - load)


def requests_for_half_width(load: float, relative: float) -> int:
    """Requests whose mean wait in M/M/1 has a 95 % interval of this relative half-width (Daley 1968, Whitt 1989)."""
    mean = load / (1 - load)
    variance = load * (2 + 5 * load - 4 * load**2 + load**3) / (1 - load) ** 4
    return math.ceil(variance * (1.96 / (relative * mean)) ** 2)
