"""The walk over call plans: each step becomes ops, each call runs inside the component that it calls."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from model.caching import time_to_live_s
from model.endpoints import Branch, Call, Choice, Endpoint, Parallel, Step
from model.traffic import operation
from simulations.compiling.compilation import Compilation, Users, Visit
from simulations.compiling.parts import Parts
from simulations.compiling.queues import Deliveries
from simulations.compiling.times import cpu_time, own_time
from simulations.distributions import Uniform, exponential

_LEAST = 1e-9
"""Shares below this are rounding."""


class Plans:
    """Compiles endpoints, then the messages that they send."""

    def __init__(self, at: Compilation) -> None:
        self.at = at
        self.parts = Parts(at)
        self.deliveries = Deliveries(at, self.steps, self.parts.__getitem__)

    def endpoint(self, name: str, endpoint: Endpoint, per_s: float) -> None:
        """One endpoint as an entry of the program, weighed by its rate."""
        with self.at.build.endpoint(name, per_s):
            self.steps(endpoint.calls, endpoint.client, name)

    def users(self, users: Users, shares: dict[str, float]) -> None:
        """A closed load in place of the arrivals at these endpoints."""
        asked = {name: share for name, share in shares.items() if share > 0}
        with self.at.build.users("users", users.count, exponential(users.think_s), asked) as each:
            for name in asked:
                endpoint = self.at.graph.endpoints[name]
                with each.calling(name):
                    self.steps(endpoint.calls, endpoint.client, name)

    def messages(self) -> None:
        """The flows of all messages, those that messages send too."""
        written = 0
        while written < len(self.at.later):
            flow, write = self.at.later[written]
            self.at.inside.clear()
            with self.at.build.flow(flow):
                write()
            written += 1

    def steps(self, steps: tuple[Step, ...], caller: str, endpoint: str) -> None:
        """One step after another."""
        for step in steps:
            match step:
                case Call():
                    self.call(step, caller, endpoint)
                case Parallel(parallel=branches):
                    with self.at.build.parallel() as together:
                        for branch in branches:
                            with together.branch():
                                self.steps(branch, caller, endpoint)
                case Choice(choice=branches):
                    self.choice(branches, caller, endpoint)

    def choice(self, branches: tuple[Branch, ...], caller: str, endpoint: str) -> None:
        """Exactly one of the branches; what the probabilities lack to one is nothing at all."""
        shares = [min(max(self.at.value(branch.probability), 0.0), 1.0) for branch in branches]
        rest = max(0.0, 1.0 - sum(shares))
        total = sum(shares) + rest
        with self.at.build.choice(*(share / total for share in (*shares, rest))) as chosen:
            for branch in branches:
                with chosen.way():
                    self.steps(branch.calls, caller, endpoint)
            with chosen.way():
                pass

    def call(self, call: Call, caller: str, endpoint: str) -> None:
        """A call as often as the plan makes it, waited for or not.

        A mean count between whole numbers is the lower one, and one more by chance.
        """
        probability, count = self.at.value(call.probability), self.at.value(call.count)
        if probability <= 0 or count <= 0:
            return
        whole, part = int(count), count - int(count)
        with self.chance(probability):
            if whole:
                with self.at.build.repeat(whole) if whole > 1 else nullcontext():
                    self.begin(call, caller, endpoint)
            if part > _LEAST:
                with self.chance(part):
                    self.begin(call, caller, endpoint)

    def chance(self, probability: float) -> AbstractContextManager[None]:
        """What is inside happens so often; always needs no draw."""
        return self.at.build.chance(probability) if probability < 1 - _LEAST else nullcontext()

    def begin(self, call: Call, caller: str, endpoint: str) -> None:
        """Waits for the call, or sends it off."""
        if call.asynchronous:
            self.at.send(f"{endpoint}: {caller} to {call.to}", lambda: self.once(call, caller, endpoint))
        else:
            self.once(call, caller, endpoint)

    def once(self, call: Call, caller: str, endpoint: str) -> None:
        """One call with its attempts, and what follows a cache's miss."""
        hit = None if call.hit_ratio is None else min(self.at.value(call.hit_ratio), 1.0)
        if hit is None or (not call.calls and not call.on_miss):
            self.attempts(call, caller, endpoint, call.calls)
            self.steps(call.on_miss, caller, endpoint)
            return
        ttl_s = time_to_live_s(self.at.component(call.to))
        if call.keys is not None and ttl_s is not None:
            self.looked_up(call, caller, endpoint, ttl_s)
            return
        with self.at.build.choice(hit, 1.0 - hit) as found:
            with found.way():
                self.attempts(call, caller, endpoint, ())
            with found.way():
                self.attempts(call, caller, endpoint, call.calls)
                self.steps(call.on_miss, caller, endpoint)

    def looked_up(self, call: Call, caller: str, endpoint: str, ttl_s: float) -> None:
        """A call to a cache that keeps what it fetched: hits come of themselves."""
        build, keys = self.at.build, max(round(self.at.value(call.keys or 1.0)), 1)
        self.at.caches += 1
        cache = build.cache(f"{call.to} ({endpoint}) {self.at.caches}", keys)
        with build.looked_up(cache, Uniform(0.0, float(keys)), ttl_s) as found:
            with found.miss():
                self.attempts(call, caller, endpoint, call.calls)
                self.steps(call.on_miss, caller, endpoint)
            with found.hit():
                self.attempts(call, caller, endpoint, ())

    def attempts(self, call: Call, caller: str, endpoint: str, below: tuple[Step, ...]) -> None:
        """The call with its time limit, tried again as the plan says."""
        build, retry = self.at.build, call.retry
        limited = call.timeout_ms is not None and self.at.conditions.timeouts
        with (
            build.retry(retry.attempts, retry.backoff_ms / 1000, jitter=retry.jitter)
            if retry is not None
            else nullcontext(),
            build.guarded(self.breaker(call, caller)) if call.breaker is not None else nullcontext(),
            build.call((call.timeout_ms or 0.0) / 1000) if limited else nullcontext(),
            self.parts[call.to].serving(self.visit(call, caller, endpoint)),
        ):
            self.steps(below, call.to, endpoint)
            self.deliveries.deliver(call.to, call.delivers, endpoint)

    def breaker(self, call: Call, caller: str) -> int:
        """The circuit breaker between two components, made when a plan first meets it."""
        ends = (caller, call.to)
        if ends not in self.at.breakers and call.breaker is not None:
            breaker = call.breaker
            made = self.at.build.breaker(f"{caller} to {call.to}", breaker.failures, breaker.open_s)
            self.at.breakers[ends] = made
        return self.at.breakers[ends]

    def visit(self, call: Call, caller: str, endpoint: str) -> Visit:
        """The call with its times as distributions."""
        at = self.at
        variation = None if call.variation is None else at.value(call.variation)
        own = own_time(at.component(call.to), at.value(call.time_ms), call.distribution, variation, at.parameters)
        cpu = cpu_time(at.value(call.cpu_ms), at.parameters)
        op = operation(call, at.graph, caller)
        return Visit(call, caller, endpoint, op, at.time(own), at.time(cpu))
