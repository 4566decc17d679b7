"""Which assumptions move p95: those that reach the busiest hour, and the same every time."""

from __future__ import annotations

import csv
import io
import json
import math

import pytest

from model.graph import Architecture
from model.loading import load_file
from stageplan.commands import influences
from studies.latency_sensitivity import LatencySensitivity, latency_sensitivity
from studies.sensitivity_text import latency_csv, latency_markdown
from tests.studies.conftest import CLEAN

_MORE = """assumptions:
  api_ms: {low: 2, likely: 5, high: 8, unit: ms, why: Processor time of one call is not stated.}
  query_ms: {low: 3, likely: 4, high: 5, unit: ms, why: Time of one query is not stated.}
  gigabytes: {low: 10, likely: 20, high: 40, unit: GB, why: How much is stored is not stated.}
"""


@pytest.fixture(scope="module")
def assumed(tmp_path_factory: pytest.TempPathFactory) -> Architecture:
    """The clean document with its times and its storage assumed."""
    text = CLEAN.read_text(encoding="utf-8")
    for old, new in (
        ("cpu_ms: 5", "cpu_ms: api_ms"),
        ("time_ms: 4, cpu_ms: 1", "time_ms: query_ms, cpu_ms: 1"),
        ("storage_gb: 20", "storage_gb: gigabytes"),
        ("assumptions:\n", _MORE),
    ):
        assert old in text
        text = text.replace(old, new)
    path = tmp_path_factory.mktemp("sensitivity") / "assumed.yaml"
    path.write_text(text, encoding="utf-8")
    return load_file(path)


@pytest.fixture(scope="module")
def study(assumed: Architecture) -> LatencySensitivity:
    return latency_sensitivity(assumed.at("launch"))


def test_what_takes_the_time_moves_the_p95_most(study: LatencySensitivity) -> None:
    """Six milliseconds of processor time at half speed weigh more than two of a query; both for certain."""
    found = {item.name: item for item in study.influences}
    assert study.influences[0].name == "api_ms"
    assert found["api_ms"].certain
    assert found["query_ms"].certain
    assert found["api_ms"].p95_at_low_ms < study.p95_ms < found["api_ms"].p95_at_high_ms
    assert 0.5 < found["query_ms"].swing_ms < found["api_ms"].swing_ms
    swings = [item.swing_ms for item in study.influences if not item.rough]
    assert swings == sorted(swings, reverse=True)


def test_what_no_request_sees_moves_nothing(study: LatencySensitivity) -> None:
    """Stored gigabytes cost money and no time: not a microsecond, as the random numbers are the same."""
    assert "gigabytes" not in {item.name for item in study.influences}
    assert study.unmoved >= 1


def test_facts_of_the_simulator_are_assumptions_too(study: LatencySensitivity) -> None:
    """How much processor time varies is nowhere stated, and moves the p95."""
    assert ("cpu_scv", "simulator") in {(item.name, item.kind) for item in study.influences}


def test_a_second_run_gives_the_same_bytes(assumed: Architecture, study: LatencySensitivity) -> None:
    """Text, CSV and JSON."""
    again = latency_sensitivity(assumed.at("launch"))
    assert latency_markdown([again]) == latency_markdown([study])
    assert json.dumps(again.as_json()) == json.dumps(study.as_json())
    rows = list(csv.DictReader(io.StringIO(latency_csv([study]))))
    assert [row["name"] for row in rows] == [item.name for item in study.influences]


def test_a_bound_at_which_the_queue_grows_is_the_largest_swing(assumed: Architecture) -> None:
    """Processor time that the tasks cannot do has no p95; JSON says null."""
    slow = assumed.assumptions["api_ms"].model_copy(update={"high": 1e7})
    hopeless = assumed.model_copy(update={"assumptions": {**assumed.assumptions, "api_ms": slow}})
    [first, *_] = latency_sensitivity(hopeless.at("launch")).influences
    assert first.name == "api_ms"
    assert math.isinf(first.p95_at_high_ms)
    assert first.as_json()["p95_at_high_ms"] is None
    assert first.certain


def test_the_command_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """`sensitivity ARCH --latency --json`, and CSV of the cost."""
    influences.run(str(CLEAN), latency=True, json=True)
    answer = json.loads(capsys.readouterr().out)
    assert [stage["stage"] for stage in answer["stages"]] == ["launch"]
    influences.run(str(CLEAN), csv=True, draws=20)
    assert capsys.readouterr().out.startswith("stage,name,unit,low,high,total_at_low")
