"""Several queues: in a row, in a loop, split at random, forked and joined, behind an event loop."""

from __future__ import annotations

from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder
from simulations.distributions import constant, exponential
from simulations.known.ground import Case, Values, one_station, poisson_of, tails_of, warm_up_s
from simulations.program import UNLIMITED, Policy
from simulations.run import run

__all__ = ["event_loop", "feedback_loop", "fork_join", "random_split", "tandem_stations"]


def tandem_stations(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    build = ProgramBuilder("tandem")
    hops = [(build.station(f"hop {k}", hop["servers"]), hop["mean"]) for k, hop in enumerate(model["stations"])]
    with build.endpoint("get"):
        for hop, mean in hops:
            build.serve(hop, exponential(mean))
    arrivals = poisson_of(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=warm_up_s(case, arrivals), until_s=arrivals.duration_s)
    level = [result.mean_queue(f"hop {k}") + result.mean_busy(f"hop {k}") for k in range(len(hops))]
    sojourns = {f"mean_sojourn_per_station {k}": n / float(model["rate"]) for k, n in enumerate(level)}
    return {"mean_sojourn": result.mean(), "mean_in_system": sum(level), **sojourns}


def feedback_loop(case: Case, requests: int, seed: int) -> Values:
    build = ProgramBuilder("feedback")
    desk = build.station("desk", 1)
    with build.endpoint("get"):
        build.serve(desk, exponential(1.0))
        with build.repeat(mean=1.5):
            build.serve(desk, exponential(1.0))
    arrivals = poisson_of(case["model"], requests)
    result = run(build.build(), arrivals, seed, warm_up_s=warm_up_s(case, arrivals), until_s=arrivals.duration_s)
    return {
        "utilization": result.utilisation("desk"),
        "mean_in_system": result.mean_queue("desk") + result.mean_busy("desk"),
        "mean_total_sojourn": result.mean(),
        "mean_passes": float(result.raw.final.served[0]) / len(result.raw.start),
    }


def random_split(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    arrivals, replicas = poisson_of(model, requests), int(model["replicas"])
    build = ProgramBuilder("split")
    tasks = build.group("task", replicas, policy=Policy.RANDOM, core=1)
    with build.endpoint("get"), build.balanced(tasks) as task:
        build.serve(task["core"], exponential(1.0))
    split = run(build.build(), arrivals, seed, warm_up_s=warm_up_s(case, arrivals))
    pooled = run(
        one_station(lambda b: b.delay(exponential(1.0)), replicas), arrivals, seed, warm_up_s=warm_up_s(case, arrivals)
    )
    return {
        "random_split_mean_sojourn": split.mean(),
        "random_split_p99": split.percentile(99),
        "pooled_mean_sojourn": pooled.mean(),
    }


def fork_join(case: Case, requests: int, seed: int) -> Values:
    model, queues = case["model"], case["id"] == "fork_join_2_mm1"
    build = ProgramBuilder("fork join")
    desks = [build.station(f"desk {k}", 1 if queues else UNLIMITED) for k in range(model["fork"])]
    with build.endpoint("get"), build.parallel() as every:
        for desk in desks:
            with every.branch():
                build.serve(desk, exponential(1.0))
    rate = float(model.get("rate", 1.0))
    arrivals = Poisson(rate, requests / rate)
    result = run(build.build(), arrivals, seed, warm_up_s=warm_up_s(case, arrivals) if queues else 0.0)
    times = {name.replace("sojourn_", ""): value for name, value in tails_of(result.latencies(), "sojourn").items()}
    return {"mean_response": result.mean(), "mean": result.mean(), **times}


def event_loop(case: Case, requests: int, seed: int) -> Values:
    build = ProgramBuilder("event loop")
    core = build.station("core", 1)
    edge = exponential(0.003)
    with build.endpoint("get"):
        build.delay(edge)
        build.delay(edge)
        build.serve(core, constant(0.002))
        build.delay(constant(0.012))
        build.delay(edge)
    rate = 100 * 100 / 60
    return {"mean_s": run(build.build(), Poisson(rate, requests / rate), seed).mean()}
