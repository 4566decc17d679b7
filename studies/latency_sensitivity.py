"""Sensitivity of latency: which assumptions move the p95 of a stage's busiest hour most, one at a time.

Every run has the same random numbers, so that a difference is the assumption's and not chance's; its interval comes
from the replications, pair by pair. Short runs say what moves p95 at all; those that move it most are run for longer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from model.assumptions import Assumption
from model.sizing import SizedGraph
from simulations.compiling.facts import Fact
from simulations.compiling.stage_program import compile_stage
from simulations.results import percentile
from simulations.stage import simulate
from simulations.statistics import interval
from studies.scaling import driver

LOOKED_AT = 12
"""Influences that are run for longer."""


@dataclass(frozen=True)
class _Effort:
    """Replications, requests of all together at most, and the least seconds of each."""

    replications: int
    requests: int
    least_s: float


_ROUGH = _Effort(3, 6_000, 0.0)
_FINE = _Effort(6, 60_000, 10.0)
PERCENTILE = 95
_ANY = 1e9
"""Precision that the first run always reaches: all runs are of one length."""


@dataclass(frozen=True)
class LatencyInfluence:
    """What one assumption does to p95, the others likely."""

    name: str
    kind: Literal["assumption", "simulator"]
    """The document's own, or a fact of the simulator."""
    unit: str
    why: str
    low: float
    high: float
    p95_at_low_ms: float
    p95_at_high_ms: float
    difference_ms: tuple[float, float]
    """95 % interval of at-high less at-low."""
    rough: bool
    """From short runs alone: it moves p95 less than those that were looked at for longer."""

    @property
    def swing_ms(self) -> float:
        """How far p95 moves; infinite where a queue grows at one end, 0 where one grows at both."""
        ends = (self.p95_at_low_ms, self.p95_at_high_ms)
        return 0.0 if all(math.isinf(end) for end in ends) else abs(ends[1] - ends[0])

    @property
    def certain(self) -> bool:
        """Whether the interval leaves 0 out."""
        low, high = self.difference_ms
        return math.isinf(self.swing_ms) or low > 0 or high < 0

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
            "p95_at_low_ms": _finite(self.p95_at_low_ms),
            "p95_at_high_ms": _finite(self.p95_at_high_ms),
            "swing_ms": _finite(self.swing_ms),
            "difference_ms": [_finite(end) for end in self.difference_ms],
            "certain": self.certain,
            "rough": self.rough,
            "why": self.why,
        }


@dataclass(frozen=True)
class LatencySensitivity:
    """One stage: what moves its p95, the largest swing first."""

    architecture: str
    stage: str
    p95_ms: float
    """With every assumption at its likely value, over all requests of clients."""
    influences: tuple[LatencyInfluence, ...]
    unmoved: int
    """Assumptions and facts with the same p95 at both bounds, in every replication."""

    def as_json(self) -> dict[str, Any]:
        return {
            "architecture": self.architecture,
            "stage": self.stage,
            "p95_ms": _finite(self.p95_ms),
            "influences": [item.as_json() for item in self.influences],
            "unmoved": self.unmoved,
        }


def latency_sensitivity(
    graph: SizedGraph, seed: int = 1, *, tell: Callable[[str], None] = lambda _: None
) -> LatencySensitivity:
    """The influence of every assumption, and of every fact of the simulator in use, on p95. Raise BadInput when nothing
    arrives.
    """
    cases = list(_cases(graph))
    rough = []
    for case in cases:
        tell(case.name)
        rough.append((case, case.run(seed, _ROUGH)))
    moving = [(case, item) for case, item in rough if item.swing_ms > 0 or math.isinf(item.p95_at_low_ms)]
    moving.sort(key=lambda pair: (-pair[1].swing_ms, pair[1].name))
    found = []
    for case, _ in moving[:LOOKED_AT]:
        tell(f"{case.name}, for longer")
        found.append(case.run(seed, _FINE))
    found.sort(key=lambda item: (-item.swing_ms, item.name))
    found += [item for _, item in moving[LOOKED_AT:]]
    likely = _mean(_p95s(graph, seed, {}, _FINE))
    return LatencySensitivity(graph.architecture.name, graph.stage.name, likely, tuple(found), len(cases) - len(found))


@dataclass(frozen=True)
class _Case:
    """An assumption or a fact between its bounds."""

    name: str
    kind: Literal["assumption", "simulator"]
    unit: str
    why: str
    low: float
    high: float
    graph: SizedGraph

    def run(self, seed: int, effort: _Effort) -> LatencyInfluence:
        """Both ends under the same random numbers."""
        at_low, at_high = (
            _p95s(self._graph(value), seed, self._facts(value), effort) for value in (self.low, self.high)
        )
        return LatencyInfluence(
            self.name, self.kind, self.unit, self.why, self.low, self.high, _mean(at_low), _mean(at_high),
            _paired(at_low, at_high), effort is _ROUGH,
        )  # fmt: skip

    def _graph(self, value: float) -> SizedGraph:
        if self.kind == "simulator":
            return self.graph
        old = self.graph.assumptions[self.name]
        new = old.model_copy(update={"low": value, "likely": value, "high": value})
        return replace(self.graph, assumptions={**self.graph.assumptions, self.name: new})

    def _facts(self, value: float) -> Mapping[str, float]:
        return {self.name: value} if self.kind == "simulator" else {}


def _cases(graph: SizedGraph) -> Iterator[_Case]:
    for name, assumption in graph.assumptions.items():
        if assumption.low < assumption.high:
            yield _of_assumption(graph, name, assumption)
    for fact in compile_stage(graph).facts:
        if fact.low < fact.high and fact.name not in graph.assumptions:
            yield _of_fact(graph, fact)


def _of_assumption(graph: SizedGraph, name: str, assumption: Assumption) -> _Case:
    note = "; the users of the stage" if name == driver(graph) else ""
    return _Case(name, "assumption", assumption.unit, f"{assumption.why}{note}", assumption.low, assumption.high, graph)


def _of_fact(graph: SizedGraph, fact: Fact) -> _Case:
    return _Case(fact.name, "simulator", fact.unit, fact.what, fact.low, fact.high, graph)


def _p95s(graph: SizedGraph, seed: int, facts: Mapping[str, float], effort: _Effort) -> list[float]:
    """Of each replication, over all requests of clients; infinite where the queue grows."""
    result = simulate(
        graph,
        seed,
        overrides=facts,
        replications=effort.replications,
        precision=_ANY,
        most_requests=effort.requests,
        least_s=effort.least_s,
    )
    if "" in result.unstable:
        return [math.inf] * effort.replications
    together = (np.concatenate([np.empty(0), *run.latencies_ms.values()]) for run in result.runs)
    return [percentile(values, PERCENTILE) for values in together]


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _paired(at_low: list[float], at_high: list[float]) -> tuple[float, float]:
    """The interval of the mean difference, replication by replication."""
    differences = [high - low for low, high in zip(at_low, at_high, strict=True)]
    if not all(math.isfinite(value) for value in differences):
        return -math.inf, math.inf
    found = interval(differences)
    return found.low, found.high


def _finite(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
