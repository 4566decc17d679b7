"""The comparisons as tables: a row per figure, and a row per run with the machine that it was taken on."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from loadtests.agreement.comparison import Expected
from loadtests.results import LoadTestResult

FOLDER: Final = Path(__file__).parents[2] / "reports" / "accuracy" / "measured"
FIGURES: Final = "standin_figures.csv"
RATES: Final = "standin_runs.csv"
DIGITS: Final = 5

Row = dict[str, Any]


def figure_rows(
    key: Mapping[str, str],
    predicted: Mapping[str, Expected],
    walked: Mapping[str, float],
    measured: Mapping[str, float],
) -> list[Row]:
    """A row per figure that was predicted: with the interval of single runs, walked without a machine, measured."""
    return [
        {
            **key,
            "figure": name,
            "predicted": told.value,
            "low": told.low,
            "high": told.high,
            "walked": walked.get(name),
            "measured": measured.get(name),
        }
        for name, told in predicted.items()
    ]


def run_row(key: Mapping[str, str], changes: str, rate_per_s: float, result: LoadTestResult) -> Row:
    """What a run was, and how far the machine disturbed it."""
    told = result.as_json()
    windows = told["windows"]
    return {
        **key,
        "changes": changes,
        "rate_per_s": rate_per_s,
        "requests": told["all"]["requests"],
        "lag_p99_ms": told["generator"]["lag_p99_ms"],
        "windows": len(windows),
        "disturbed_windows": sum(window["contaminated"] is not None for window in windows),
        "invalid_because": "; ".join(result.invalid_because),
        "measured_on": result.measured_on,
    }


def csv_text(rows: Sequence[Row]) -> str:
    """Rows as CSV, numbers to five significant digits."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _shown(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a table that was kept."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _shown(value: Any) -> Any:
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else "" if value is None else value
