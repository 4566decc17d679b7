"""`stageplan simulate`: its JSON, its table, its exit codes and sentences."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.problems import BadInput, UnknownName
from simulations import replications
from stageplan.commands import pricing, simulating


@pytest.fixture
def simulate(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs the command and gives back what it printed to standard output."""

    def run(arch: str, stage: str, **options: Any) -> str:
        defaults = {
            "seed": 1,
            "engine": "compiled",
            "json": False,
            "with_capacity": False,
            "requests": 20_000,
            "facts": [],
        }
        simulating.run(arch, stage, **{**defaults, **options})
        seen = capsys.readouterr()
        assert seen.err == ""
        return seen.out

    return run


def test_json_has_the_fixed_fields(simulate: Callable[..., str]) -> None:
    """`simulate --json` prints one object with the fields other programs rely on, and nothing on standard error."""
    answer = json.loads(simulate("vertical-vibing", "stage4", json=True))
    wanted = {"architecture", "stage", "engine", "seed", "digest", "requests", "wall_s"}
    assert wanted | {"endpoints", "components", "usage", "verdicts"} <= set(answer)
    assert (answer["architecture"], answer["stage"], answer["seed"]) == ("vertical-vibing", "stage4", 1)
    for endpoint in answer["endpoints"]:
        assert {"endpoint", "requests", "errors", "p50_ms", "p95_ms", "p99_ms", "mean_ms", "ci"} <= set(endpoint)
        assert set(endpoint["ci"]) == {"p50_ms", "p95_ms", "p99_ms", "mean_ms", "cold_share"}
        assert isinstance(endpoint["errors"], int)
    for component in answer["components"]:
        assert 0 <= component["utilisation"] <= 1
    for verdict in answer["verdicts"]:
        assert {"target", "predicted", "threshold", "holds"} <= set(verdict)
    assert {"component", "usage", "quantity"} == set(answer["usage"][0])
    assert all(fact["source"] for fact in answer["assumptions"])


def test_only_the_time_it_took_varies(simulate: Callable[..., str]) -> None:
    """Two runs with one seed print the same object but for `wall_s`."""
    answers = [json.loads(simulate("vertical-vibing", "stage2", json=True, seed=3)) for _ in range(2)]
    assert answers[0].pop("wall_s") > 0
    answers[1].pop("wall_s")
    assert answers[0] == answers[1]


def test_the_table_leads_with_the_verdicts(simulate: Callable[..., str]) -> None:
    """A person reads the load, what is held, every endpoint, and what is fullest."""
    text = simulate("socialclub", "staging")
    assert text.startswith("socialclub staging: busiest hour")
    assert text.index("health_answer") < text.index("list_venues") < text.index("ecs_backend")


def test_a_missed_target_is_exit_code_one(simulate: Callable[..., str]) -> None:
    """The command ends with 1 when a target is missed."""
    with pytest.raises(SystemExit) as ended:
        simulate("writlix", "steady")
    assert ended.value.code == 1


def test_capacity_is_one_sentence_more(simulate: Callable[..., str]) -> None:
    """With --capacity the load that still holds, and what gives way, stand in the answer."""
    answer = json.loads(simulate("vertical-vibing", "stage1", json=True, with_capacity=True))
    assert answer["capacity"]["scale"] > 10
    assert answer["capacity"]["gives_way"] == {"component": "ecs_backend", "what": "cpu"}


def test_facts_can_be_set(simulate: Callable[..., str]) -> None:
    """--fact replaces a fact of the simulator and the answer says so."""
    answer = json.loads(simulate("vertical-vibing", "stage1", json=True, facts=["cpu_scv=0"]))
    assert {fact["name"]: fact["likely"] for fact in answer["assumptions"]}["cpu_scv"] == 0


def test_bad_input_is_one_sentence(simulate: Callable[..., str]) -> None:
    """Unknown stages, engines and facts are refused with the nearest name, and nothing is printed."""
    with pytest.raises(UnknownName, match=r"'prod' is not a stage of writlix|steady"):
        simulate("writlix", "prod")
    with pytest.raises(UnknownName, match="compiled"):
        simulate("writlix", "steady", engine="compild")
    with pytest.raises(UnknownName, match="cpu_scv"):
        simulate("writlix", "steady", facts=["cpu_scw=1"])
    with pytest.raises(BadInput, match="NAME=NUMBER"):
        simulate("writlix", "steady", facts=["cpu_scv"])
    with pytest.raises(BadInput, match="below 1"):
        simulate("writlix", "steady", requests=0)


