"""Layered queues: tasks that call each other and hold their thread meanwhile."""

from __future__ import annotations

from collections.abc import Callable

from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder, Slots
from simulations.distributions import constant, exponential
from simulations.known.ground import Case, Values
from simulations.run import run

__all__ = ["closed_layers", "layered_tasks", "second_phase"]


def layered_tasks(case: Case, requests: int, seed: int) -> Values:  # noqa: C901
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


def closed_layers(case: Case, requests: int, seed: int) -> Values:
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


def second_phase(case: Case, requests: int, seed: int) -> Values:
    """The column without a second phase, which is the exact machine-repair model."""
    values: Values = {}
    for users in (1, 10):
        build = ProgramBuilder("machine repair")
        server = build.station("server", 1)
        with build.clients("users", users, exponential(float(case["model"]["think_time"]))):
            build.serve(server, exponential(1.0))
        values[f"n={users}"] = run(build.build(), None, seed, until_s=float(requests), warm_up_s=requests / 20).mean()
    return values
