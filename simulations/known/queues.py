"""One queue: M/M/c and its kin, losses, finite room, impatience, processor sharing."""

from __future__ import annotations

import numpy as np

from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder
from simulations.distributions import Distribution, constant, exponential, lognormal
from simulations.known.ground import Case, Values, one_station, poisson_of, service_of, tails_of, warm_up_s
from simulations.run import run

__all__ = ["erlang_b", "finite_room", "impatient_callers", "one_queue", "processor_sharing", "unlimited_servers"]


def one_queue(case: Case, requests: int, seed: int) -> Values:
    """M/M/c, M/D/1, M/G/1, and a slot held over two phases: sojourns from one run, waits from a second with the same
    draws.
    """
    model = case["model"]

    def service(build: ProgramBuilder) -> None:
        if case["id"] == "mg1_held_slot_two_phase":
            build.delay(exponential(0.4))
            build.serve(build.station("inner", 1), exponential(0.8))
        else:
            build.delay(service_of(model))

    arrivals, servers = poisson_of(model, requests), int(model["servers"])
    warm = warm_up_s(case, arrivals)
    whole = run(one_station(service, servers), arrivals, seed, warm_up_s=warm, until_s=arrivals.duration_s)
    waits = run(one_station(service, servers, start_only=True), arrivals, seed, warm_up_s=warm).latencies()
    return {
        "prob_wait": float((waits > 0).mean()),
        "mean_wait": float(waits.mean()),
        "mean_sojourn": whole.mean(),
        "mean_queue_length": whole.mean_queue("desk"),
        "mean_in_system": whole.mean_queue("desk") + whole.mean_busy("desk"),
        "utilization": whole.utilisation("desk"),
        **tails_of(whole.latencies(), "sojourn"),
        **tails_of(waits, "wait"),
    }


def erlang_b(case: Case, requests: int, seed: int) -> Values:
    """The service distribution turns with the seed: the loss must not see it."""
    load, servers = float(case["model"]["offered_load_erlang"]), int(case["model"]["servers"])
    service = (exponential(1.0), constant(1.0), lognormal(1.0, 2.0))[seed % 3]
    build = ProgramBuilder("loss")
    desk = build.station("desk", servers, queue=0)
    with build.endpoint("get"):
        build.serve(desk, service)
    arrivals = Poisson(load, requests / load)
    result = run(
        build.build(), arrivals, seed, warm_up_s=min(10.0, arrivals.duration_s / 10), until_s=arrivals.duration_s
    )
    return {
        "blocking_prob": result.error_share(),
        "mean_busy": result.mean_busy("desk"),
        "utilization": result.utilisation("desk"),
    }


def finite_room(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    servers = int(model["servers"])
    build = ProgramBuilder("finite")
    desk = build.station("desk", servers, queue=int(model["max_in_system"]) - servers)
    with build.endpoint("get"):
        build.serve(desk, service_of(model))
    arrivals = poisson_of(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=warm_up_s(case, arrivals), until_s=arrivals.duration_s)
    return {
        "blocking_prob": result.error_share(),
        "throughput": result.throughput_per_s(),
        "mean_in_system": result.mean_queue("desk") + result.mean_busy("desk"),
        "mean_sojourn_of_admitted": result.mean(),
        "utilization": result.utilisation("desk"),
    }


def unlimited_servers(case: Case, requests: int, seed: int) -> Values:
    """Concurrency weighed by time, from the times of start and end."""
    model = case["model"]
    service = (exponential, constant, lambda mean: lognormal(mean, 2.0))[seed % 3](float(model["service_mean"]))
    build = ProgramBuilder("unlimited")
    with build.endpoint("get"):
        build.delay(service)
    arrivals = poisson_of(model, requests)
    result = run(build.build(), arrivals, seed)
    moments = np.concatenate([result.raw.start, result.raw.end])
    order = np.argsort(moments, kind="stable")
    level = np.cumsum(np.concatenate([np.ones(len(result.raw.start)), -np.ones(len(result.raw.end))])[order])
    moments = moments[order]
    inside = (moments[:-1] > 12 * float(model["service_mean"])) & (moments[:-1] < arrivals.duration_s)
    span, level = np.diff(moments)[inside], level[:-1][inside]
    mean = float((level * span).sum() / span.sum())
    ranked = np.argsort(level, kind="stable")
    share = np.cumsum(span[ranked]) / span.sum()
    return {
        "mean_concurrency": mean,
        "var_concurrency": float(((level - mean) ** 2 * span).sum() / span.sum()),
        **{
            f"concurrency_p{q:g}": float(level[ranked][np.searchsorted(share, q / 100)]) for q in (50, 90, 95, 99, 99.9)
        },
    }


def impatient_callers(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    patience: float | Distribution = float(model.get("queue_timeout", 0)) or exponential(
        float(model.get("patience_mean", 1))
    )
    build = ProgramBuilder("impatient")
    desk = build.station("desk", int(model["servers"]))
    with build.endpoint("get"), build.hold(desk, timeout_s=patience):
        build.reply()
        build.delay(exponential(float(model.get("service_mean", 1.0))))
    arrivals = poisson_of(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=warm_up_s(case, arrivals), until_s=arrivals.duration_s)
    rows = result.rows() & (result.raw.status >= 0)
    waits = result.raw.end[rows] - result.raw.start[rows]
    gone = result.error_share()
    return {
        "prob_offered_wait_positive": float((waits > 0).mean()),
        "prob_wait": float((waits > 0).mean()),
        "prob_timeout": gone,
        "prob_abandon": gone,
        "mean_queue_length": result.mean_queue("desk"),
        "mean_wait_all": float(waits.mean()),
    }


def processor_sharing(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    build = ProgramBuilder("sharing")
    cpu = build.station("cpu", 1, sharing=True)
    with build.endpoint("get"):
        build.serve(cpu, service_of(model))
    arrivals = poisson_of(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=warm_up_s(case, arrivals), until_s=arrivals.duration_s)
    return {"mean_sojourn": result.mean(), "mean_in_system": result.mean_busy("cpu")}
