"""Small stages with known answers, written as a document would write them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from model.loading import read
from model.sizing import SizedGraph
from model.units import SECONDS_PER_MONTH

Stage = Callable[..., SizedGraph]


def sized(
    components: dict[str, Any],
    calls: list[dict[str, Any]],
    per_s: float,
    targets: dict[str, Any] | None = None,
    shape: str = "flat",
    peak_factor: float = 1,
) -> SizedGraph:
    """A stage of one endpoint `get` that a client `web` calls `per_s` times a second."""
    edges = sorted(_edges("web", calls))
    document = {
        "architecture": "small",
        "title": "A small stage",
        "components": {"web": {"kind": "web_client"}, **components},
        "connections": [{"from": source, "to": target, "kind": "request"} for source, target in edges],
        "workload": {
            "monthly_active_users": 100,
            "monthly_requests": per_s * SECONDS_PER_MONTH,
            "shape": shape,
            "peak_factor": peak_factor,
        },
        "endpoints": {"get": {"client": "web", "share": 1, "calls": calls}},
        "stages": [{"name": "only"}],
        "targets": targets or {},
    }
    return read(json.dumps(document)).at("only")


def _edges(caller: str, steps: list[dict[str, Any]]) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for step in steps:
        for branch in step.get("parallel", []):
            found |= _edges(caller, branch)
        if "to" in step:
            found.add((caller, step["to"]))
            for part, source in (("calls", step["to"]), ("delivers", step["to"]), ("on_miss", caller)):
                found |= _edges(source, step.get(part, []))
    return found


@pytest.fixture
def small_stage() -> Stage:
    """Builds a stage of one endpoint."""
    return sized
