"""The stand-in and the simulator agree: the same stage under the same arrivals, the stand-in on a clock that jumps."""

from pathlib import Path

import pytest

from loadtests.agreement.cases import CASES, Case
from loadtests.agreement.comparison import PERCENTILES, arrivals_of, expected, simulated, walked_figures
from loadtests.plan import Journey, Plan
from loadtests.suite import Suite
from model.loading import bundled_names, load

BY_NAME = {case.architecture: case for case in CASES}


def planned(case: Case, rate_per_s: float, folder: Path, seconds: float) -> Plan:
    """The plan of a case; its document is written where a load test would read it."""
    path = folder / f"{case.architecture}.yaml"
    path.write_text(case.document(), encoding="utf-8")
    return Suite(str(path)).plan(case.stage, rate_per_s, seconds, 8.0, seed=1)


@pytest.mark.parametrize(
    ("name", "rate_per_s"),
    [("vertical-vibing", 91.7), ("tabi-script-ecs", 61.7), ("tabi-script-serverless", 49.1), ("lexohub", 60.0)],
)
def test_the_stand_in_answers_as_the_simulator_predicts(name: str, rate_per_s: float, tmp_path: Path) -> None:
    """Tasks with pools of connections at 80 % of their CPU, functions that are throttled by their account, a cache
    before its database: every figure lies where four of ten thousand simulated runs with these arrivals would not.
    """
    case = BY_NAME[name]
    plan = planned(case, rate_per_s, tmp_path, 40.0)
    graph = load(plan.source).at(case.stage)
    predicted, walked = simulated(graph, plan, runs=12), walked_figures(graph, plan)
    for figure in (*(f"p{p}_ms" for p in PERCENTILES), "throughput_per_s", "error_share"):
        told = predicted[figure]
        assert abs(walked[figure] - told.value) <= 2 * (told.high - told.value) + 1e-9 * told.value, figure


def test_every_architecture_with_endpoints_is_compared() -> None:
    assert set(BY_NAME) == set(bundled_names())


def test_the_changes_of_a_case_are_in_its_document_and_told(tmp_path: Path) -> None:
    case = Case("tabi-script-ecs", "development", {"db_cpu_ms": 3}, {"lambda_account_concurrency": 7})
    path = tmp_path / "changed.yaml"
    path.write_text(case.document(), encoding="utf-8")
    new, old = (load(source).at("development").assumptions for source in (path, "tabi-script-ecs"))
    assert new["db_cpu_ms"].likely == 3 * old["db_cpu_ms"].likely
    assert new["lambda_account_concurrency"].likely == 7
    assert case.changes == "db_cpu_ms x 3, lambda_account_concurrency 7"


def test_an_expectation_covers_what_it_was_made_of() -> None:
    told = expected([9.0, 10.0, 11.0, 10.0])
    assert told.value == 10
    assert told.low < 9 < 11 < told.high


def test_journeys_have_no_arrivals_known_before(small_file: str) -> None:
    plan = Suite(small_file).plan(rate_per_s=20)
    plan = plan.model_copy(update={"journeys": (Journey(name="both", steps=("read", "write"), share=0.1),)})
    with pytest.raises(ValueError, match="journeys"):
        arrivals_of(plan)
