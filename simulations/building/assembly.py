"""The ground of the builder: ops, labels, handlers of failures, registers, and the problems gathered so far."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from simulations.building.things import Patience, Slots
from simulations.distributions import Constant, Distribution
from simulations.program import (
    CAUSES,
    UNLIMITED,
    Breaker,
    Code,
    Entry,
    Function,
    Group,
    Op,
    RateLimit,
    Station,
)

__all__ = ["Assembly"]

_FLOW_END = -1

_RETURNS = (Code.RELEASE, Code.SERVED)
"""Ops whose `jump` names an op, not a label."""


class Assembly:
    """Collects stations and ops; what is wrong is noted and told at the end."""

    def __init__(self, name: str = "program") -> None:
        self.name = name
        self._ops: list[Op] = []
        self._labels: list[int] = []
        self._stations: list[Station] = []
        self._station_names: set[str] = set()
        self._functions: list[Function] = []
        self._groups: list[Group] = []
        self._limits: list[RateLimit] = []
        self._breakers: list[Breaker] = []
        self._caches: list[tuple[str, int]] = []
        self._entries: list[Entry] = []
        self._causes = list(CAUSES)
        self._problems: list[str] = []
        self._handlers: list[int] = []
        self._held: list[tuple[int, Slots]] = []
        self._registers = 0
        self._most_registers = 1
        self._flow = -1
        self._waits_for: dict[int, set[int]] = {}
        self._flow_labels: dict[str, int] = {}
        self._asides: list[tuple[int, Op, int]] = []

    def _emit(self, op: Op) -> int:
        self._check(self._flow >= 0, f"ops[{len(self._ops)}].{op.code.name.lower()}: stands outside every flow")
        parent = op.parent if op.parent >= 0 else (self._held[-1][0] if self._held else -1)
        self._ops.append(op.but(parent=parent, flow=self._flow))
        return len(self._ops) - 1

    def _label(self) -> int:
        self._labels.append(_FLOW_END)
        return len(self._labels) - 1

    def _place(self, label: int) -> None:
        self._labels[label] = len(self._ops)

    def _here(self) -> int:
        label = self._label()
        self._place(label)
        return label

    def _jump(self, label: int) -> None:
        self._emit(Op(Code.JUMP, jump=label))

    def _flow_label(self, name: str) -> int:
        if name not in self._flow_labels:
            self._flow_labels[name] = self._label()
        return self._flow_labels[name]

    def _resolved(self) -> Iterator[Op]:
        """The ops with the places of their labels."""
        place = [*self._labels, -1]
        for op in self._ops:
            if op.code in _RETURNS:
                yield op.but(fail=place[op.fail])
            else:
                yield op.but(jump=place[op.jump], fail=place[op.fail], targets=tuple(place[t] for t in op.targets))

    def _handler(self) -> int:
        return self._handlers[-1] if self._handlers else -1

    @contextmanager
    def _scope(self) -> Iterator[int]:
        """Failures inside go to the label yielded; code emitted after the label is placed fails outward."""
        label = self._label()
        self._handlers.append(label)
        yield label
        if label in self._handlers:
            self._handlers.remove(label)

    @contextmanager
    def _unwind(self, undo: Op, breakable: bool = False) -> Iterator[None]:
        """Does `undo` at the end of the block, and also on the way out of a failure inside it; the end of a
        `breakable` block may itself fail.
        """
        outer, begin = self._handler(), len(self._ops)
        with self._scope() as failed:
            yield
        self._emit(undo.but(fail=outer) if breakable else undo)
        used = any(failed == op.fail or (failed == op.jump and op.code not in _RETURNS) for op in self._ops[begin:])
        if used or any(failed == onward for _, _, onward in self._asides):
            self._asides.append((failed, undo.but(parent=self._held[-1][0] if self._held else -1), outer))

    def _write_asides(self) -> None:
        """What is done on the way out of failures, written behind the flow so that the usual way is straight."""
        for failed, undo, outer in self._asides:
            self._place(failed)
            self._emit(undo)
            self._jump(outer)
        self._asides.clear()

    @contextmanager
    def _renamed_failure(self, cause: str) -> Iterator[None]:
        outer, after = self._handler(), self._label()
        with self._scope() as failed:
            yield
        self._jump(after)
        self._place(failed)
        self._emit(Op(Code.RAISE, fail=outer, count=self._cause(cause)))
        self._place(after)

    @contextmanager
    def _holding(self, site: int, slots: Slots) -> Iterator[None]:
        self._held.append((site, slots))
        yield
        self._held.pop()

    def _patience(self, what: str, timeout_s: Patience) -> tuple[float, Distribution]:
        """The `x` and the distribution of an op that waits at most so long."""
        if not isinstance(timeout_s, (int, float)):
            self._check_dist(f"ops[{len(self._ops)}].{what}.timeout_s", timeout_s)
            return timeout_s.mean, timeout_s
        self._check(timeout_s > 0, f"ops[{len(self._ops)}].{what}: timeout_s {timeout_s} must be above 0")
        return float(timeout_s), Constant(float(timeout_s) if timeout_s < math.inf else 0.0)

    def _take_register(self) -> int:
        self._registers += 1
        self._most_registers = max(self._most_registers, self._registers)
        return self._registers - 1

    def _cause(self, cause: str) -> int:
        if cause not in self._causes:
            self._causes.append(cause)
        return self._causes.index(cause)

    def _note_order(self, slots: Slots, timeout_s: float) -> None:
        """Remembers which station is waited for while which is held: a circle of these can deadlock."""
        station = self._stations[slots.station]
        if math.isinf(timeout_s) and station.servers < UNLIMITED and station.queue > 0:
            for _, held in self._held:
                if held.station >= 0 and self._stations[held.station].servers < UNLIMITED:
                    self._waits_for.setdefault(held.station, set()).add(slots.station)

    def _check(self, holds: bool, problem: str) -> None:
        if not holds:
            self._problems.append(problem)

    def _check_name(self, name: str, taken: Collection[str], what: str) -> None:
        self._check(name not in taken, f"{what}s.{name}: this name is taken")

    def _check_dist(self, place: str, dist: Distribution) -> None:
        self._problems += [f"{place}: {problem}" for problem in dist.problems()]

    def _check_probability(self, what: str, value: float) -> None:
        self._check(0 <= value <= 1, f"ops[{len(self._ops)}].{what}: probability {value} is not between 0 and 1")
