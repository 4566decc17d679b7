"""Components that only take time: gateways' and balancers' neighbours, storage, sign-in, keys, platforms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulations.compiling.compilation import Compilation, Visit


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
