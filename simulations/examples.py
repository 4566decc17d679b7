"""One small program for each kind of station and op, with constant times full of ties or drawn ones."""

from __future__ import annotations

from collections.abc import Callable

from simulations.builder import ProgramBuilder
from simulations.distributions import (
    Distribution,
    Empirical,
    Erlang,
    Gamma,
    Lognormal,
    Pareto,
    Uniform,
    Weibull,
    constant,
    exponential,
)
from simulations.program import Policy, Program

Time = Callable[[float], Distribution]


def fifo(time: Time) -> Program:
    """Two servers, one queue."""
    build = ProgramBuilder("fifo")
    desk = build.station("desk", servers=2)
    with build.endpoint("get"):
        build.serve(desk, time(1.5))
    return build.build()


def tandem(time: Time) -> Program:
    """Three stations in a row."""
    build = ProgramBuilder("tandem")
    hops = [build.station(f"hop {k}", servers=k + 1) for k in range(3)]
    with build.endpoint("get"):
        for hop in hops:
            build.serve(hop, time(1.0))
    return build.build()


def nested(time: Time) -> Program:
    """A worker held while a connection is held while a core is held."""
    build = ProgramBuilder("nested")
    worker, pool, core = build.station("worker", 6), build.station("pool", 3), build.station("core", 2)
    with build.endpoint("get"), build.hold(worker):
        build.delay(time(0.25))
        with build.hold(pool):
            build.serve(core, time(1.0))
            build.delay(time(0.5))
    return build.build()


def loss(time: Time) -> Program:
    """No queue at all, and a short one behind."""
    build = ProgramBuilder("loss")
    first, second = build.station("first", 2, queue=0), build.station("second", 1, queue=2)
    with build.endpoint("get"):
        build.serve(first, time(1.0))
        build.serve(second, time(1.0))
    return build.build()


def impatient(time: Time) -> Program:
    """Waits at most a second for a slot, tries three times, falls back to another station."""
    build = ProgramBuilder("impatient")
    desk, spare = build.station("desk", 1), build.station("spare", 2)
    with build.endpoint("get"), build.ignore_failure():
        with build.retry(3, backoff_s=0.5, most_s=4.0), build.hold(desk, timeout_s=1.0):
            build.delay(time(1.0))
        build.serve(spare, time(0.5), timeout_s=time(1.0))
    return build.build()


def sharing(time: Time) -> Program:
    """Two shared cores, at most nine jobs, behind a queue."""
    build = ProgramBuilder("sharing")
    door, cpu = build.station("door", 8), build.station("cpu", 2, queue=7, sharing=True)
    with build.endpoint("get"):
        build.serve(door, time(0.25))
        build.serve(cpu, time(1.5))
    return build.build()


def serverless(time: Time) -> Program:
    """A function that starts cold, forgets soon, scales slowly, has one warm instance; a limit on another."""
    build = ProgramBuilder("serverless")
    api = build.function(
        "api",
        init=time(1.0),
        first_run=time(0.5),
        keep_alive=time(2.0),
        max_age=constant(9.0),
        limit=8,
        scale_per_s=0.5,
        scale_burst=3.0,
        provisioned=1,
    )
    inner = build.function("inner", init=time(0.5), keep_alive=time(3.0), limit=2)
    with build.endpoint("get"), build.retry(3, backoff_s=0.25), build.invoke(api):
        build.delay(time(1.0))
        with build.chance(0.5), build.invoke(inner):
            build.delay(time(0.5))
    return build.build()


def balanced(policy: Policy) -> Callable[[Time], Program]:
    """Three tasks of one core and two connections each."""

    def make(time: Time) -> Program:
        build = ProgramBuilder("balanced")
        tasks = build.group("api", 3, most_tasks=4, policy=policy, cpu=1, pool=2)
        with build.endpoint("get"), build.balanced(tasks) as task:
            build.serve(task["cpu"], time(1.0))
            with build.hold(task["pool"], timeout_s=3.0):
                build.delay(time(1.5))
        return build.build()

    return make


