"""Sweeps: many stages, loads and seeds, each the simulation of a busiest hour, side by side and in order.

A point is a few plain values and its result follows from them alone, so that it does not matter which process of
which machine finds it, or whether another had begun it before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from model.loading import load
from model.problems import BadInput, StageplanError
from simulations.compiling.demand import peak_demand
from simulations.stage import simulate
from simulations.stage_result import StageResult
from simulations.workers import compile_once, side_by_side

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["REQUESTS", "Point", "Swept", "points_of", "sweep", "sweep_frame"]

REQUESTS = 100_000
"""Of one point, over all its replications."""
MOST_LOAD = 2.0**20


@dataclass(frozen=True)
class Point:
    """One simulation of a sweep."""

    architecture: str
    """A bundled name, or the path of a file that every worker can read."""
    stage: str
    load: float
    """Times the stage's busiest hour."""
    seed: int


@dataclass(frozen=True)
class Swept:
    """A point with its result, or why there is none."""

    point: Point
    result: StageResult | None
    problem: str = ""

    def rows(self) -> list[dict[str, Any]]:
        """A row per endpoint, in plain values."""
        at: dict[str, Any] = {"architecture": self.point.architecture, "stage": self.point.stage}
        at |= {"load": self.point.load, "seed": self.point.seed}
        if self.result is None:
            return [{**at, "problem": self.problem}]
        first = self.result.first_to_saturate
        whole = {
            "held": self.result.held,
            "unstable": bool(self.result.unstable),
            "fullest": f"{first.place.component}: {first.place.what}" if first is not None else "",
            "pressure": first.pressure if first is not None else 0.0,
        }
        columns = ("endpoint", "requests", "per_s", "errors", "cold_share", "p50_ms", "p95_ms", "p99_ms")
        told = (endpoint.as_json() for endpoint in self.result.endpoints)
        return [{**at, **{name: row[name] for name in columns}, **_ends(row), **whole} for row in told]

    def as_json(self) -> dict[str, Any]:
        """The object of the point; the time it took is left out, so that the same sweep gives the same bytes."""
        head = {"load": self.point.load, "seed": self.point.seed}
        if self.result is None:
            return {"architecture": self.point.architecture, "stage": self.point.stage, **head, "problem": self.problem}
        told = self.result.as_json()
        del told["wall_s"]
        return {**told, **head}


def _ends(row: dict[str, Any]) -> dict[str, Any]:
    low, high = row["ci"]["p95_ms"]
    return {"p95_low_ms": low, "p95_high_ms": high}


def points_of(
    architectures: Sequence[str], stages: Sequence[str] = (), loads: Sequence[float] = (1.0,), seeds: int = 1
) -> tuple[Point, ...]:
    """Every combination, in order: all stages of each architecture when none are named. Raises BadInput with all
    problems at once.
    """
    problems = [f"--load {load:g} must be above 0 and at most {MOST_LOAD:,.0f}" for load in loads if not _sane(load)]
    if seeds < 1:
        problems.append(f"--seeds {seeds} is below 1")
    if not loads:
        problems.append("--load names no load")
    found: list[tuple[str, str]] = []
    for name in dict.fromkeys(architectures):
        try:
            architecture = load(name)
            found += [(name, architecture.stage(s).name) for s in (stages or architecture.stage_names)]
        except StageplanError as error:
            problems.append(str(error))
    if problems:
        raise BadInput("\n".join(problems))
    return tuple(Point(*at, scale, seed) for at in found for scale in loads for seed in range(1, seeds + 1))


def _sane(load: float) -> bool:
    return 0 < load <= MOST_LOAD


def sweep(
    points: Sequence[Point],
    engine: str = "compiled",
    *,
    requests: int = REQUESTS,
    jobs: int | None = None,
    scheduler: str | None = None,
) -> Iterator[Swept]:
    """The results in the order of the points, as they come: on all cores, or on the Dask cluster of `scheduler`."""
    return side_by_side(partial(_at, engine=engine, requests=requests), points, jobs=jobs, scheduler=scheduler)


def _at(point: Point, engine: str, requests: int) -> Swept:
    if engine == "compiled":
        compile_once()
    try:
        graph = load(point.architecture).at(point.stage)
        demand = peak_demand(graph, point.load)
        return Swept(point, simulate(graph, point.seed, engine, demand=demand, most_requests=requests).bare)
    except StageplanError as error:
        return Swept(point, None, str(error))


def sweep_frame(swept: Iterable[Swept]) -> pd.DataFrame:
    """A row per point and endpoint."""
    import pandas as pd

    return pd.DataFrame([row for item in swept for row in item.rows()])
