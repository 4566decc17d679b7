"""What lets a request pass, sends it on, or ends it: limits, breakers, caches, queues, failures, early answers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from simulations.building.things import Slots
from simulations.building.turns import Turns
from simulations.building.ways import LookUp
from simulations.distributions import Distribution
from simulations.program import (
    Code,
    Op,
)

__all__ = ["Passages"]


class Passages(Turns):
    """Every method is a passage, or an end."""

    def send(self, flow: str) -> None:
        """Sends a message to a flow and does not wait."""
        self._emit(Op(Code.SEND, jump=self._flow_label(flow)))

    def limit(self, rate_limit: int) -> None:
        """Fails as throttled when the token bucket is empty."""
        self._emit(Op(Code.LIMIT, rate_limit, fail=self._handler()))

    @contextmanager
    def guarded(self, breaker: int) -> Iterator[None]:
        """Fails at once while the circuit is open; what happens inside opens or closes it."""
        outer = self._handler()
        self._emit(Op(Code.GUARD, breaker, fail=outer))
        after = self._label()
        with self._scope() as failed:
            yield
            self._emit(Op(Code.REPORT, breaker, count=1))
            self._jump(after)
            self._place(failed)
            self._emit(Op(Code.REPORT, breaker, count=0))
            self._jump(outer)
        self._place(after)

    @contextmanager
    def cached(self, cache: int, key: Distribution, ttl_s: float) -> Iterator[None]:
        """What is inside happens on a miss only: the key (drawn, rounded down) is absent or older than `ttl_s`."""
        after = self._label()
        self._check_dist(f"ops[{len(self._ops)}].cached", key)
        self._emit(Op(Code.CACHED, cache, jump=after, x=float(ttl_s), dist=key))
        yield
        self._place(after)

    @contextmanager
    def looked_up(self, cache: int, key: Distribution, ttl_s: float) -> Iterator[LookUp]:
        """A cache with both ways: `with looked_up(...) as found: with found.miss(): ...; with found.hit(): ...`."""
        self._check_dist(f"ops[{len(self._ops)}].looked_up", key)
        found = LookUp(self)
        self._emit(Op(Code.CACHED, cache, jump=found.there, x=float(ttl_s), dist=key))
        yield found
        self._place(found.after)

    @contextmanager
    def received(
        self, workers: Slots, visibility_s: float, max_receives: int, cause: str = "dead letter"
    ) -> Iterator[None]:
        """A worker takes the message off its queue. Whatever is not done within `visibility_s` of the receipt comes
        back to the tail, while the first work goes on; after `max_receives` the message is a dead letter.
        """
        self._check(max_receives >= 1, f"ops[{len(self._ops)}].received: max_receives {max_receives} is below 1")
        with self._renamed_failure(cause), self.retry(max_receives):
            mark = self._take_register()
            register = self._take_register()
            outer, after, again = self._handler(), self._label(), self._label()
            site = self._emit(Op(Code.ACQUIRE, workers.station, workers.member, register, fail=outer, x=math.inf))
            self._emit(Op(Code.MARK, register=mark))
            limit, patience = self._patience("received", visibility_s)
            fork = self._emit(Op(Code.FORK, fail=again, x=limit, dist=patience))
            self._jump(after)
            branch = self._here()
            self._ops[fork] = self._ops[fork].but(targets=(branch,), parent=site)
            with self._scope() as failed, self._holding(site, workers):
                release = Op(Code.RELEASE, workers.station, workers.member, register, jump=site)
                with self._unwind(release):
                    yield
                self._emit(Op(Code.END))
                self._place(failed)
                self._emit(Op(Code.FAILED))
            self._place(again)
            self._emit(Op(Code.UNTIL, register=mark, x=float(visibility_s)))
            self._jump(outer)
            self._place(after)
            self._registers -= 2

    def fail(self, cause: str) -> None:
        """Fails with a cause of this name."""
        self._emit(Op(Code.RAISE, fail=self._handler(), count=self._cause(cause)))

    def reply(self, caller_first: float = 0.0) -> None:
        """Answers the caller now and goes on with what is left; on a tie the caller moves first with this
        probability.
        """
        self._check_probability("reply", caller_first)
        self._emit(Op(Code.REPLY, x=caller_first))
