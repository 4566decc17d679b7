"""What the model says of measured figures: demands on each component, linear in the document's service times."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.endpoints import Call, Choice, Parallel, Step
from model.quantity import Formula, Num, Values
from model.sizing import SizedGraph
from model.traffic import Load, traffic
from studies.calibration_data import Interval

Array = NDArray[np.float64]
NUDGE: Final = 0.1
"""Share of a service time by which it is moved to see what follows; demands are linear in it."""


def service_times(graph: SizedGraph) -> tuple[str, ...]:
    """The assumptions in milliseconds that a call's own time or CPU time reads, sorted; those at zero cannot scale."""
    read = {
        name
        for endpoint in graph.endpoints.values()
        for call in calls_in(endpoint.calls)
        for quantity in (call.time_ms, call.cpu_ms)
        if isinstance(quantity, Formula)
        for name in quantity.names
    }
    known = graph.assumptions
    return tuple(
        sorted(n for n in read if n in known and known[n].unit.partition(" ")[0] == "ms" and known[n].likely > 0)
    )


def calls_in(steps: tuple[Step, ...]) -> Iterator[Call]:
    """Every call of a plan."""
    for step in steps:
        match step:
            case Parallel(parallel=branches):
                for branch in branches:
                    yield from calls_in(branch)
            case Choice(choice=branches):
                for way in branches:
                    yield from calls_in(way.calls)
            case Call():
                yield step
                yield from calls_in((*step.calls, *step.on_miss, *step.delivers))


@dataclass(frozen=True)
class Demands:
    """Per request of each endpoint: calls, CPU ms and held ms of each component, with every time nudged in turn.

    Arrays have shape (1 + times,): the document's value first, then with one service time after another raised.
    """

    names: tuple[str, ...]
    loads: Mapping[str, Mapping[str, Load]]
    """By endpoint, by component."""
    below: Mapping[str, frozenset[str]]
    """By component: itself and whatever its calls may wait for."""

    @classmethod
    def of(cls, graph: SizedGraph, names: tuple[str, ...], assumed: Values | None = None) -> Demands:
        """The demands of a stage around the likely values, some replaced by `assumed`."""
        values: dict[str, Num] = {name: one.likely for name, one in graph.assumptions.items()}
        values |= dict(assumed or {})
        for number, name in enumerate(names):
            nudged = np.full(1 + len(names), float(values[name]))
            nudged[1 + number] *= 1 + NUDGE
            values[name] = nudged
        known = graph.values(values)
        loads = {}
        for name, endpoint in graph.endpoints.items():
            one = endpoint.model_copy(update={"share": None, "monthly_calls": 1.0})
            loads[name] = traffic(replace(graph, endpoints={name: one}), known).loads
        return cls(names, loads, {name: reached(graph, name) for name in graph.components})

    def cpus(self, interval: Interval, component: str) -> Array:
        """Busy CPUs of a component, shape (1 + times,)."""
        return self._sum(interval, component, "monthly_cpu_ms") / 1000

    def held_ms(self, interval: Interval, component: str) -> Array:
        """Mean time of a call in a component without queueing; nan where nothing calls it."""
        calls = self._sum(interval, component, "monthly_calls")
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self._sum(interval, component, "monthly_busy_ms") / calls)

    def calls(self, interval: Interval, component: str) -> float:
        """Calls of a component in the interval."""
        return float(self._sum(interval, component, "monthly_calls")[0]) * interval.seconds

    def _sum(self, interval: Interval, component: str, field: str) -> Array:
        total = np.zeros(1 + len(self.names))
        for endpoint, per_s in interval.throughput_per_s.items():
            load = self.loads.get(endpoint, {}).get(component)
            if load is not None:
                total = total + per_s * np.asarray(getattr(load, field), dtype=np.float64)
        return total


def reached(graph: SizedGraph, name: str) -> frozenset[str]:
    """A component and all that it calls, directly or not."""
    found, left = {name}, [name]
    while left:
        source = left.pop()
        for edge in graph.connections:
            if edge.source == source and edge.kind != "telemetry" and edge.target not in found:
                found.add(edge.target)
                left.append(edge.target)
    return frozenset(found)


def slopes(row: Array) -> tuple[float, Array]:
    """A nudged figure as (what no service time moves, what each moves at its document's value)."""
    moved = (row[1:] - row[0]) / NUDGE
    return float(row[0] - moved.sum()), moved
