"""The stand-in and the simulator agree: the same stage under the same load, the stand-in on a clock that jumps."""

import asyncio
import selectors

import numpy as np
import pytest

from loadtests.standin.callplans import PlanMaker
from loadtests.standin.routes import served
from loadtests.standin.stations import Failed
from loadtests.standin.walk import Walker
from model.loading import load
from model.sizing import SizedGraph
from simulations.arrivals import Poisson, choose
from simulations.compiling.demand import Demand, day_of, demand_at
from simulations.stage import simulate

WARM_UP_S = 10.0


class JumpingSelector(selectors.DefaultSelector):
    """Waits for nothing: where an event loop would sleep, the clock jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop on that clock."""

    def __init__(self) -> None:
        self.jumping = JumpingSelector()
        super().__init__(self.jumping)

    def time(self) -> float:
        return self.jumping.now


def answered_ms(graph: SizedGraph, demand: Demand, scale: float, seconds: float) -> dict[str, list[float]]:
    """The stand-in's answers by endpoint, without HTTP and without a machine that stalls."""
    plans = {one.name: one.plan for one in served(graph, PlanMaker(graph, 1, scale))}
    names = [name for name in plans if demand.per_s[name] > 0]
    rates = [demand.per_s[name] for name in names]
    times = Poisson(sum(rates), seconds).times(1)
    answers: dict[str, list[float]] = {name: [] for name in names}

    async def one(walker: Walker, name: str, at: float) -> None:
        try:
            end = await walker.steps(plans[name], at)
        except Failed:
            return
        if at > WARM_UP_S:
            answers[name].append((end - at) * 1000)

    async def all_of_them() -> None:
        walker, loop, tasks = Walker(1), asyncio.get_running_loop(), []
        for at, k in zip(times, choose(rates, len(times), 1), strict=True):
            await asyncio.sleep(max(at - loop.time(), 0.0))
            tasks.append(asyncio.ensure_future(one(walker, names[k], float(at))))
        await asyncio.gather(*tasks)
        await walker.close()

    loop = JumpingLoop()
    try:
        loop.run_until_complete(all_of_them())
    finally:
        loop.close()
    return answers


@pytest.mark.parametrize(
    ("name", "stage", "scale", "seconds", "endpoint"),
    [("vertical-vibing", "stage2", 41.0, 150.0, "list_users"), ("lexohub", "target", 0.1, 45.0, "get_matter")],
)
def test_the_stand_in_answers_as_the_simulator_predicts(
    name: str, stage: str, scale: float, seconds: float, endpoint: str
) -> None:
    """Tasks at half of their CPU, and functions with a cache before their database: p50 and p95 within a tenth."""
    graph = load(name).at(stage)
    demand = demand_at(graph, float(day_of(graph).max()), scale)
    measured = np.percentile(answered_ms(graph, demand, scale, seconds)[endpoint], [50, 95])
    found = simulate(graph, 2, "simpy", demand=demand, replications=4, precision=0.5, most_requests=6000, least_s=5.0)
    predicted = next(row for row in found.endpoints if row.endpoint == endpoint)
    assert measured == pytest.approx([predicted.p50_ms.value, predicted.p95_ms.value], rel=0.1)
