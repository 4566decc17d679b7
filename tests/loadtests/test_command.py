"""`stageplan loadtest`: what a user sees, and what it exits with."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loadtests.plan import Plan
from loadtests.recording import Recording
from loadtests.results import LoadTestResult, judged
from model.problems import BadInput
from stageplan.commands import loadtesting

QUICK: dict[str, Any] = {
    "host": None,
    "json": True,
    "output": None,
    "rate": 60.0,
    "duration": 1.0,
    "warm_up": 0.5,
    "shape": "poisson",
    "trace": None,
    "mixes": 1,
    "users": None,
    "max_in_flight": 500,
    "workers": 1,
    "seed": 1,
    "yes": False,
    "real": False,
    "find_capacity": False,
    "openslo": None,
    "locust_files": None,
}


def test_it_prints_one_json_object_writes_its_files_and_exits_by_the_verdicts(
    small_file: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Standard output is the object alone, its exit code the command's; Locust's own files are there too."""
    out = tmp_path / "out"
    own = str(tmp_path / "locust")
    with pytest.raises(SystemExit) as ended:
        loadtesting.run(small_file, None, **(QUICK | {"output": str(out), "locust_files": own}))
    answer = json.loads(capsys.readouterr().out)
    assert answer["architecture"] == "small"
    assert answer["exit_code"] == ended.value.code
    assert {path.name for path in out.iterdir()} == {
        "loadtest.json", "loadtest.junit.xml", "loadtest-endpoints.csv", "loadtest-windows.csv", "loadtest.md",
        "loadtest.html",
    }  # fmt: skip
    assert "locust.html" in {path.name for path in tmp_path.iterdir()}
    with (tmp_path / "locust_stats.csv").open(encoding="utf-8", newline="") as file:
        counted = {row["Name"]: int(row["Request Count"]) for row in csv.DictReader(file)}
    assert counted["Aggregated"] >= answer["all"]["requests"] > 0, "the warm-up counts in Locust's own"


def test_the_knee_stands_beside_the_simulators(
    small_file: str,
    make_plan: Callable[..., Plan],
    recorded: Callable[..., Recording],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A search prints the rate that held and the one that broke, and what the simulator finds of the same stage."""
    plan = make_plan(source=small_file, against="standin", stage_peak_per_s=20.0)

    def drive(drawn: Plan) -> LoadTestResult:
        return judged(drawn, recorded(drawn, 0.02 if drawn.load.rate_per_s <= 130 else 0.9))

    with pytest.raises(SystemExit) as ended:
        loadtesting.searched(plan, drive, most_rate_per_s=5000, json=True)
    told = json.loads(capsys.readouterr().out)["capacity"]
    assert ended.value.code == 0
    assert told["held_per_s"] <= 130 < told["broke_per_s"]
    assert told["simulated_per_s"] > 0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"real": True, "host": "http://127.0.0.1:9"}, "--real is for the stand-in"),
        ({"host": "https://api.example.com", "rate": 300.0}, "Send up to 300 requests per second to https://api"),
        ({"host": "api.example.com"}, "is not a host"),
        ({"host": "foo", "rate": 300.0}, "'foo' is not a host"),
        ({"openslo": "nowhere.yaml"}, "cannot be read"),
        ({"rate": 1e5}, "beyond the caps"),
        ({"mixes": 3, "users": 5}, "--mixes is for an open loop"),
    ],
)
def test_what_cannot_be_driven_is_refused_before_anything_starts(
    small_file: str, options: dict[str, Any], said: str
) -> None:
    """Bad input is a sentence, not a run."""
    with pytest.raises(BadInput, match=said):
        loadtesting.run(small_file, None, **(QUICK | options))


def test_a_search_that_may_leave_this_machine_stays_slow_until_confirmed(make_plan: Callable[..., Plan]) -> None:
    """An allowed host elsewhere counts as another machine, also while this one is tested."""
    plan, host = make_plan(), "http://127.0.0.1:8000"
    away = plan.model_copy(update={"allow_hosts": ("files.example.com",)})
    assert (
        loadtesting.most_rate(plan, host, confirmed=False) == loadtesting.most_rate(away, host, confirmed=True) == 5000
    )
    assert loadtesting.most_rate(away, host, confirmed=False) == 100
