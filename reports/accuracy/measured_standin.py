"""The stand-in beside the simulator: rows kept by `python -m loadtests.agreement`, which alone can measure them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .measured_simulator import FOLDER

FIGURES: Final = "standin_figures.csv"
RUNS: Final = "standin_runs.csv"
AIM: Final = 0.10


@dataclass(frozen=True)
class FigureRow:
    """One figure of one run: simulated (mean, and where 95 % of single runs lie), walked, measured."""

    architecture: str
    load: str
    figure: str
    predicted: float
    low: float
    high: float
    walked: float | None
    measured: float | None

    def off(self, value: float | None) -> float | None:
        """How far a value is from the predicted one, relative; None for what cannot be compared."""
        return value / self.predicted - 1 if value is not None and self.predicted > 0 else None

    def inside(self, value: float | None) -> bool:
        """Whether a single run may well come to that value."""
        return value is not None and self.low <= value <= self.high


@dataclass(frozen=True)
class RunRow:
    """One run of a stand-in, and the machine under it."""

    architecture: str
    stage: str
    load: str
    changes: str
    rate_per_s: float
    requests: int
    lag_p99_ms: float
    windows: int
    disturbed_windows: int
    invalid_because: str
    measured_on: str

    @property
    def key(self) -> tuple[str, str]:
        return self.architecture, self.load


def figure_rows() -> list[FigureRow]:
    """All figures that were kept."""
    return [
        FigureRow(
            row["architecture"],
            row["load"],
            row["figure"],
            *(float(row[name]) for name in ("predicted", "low", "high")),
            *(float(row[name]) if row[name] else None for name in ("walked", "measured")),
        )
        for row in _rows(FIGURES)
    ]


def run_rows() -> list[RunRow]:
    """All runs that were kept."""
    return [
        RunRow(
            row["architecture"],
            row["stage"],
            row["load"],
            row["changes"],
            float(row["rate_per_s"]),
            int(row["requests"]),
            float(row["lag_p99_ms"]),
            int(row["windows"]),
            int(row["disturbed_windows"]),
            row["invalid_because"],
            row["measured_on"],
        )
        for row in _rows(RUNS)
    ]


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)
