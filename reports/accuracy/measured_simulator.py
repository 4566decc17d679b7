"""The simulator measured against exact and published results: one row per quantity, kept in measured/."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, fields
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from simulations.distributions import Distribution, Uniform
from simulations.operating_points import KEEP_ALIVE, operating_point
from simulations.statistics import student_t
from simulations.validation import band, covered, measure, requests_for

from .cases import Case, operating_rows, simulation_cases
from .measured_days import DAYS

FOLDER: Final = Path(__file__).parent / "measured"
EXACT_RESULTS: Final = "exact_results.csv"
OPERATING_POINTS: Final = "operating_points.csv"
REPLICATIONS: Final = 20
LONGER: Final = 4
"""A replication is so many times longer here than in the tests."""
POINT_REQUESTS: Final = {0.0: 200_000, 0.05: 1_000_000}
"""Requests in a replication from each rate per second on: the higher the rate, the rarer a cold start."""
SEEDS_APART: Final = 1000
"""Each case, and each rate, has seeds of its own: its place in the file, from one, times this. A seed that all share
gives all the same arrivals, and one unlucky sample shows in each of them.
"""
WORKERS: Final = 2
DIGITS: Final = 6
TUNED: Final = Uniform(600.0, 660.0)
"""The keep-alive that was chosen by looking at the twelve measured points, shown beside the published one."""
KEEP_ALIVES: Final[dict[str, Distribution]] = {"published": KEEP_ALIVE, "tuned": TUNED}


@dataclass(frozen=True)
class ExactRow:
    """One quantity of one case: what it must be, and the 95 % interval of the simulation."""

    case: str
    category: str
    band: str
    quantity: str
    expected: float
    simulated: float
    half_width: float
    tolerance: float
    """The relative error of the reference itself; 0 for a formula."""

    @property
    def error(self) -> float:
        """Simulated over expected, less one; not for an expected 0."""
        return self.simulated / self.expected - 1

    @property
    def in_interval(self) -> bool:
        """Whether the reference lies in our 95 % interval."""
        return abs(self.simulated - self.expected) <= self.half_width

    @property
    def holds(self) -> bool:
        """Within four standard errors or the reference's own error: what the tests ask."""
        errors = 4 * self.half_width / student_t(REPLICATIONS - 1)
        return abs(self.simulated - self.expected) <= max(errors, self.tolerance * abs(self.expected), 1e-12)


@dataclass(frozen=True)
class PointRow:
    """One operating point under one keep-alive: measured, ours, and the published simulator's."""

    keep_alive: str
    rate_per_s: float
    measured_cold: float
    measured_cold_error: float
    simulated_cold: float
    simulated_cold_half_width: float
    published_cold: float
    measured_instances: float
    simulated_instances: float
    simulated_instances_half_width: float
    published_instances: float


def measure_simulator(progress: Callable[[str], None] = lambda step: None) -> dict[str, str]:
    """Runs every case and every operating point: the two tables as CSV, by file name."""
    cases = [case for case in simulation_cases() if covered(case)]
    with ProcessPoolExecutor(WORKERS, get_context("spawn")) as pool:
        exact: list[ExactRow] = []
        for case, rows in zip(cases, pool.map(_exact_rows, enumerate(cases, start=1)), strict=True):
            progress(case["id"])
            exact += rows
        points: list[PointRow] = []
        for name in KEEP_ALIVES:
            tasks = [(name, place, row) for place, row in enumerate(operating_rows(), start=1)]
            for row in pool.map(_point_row, tasks):
                progress(f"AWS Lambda at {row.rate_per_s:.3g} per second, {name} keep-alive")
                points.append(row)
    return {EXACT_RESULTS: _csv(ExactRow, exact), OPERATING_POINTS: _csv(PointRow, points)}


def steps() -> int:
    """How often `measure_simulator` tells its progress."""
    return sum(map(covered, simulation_cases())) + len(KEEP_ALIVES) * len(operating_rows())


def kept() -> dict[str, str]:
    """The tables of the last measurement, by file name."""
    return {name: (FOLDER / name).read_text() for name in (EXACT_RESULTS, OPERATING_POINTS, DAYS)}


def exact_rows(tables: Mapping[str, str]) -> list[ExactRow]:
    """The quantities of a measurement."""
    return [
        ExactRow(
            row["case"],
            row["category"],
            row["band"],
            row["quantity"],
            float(row["expected"]),
            float(row["simulated"]),
            float(row["half_width"]),
            float(row["tolerance"]),
        )
        for row in csv.DictReader(io.StringIO(tables[EXACT_RESULTS]))
    ]


def point_rows(tables: Mapping[str, str], keep_alive: str) -> list[PointRow]:
    """The operating points of a measurement under one of KEEP_ALIVES."""
    numbers = [field.name for field in fields(PointRow)][1:]
    return [
        PointRow(keep_alive, *(float(row[name]) for name in numbers))
        for row in csv.DictReader(io.StringIO(tables[OPERATING_POINTS]))
        if row["keep_alive"] == keep_alive
    ]


def _exact_rows(numbered: tuple[int, Case]) -> list[ExactRow]:
    place, case = numbered
    return [
        ExactRow(
            case["id"],
            case["category"],
            band(case),
            item.quantity,
            item.expected,
            item.simulated.mean,
            item.simulated.half_width,
            item.rel_tol,
        )
        for item in measure(case, LONGER * requests_for(case), REPLICATIONS, SEEDS_APART * place)
    ]


def _point_row(task: tuple[str, int, dict[str, str]]) -> PointRow:
    name, place, row = task
    rate = float(row["arrival_rate_per_s"])
    requests = max(count for start, count in POINT_REQUESTS.items() if rate >= start)
    point = operating_point(row, requests, REPLICATIONS, SEEDS_APART * place, KEEP_ALIVES[name])
    return PointRow(
        name,
        point.rate_per_s,
        point.measured_cold,
        point.measured_cold_error,
        point.simulated_cold.mean,
        point.simulated_cold.half_width,
        point.published_cold,
        point.measured_instances,
        point.simulated_instances.mean,
        point.simulated_instances.half_width,
        point.published_instances,
    )


def _csv(kind: type, rows: Iterable[ExactRow | PointRow]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(kind)])
    for row in rows:
        writer.writerow(
            [f"{value:.{DIGITS}g}" if isinstance(value, float) else value for value in asdict(row).values()]
        )
    return out.getvalue()
