"""What a stand-in's counters give to calibrate by, from the readings to the overlay."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.measurements import intervals_json, read_measurements
from loadtests.plan import Plan, Request
from loadtests.run import run
from loadtests.sampling import Sample, interval, intervals_of
from loadtests.suite import Suite
from model.loading import load
from model.measured_overlay import load_with_overlay
from model.problems import BadInput
from stageplan.commands import calibrating

FIRST: dict[str, Any] = {
    "at_s": 100.0,
    "components": {
        "api": {"calls": 10, "held_s": 1.0, "hits": 0, "misses": 0, "cpu_s": 2.0, "busy_s": 4.0, "slots": 2}
    },
    "endpoints": {"read": {"answered": 10, "failed": 0, "answer_s": 0.5}},
}
LATER: dict[str, Any] = {
    "at_s": 110.0,
    "components": {
        "api": {"calls": 60, "held_s": 2.0, "hits": 0, "misses": 0, "cpu_s": 7.0, "busy_s": 14.0, "slots": 2},
        "cache": {"calls": 40, "held_s": 0.04, "hits": 30, "misses": 10},
    },
    "endpoints": {"read": {"answered": 60, "failed": 1, "answer_s": 3.0}},
}


def test_the_difference_of_two_readings_is_what_happened_between_them() -> None:
    one = interval(FIRST, LATER)
    assert one.seconds == 10
    assert one.throughput_per_s == {"read": 5.0}
    assert one.busy_cpus == {"api": 0.5}
    assert one.utilisation == {"api": 0.5}
    assert one.held_ms == pytest.approx({"api": 20.0, "cache": 1.0})
    assert one.response_ms == pytest.approx({"read": 50.0})
    assert one.cache_hits == {"cache": (30, 40)}


def test_readings_of_the_warm_up_and_across_two_mixes_are_left_out(make_plan: Callable[..., Plan]) -> None:
    """Of readings every two seconds of a run with two mixes, those within a mix count."""
    requests = tuple(Request(endpoint=name, method="GET", path="/", share=0.5) for name in ("read", "write"))
    plan = make_plan(duration_s=12, warm_up_s=4, requests=requests, mixes=((0.9, 0.1), (0.1, 0.9)))
    samples = [Sample(1000.0 + at, FIRST | {"at_s": float(at)}) for at in range(1, 14, 2)]
    found = intervals_of(plan, 1000.0, samples)
    assert [(one.mix, one.start_s) for one in found] == [("mix 0", 5.0), ("mix 1", 9.0)]


def test_a_mix_in_force_is_what_is_sent(make_plan: Callable[..., Plan]) -> None:
    """A run with two mixes sends mostly reads in its first half and mostly writes in its second."""
    requests = tuple(Request(endpoint=name, method="GET", path="/", share=0.5) for name in ("read", "write"))
    plan = make_plan(duration_s=20, requests=requests, mixes=((1.0, 0.0), (0.0, 1.0)))
    assert all((number == 0) == (at_s < 10) for at_s, number in plan.arrivals())


def test_drawn_mixes_differ_and_come_again_with_their_seed(small_file: str) -> None:
    suite = Suite(small_file)
    mixes = suite.plan(mixes=4, seed=5).mixes
    assert len(set(mixes)) == 4
    assert all(sum(mix) == pytest.approx(1) for mix in mixes)
    assert suite.plan(mixes=4, seed=5).mixes == mixes != suite.plan(mixes=4, seed=6).mixes


def test_a_run_leaves_intervals_that_calibrate(
    small_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the stand-in's counters over its JSON to a calibration: its own throughput agrees with the generator's."""
    result = run(Suite(small_file).plan(rate_per_s=80, duration_s=6, warm_up_s=0.5, seed=4, mixes=3), predict=False)
    assert result.intervals
    seen = sum(sum(one.throughput_per_s.values()) * one.seconds for one in result.intervals)
    covered = sum(one.seconds for one in result.intervals)
    assert seen / covered == pytest.approx(80, rel=0.35)
    assert all(one.held_ms["api"] >= 0.9 for one in result.intervals)
    path = tmp_path / "loadtest.json"
    path.write_text(json.dumps(result.as_json()), encoding="utf-8")
    measured = read_measurements([path])
    assert measured.intervals == result.intervals
    assert measured.date == result.measured_on
    twice = read_measurements([path, path])
    assert len({one.mix for one in twice.intervals}) == 2 * len({one.mix for one in measured.intervals})
    overlay = tmp_path / "overlay.yaml"
    calibrating.run(small_file, "only", [str(path)], str(overlay), simulated=False)
    assert "against the stand-in, modelled throughout, seed 4" in capsys.readouterr().out
    assert load_with_overlay(small_file, overlay).at("only").likely == load(small_file).at("only").likely


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ("{", "is not JSON"),
        ("[" * 5000 + "]" * 5000, "is nested too deeply"),
        ("[]", "is not the JSON of a load test: it has no against, architecture"),
        (json.dumps({"architecture": "small", "stage": "only"}), "it has no against, intervals"),
    ],
)
def test_what_is_no_load_test_is_refused(tmp_path: Path, raw: str, said: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(raw, encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_measurements([path])


def test_runs_of_different_stages_are_not_mixed(tmp_path: Path) -> None:
    whole = {"against": "standin", "seed": 1, "valid": True, "measured_on": "2026-01-02", "load_factor": 1.0}
    told = whole | {"intervals": intervals_json([interval(FIRST, LATER)])}
    paths = [tmp_path / f"{stage}.json" for stage in ("one", "two")]
    for path in paths:
        path.write_text(json.dumps(told | {"architecture": "small", "stage": path.stem}), encoding="utf-8")
    with pytest.raises(BadInput, match="different stages: small one, small two"):
        read_measurements(paths)


def test_nothing_to_calibrate_by_is_refused() -> None:
    with pytest.raises(BadInput, match="give --from-loadtest FILE"):
        calibrating.run("lexohub", "target")
