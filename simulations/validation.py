"""Models with known answers: each case of a published or exact result becomes a program, is run, and is set beside
what is expected.

A case is a mapping (see tests/cases/simulation.json): `model`, `expected`, and by its `id` the kind of model.
`measure` answers with one `Comparison` per quantity: the expected value beside the interval over independent
replications.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder, Slots
from simulations.distributions import (
    Constant,
    Distribution,
    Erlang,
    Exponential,
    constant,
    exponential,
    lognormal,
)
from simulations.program import UNLIMITED, Policy, Program
from simulations.results import percentile
from simulations.run import run
from simulations.statistics import Interval, interval

__all__ = [
    "Comparison",
    "band",
    "covered",
    "measure",
    "not_compared",
    "not_held",
    "requests_for",
    "serverless_point",
]

Case = Mapping[str, Any]
Values = dict[str, float]


@dataclass(frozen=True)
class Comparison:
    """One quantity of one case: what it must be, what replications gave, the error that its source allows."""

    case: str
    quantity: str
    expected: float
    simulated: Interval
    rel_tol: float

    @property
    def standard_error(self) -> float:
        """The standard error behind the interval."""
        from simulations.statistics import student_t

        return self.simulated.half_width / student_t(self.simulated.count - 1)

    @property
    def relative_error(self) -> float:
        """Simulated over expected, less one."""
        return self.simulated.mean / self.expected - 1 if self.expected else self.simulated.mean

    @property
    def holds(self) -> bool:
        """Within four standard errors, or within the error that the reference itself has."""
        off = abs(self.simulated.mean - self.expected)
        return off <= max(4 * self.standard_error, self.rel_tol * abs(self.expected), 1e-12)


def band(case: Case) -> str:
    """The utilisation band a case belongs to: 0.5, 0.8, 0.95, or what it has none of."""
    load = case["expected"].get("utilization") if isinstance(case["expected"], Mapping) else None
    if load is None:
        return "-"
    return "0.5" if load < 0.65 else ("0.8" if load < 0.88 else "0.95")


def covered(case: Case) -> bool:
    """Whether `measure` knows the model."""
    return _recipe(case) is not None


def requests_for(case: Case) -> int:
    """Requests (or time units) in a replication: long enough that the start and the end of a run do not show."""
    if case["id"] in ("mmc_c1_rho0.95", "mginf_m2000"):
        return 400_000
    if case["id"] in ("mmc_c100_rho0.95", "erlangB_c1000_a971.2"):
        return 100_000
    return 50_000 if case["id"].startswith("lqn_srvn6") else 20_000


_AT_AN_ATOM = {("mmc_c1_rho0.5", "wait_p50"), ("md1_rho0.5", "wait_p50"), ("md1_rho0.5", "sojourn_p50")}


def not_held(case: str, quantity: str) -> str:
    """Why a sample need not meet this quantity of the case; empty when it must."""
    if (case, quantity) in _AT_AN_ATOM:
        return "half of the requests do not wait: the median is the edge of an atom, and a sample falls on either side"
    if "rho0.95" in case and quantity.endswith("p99.9"):
        return "at a load of 0.95 a replication sees too few busy periods for its last thousandth"
    return ""


def not_compared(case: Case, compared: Iterable[Comparison]) -> list[str]:
    """What the case states as numbers and no comparison covers, by its key."""
    names = {item.quantity for item in compared}
    whole = {name for name in names if name in case["expected"]}
    parts = {name.rsplit(" ", 1)[0] for name in names}
    return [
        key
        for key, value in case["expected"].items()
        if key not in whole | parts and isinstance(value, (int, float, list, Mapping)) and key != "columns"
    ]


def measure(case: Case, requests: int, replications: int = 20, seed: int = 1) -> list[Comparison]:
    """Runs the model of the case, `requests` arrivals in each replication, and compares every quantity that it
    states.
    """
    recipe = _recipe(case)
    if recipe is None:
        raise LookupError(f"{case['id']}: no recipe")
    found: list[Values] = [recipe(case, requests, seed + k) for k in range(replications)]
    expected = _expected(case)
    return [
        Comparison(case["id"], name, expected[name], interval([values[name] for values in found]), _allowed(case, name))
        for name in found[0]
        if name in expected
    ]


def _expected(case: Case) -> dict[str, float]:
    whole: dict[str, float] = {}
    for name, value in case["expected"].items():
        if isinstance(value, Mapping):
            whole |= {
                f"{name} {key}": float(number) for key, number in value.items() if isinstance(number, (int, float))
            }
        elif isinstance(value, list) and value and all(isinstance(number, (int, float)) for number in value):
            if case["category"].startswith("serverless"):
                whole[name] = sum(value) / len(value)
            else:
                whole |= {f"{name} {k}": float(number) for k, number in enumerate(value)}
        elif isinstance(value, (int, float)):
            whole[name] = float(value)
    if case["id"] == "lqn_tutorial_second_phase":
        whole = {"n=1": 1.0, "n=10": 5.187}
    return whole


def _allowed(case: Case, quantity: str) -> float:
    """The error of the reference itself: none for an exact formula."""
    if not case["kind"].startswith("exact-formula"):
        tolerance = case["tolerance"]
        if "rel_tol_random_tie" in tolerance:
            return float(tolerance["rel_tol_random_tie"])
        allowed = tolerance.get("rel_tol", 0.0)
        return float(allowed.get(quantity, 0.02) if isinstance(allowed, Mapping) else allowed)
    return 0.0


# -- recipes: (case, requests, seed) to values ---------------------------------------------------------------

Recipe = Callable[[Case, int, int], Values]


def _recipe(case: Case) -> Recipe | None:
    for start, recipe in _RECIPES.items():
        if case["id"].startswith(start):
            return recipe
    return None


def _warm(case: Case, arrivals: Poisson) -> float:
    return 0.1 * arrivals.duration_s


def _service(model: Case) -> Distribution:
    mean = float(model.get("service_mean", 1.0))
    name = str(model.get("service", "exponential"))
    if name == "deterministic":
        return Constant(mean)
    if name == "lognormal":
        return lognormal(mean, float(model["service_scv"]))
    if name == "erlang-2":
        return Erlang(mean, 2)
    return Exponential(mean)


def _poisson(model: Case, requests: int) -> Poisson:
    return Poisson(float(model["rate"]), requests / float(model["rate"]))


def _tails(values: NDArray[Any], what: str) -> Values:
    return {f"{what}_p{q:g}": percentile(values, q) for q in (50, 90, 95, 99, 99.9)}


def _one_station(service: Callable[[ProgramBuilder], None], servers: int, start_only: bool = False) -> Program:
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


def _queue(case: Case, requests: int, seed: int) -> Values:
    """M/M/c, M/D/1, M/G/1, and a slot held over two phases: sojourns from one run, waits from a second with the same
    draws.
    """
    model = case["model"]

    def service(build: ProgramBuilder) -> None:
        if case["id"] == "mg1_held_slot_two_phase":
            build.delay(exponential(0.4))
            build.serve(build.station("inner", 1), exponential(0.8))
        else:
            build.delay(_service(model))

    arrivals, servers = _poisson(model, requests), int(model["servers"])
    warm = _warm(case, arrivals)
    whole = run(_one_station(service, servers), arrivals, seed, warm_up_s=warm, until_s=arrivals.duration_s)
    waits = run(_one_station(service, servers, start_only=True), arrivals, seed, warm_up_s=warm).latencies()
    return {
        "prob_wait": float((waits > 0).mean()),
        "mean_wait": float(waits.mean()),
        "mean_sojourn": whole.mean(),
        "mean_queue_length": whole.mean_queue("desk"),
        "mean_in_system": whole.mean_queue("desk") + whole.mean_busy("desk"),
        "utilization": whole.utilisation("desk"),
        **_tails(whole.latencies(), "sojourn"),
        **_tails(waits, "wait"),
    }


def _erlang_b(case: Case, requests: int, seed: int) -> Values:
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


def _finite(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    servers = int(model["servers"])
    build = ProgramBuilder("finite")
    desk = build.station("desk", servers, queue=int(model["max_in_system"]) - servers)
    with build.endpoint("get"):
        build.serve(desk, _service(model))
    arrivals = _poisson(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=_warm(case, arrivals), until_s=arrivals.duration_s)
    return {
        "blocking_prob": result.error_share(),
        "throughput": result.throughput_per_s(),
        "mean_in_system": result.mean_queue("desk") + result.mean_busy("desk"),
        "mean_sojourn_of_admitted": result.mean(),
        "utilization": result.utilisation("desk"),
    }


def _unlimited(case: Case, requests: int, seed: int) -> Values:
    """Concurrency weighed by time, from the times of start and end."""
    model = case["model"]
    service = (exponential, constant, lambda mean: lognormal(mean, 2.0))[seed % 3](float(model["service_mean"]))
    build = ProgramBuilder("unlimited")
    with build.endpoint("get"):
        build.delay(service)
    arrivals = _poisson(model, requests)
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


def _impatient(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    patience: float | Distribution = float(model.get("queue_timeout", 0)) or exponential(
        float(model.get("patience_mean", 1))
    )
    build = ProgramBuilder("impatient")
    desk = build.station("desk", int(model["servers"]))
    with build.endpoint("get"), build.hold(desk, timeout_s=patience):
        build.reply()
        build.delay(exponential(float(model.get("service_mean", 1.0))))
    arrivals = _poisson(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=_warm(case, arrivals), until_s=arrivals.duration_s)
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


def _processor_sharing(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    build = ProgramBuilder("sharing")
    cpu = build.station("cpu", 1, sharing=True)
    with build.endpoint("get"):
        build.serve(cpu, _service(model))
    arrivals = _poisson(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=_warm(case, arrivals), until_s=arrivals.duration_s)
    return {"mean_sojourn": result.mean(), "mean_in_system": result.mean_busy("cpu")}


def _tandem(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    build = ProgramBuilder("tandem")
    hops = [(build.station(f"hop {k}", hop["servers"]), hop["mean"]) for k, hop in enumerate(model["stations"])]
    with build.endpoint("get"):
        for hop, mean in hops:
            build.serve(hop, exponential(mean))
    arrivals = _poisson(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=_warm(case, arrivals), until_s=arrivals.duration_s)
    level = [result.mean_queue(f"hop {k}") + result.mean_busy(f"hop {k}") for k in range(len(hops))]
    sojourns = {f"mean_sojourn_per_station {k}": n / float(model["rate"]) for k, n in enumerate(level)}
    return {"mean_sojourn": result.mean(), "mean_in_system": sum(level), **sojourns}


def _feedback(case: Case, requests: int, seed: int) -> Values:
    build = ProgramBuilder("feedback")
    desk = build.station("desk", 1)
    with build.endpoint("get"):
        build.serve(desk, exponential(1.0))
        with build.repeat(mean=1.5):
            build.serve(desk, exponential(1.0))
    arrivals = _poisson(case["model"], requests)
    result = run(build.build(), arrivals, seed, warm_up_s=_warm(case, arrivals), until_s=arrivals.duration_s)
    return {
        "utilization": result.utilisation("desk"),
        "mean_in_system": result.mean_queue("desk") + result.mean_busy("desk"),
        "mean_total_sojourn": result.mean(),
        "mean_passes": float(result.raw.final.served[0]) / len(result.raw.start),
    }


def _split(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    arrivals, replicas = _poisson(model, requests), int(model["replicas"])
    build = ProgramBuilder("split")
    tasks = build.group("task", replicas, policy=Policy.RANDOM, core=1)
    with build.endpoint("get"), build.balanced(tasks) as task:
        build.serve(task["core"], exponential(1.0))
    split = run(build.build(), arrivals, seed, warm_up_s=_warm(case, arrivals))
    pooled = run(
        _one_station(lambda b: b.delay(exponential(1.0)), replicas), arrivals, seed, warm_up_s=_warm(case, arrivals)
    )
    return {
        "random_split_mean_sojourn": split.mean(),
        "random_split_p99": split.percentile(99),
        "pooled_mean_sojourn": pooled.mean(),
    }


def _fork_join(case: Case, requests: int, seed: int) -> Values:
    model, queues = case["model"], case["id"] == "fork_join_2_mm1"
    build = ProgramBuilder("fork join")
    desks = [build.station(f"desk {k}", 1 if queues else UNLIMITED) for k in range(model["fork"])]
    with build.endpoint("get"), build.parallel() as every:
        for desk in desks:
            with every.branch():
                build.serve(desk, exponential(1.0))
    rate = float(model.get("rate", 1.0))
    arrivals = Poisson(rate, requests / rate)
    result = run(build.build(), arrivals, seed, warm_up_s=_warm(case, arrivals) if queues else 0.0)
    times = {name.replace("sojourn_", ""): value for name, value in _tails(result.latencies(), "sojourn").items()}
    return {"mean_response": result.mean(), "mean": result.mean(), **times}


def _layered(case: Case, requests: int, seed: int) -> Values:  # noqa: C901
    """Tasks of one thread that call each other and wait, on processors of one core; the callee goes on after its
    reply (second phase).
    """
    model = case["model"]
    build = ProgramBuilder("layered")
    processors = {name: build.station(f"processor {name}", 1) for name in model["processors"]}
    threads = {name: build.station(f"task {name}", 1) for name, task in model["tasks"].items() if not task["ref"]}
    entries = {entry: build.station(f"entry {entry}") for task in model["tasks"].values() for entry in task["entries"]}
    home = {entry: name for name, task in model["tasks"].items() for entry in task["entries"]}

    def work(entry: str, phase: int) -> None:
        demand = model["entry_host_demand_by_phase"][entry][phase]
        calls = {
            pair.split("->")[1]: by_phase[phase]
            for pair, by_phase in model["mean_calls_by_phase"].items()
            if pair.startswith(f"{entry}->") and phase < len(by_phase) and by_phase[phase] > 0
        }
        total = sum(calls.values())
        processor = processors[model["tasks"][home[entry]]["proc"]]
        one_slice = exponential(demand / (1 + total))
        if demand > 0:
            build.serve(processor, one_slice)
        if total > 0:
            with build.repeat(mean=total):
                with build.choice(*(n / total for n in calls.values())) as way:
                    for callee in calls:
                        with way.way():
                            call(callee)
                if demand > 0:
                    build.serve(processor, one_slice)

    def call(entry: str) -> None:
        with build.call(), build.hold(threads[home[entry]]), build.hold(entries[entry]):
            work(entry, 0)
            build.reply(caller_first=0.5)
            for phase in range(1, len(model["entry_host_demand_by_phase"][entry])):
                work(entry, phase)

    for name, task in model["tasks"].items():
        if task["ref"]:
            with build.clients(name, 1, constant(0.0)):
                for entry in task["entries"]:
                    with build.hold(entries[entry]):
                        for phase in range(len(model["entry_host_demand_by_phase"][entry])):
                            work(entry, phase)
    for entry in model["open_arrivals"]:
        with build.endpoint(f"open {entry}"), build.hold(threads[home[entry]]), build.hold(entries[entry]):
            for phase in range(len(model["entry_host_demand_by_phase"][entry])):
                work(entry, phase)
    end, rate = float(requests), sum(model["open_arrivals"].values())
    result = run(build.build(), Poisson(rate, end) if rate else None, seed, until_s=end, warm_up_s=end / 20)
    served = result._since_warm("served")
    program = result.program
    span = end - end / 20
    return {f"throughput {entry}": float(served[program.station(f"entry {entry}")]) / span for entry in entries}


def _casale(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    build = ProgramBuilder("casale 3")
    core, at_e0, at_e1 = build.station("core", 1), build.station("e0"), build.station("e1")

    def slices(demand: float, calls: float, slots: Slots | None, below: Callable[[], None]) -> None:
        one = exponential(demand / (1 + calls))
        for part in ("first", "rest"):
            if part == "first":
                build.serve(slots, one) if slots else build.delay(one)
            else:
                with build.repeat(mean=calls):
                    below()
                    build.serve(slots, one) if slots else build.delay(one)

    def e1() -> None:
        with build.hold(at_e1):
            build.serve(core, exponential(model["e1"]["demand"]))

    def e0() -> None:
        with build.hold(at_e0):
            slices(model["e0"]["demand"], model["e0"]["calls"]["e1"], core, e1)

    with build.clients("c0", int(model["customers"]), constant(0.0)):
        slices(model["c0"]["demand"], model["c0"]["calls"]["e0"], None, e0)
    end = float(requests)
    result = run(build.build(), None, seed, until_s=end)
    final, program = result.raw.final, result.program
    e0_served = float(final.served[program.station("e0")])
    return {
        "throughput_c0": result.throughput_per_s(),
        "cycle_time": result.mean(),
        "throughput_e0": e0_served / end,
        "throughput_e1": float(final.served[program.station("e1")]) / end,
        "utilization_p0": result.utilisation("core"),
        "service_time_e0": float(final.busy_area[program.station("e0")]) / e0_served,
    }


def _second_phase(case: Case, requests: int, seed: int) -> Values:
    """The column without a second phase, which is the exact machine-repair model."""
    values: Values = {}
    for users in (1, 10):
        build = ProgramBuilder("machine repair")
        server = build.station("server", 1)
        with build.clients("users", users, exponential(float(case["model"]["think_time"]))):
            build.serve(server, exponential(1.0))
        values[f"n={users}"] = run(build.build(), None, seed, until_s=float(requests), warm_up_s=requests / 20).mean()
    return values


def _single_instance(case: Case, requests: int, seed: int) -> Values:
    model = case["model"]
    build = ProgramBuilder("one instance")
    function = build.function("function", keep_alive=constant(float(model["idle_expiry"])))
    with build.endpoint("get"), build.invoke(function):
        build.delay(constant(1e-6))
    arrivals = _poisson(model, requests)
    result = run(build.build(), arrivals, seed, warm_up_s=20 / arrivals.rate_per_s, until_s=arrivals.duration_s)
    return {"cold_start_prob": result.cold_starts("function")}


def _simfaas(case: Case, requests: int, seed: int) -> Values:
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


def _event_loop(case: Case, requests: int, seed: int) -> Values:
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


_RECIPES: dict[str, Recipe] = {
    "mmck_": _finite,
    "mmc_timeout": _impatient,
    "erlangA": _impatient,
    "erlangB": _erlang_b,
    "mginf": _unlimited,
    "mg1_ps": _processor_sharing,
    "mmc_": _queue,
    "md1_": _queue,
    "mg1_": _queue,
    "jackson": _tandem,
    "mm1_feedback": _feedback,
    "split_vs_pooled": _split,
    "fork_join": _fork_join,
    "lqn_srvn6": _layered,
    "lqn_casale": _casale,
    "lqn_tutorial": _second_phase,
    "faas_single": _single_instance,
    "faas_simfaas": _simfaas,
    "asyncflow": _event_loop,
}