def test_a_scenario_prints_both_arms_and_exits_with_1(
    simulate: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    """`--scenario` shows what is hit, both arms, the way back and the bill; a missed target is exit code 1."""
    text = simulate("socialclub", "staging", scenario="task_lost")
    for sentence in ("One task exits", "ecs_backend: 1 of 2 tasks gone", "callers feel it for", "the month's bill"):
        assert sentence in text
    with pytest.raises(SystemExit) as exit_:
        simulate("socialclub", "staging", scenario="database_failover", component="rds", json=True)
    assert exit_.value.code == 1
    answer = json.loads(capsys.readouterr().out)
    assert {"scenario", "hits", "endpoints", "recovery", "timeline", "usage", "bill", "verdicts"} <= set(answer)
    assert answer["hits"][0]["component"] == "rds"
    assert answer["recovery"]["recovery_s"] > 60


def test_a_component_needs_a_scenario(simulate: Callable[..., str]) -> None:
    """`--component` alone is refused, and an unknown one has its sentence."""
    with pytest.raises(BadInput, match="--scenario is missing"):
        simulate("socialclub", "staging", component="rds")
    with pytest.raises(UnknownName, match="did you mean 'rds'"):
        simulate("socialclub", "staging", scenario="database_failover", component="rdss")


def test_other_loads_take_the_place_of_the_busiest_hour(simulate: Callable[..., str], tmp_path: Path) -> None:
    """`--users` and `--trace` say in words what arrived; what contradicts is refused."""
    answer = json.loads(simulate("socialclub", "staging", users=5, think=2.0, json=True))
    assert answer["load"] == "5 users who think for 2 s"
    (tmp_path / "t.csv").write_text("time\n" + "\n".join(str(k / 5) for k in range(200)))
    assert "200 requests as recorded in t.csv" in simulate("socialclub", "staging", trace=str(tmp_path / "t.csv"))
    with pytest.raises(BadInput, match="--trace and --users exclude each other"):
        simulate("socialclub", "staging", users=5, trace="t.csv")
    with pytest.raises(BadInput, match="--users, which is missing"):
        simulate("socialclub", "staging", think=2.0)


def test_a_simulated_bill_shows_the_difference(capsys: pytest.CaptureFixture[str]) -> None:
    """`price --simulated` prints the bill of what ran, and beside it what differs from the derived one and why."""
    pricing.run("lexohub", "target", simulated=True, draws=0)
    text = capsys.readouterr().out
    assert "as a simulated day ran" in text
    assert "ms a call with its waiting" in text
    pricing.run("lexohub", "target", simulated=True, draws=0, json=True)
    answer = json.loads(capsys.readouterr().out)
    assert answer["simulated"]
    difference = answer["difference"]
    change = answer["total"]["likely"] - difference["derived_total"]["likely"]
    assert difference["usd"] == pytest.approx(change, abs=1e-3)
    assert all(line["why"] for line in difference["lines"])


def test_a_long_run_says_so_before_it_starts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Standard error gives an estimate and a way out; Ctrl-C at once leaves nothing to show."""

    def interrupted(*args: object, **options: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr(simulating, "simulate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        simulating.run("lexohub", "target", requests=10**9)
    assert "up to 1,000,000,000 requests take about" in capsys.readouterr().err
    with pytest.raises(KeyboardInterrupt):
        simulating.run("lexohub", "target", requests=1000)
    assert capsys.readouterr().err == ""


def test_an_interrupted_run_keeps_what_is_complete(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C in the midst of the replications ends with those that are complete, marked partial, and exit code 130."""
    real, ran = replications._run, []

    def fifth_is_too_much(*args: Any) -> Any:
        ran.append(args)
        if len(ran) == 5:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(replications, "_run", fifth_is_too_much)
    with pytest.raises(SystemExit) as ended:
        simulating.run("vertical-vibing", "stage1", engine="interpreter", requests=2000, json=True)
    assert ended.value.code == 130
    answer = json.loads(capsys.readouterr().out)
    assert answer["partial"]
    assert answer["replications"] == 4
