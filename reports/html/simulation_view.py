"""A simulated stage as the page draws it: bars and curves in percent, so that they fit any screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reports.html.charts import COLOURS, OTHERS
from reports.html.growth_chart import gridlines
from reports.report_model import StageReport
from reports.simulated import SimulatedStage
from reports.simulation_text import holds_until
from simulations.observing import Observed
from simulations.program import UNLIMITED
from simulations.stage_result import EndpointResult

MOST_PLACES = 12
_SHOWN = 0.0005


@dataclass(frozen=True)
class TimePart:
    """One component's part of an endpoint's mean time."""

    component: str
    colour: int
    ms: float
    start: float
    width: float


@dataclass(frozen=True)
class LatencyBar:
    """p50 to p99 on an axis that all endpoints of the stage share; its scale is logarithmic."""

    low: float
    p95: float
    high: float
    targets: tuple[float, ...]
    """Thresholds that the document sets for the endpoint."""


@dataclass(frozen=True)
class Strip:
    """One curve over the day: places in percent, y downwards."""

    name: str
    line: str
    area: str
    gridlines: tuple[tuple[float, float], ...]
    """(value, y)."""
    most: float


@dataclass(frozen=True)
class SimulationView:
    """One stage's simulation."""

    stage: StageReport
    simulated: SimulatedStage
    label: Callable[[str], str]

    @property
    def holds_until(self) -> str:
        """How much more it can take, in a sentence."""
        return holds_until(self.simulated.outlook.capacity, self.label)

    @cached_property
    def times(self) -> Mapping[str, Mapping[str, float]]:
        """Mean milliseconds by endpoint and by component with the way it takes them."""
        found: dict[str, dict[str, float]] = {}
        for part in self.simulated.outlook.result.times:
            name = self.label(part.component) + ("" if part.what == "work" else f", {part.what}")
            row = found.setdefault(part.endpoint, {})
            row[name] = row.get(name, 0.0) + part.mean_ms
        return found

    @cached_property
    def colours(self) -> Mapping[str, int]:
        """A colour for whatever takes most time, weighed by the requests of its endpoint; the rest share the last."""
        weights: dict[str, float] = {}
        for endpoint in self.simulated.outlook.result.endpoints:
            for name, ms in self.times.get(endpoint.endpoint, {}).items():
                weights[name] = weights.get(name, 0.0) + ms * endpoint.requests
        ordered = sorted(weights, key=lambda name: (-weights[name], name))
        return {name: min(place, COLOURS - 1) for place, name in enumerate(ordered)}

    @property
    def legend(self) -> list[tuple[str, int]]:
        """Each colour with what it stands for."""
        own = [(name, colour) for name, colour in self.colours.items() if colour < COLOURS - 1]
        rest = [name for name, colour in self.colours.items() if colour == COLOURS - 1]
        last = (rest[0] if len(rest) == 1 else OTHERS.replace("services", "parts")) if rest else None
        return [*own, *([(last, COLOURS - 1)] if last else [])]

    def time_parts(self, endpoint: EndpointResult) -> tuple[TimePart, ...]:
        """The parts of an endpoint's time, in percent of its whole: what takes most time in the stage comes first."""
        row = self.times.get(endpoint.endpoint, {})
        whole = sum(row.values())
        parts, start = [], 0.0
        for name in sorted(row, key=lambda name: self.colours.get(name, COLOURS)):
            width = 100 * row[name] / whole if whole else 0.0
            if width >= 100 * _SHOWN:
                parts.append(TimePart(name, self.colours.get(name, COLOURS - 1), row[name], start, width))
            start += width
        return tuple(parts)

    def time_ms(self, endpoint: EndpointResult) -> float:
        """All parts together."""
        return sum(self.times.get(endpoint.endpoint, {}).values())

    @cached_property
    def _axis(self) -> tuple[float, float]:
        figures = [
            value
            for e in self.simulated.outlook.result.endpoints
            for value in (e.p50_ms.value, e.p99_ms.value, *self._thresholds(e))
            if math.isfinite(value) and value > 0
        ]
        low, high = (min(figures), max(figures)) if figures else (1.0, 10.0)
        return math.log(low / 1.25), math.log(max(high, low * 2) * 1.25)

    def _thresholds(self, endpoint: EndpointResult) -> list[float]:
        result = self.simulated.outlook.result
        targets = self.stage.graph.architecture.targets
        return [
            verdict.threshold
            for verdict in result.verdicts
            if verdict.metric == "latency_ms"
            and targets[verdict.target].component is None
            and (not targets[verdict.target].endpoints or endpoint.endpoint in targets[verdict.target].endpoints)
        ]

    def latency_bar(self, endpoint: EndpointResult) -> LatencyBar | None:
        """None where nothing was answered."""
        values = (endpoint.p50_ms.value, endpoint.p95_ms.value, endpoint.p99_ms.value)
        if not all(math.isfinite(value) and value > 0 for value in values):
            return None
        low, p95, high = map(self._place, values)
        thresholds = dict.fromkeys(self._place(value) for value in self._thresholds(endpoint))
        return LatencyBar(low, p95, high, tuple(thresholds))

    def _place(self, ms: float) -> float:
        low, high = self._axis
        return 100 * (math.log(ms) - low) / (high - low)

    @property
    def places(self) -> list[Observed]:
        """Where requests meet a limit, the fullest first."""
        found = [place for component in self.simulated.outlook.result.components for place in component.places]
        used = [place for place in found if place.pressure > 0 or place.refused or place.passed]
        return sorted(used, key=lambda p: (-p.pressure, p.place.component, p.place.what))[:MOST_PLACES]

    def limit(self, place: Observed) -> float | None:
        """What the place can hold with all the tasks that it may have; None without a limit."""
        return place.most_slots if place.most_slots < UNLIMITED else None

    @cached_property
    def strips(self) -> tuple[Strip, ...]:
        """Load, tasks and waiting over the day, those that there are."""
        day = self.simulated.outlook.day
        scaled = {name: item for name, item in day.tasks.items() if item.tasks.max() > 0}
        strips = [strip("requests a second", day.per_s)]
        strips += [strip(f"tasks of {self.label(name)}", item.tasks) for name, item in scaled.items()]
        return (*strips, strip("calls that wait", day.waiting))


def strip(name: str, values: NDArray[np.float64] | NDArray[np.int64]) -> Strip:
    """A curve of one value a minute, drawn as the steps it makes.

    >>> strip("x", np.array([1.0, 1.0, 2.0, 2.0])).line
    '0.00,53.85 50.00,53.85 50.00,7.69 100.00,7.69'
    """
    most = float(values.max())
    top = (most or 1.0) * 13 / 12
    corners = [0, *(np.flatnonzero(np.diff(values)) + 1).tolist(), len(values)]
    points: list[tuple[float, float]] = []
    for start, end in pairwise(corners):
        y = 100 * (1 - float(values[start]) / top)
        points += [(100 * start / len(values), y), (100 * end / len(values), y)]
    text = " ".join(f"{x:.2f},{y:.2f}" for x, y in points)
    whole = np.issubdtype(values.dtype, np.integer)
    marks = [value for value in gridlines(top) if not whole or value == int(value)] if most else []
    grids = tuple((value, 100 * (1 - value / top)) for value in marks[-2:])
    return Strip(name, text, f"0,100 {text} 100,100", grids, most)


def simulation_views(stages: Sequence[StageReport], label: Callable[[str], str]) -> dict[str, SimulationView]:
    """The views of the stages that were simulated, by stage."""
    return {s.name: SimulationView(s, s.simulated, label) for s in stages if s.simulated is not None}
