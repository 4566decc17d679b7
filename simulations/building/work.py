"""What takes slots and time: delays, holds, instances of functions, tasks behind a balancer."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from simulations.building.equipment import Equipment
from simulations.building.things import Patience, Slots, Task
from simulations.distributions import Constant, Distribution
from simulations.program import (
    Code,
    Group,
    Op,
)

__all__ = ["Work"]


class Work(Equipment):
    """Every method is something that a request does or holds."""

    def delay(self, time: Distribution, at: Slots | None = None) -> None:
        """Takes time; `at` a station whose slowness stretches it."""
        self._check_dist(f"ops[{len(self._ops)}].delay", time)
        if isinstance(time, Constant) and time.value == 0:
            return
        slots = at or (self._held[-1][1] if self._held else Slots(-1))
        self._emit(Op(Code.HOLD, slots.station, slots.member, dist=time))

    @contextmanager
    def hold(self, slots: Slots, timeout_s: Patience = math.inf, breakable: bool = False) -> Iterator[None]:
        """Holds a slot around what is inside, waiting for it at most `timeout_s` (a number, or drawn).

        `breakable`: where the station went down meanwhile, what was done is lost, and the end of the block fails.
        """
        limit, patience = self._patience("hold", timeout_s)
        self._note_order(slots, limit)
        register = self._take_register()
        site = self._emit(
            Op(Code.ACQUIRE, slots.station, slots.member, register, fail=self._handler(), x=limit, dist=patience)
        )
        release = Op(Code.RELEASE, slots.station, slots.member, register, jump=site)
        with self._holding(site, slots), self._unwind(release, breakable):
            yield
        self._registers -= 1

    def serve(self, slots: Slots, time: Distribution, timeout_s: Patience = math.inf) -> None:
        """Waits for a slot, holds it for `time`, gives it back; on a sharing station, works there for `time`."""
        if self._stations[slots.station].sharing:
            self._check_dist(f"ops[{len(self._ops)}].serve", time)
            self._emit(Op(Code.SHARE, slots.station, slots.member, dist=time, fail=self._handler()))
            return
        with self.hold(slots, timeout_s):
            self.delay(time)

    @contextmanager
    def invoke(self, function: int) -> Iterator[None]:
        """Holds an instance of a serverless function around what is inside."""
        register = self._take_register()
        site = self._emit(Op(Code.SERVE, function, register=register, fail=self._handler()))
        with (
            self._holding(site, Slots(-1)),
            self._unwind(Op(Code.SERVED, function, register=register, jump=site)),
        ):
            yield
        self._registers -= 1

    @contextmanager
    def balanced(self, group: Group, breakable: bool = False) -> Iterator[Task]:
        """A balancer sends the request to one task, where it counts as outstanding until the end of the block."""
        register = self._take_register()
        self._emit(Op(Code.PICK, self._groups.index(group), register=register, fail=self._handler()))
        with self.hold(Slots(group.station, register), breakable=breakable):
            yield Task(group, register)
        self._registers -= 1
