"""Where requests begin: endpoints, message flows, closed clients and users."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from simulations.building.passages import Passages
from simulations.building.ways import Users
from simulations.distributions import Distribution
from simulations.program import (
    Code,
    Entry,
    Op,
)

__all__ = ["Flows"]


class Flows(Passages):
    """Every method opens one flow."""

    @contextmanager
    def endpoint(self, name: str, share: float = 1.0) -> Iterator[None]:
        """What a client calls; `share` weighs it among the endpoints."""
        self._check(share >= 0 and math.isfinite(share), f"endpoints.{name}.share: {share} is below 0")
        with self._open_flow(Entry(name, len(self._ops), share)):
            yield

    @contextmanager
    def flow(self, name: str) -> Iterator[None]:
        """What becomes of a message sent with `send(name)`."""
        with self._open_flow(Entry(name, len(self._ops), 0.0, kind="flow")):
            yield

    @contextmanager
    def clients(self, name: str, count: int, think: Distribution) -> Iterator[None]:
        """A closed load: `count` clients that think, send this request, wait for the answer, and think again."""
        self._check(count >= 1, f"clients.{name}.count: {count} is below 1")
        entry = Entry(name, len(self._ops), 0.0, clients=count, kind="clients")
        with self._flow_scope(entry) as flow:
            begin = self._here()
            self.delay(think)
            self._emit(Op(Code.BEGIN, count=flow, flow=flow))
            with self._scope() as failed:
                yield
                self._emit(Op(Code.COMPLETE, count=0))
                self._jump(begin)
                self._place(failed)
                self._emit(Op(Code.COMPLETE, count=1))
                self._jump(begin)

    @contextmanager
    def users(self, name: str, count: int, think: Distribution, shares: Mapping[str, float]) -> Iterator[Users]:
        """A closed load over several endpoints: `count` users think, choose one by its share, wait for the answer.

        `with users(...) as each: with each.calling("get"): ...`, in the order of the shares.
        """
        self._check(count >= 1, f"users.{name}.count: {count} is below 1")
        total = sum(shares.values())
        with self._flow_scope(Entry(name, len(self._ops), 0.0, clients=count, kind="clients")):
            begin = self._here()
            self.delay(think)
            with self.choice(*(share / total for share in shares.values())) as chosen:
                yield Users(self, chosen, begin)

    @contextmanager
    def _open_flow(self, entry: Entry) -> Iterator[None]:
        with self._flow_scope(entry), self._scope() as failed:
            yield
            self._emit(Op(Code.END))
            self._place(failed)
            self._emit(Op(Code.FAILED))

    @contextmanager
    def _flow_scope(self, entry: Entry) -> Iterator[int]:
        self._check_name(entry.name, [e.name for e in self._entries], "flow")
        self._check(not self._handlers, f"flows.{entry.name}: begins inside another flow")
        self._entries.append(entry)
        self._flow = len(self._entries) - 1
        self._place(self._flow_label(entry.name))
        yield self._flow
        self._write_asides()
        self._flow = -1
