"""`stageplan breakeven`: what it prints, and its exit codes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from model.problems import BadInput
from stageplan.commands import breakeven

QUICK: dict[str, Any] = {
    "points": 5, "surface": False, "draws": 10, "seed": 0, "free_tier": "always", "prices_date": None,
    "json": False, "csv": False,
}  # fmt: skip
WORK = "cpu_ms=20,wait_ms=50,memory_mb=1024,requests=1000000"


def test_json_has_the_fixed_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """One object: `{architectures, points, crossings: [{monthly_requests: {low, likely, high}, usd_per_month}]}`."""
    breakeven.run(work=WORK, **{**QUICK, "json": True, "surface": True})
    answer = json.loads(capsys.readouterr().out)
    assert answer["architectures"] == ["work-on-functions", "work-on-tasks"]
    assert len(answer["points"]) == 5
    for crossing in answer["crossings"]:
        assert {"monthly_requests", "usd_per_month"} <= set(crossing)
        assert crossing["monthly_requests"]["low"] <= crossing["monthly_requests"]["likely"]
    dimensions = {row["dimension"] for row in answer["surface"]}
    assert dimensions >= {
        "function memory",
        "waiting in code",
        "CPU per request",
        "gateway",
        "daily shape",
        "task size",
    }


def test_a_count_that_cannot_hold_exits_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    """`--tasks` says why it cannot, what can, and what both cost; a count that can exits with 0."""
    heavy = "cpu_ms=200,requests=20000000,memory_mb=1769"
    with pytest.raises(SystemExit) as code:
        breakeven.run(work=heavy, tasks=2, **QUICK)
    said = capsys.readouterr().out
    assert code.value.code == 1
    assert "vCPU-seconds of work in every second; 2 tasks of 1 vCPU do 2" in said
    assert "tasks hold it in the busiest hour" in said
    breakeven.run(work=WORK, tasks=2, **QUICK)
    assert "2 tasks hold the target" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"archs": ["tabi-script-ecs", "writlix"], "work": WORK}, "--work describes both sides"),
        ({"archs": ["tabi-script-ecs"], "tasks": 2}, "--tasks is for a unit of work"),
        ({"work": WORK, "p95_ms": 0.0}, "is not above 0"),
        ({"work": WORK, "low": 10.0, "high": 5.0}, "no range"),
        ({"work": WORK, "json": True, "csv": True}, "exclude each other"),
        ({"work": WORK, "p95_ms": 1.0}, "takes less than 1 ms"),
        ({}, "between two architectures, not 0"),
    ],
)
def test_bad_input_is_a_sentence(given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        breakeven.run(**{**QUICK, **given})
