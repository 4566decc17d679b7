"""A recorded load: a CSV of moments, each perhaps with the endpoint that was asked for, replayed through a stage."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from model.nearest import did_you_mean
from model.problems import BadDocument, BadInput, Problem
from model.sizing import SizedGraph
from simulations.arrivals import Arrivals, Mixed, Profile, Replay
from simulations.compiling.compilation import Conditions
from simulations.compiling.demand import BACKGROUND, asked_by_people, demand_at
from simulations.compiling.scaling import scaling_policies
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.replications import Feed, Window, enough, replicate
from simulations.stage import PRECISION, REPLICATIONS, result_of
from simulations.stage_result import StageResult

__all__ = ["Trace", "read_trace", "simulate_trace"]

MOST_ROWS = 5_000_000
MOST_PROBLEMS = 20
_TIME, _ENDPOINT = ("time", "time_s", "timestamp"), "endpoint"


@dataclass(frozen=True)
class Trace:
    """Moments in seconds from the first, in order, by endpoint; under "" those that name none."""

    name: str
    moments: Mapping[str, tuple[float, ...]]

    @property
    def requests(self) -> int:
        """How many."""
        return sum(map(len, self.moments.values()))

    @property
    def lasts_s(self) -> float:
        """From the first to the last, and one mean gap more."""
        last = max(times[-1] for times in self.moments.values())
        return last * self.requests / max(self.requests - 1, 1) if last > 0 else 1.0


def read_trace(path: str | Path, graph: SizedGraph) -> Trace:
    """The trace of a CSV with a column `time` (seconds, or ISO 8601) and perhaps `endpoint`.

    Raise BadDocument with the line of every problem, BadInput when the file cannot be read.
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8") as file:
            return _read(csv.DictReader(file), path.name, graph)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
    except (UnicodeDecodeError, csv.Error):
        raise BadDocument(path.name, [Problem("", "is not a CSV of UTF-8 text")]) from None


def _read(rows: csv.DictReader[str], name: str, graph: SizedGraph) -> Trace:
    columns = list(rows.fieldnames or [])
    column = next((one for one in _TIME if one in columns), None)
    if column is None:
        raise BadDocument(name, [Problem("line 1", f"has no column {' or '.join(_TIME)}")])
    answered = [one for one, plan in graph.endpoints.items() if plan.method not in BACKGROUND]
    problems: list[Problem] = []
    moments: list[tuple[float, str]] = []
    for line, row in enumerate(rows, 2):
        if line > MOST_ROWS + 1:
            raise BadDocument(name, [Problem("", f"has more than {MOST_ROWS:,} rows")])
        text, endpoint = (row[column] or "").strip(), (row.get(_ENDPOINT) or "").strip()
        at = _seconds(text)
        if at is None:
            problems.append(Problem(f"line {line}", f"'{text}' is not a time in seconds or ISO 8601"))
        if endpoint and endpoint not in answered:
            hint = did_you_mean(endpoint, answered)
            problems.append(Problem(f"line {line}", f"'{endpoint}' is not an endpoint that clients call{hint}"))
        if len(problems) >= MOST_PROBLEMS:
            break
        moments.append((at or 0.0, endpoint))
    if not moments and not problems:
        problems.append(Problem("", "has no rows: nothing arrives"))
    if problems:
        raise BadDocument(name, problems)
    moments.sort()
    first = moments[0][0]
    found: dict[str, list[float]] = {}
    for at, endpoint in moments:
        found.setdefault(endpoint, []).append(at - first)
    return Trace(name, {endpoint: tuple(times) for endpoint, times in sorted(found.items())})


def _seconds(text: str) -> float | None:
    try:
        at = float(text)
    except ValueError:
        try:
            at = datetime.fromisoformat(text).timestamp()
        except ValueError:
            return None
    return at if math.isfinite(at) else None


def simulate_trace(
    graph: SizedGraph,
    trace: Trace,
    seed: int = 1,
    engine: str = "compiled",
    *,
    overrides: Mapping[str, float] | None = None,
    replications: int = REPLICATIONS,
    progress: Callable[[float], None] | None = None,
) -> StageResult:
    """A stage under a recorded load: the same moments in every replication, other draws; nothing is left out.

    Services begin with the tasks that their rules settle on at the trace's mean rate, and scale as it goes on.
    """
    began = time.perf_counter()
    stage = _compiled(graph, trace, overrides)
    window = Window(trace.lasts_s, 0.0)
    feed = Feed(_arrivals(stage, trace), None, tuple(scaling_policies(stage)))
    runs = replicate(stage, window, seed, replications, engine, progress, feed)
    wanted = enough(runs, PRECISION)
    result = result_of(stage, window, runs, seed, engine, wanted, False, PRECISION, began)
    return replace(result, load=f"{trace.requests:,} requests as recorded in {trace.name}")


def _compiled(graph: SizedGraph, trace: Trace, overrides: Mapping[str, float] | None) -> CompiledStage:
    mean, people = demand_at(graph, 1.0), asked_by_people(graph)
    rate, usual = trace.requests / trace.lasts_s, sum(mean.per_s[name] for name in people)
    demand = demand_at(graph, 1.0, rate / usual if usual > 0 else 1.0)
    named = {name: len(times) / trace.lasts_s for name, times in trace.moments.items() if name}
    others = len(trace.moments.get("", ())) / trace.lasts_s
    if others and usual <= 0:
        raise BadInput(f"{trace.name}: its rows name no endpoint, and no endpoint of the stage has a share")
    recorded = {
        name: named.get(name, 0.0) + (others * mean.per_s[name] / usual if usual > 0 else 0.0)
        for name in {*people, *named}
    }
    return compile_stage(graph, replace(demand, per_s={**demand.per_s, **recorded}), Conditions(), overrides)


def _arrivals(stage: CompiledStage, trace: Trace) -> Mixed:
    """The recorded moments; those without an endpoint by the stage's shares; schedules at their own pace."""
    mean, people = demand_at(stage.graph, 1.0), asked_by_people(stage.graph)
    shares = tuple((name, mean.per_s[name]) for name in people)
    sources: list[tuple[Arrivals, tuple[tuple[str, float], ...]]] = [
        (Replay(times), ((name, 1.0),) if name else shares) for name, times in trace.moments.items()
    ]
    recorded = {*people, *trace.moments}
    steady = tuple((name, rate) for name, rate in stage.demand.per_s.items() if name not in recorded and rate > 0)
    if steady:
        total = sum(rate for _, rate in steady)
        sources.append((Profile(((0.0, total), (trace.lasts_s, total))), steady))
    return Mixed(tuple(sources))
