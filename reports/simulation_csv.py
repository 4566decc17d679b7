"""Simulations as CSV: latency of every endpoint and stage, and every minute of every day."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from typing import Any

from reports.report_model import StageReport
from simulations.estimates import Estimate

ENDPOINTS = (
    "stage", "endpoint", "requests", "per_s", "errors", "errors_by_cause", "cold_share", "cold_low_share",
    "cold_high_share", "p50_ms", "p50_low_ms", "p50_high_ms", "p95_ms", "p95_low_ms", "p95_high_ms", "p99_ms",
    "p99_low_ms", "p99_high_ms", "mean_ms", "unstable",
)  # fmt: skip
MINUTES = ("stage", "minute", "requests_per_s", "waiting", "component", "tasks", "tasks_open")


def simulation_csv(stages: Iterable[StageReport]) -> str:
    """A row per endpoint of each simulated stage; what is not known is empty."""
    rows = []
    for stage in stages:
        for e in stage.simulated.outlook.result.endpoints if stage.simulated is not None else ():
            errors = {"errors": sum(e.errors.values()), "errors_by_cause": _causes(e.errors)}
            row = {"stage": stage.name, "endpoint": e.endpoint, "requests": e.requests, "per_s": f"{e.per_s:.6g}"}
            times = _times("p50", e.p50_ms) | _times("p95", e.p95_ms) | _times("p99", e.p99_ms)
            cold = {"cold_share": e.cold_share.value, "cold_low_share": e.cold_share.low}
            cold |= {"cold_high_share": e.cold_share.high}
            shares = {name: f"{value:.6g}" if math.isfinite(value) else "" for name, value in cold.items()}
            rest = {"mean_ms": _ms(e.mean_ms.value), "unstable": e.unstable}
            rows.append(row | errors | shares | times | rest)
    return _csv(ENDPOINTS, rows)


def day_csv(stages: Iterable[StageReport]) -> str:
    """A row per minute and scaled service of each simulated stage; one row a minute where no service scales."""
    rows = []
    for stage in stages:
        if stage.simulated is None:
            continue
        day = stage.simulated.outlook.day
        for minute in range(len(day.per_s)):
            row = {
                "stage": stage.name,
                "minute": minute,
                "requests_per_s": f"{day.per_s[minute]:.6g}",
                "waiting": f"{day.waiting[minute]:.6g}",
            }
            services = [
                {"component": name, "tasks": int(item.tasks[minute]), "tasks_open": int(item.ready[minute])}
                for name, item in day.tasks.items()
            ]
            rows += [row | service for service in services] or [row]
    return _csv(MINUTES, rows)


def _times(name: str, found: Estimate) -> dict[str, str]:
    return {f"{name}_ms": _ms(found.value), f"{name}_low_ms": _ms(found.low), f"{name}_high_ms": _ms(found.high)}


def _ms(value: float) -> str:
    return f"{value:.6g}" if math.isfinite(value) else ""


def _causes(errors: dict[str, int]) -> str:
    return "; ".join(f"{cause} {count}" for cause, count in sorted(errors.items()) if count)


def _csv(columns: tuple[str, ...], rows: Iterable[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