def forked(time: Time) -> Program:
    """Three branches at once, one of which forks again and may fail; a call with a deadline; and an answer before the
    end.
    """
    build = ProgramBuilder("forked")
    left, right = build.station("left", 4), build.station("right", 4)
    with build.endpoint("get"):
        with build.ignore_failure(), build.parallel(timeout_s=4.0) as both:
            with both.branch():
                build.serve(left, time(1.0))
            with both.branch(), build.parallel() as again:
                with again.branch():
                    build.serve(right, time(1.0))
                with again.branch():
                    build.delay(time(0.5))
                    with build.chance(0.3):
                        build.fail("broken")
            with both.branch():
                build.delay(time(0.75))
        with build.retry(2), build.call(timeout_s=2.0):
            build.serve(left, time(1.0))
            build.reply(caller_first=0.5)
            build.serve(left, time(0.5))
        build.serve(right, time(0.5))
    return build.build()


def queued(time: Time) -> Program:
    """Every request sends messages; workers drop some, late ones come back, some die."""
    build = ProgramBuilder("queued")
    door, workers = build.station("door", 3), build.station("workers", 2)
    with build.endpoint("post"):
        build.serve(door, time(0.5))
        build.send("mail")
        with build.repeat(times=2):
            build.send("log")
    with build.flow("mail"), build.received(workers, visibility_s=3.0, max_receives=3):
        build.delay(time(0.75))
        with build.chance(0.4):
            build.fail("bounced")
        build.delay(time(0.75))
    with build.flow("log"):
        build.serve(door, time(0.25))
    return build.build()


def guarded(time: Time) -> Program:
    """A rate limit, a circuit breaker around a failing call, a cache before it."""
    build = ProgramBuilder("guarded")
    limit, breaker, cache = build.rate_limit("gate", 1.5, 3), build.breaker("partner", 3, 4.0), build.cache("pages", 6)
    partner = build.station("partner", 2)
    with build.endpoint("get"):
        build.limit(limit)
        with build.cached(cache, Uniform(0.0, 6.0), ttl_s=3.0), build.guarded(breaker):
            build.serve(partner, time(1.0))
            with build.chance(0.5):
                build.fail("partner failed")
    return build.build()


def closed(time: Time) -> Program:
    """Seven clients in a circle, beside open arrivals of two endpoints."""
    build = ProgramBuilder("closed")
    desk = build.station("desk", 2)
    with build.clients("staff", 7, think=time(2.0)), build.repeat(mean=1.5):
        build.serve(desk, time(0.5))
        with build.chance(0.1):
            build.fail("lost")
    with build.endpoint("a", share=3):
        build.serve(desk, time(0.5))
    with build.endpoint("b"), build.choice(0.2, 0.3, 0.5) as way:
        with way.way():
            build.delay(time(0.5))
        with way.way():
            build.serve(desk, time(0.25))
        with way.way():
            build.delay(time(1.0))
    return build.build()


def drawn(_: Time) -> Program:
    """Every distribution after another."""
    build = ProgramBuilder("drawn")
    with build.endpoint("get"):
        for time in (
            Uniform(0.1, 0.2),
            Lognormal(0.3, 0.8, 0.1),
            Gamma(0.5, 0.7),
            Gamma(0.5, 3.5),
            Erlang(0.4, 3),
            Pareto(0.1, 1.2, 5.0),
            Weibull(0.5, 0.8),
            Empirical((0.1, 0.2, 0.9)),
            exponential(0.2),
            constant(0.1),
        ):
            build.delay(time)
    return build.build()


def breakable(time: Time) -> Program:
    """Two tasks and a partner that may break while they serve, tried twice."""
    build = ProgramBuilder("breakable")
    tasks = build.group("api", 2, policy=Policy.LEAST_OUTSTANDING, cpu=1)
    partner = build.station("partner")
    with build.endpoint("get"), build.retry(2, backoff_s=0.5), build.balanced(tasks, breakable=True) as task:
        build.serve(task["cpu"], time(0.75))
        with build.ignore_failure(), build.hold(partner, breakable=True):
            build.delay(time(1.5))
            build.serve(task["cpu"], time(0.25))
        with build.hold(partner, breakable=True):
            build.delay(time(0.5))
    return build.build()


PROGRAMS: dict[str, Callable[[Time], Program]] = {
    "fifo": fifo,
    "tandem": tandem,
    "nested": nested,
    "loss": loss,
    "impatient": impatient,
    "sharing": sharing,
    "serverless": serverless,
    "round robin": balanced(Policy.ROUND_ROBIN),
    "least outstanding": balanced(Policy.LEAST_OUTSTANDING),
    "random split": balanced(Policy.RANDOM),
    "forked": forked,
    "queued": queued,
    "guarded": guarded,
    "closed": closed,
    "drawn": drawn,
    "breakable": breakable,
}
