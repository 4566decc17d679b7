"""Running a call plan: each call passes its callee's limits, waits its drawn times, and makes its own calls."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from loadtests.chance import seeded
from loadtests.standin.callplans import Fork, Hop, Part, Way
from loadtests.standin.places import Copy
from loadtests.standin.stations import Failed, until

MOST_BACKGROUND = 10_000
"""Deliveries under way at once; more are counted as lost rather than let memory grow."""


class Walker:
    """Runs the plans of one stand-in. Moments are seconds of the event loop's clock."""

    def __init__(self, seed: int) -> None:
        self.chance = seeded(seed)
        self.background: set[asyncio.Future[Any]] = set()
        self.lost = 0

    async def steps(self, parts: tuple[Part, ...], at: float, copy: Copy | None = None) -> float:
        """Run parts one after another from a moment on; return the moment at which the last one is done.

        `copy` is the task that calls: its calls to databases take a connection from its pool.
        """
        for part in parts:
            match part:
                case Hop():
                    at = await self.hop(part, at, copy)
                case Fork(branches=branches):
                    at = await self.fork(branches, at, copy)
                case Way(probabilities=shares, branches=branches):
                    at = await self.steps(self.chance.choices(branches, shares)[0], at, copy)
        return at

    async def fork(self, branches: tuple[tuple[Part, ...], ...], at: float, copy: Copy | None) -> float:
        """Run branches at the same time; the slowest decides, and a failed one fails the whole when all have ended."""
        ends = await asyncio.gather(*(self.steps(branch, at, copy) for branch in branches), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end
        return max(end for end in ends if isinstance(end, float))

    async def hop(self, hop: Hop, at: float, copy: Copy | None) -> float:
        """Make a call as often as its plan says."""
        if hop.probability < 1 and self.chance.random() >= hop.probability:
            return at
        times = int(hop.count) + (self.chance.random() < hop.count % 1)
        for _ in range(times):
            if hop.asynchronous:
                self.later(self.tried(hop, at, copy))
            else:
                at = await self.tried(hop, at, copy)
        return at

    async def tried(self, hop: Hop, at: float, copy: Copy | None) -> float:
        """One call with its retries."""
        for attempt in range(1, hop.attempts + 1):
            try:
                return await self.limited(hop, at, copy)
            except Failed as failed:
                if attempt == hop.attempts:
                    raise
                pause = hop.backoff_s * 2 ** (attempt - 1)
                at = failed.at + (self.chance.random() * pause if hop.jitter else pause)
                await until(at)
        raise AssertionError("a call has at least one attempt")

    async def limited(self, hop: Hop, at: float, copy: Copy | None) -> float:
        """One attempt; after its timeout the caller goes on as failed, and the work below is not stopped."""
        if hop.timeout_s is None:
            return await self.once(hop, at, copy)
        work = asyncio.ensure_future(self.once(hop, at, copy))
        deadline = at + hop.timeout_s
        try:
            done, _ = await asyncio.wait({work}, timeout=max(deadline - asyncio.get_running_loop().time(), 0.0))
        except asyncio.CancelledError:
            work.cancel()
            raise
        if done and work.exception() is None and work.result() <= deadline:
            return work.result()
        if done and work.exception() is not None:
            return work.result()
        self.keep(work)
        await until(deadline)
        raise Failed(f"{hop.place.name} timed out", deadline, 504)

    async def once(self, hop: Hop, at: float, copy: Copy | None) -> float:
        """One attempt without a deadline: a connection if needed, the callee, then what a miss costs the caller."""
        pool = copy.pool if copy is not None and hop.place.is_database else None
        if pool is not None:
            await until(at)
            at = await pool.take(at)
        end = at
        try:
            missed, end = await self.served(hop, at)
        except Failed as failed:
            end = failed.at
            raise
        finally:
            if pool is not None:
                pool.give(end)
        at = end
        if hop.delivers:
            self.later(self.steps(hop.delivers, at))
        return await self.steps(hop.on_miss, at, copy) if missed else at

    async def served(self, hop: Hop, at: float) -> tuple[bool, float]:
        """The callee's part: its limits, CPU, waiting, its own calls; whether a cache missed, and when it is done."""
        came, place = at, hop.place
        await until(at)
        visit = await place.enter(at, hop.op, hop.endpoint)
        at = visit.at
        try:
            missed, at = await self.work(hop, visit.copy, at)
            if hop.hit_ratio is not None:
                place.hits, place.misses = place.hits + (not missed), place.misses + missed
            if missed:
                at = await self.steps(hop.calls, at, visit.copy)
            await until(at)
        except Failed as failed:
            at = failed.at
            raise
        finally:
            place.leave(visit, came, at)
        return missed and hop.hit_ratio is not None, at

    async def work(self, hop: Hop, copy: Copy, at: float) -> tuple[bool, float]:
        """The callee's own time, modelled or real; whether it goes on to what lies behind it, and when it is done."""
        if hop.place.real is not None:
            clock = asyncio.get_running_loop().time
            began = clock()
            try:
                missed = await hop.place.real.serve(hop.op, hop.entity, hop.hit_ratio)
            except Exception as error:
                raise Failed(f"{hop.place.name}: {type(error).__name__}", at + clock() - began) from None
            return missed, at + clock() - began
        work_s = hop.cpu.drawn(self.chance)
        at = copy.cpus.serve(at, work_s) if copy.cpus is not None and work_s else at + work_s
        missed = hop.hit_ratio is None or self.chance.random() >= hop.hit_ratio
        return missed, at + hop.wait.drawn(self.chance)

    def later(self, work: Coroutine[Any, Any, float]) -> None:
        """What nobody waits for."""
        if len(self.background) >= MOST_BACKGROUND:
            self.lost += 1
            work.close()
            return
        self.keep(asyncio.ensure_future(work))

    def keep(self, task: asyncio.Future[Any]) -> None:
        """Hold on to a task until it ends; its failure is the callee's count, and nobody else's."""
        self.background.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Future[Any]) -> None:
        self.background.discard(task)
        if not task.cancelled():
            task.exception()

    async def close(self) -> None:
        """Stop what still runs in the background."""
        tasks = list(self.background)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
