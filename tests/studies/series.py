"""A stage with a function and a service, and series made with a known idle life, target and start time."""

from __future__ import annotations

from typing import Any

import numpy as np
import yaml

from model.measured_overlay import laid_over, read_measured_overlay
from simulations.arrivals import Profile
from simulations.builder import ProgramBuilder
from simulations.distributions import Uniform, constant, exponential
from simulations.run import run
from studies.calibration_scaling import replayed_tasks
from studies.calibration_series import Deployed, FunctionSeries, ServiceSeries

DAYS = 6
LIFE_MIN, INIT_MS, HELD_MS = 22.0, 410.0, 180.0
TARGET, START_S = 46.0, 130.0
RAW: dict[str, Any] = {
    "architecture": "post",
    "title": "A post office",
    "components": {
        "web": {"kind": "web_client"},
        "mail": {"kind": "lambda", "memory_mb": 256, "cold_start_share": "mail_cold", "init_ms": 250},
        "api": {
            "kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 2, "max": 20}, "scaling": {"target": 70},
        },
    },
    "connections": [
        {"from": "web", "to": "mail", "kind": "request"},
        {"from": "web", "to": "api", "kind": "request"},
    ],
    "workload": {"monthly_requests": 3_000_000},
    "endpoints": {
        "mail": {"client": "web", "path": "/mail", "share": 0.01, "calls": [{"to": "mail", "time_ms": HELD_MS}]},
        "read": {"client": "web", "path": "/", "share": 0.99, "calls": [{"to": "api", "cpu_ms": 20}]},
    },
    "stages": [{"name": "only"}],
    "assumptions": {
        "mail_cold": {"low": 0.0, "likely": 0.02, "high": 0.2, "unit": "ratio", "why": "Assumed for a test."}
    },
}  # fmt: skip


def function_series(life_min: float, per_day: float, days: int = DAYS, seed: int = 77) -> FunctionSeries:
    """Hours of a function whose instances idle for `life_min` in the mean, from a run of its own."""
    rates = per_day / 86_400 * (1 + 0.6 * np.cos((np.arange(24 * days) - 12) * np.pi / 12))
    build = ProgramBuilder("truth")
    made = build.function("mail", init=constant(INIT_MS / 1000), keep_alive=Uniform(30 * life_min, 90 * life_min))
    with build.endpoint("mail"), build.invoke(made):
        build.delay(exponential(HELD_MS / 1000))
    points = [(3600.0 * (hour + end), float(rate)) for hour, rate in enumerate(rates) for end in (0, 1)]
    result = run(build.build(), Profile(tuple(points)), seed, until_s=points[-1][0], interval_s=3600.0)
    invoked, cold = (
        np.diff([0, *(float(getattr(at, name)[made]) for at in result.timeline)])[: 24 * days]
        for name in ("invoked", "cold")
    )
    start = np.arange(len(invoked)) * 3600.0
    init = np.where(cold > 0, INIT_MS, np.nan)
    return FunctionSeries("mail", 3600.0, start, invoked.astype(float), cold.astype(float), init, HELD_MS, "the test")


def service_series(deployed: Deployed = Deployed(), days: int = DAYS) -> ServiceSeries:  # noqa: B008
    """Minutes of a service that its own rule scales over a wave of load, with a task's start as it was set."""
    true = laid_over(yaml.safe_dump(RAW), TRUE_OVERLAY).at("only")
    start = np.arange(1440 * days) * 60.0
    noise = np.random.default_rng(5).normal(1.0, 0.03, len(start))
    busy = (3.2 + 2.4 * np.sin(2 * np.pi * start / 86_400) + 0.8 * np.sin(2 * np.pi * start / 9_000)) * noise
    given = ServiceSeries("api", start, np.ones(len(start)), np.full(len(start), np.nan), busy)
    wanted = replayed_tasks(true, given)
    assert wanted is not None
    running = np.empty(len(start))
    ready = [(0.0, wanted[0])]
    for k in range(len(start)):
        if k and wanted[k] != wanted[k - 1]:
            delay = START_S if wanted[k] > wanted[k - 1] else 0.0
            ready.append((start[k] + delay, wanted[k]))
        running[k] = np.mean([_at(ready, start[k] + second) for second in range(0, 60, 5)])
    return ServiceSeries("api", start, running, wanted, np.minimum(busy / wanted, 1.0), deployed)


def _at(steps: list[tuple[float, float]], at: float) -> float:
    return next(count for since, count in reversed(steps) if since <= at)


TRUE_OVERLAY = read_measured_overlay(
    yaml.safe_dump(
        {
            "overlay": "post", "stage": "only", "source": "the truth of a test", "date": "2026-11-02",
            "resize": {"api": {"scaling": {"target": TARGET, "start_s": START_S}}},
        }
    ),
    "truth.yaml",
)  # fmt: skip
