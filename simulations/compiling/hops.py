"""Components that only take time: gateways' and balancers' neighbours, storage, sign-in, keys, platforms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from simulations.compiling.compilation import Compilation, Visit

PATIENCE = {"alb": "alb_idle_timeout_s", "cloudfront": "cloudfront_origin_timeout_s"}
"""Kind to the fact that says how long it waits for what it calls."""


class Hop:
    """A component without a limit of its own: its time and its CPU time pass, then it calls others."""

    def __init__(self, at: Compilation, name: str) -> None:
        self.at = at

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """Takes the call's time; nothing is held."""
        self.at.own_times.setdefault(visit.call.to, []).append(visit.time)
        self.at.build.delay(visit.time)
        self.at.build.delay(visit.cpu)
        yield


class Edge(Hop):
    """A balancer or a distribution that answers 504 when its origin takes too long, while the work there goes on."""

    def __init__(self, at: Compilation, name: str) -> None:
        super().__init__(at, name)
        self.patience_s = at.parameters.value(PATIENCE[at.component(name).kind])

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """Takes the call's time, then waits so long and no longer."""
        with super().serving(visit), self.at.build.call(self.patience_s) if visit.call.calls else nullcontext():
            yield
