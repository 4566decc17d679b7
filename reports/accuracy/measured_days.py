"""Days of small stages run twice: as levels with windows of events, and request by request as a whole."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from model.loading import read
from model.sizing import SizedGraph
from model.units import SECONDS_PER_MONTH
from simulations.event_day import event_day
from simulations.usage import measure_day

DAYS: Final = "days.csv"
REQUESTS: Final = 100_000
"""Of the windows of one day."""
SEEDS: Final = (1, 2, 3)
CASES: Final[Mapping[str, Mapping[str, Any]]] = {
    "office hours, CPU": {
        "metric": "cpu", "target": 50, "per_s": 20.0, "cpu_ms": 60, "shape": "office_hours", "peak": 2,
    },
    "evening peak, CPU": {
        "metric": "cpu", "target": 60, "per_s": 20.0, "cpu_ms": 100, "shape": "evening", "peak": 3,
    },
    "evening peak, requests per task": {
        "metric": "requests_per_task", "target": 300, "per_s": 15.0, "cpu_ms": 80, "shape": "evening", "peak": 2.5,
    },
}  # fmt: skip


@dataclass(frozen=True)
class DayRow:
    """One day, both ways; times in milliseconds, task-hours of a month."""

    case: str
    whole_requests: int
    level_requests: int
    whole_task_hours: float
    level_task_hours: float
    whole_p50_ms: float
    level_p50_ms: float
    whole_p95_ms: float
    level_p95_ms: float

    def off(self, what: str) -> float:
        """The levels over the whole, less one."""
        return float(getattr(self, f"level_{what}") / getattr(self, f"whole_{what}") - 1)


def stage_of(case: Mapping[str, Any]) -> SizedGraph:
    """A service of one endpoint that scales with its day."""
    rule = {"kind": "target_tracking", "metric": case["metric"], "target": case["target"]}
    api = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 2, "max": 60}, "scaling": rule}
    calls = [{"to": "api", "cpu_ms": case["cpu_ms"], "time_ms": 20}]
    workload = {"monthly_active_users": 100, "monthly_requests": case["per_s"] * SECONDS_PER_MONTH}
    document = {
        "architecture": "day",
        "title": "A service that scales with its day",
        "components": {"web": {"kind": "web_client"}, "api": api},
        "connections": [{"from": "web", "to": "api", "kind": "request"}],
        "workload": {**workload, "shape": case["shape"], "peak_factor": case["peak"]},
        "endpoints": {"get": {"client": "web", "share": 1, "calls": calls}},
        "stages": [{"name": "only"}],
    }
    return read(json.dumps(document)).at("only")


def measure_days() -> dict[str, str]:
    """Runs every case both ways: the table as CSV, by file name."""
    return {DAYS: _csv([_row(name, stage_of(case)) for name, case in CASES.items()])}


def _row(name: str, graph: SizedGraph) -> DayRow:
    """The means of some days, the same seeds both ways: one day's tasks vary by about half a per cent by chance."""
    figures = [_figures(graph, seed) for seed in SEEDS]
    means = [sum(column) / len(SEEDS) for column in zip(*figures, strict=True)]
    return DayRow(name, round(means[0]), round(means[1]), *(round(mean, 2) for mean in means[2:]))


def _figures(graph: SizedGraph, seed: int) -> tuple[float, ...]:
    whole, levels = event_day(graph, seed), measure_day(graph, seed, requests=REQUESTS)
    hours = whole.task_hours("api"), levels.tasks["api"].task_hours
    times = (figure for q in (50, 95) for figure in (whole.percentile_ms(q), levels.latency_ms[""][q]))
    return len(whole.result.raw.start), levels.requests, *hours, *times


def _csv(rows: list[DayRow]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(DayRow)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(asdict, rows))
    return text.getvalue()


def day_rows(tables: Mapping[str, str]) -> list[DayRow]:
    """The days of a measurement."""
    return [
        DayRow(
            row["case"],
            int(row["whole_requests"]),
            int(row["level_requests"]),
            *(float(row[field.name]) for field in fields(DayRow)[3:]),
        )
        for row in csv.DictReader(io.StringIO(tables[DAYS]))
    ]
