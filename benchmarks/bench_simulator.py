"""The compiled engine beside SimPy, Ciw and SimFaaS on the same models, in one run: requests per second and their
ratio.

    python benchmarks/bench_simulator.py [--scale 1.0] [--json]

Each model is run three times in each tool, in turns; the median counts. The SimPy side is a model as a competent user
writes it; our own SimPy engine stands beside it. A tool that is not installed is skipped, and said so.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder
from simulations.distributions import Lognormal, constant, exponential
from simulations.program import Program
from simulations.run import run


@dataclass(frozen=True)
class Row:
    """One comparison."""

    model: str
    beside: str
    ours_per_s: float
    theirs_per_s: float
    target: float

    @property
    def ratio(self) -> float:
        """How many times as many requests per second."""
        return self.ours_per_s / self.theirs_per_s


def rate_of(act: Callable[..., int], *given: Any, repeats: int = 3) -> float:
    """The median rate of requests per second."""
    rates = []
    for _ in range(repeats):
        start = time.perf_counter()
        count = act(*given)
        rates.append(count / (time.perf_counter() - start))
    return statistics.median(rates)


# -- the models as programs ----------------------------------------------------------------------------------


def mm4() -> Program:
    """Four servers, one queue."""
    build = ProgramBuilder("mm4")
    desk = build.station("desk", 4)
    with build.endpoint("get"):
        build.serve(desk, exponential(1.0))
    return build.build()


def chain() -> Program:
    """Five stations in a row, each left before the next."""
    build = ProgramBuilder("chain")
    hops = [build.station(f"hop {k}", 4) for k in range(5)]
    with build.endpoint("get"):
        for hop in hops:
            build.serve(hop, exponential(1.0))
    return build.build()


def nested() -> Program:
    """A worker held around a connection held around a core."""
    build = ProgramBuilder("nested")
    worker, pool, core = build.station("worker", 16), build.station("pool", 10), build.station("core", 4)
    with build.endpoint("get"), build.hold(worker):
        build.delay(exponential(0.2))
        with build.hold(pool):
            build.delay(exponential(0.2))
            build.serve(core, exponential(0.8))
    return build.build()


def realistic() -> Program:
    """Gateway, function with cold starts, cache, pool and database under a deadline, and a message for workers."""
    build = ProgramBuilder("realistic")
    api = build.function("api", init=Lognormal(0.15, 0.12), keep_alive=constant(600.0), limit=1000)
    pool, database, workers = build.station("pool", 40), build.station("database", 8), build.station("workers", 20)
    with build.endpoint("get"):
        build.delay(Lognormal(0.008, 0.5))
        with build.call(timeout_s=29.0), build.invoke(api):
            build.delay(exponential(0.01))
            build.delay(Lognormal(0.00034, 0.55))
            with build.chance(0.4), build.hold(pool, timeout_s=2.0):
                build.serve(database, exponential(0.02))
            build.send("mail")
        build.delay(Lognormal(0.002, 0.4))
    with build.flow("mail"), build.received(workers, visibility_s=30.0, max_receives=3):
        build.delay(exponential(0.02))
    return build.build()


def cold(limit: int = 1000) -> Program:
    """One function with idle expiry."""
    build = ProgramBuilder("cold")
    function = build.function("f", init=constant(0.253), keep_alive=constant(600.0), limit=limit)
    with build.endpoint("get"), build.invoke(function):
        build.delay(exponential(1.991))
    return build.build()


# -- the same in plain SimPy ---------------------------------------------------------------------------------


def simpy_mm4(requests: int) -> int:
    """M/M/4 as a SimPy user writes it."""
    import simpy

    env = simpy.Environment()
    desk = simpy.Resource(env, 4)

    def visit() -> Generator[Any, Any, None]:
        with desk.request() as slot:
            yield slot
            yield env.timeout(random.expovariate(1.0))

    return _simpy_run(env, visit, requests, 3.2)


def simpy_chain(requests: int) -> int:
    """Five hops."""
    import simpy

    env = simpy.Environment()
    hops = [simpy.Resource(env, 4) for _ in range(5)]

    def visit() -> Generator[Any, Any, None]:
        for hop in hops:
            with hop.request() as slot:
                yield slot
                yield env.timeout(random.expovariate(1.0))

    return _simpy_run(env, visit, requests, 3.2)


def simpy_nested(requests: int) -> int:
    """Three nested holds."""
    import simpy

    env = simpy.Environment()
    worker, pool, core = simpy.Resource(env, 16), simpy.Resource(env, 10), simpy.Resource(env, 4)

    def visit() -> Generator[Any, Any, None]:
        with worker.request() as first:
            yield first
            yield env.timeout(random.expovariate(5.0))
            with pool.request() as second:
                yield second
                yield env.timeout(random.expovariate(5.0))
                with core.request() as third:
                    yield third
                    yield env.timeout(random.expovariate(1.25))

    return _simpy_run(env, visit, requests, 4.0)


def simpy_realistic(requests: int) -> int:  # noqa: C901
    """The six-hop request with cold starts, deadlines and queue work."""
    import math

    import simpy

    env = simpy.Environment()
    pool, database, workers = simpy.Resource(env, 40), simpy.Resource(env, 8), simpy.Resource(env, 20)
    idle: list[float] = []

    def handler() -> Generator[Any, Any, None]:
        while idle and idle[-1] < env.now:
            idle.clear()
        if idle:
            idle.pop()
        else:
            yield env.timeout(random.lognormvariate(math.log(0.15), 0.12))
        yield env.timeout(random.expovariate(100.0))
        yield env.timeout(random.lognormvariate(math.log(0.00034), 0.55))
        if random.random() < 0.4:  # noqa: S311
            with pool.request() as connection:
                got: Any = yield connection | env.timeout(2.0)
                if connection in got:
                    with database.request() as core:
                        yield core
                        yield env.timeout(random.expovariate(50.0))
        env.process(mail())
        idle.append(env.now + 600.0)

    def mail() -> Generator[Any, Any, None]:
        for _ in range(3):
            with workers.request() as worker:
                yield worker
                done = env.process(work())
                got: Any = yield done | env.timeout(30.0)
                if done in got:
                    return

    def work() -> Generator[Any, Any, None]:
        yield env.timeout(random.expovariate(50.0))

    def visit() -> Generator[Any, Any, None]:
        yield env.timeout(random.lognormvariate(math.log(0.008), 0.5))
        yield env.process(handler()) | env.timeout(29.0)
        yield env.timeout(random.lognormvariate(math.log(0.002), 0.4))

    return _simpy_run(env, visit, requests, 300.0)


def _simpy_run(env: Any, visit: Callable[[], Generator[Any, Any, None]], requests: int, rate: float) -> int:
    ends: list[tuple[float, float]] = []

    def timed() -> Generator[Any, Any, None]:
        start = env.now
        yield from visit()
        ends.append((start, env.now))

    def source() -> Generator[Any, Any, None]:
        for _ in range(requests):
            yield env.timeout(random.expovariate(rate))
            env.process(timed())

    env.process(source())
    env.run()
    return requests


# -- other tools ---------------------------------------------------------------------------------------------


def ciw_mm4(requests: int) -> int:
    """M/M/4 in Ciw."""
    import ciw

    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate=3.2)],
        service_distributions=[ciw.dists.Exponential(rate=1.0)],
        number_of_servers=[4],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(requests / 3.2)
    return len(simulation.get_all_records())


def simfaas(rate: float, requests: int) -> int:
    """One function in SimFaaS."""
    from simfaas.ServerlessSimulator import ServerlessSimulator

    simulator = ServerlessSimulator(
        arrival_rate=rate,
        warm_service_rate=1 / 1.991,
        cold_service_rate=1 / 2.244,
        expiration_threshold=600,
        max_time=requests / rate,
    )
    simulator.generate_trace(debug_print=False, progress=False)
    return requests


# -- the comparisons -----------------------------------------------------------------------------------------


def ours(program: Program, rate: float, requests: int, engine: str = "compiled") -> int:
    """Our side: arrivals, run and the percentiles that a user asks for."""
    result = run(program, Poisson(rate, requests / rate), seed=1, engine=engine)
    result.percentile(99)
    return requests


def compare(scale: float) -> list[Row]:
    """All comparisons; `scale` 1 takes about two minutes."""
    rows: list[Row] = []
    models: list[tuple[str, Program, float, Callable[[int], int], float]] = [
        ("M/M/4", mm4(), 3.2, simpy_mm4, 40),
        ("five-hop chain", chain(), 3.2, simpy_chain, 40),
        ("three nested holds", nested(), 4.0, simpy_nested, 40),
        ("realistic six hops", realistic(), 300.0, simpy_realistic, 30),
    ]
    start = time.perf_counter()
    ours(mm4(), 3.2, 100)
    print(f"first call of the compiled engine: {time.perf_counter() - start:.2f} s", file=sys.stderr)
    for name, program, rate, plain, target in models:
        big, small = int(1_000_000 * scale), int(20_000 * scale)
        fast = rate_of(ours, program, rate, big)
        rows.append(Row(name, "plain SimPy", fast, rate_of(plain, small), target))
        rows.append(Row(name, "our SimPy engine", fast, rate_of(ours, program, rate, small, "simpy"), 0))
        rows.append(Row(name, "our interpreter", fast, rate_of(ours, program, rate, small, "interpreter"), 0))
    try:
        import ciw  # noqa: F401

        rows.append(Row("M/M/4", "Ciw", rows[0].ours_per_s, rate_of(ciw_mm4, int(20_000 * scale)), 80))
    except ImportError:
        print("Ciw is not installed: skipped", file=sys.stderr)
    try:
        from simfaas import ServerlessSimulator  # noqa: F401

        for instances, rate, count, target in ((8, 0.9, 100_000, 50), (800, 380.0, 60_000, 100)):
            fast = rate_of(ours, cold(), rate, int(1_000_000 * scale))
            slow = rate_of(simfaas, rate, int(count * scale), repeats=1)
            rows.append(Row(f"cold starts, {instances} instances", "SimFaaS", fast, slow, target))
    except ImportError:
        print("SimFaaS is not installed: skipped", file=sys.stderr)
    return rows


def memory_mb(requests: int) -> float:
    """The most memory this process has used, after a run of so many requests at 1,000 per second."""
    ours(realistic(), 1000.0, requests)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Prints the table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = compare(options.scale)
    count = int(3_600_000 * min(options.scale, 1.0))
    used = memory_mb(count)
    if options.json:
        print(
            json.dumps(
                {
                    "rows": [{**asdict(row), "ratio": row.ratio} for row in rows],
                    "memory_mb": used,
                    "memory_requests": count,
                }
            )
        )
        return
    print(f"{'model':28} {'beside':18} {'ours/s':>12} {'theirs/s':>12} {'ratio':>8} {'target':>7}")
    for row in rows:
        target = f"{row.target:.0f}" if row.target else "-"
        print(
            f"{row.model:28} {row.beside:18} {row.ours_per_s:12,.0f} {row.theirs_per_s:12,.0f}"
            f" {row.ratio:8.1f} {target:>7}"
        )
    print(f"memory after {count:,} realistic requests: {used:,.0f} MB (target below 1,000 for 3,600,000)")


if __name__ == "__main__":
    main()
