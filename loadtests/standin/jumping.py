"""The stand-in without HTTP and without a machine: its own code on a clock that jumps from event to event."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from loadtests.chance import seeded
from loadtests.standin.callplans import PlanMaker
from loadtests.standin.places import Place
from loadtests.standin.routes import served
from loadtests.standin.stations import Failed, until
from loadtests.standin.walk import Walker
from model.sizing import SizedGraph


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


@dataclass(frozen=True)
class Walked:
    """What became of every arrival: by endpoint, (arrival, seconds to its answer), and arrivals that failed."""

    answers: Mapping[str, Sequence[tuple[float, float]]]
    failures: Mapping[str, Sequence[float]]
    places: Mapping[str, Place]


def walked_users(
    graph: SizedGraph, seed: int, scale: float, shares: Mapping[str, float], users: int, think_s: float, until_s: float
) -> Walked:
    """Users that ask, wait, think and ask again until a time, on the clock that jumps."""
    maker = PlanMaker(graph, seed, scale)
    plans = {one.name: one.plan for one in served(graph, maker)}
    answers: dict[str, list[tuple[float, float]]] = {name: [] for name in plans}
    failures: dict[str, list[float]] = {name: [] for name in plans}

    async def user(walker: Walker, chance: Random) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(chance.expovariate(1 / think_s))
            at = loop.time()
            if at >= until_s:
                return
            name = chance.choices(list(shares), list(shares.values()))[0]
            try:
                end = await walker.steps(plans[name], at)
                await until(end)
                answers[name].append((at, end - at))
            except Failed as failed:
                await until(failed.at)
                failures[name].append(at)

    async def all_of_them() -> None:
        walker = Walker(seed)
        await asyncio.gather(*(user(walker, seeded(seed, number)) for number in range(users)))
        await walker.close()

    jumped(all_of_them)
    return Walked(answers, failures, maker.places)


def jumped(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Run something on a clock that jumps."""
    loop = JumpingLoop()
    try:
        loop.run_until_complete(work())
    finally:
        loop.close()


def walked(graph: SizedGraph, seed: int, scale: float, arrivals: Sequence[tuple[float, str]]) -> Walked:
    """Every arrival (second, endpoint) walked through its call plan; the same on every machine."""
    maker = PlanMaker(graph, seed, scale)
    plans = {one.name: one.plan for one in served(graph, maker)}
    answers: dict[str, list[tuple[float, float]]] = {name: [] for name in plans}
    failures: dict[str, list[float]] = {name: [] for name in plans}

    async def one(walker: Walker, name: str, at: float) -> None:
        try:
            end = await walker.steps(plans[name], at)
        except Failed:
            failures[name].append(at)
            return
        answers[name].append((at, end - at))

    async def all_of_them() -> None:
        walker, loop, tasks = Walker(seed), asyncio.get_running_loop(), []
        for at, name in arrivals:
            await asyncio.sleep(max(at - loop.time(), 0.0))
            tasks.append(asyncio.ensure_future(one(walker, name, at)))
        await asyncio.gather(*tasks)
        await walker.close()

    jumped(all_of_them)
    return Walked(answers, failures, maker.places)
