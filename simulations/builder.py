"""Writing programs by hand or by compiler: nested `with` blocks become ops, every failure unwinds what is held.

    build = ProgramBuilder("bank")
    desk = build.station("desk", servers=4)
    with build.endpoint("visit"):
        build.serve(desk, exponential(1.0))
    program = build.build()

Problems are gathered while building and raised together by `build()`.
"""

from __future__ import annotations

from simulations.building.deadlocks import circles
from simulations.building.flows import Flows
from simulations.building.things import InvalidProgram, Slots, Task
from simulations.program import Program

__all__ = ["InvalidProgram", "ProgramBuilder", "Slots", "Task"]


class ProgramBuilder(Flows):
    """Collects stations and flows; every method is one thing that can happen to a request."""

    def build(self) -> Program:
        """The program, or `InvalidProgram` with everything that is wrong."""
        for name in self._flow_labels:
            self._check(any(e.name == name for e in self._entries), f"flows.{name}: is sent to and not defined")
        self._check(bool(self._entries), "entries: there is no endpoint, flow or client")
        open_entries = [entry for entry in self._entries if entry.kind == "endpoint"]
        reached = any(entry.share > 0 for entry in open_entries) or any(entry.clients for entry in self._entries)
        self._check(not open_entries or reached, "endpoints: every share is 0")
        self._problems += circles(self._waits_for, [station.name for station in self._stations])
        if self._problems:
            raise InvalidProgram(self.name, self._problems)
        return Program(
            self.name,
            tuple(self._resolved()),
            tuple(self._entries),
            tuple(self._stations),
            tuple(self._functions),
            tuple(self._groups),
            tuple(self._limits),
            tuple(self._breakers),
            tuple(self._caches),
            tuple(self._causes),
            self._most_registers,
        )
