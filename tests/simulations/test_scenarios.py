"""A scenario hits what it can, does what its words say, and is the same in every engine."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from model.loading import bundled_names, load
from model.problems import BadDocument, BadInput, UnknownName
from model.sizing import SizedGraph
from simulations.run import ENGINES
from simulations.scenarios.course import arrivals_of, course_of
from simulations.scenarios.effects import EVERYTHING
from simulations.scenarios.finding import components_hit
from simulations.scenarios.loading import load_scenario, read_scenario, scenario_names
from simulations.scenarios.play import Incident, play
from simulations.scenarios.scenario import Scenario, ViralSpike

Stage = Callable[..., SizedGraph]
API = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 4, "max": 4}}
FUNCTION = {"kind": "lambda", "memory_mb": 1769, "timeout_s": 900}
DATABASE = {"kind": "rds", "instance_class": "db.m5.large"}
OVERRIDES = {"task_exit_seen_s": 30.0, "rds_failover_s": 90.0}


def told(**fields: Any) -> Scenario:
    """A scenario with fields of its own."""
    text = "\n".join(f"{key}: {value}" for key, value in {"scenario": "own", "title": "Own", **fields}.items())
    return read_scenario(text)


def service(small_stage: Stage, per_s: float = 40.0, **fields: Any) -> SizedGraph:
    """Four tasks that call a database and a partner."""
    calls = [
        {
            "to": "api",
            "cpu_ms": 5,
            "calls": [
                {"to": "db", "time_ms": 4},
                {"to": "partner", "probability": 0.5, "time_ms": 50, "distribution": "constant", **fields},
            ],
        }
    ]
    parts = {"api": API, "db": {**DATABASE, "multi_az": True}, "partner": {"kind": "external_api"}}
    targets = {
        "fast": {"metric": "latency_ms", "percentile": 95, "threshold": 500},
        "up": {"metric": "availability", "threshold": 0.99, "at_most": False},
        "back": {"metric": "recovery_time_s", "threshold": 60},
        "other": {"metric": "recovery_time_s", "threshold": 60, "component": "partner"},
    }
    return small_stage(parts, calls, per_s, targets)


def lost_share(incident: Incident, lasts_s: float) -> float:
    """Failed requests over what arrives while a fault lasts."""
    return incident.lost_requests / (incident.per_s * lasts_s)


def test_a_lost_task_takes_its_part_until_the_balancer_sees_it(small_stage: Stage) -> None:
    """One of four tasks gone for 30 s before it is seen loses a quarter of the requests of these 30 s, no more."""
    incident = play(service(small_stage), load_scenario("task_lost"), overrides=OVERRIDES, runs=4)
    assert lost_share(incident, 30.0) == pytest.approx(0.25, abs=0.025)
    assert set(incident.effects[0].fault.errors) <= {"unavailable", "aborted"}
    assert incident.recovery.over
    assert incident.hits[0].lasts_s == 90.0


def test_a_failover_is_felt_as_long_as_it_lasts(small_stage: Stage) -> None:
    """Everybody fails for 90 s, the recovery time says so, and the targets on both are judged."""
    incident = play(service(small_stage), load_scenario("database_failover"), overrides=OVERRIDES, runs=4)
    assert lost_share(incident, 90.0) == pytest.approx(1.0, abs=0.03)
    assert incident.recovery.low_s < 90.0 <= incident.recovery.high_s < 100.0
    verdicts = {verdict.target: verdict for verdict in incident.verdicts}
    assert verdicts["back"].state == "missed"
    assert verdicts["up"].state == "held"
    assert verdicts["up"].predicted == pytest.approx(1 - incident.lost_requests / (40 * 2_628_000), rel=1e-9)
    assert "other" in incident.not_judged
    assert not incident.held


def test_a_slow_partner_slows_what_calls_it(small_stage: Stage) -> None:
    """Half of the calls take ten times 50 ms for as long as it lasts; the paired difference is exact."""
    scenario = told(fault="external_slow", times=10, lasts_s=100, before_s=10, after_s=20)
    incident = play(service(small_stage), scenario, runs=6)
    whole = incident.effects[0]
    assert whole.difference["mean_ms"].mean == pytest.approx(0.5 * 450 * 100 / 120, rel=0.1)
    assert whole.difference["mean_ms"].low > 0
    assert whole.difference["error_rate"].mean == 0


def test_a_partner_that_is_down_fails_half_of_the_requests(small_stage: Stage) -> None:
    """Half of the requests call it; `component` names it, and a hanging one keeps them waiting instead."""
    graph = service(small_stage)
    refused = play(graph, told(fault="external_down", lasts_s=60), component="partner", runs=4)
    assert lost_share(refused, 60.0) == pytest.approx(0.5, abs=0.04)
    hung = play(graph, told(fault="external_down", lasts_s=60, hangs="true"), component="partner", runs=2)
    assert hung.lost_requests == 0
    assert hung.effects[0].fault.times_ms["p99_ms"] > 40_000
    assert hung.recovery.over


def test_a_timeout_bounds_what_a_hanging_partner_costs(small_stage: Stage) -> None:
    """With a limit of 200 ms on the call, its callers fail after 200 ms instead of waiting for a minute."""
    scenario = told(fault="external_down", lasts_s=60, hangs="true")
    incident = play(service(small_stage, timeout_ms=200), scenario, runs=2)
    assert incident.effects[0].fault.errors["deadline"] == pytest.approx(0.5 * 40 * 60 * 2, rel=0.1)
    assert incident.effects[0].fault.times_ms["p99_ms"] < 400


def test_a_cold_morning_starts_every_function_cold(small_stage: Stage) -> None:
    """The first calls of a full hour all wait for an instance; the bill has the cold starts."""
    graph = small_stage({"f": {**FUNCTION, "init_ms": 2000}}, [{"to": "f", "time_ms": 300}], 20.0)
    incident = play(graph, load_scenario("cold_morning"), runs=6)
    first = next(item for item in incident.bins if item.from_s == 0)
    assert first.fault_p95_ms > 1800 > 1.5 * first.baseline_p95_ms
    before, after = incident.usual_month["f"], incident.month["f"]
    assert after["cold_start_share"] > before["cold_start_share"]
    assert after["monthly_requests"] == pytest.approx(before["monthly_requests"])


def test_a_cold_morning_finds_the_fewest_tasks(small_stage: Stage) -> None:
    """A service that scales starts its busiest hour with its fewest tasks and has to climb."""
    rule = {"kind": "target_tracking", "metric": "cpu", "target": 50}
    api = {**API, "tasks": {"min": 1, "max": 8}, "scaling": rule}
    graph = small_stage({"api": api}, [{"to": "api", "cpu_ms": 50}], 30.0)
    incident = play(graph, load_scenario("cold_morning"), runs=2)
    assert incident.hits[0].what == "1 of 3 tasks"
    assert incident.effects[0].fault.times_ms["p95_ms"] > 5 * incident.effects[0].baseline.times_ms["p95_ms"]


def test_a_spike_brings_as_many_times_the_requests(small_stage: Stage) -> None:
    """Ten times the rate for so long, with straight flanks, and services that scale pay for more tasks."""
    rule = {"kind": "target_tracking", "metric": "cpu", "target": 50, "start_s": 30}
    api = {**API, "tasks": {"min": 1, "max": 30}, "scaling": rule}
    graph = small_stage({"api": api}, [{"to": "api", "cpu_ms": 50}], 4.0)
    incident = play(graph, load_scenario("viral_spike"), runs=3)
    fault, usual = incident.effects[0].fault.requests, incident.effects[0].baseline.requests
    assert (fault - usual) / 3 == pytest.approx(4.0 * 9 * (600 - 30), rel=0.05)
    assert incident.month["api"]["task_hours"] > incident.usual_month["api"]["task_hours"] + 0.2


def test_schedules_keep_their_pace_in_a_spike() -> None:
    """A surge multiplies what clients send and nothing else."""
    from simulations.compiling.stage_program import compile_stage

    stage = compile_stage(load("writlix").at("steady"))
    scenario = ViralSpike(scenario="s", title="s", fault="viral_spike", times=50, rise_s=0, lasts_s=1000)
    course = course_of(stage, scenario, 1000.0)
    steady, surged = (arrivals_of(stage, course, surge) for surge in (None, scenario))
    assert len(surged.sources) == 2
    assert surged.sources[1] == steady.sources[1]
    assert len(surged.times(1)) > 10 * len(steady.times(1))


def test_a_zone_takes_what_stands_in_it_alone(small_stage: Stage) -> None:
    """A database without a standby is gone as long as its zone; with one, until the standby answers."""
    calls = [{"to": "f", "calls": [{"to": "db", "time_ms": 4}]}]
    lasts = {}
    for multi_az in (False, True):
        graph = small_stage({"f": FUNCTION, "db": {**DATABASE, "multi_az": multi_az}}, calls, 2.0)
        incident = play(graph, load_scenario("az_lost"), runs=1, overrides=OVERRIDES)
        lasts[multi_az] = {hit.component: hit.lasts_s for hit in incident.hits}
    assert lasts == {False: {"f": 0.0, "db": 600.0}, True: {"f": 0.0, "db": 90.0}}


def test_without_a_hit_both_arms_are_the_same(small_stage: Stage) -> None:
    """A fault that lasts no time changes nothing: common random numbers leave a difference of exactly zero."""
    incident = play(service(small_stage), told(fault="external_slow", lasts_s=0), runs=3)
    for found in incident.effects[0].difference.values():
        assert found.mean == found.half_width == 0
    assert not incident.recovery.felt


@pytest.mark.parametrize("name", scenario_names())
@pytest.mark.parametrize("architecture", bundled_names())
def test_every_scenario_applies_or_says_why_not(architecture: str, name: str) -> None:
    """On every bundled architecture a scenario runs and is felt somewhere sensible, or one sentence says why not."""
    document = load(architecture)
    stage = min(document.stage_names, key=lambda s: float(document.at(s).likely["monthly_requests"]))
    scenario = load_scenario(name).model_copy(update={"before_s": 10.0, "after_s": 60.0})
    if name == "viral_spike":
        scenario = scenario.model_copy(update={"lasts_s": 100.0})
    try:
        components_hit(scenario, document.at(stage))
    except BadInput as error:
        refusal = str(error)
    else:
        refusal = ""
    if refusal:
        assert refusal.startswith(f"{name} cannot apply to {architecture} {stage}: no call plan reaches")
        return
    incident = play(document.at(stage), scenario, runs=1)
    assert incident.effects[0].endpoint == EVERYTHING
    assert incident.effects[0].baseline.requests > 0 or incident.per_s < 0.1
    assert bool(incident.hits) is (name != "viral_spike")
    assert all(math.isfinite(value) for row in incident.month.values() for value in row.values())


@pytest.mark.parametrize("name", ["task_lost", "database_failover", "external_down", "cold_morning", "viral_spike"])
def test_engines_agree_on_scenarios(small_stage: Stage, name: str) -> None:
    """The same incident in every engine, request by request."""
    rule = {"kind": "step", "metric": "cpu", "target": 60, "scale_in": 20, "start_s": 30}
    parts = {
        "api": {**API, "tasks": {"min": 1, "max": 8}, "scaling": rule},
        "db": DATABASE,
        "partner": {"kind": "external_api"},
        "f": FUNCTION,
    }
    below = [{"to": "db", "time_ms": 4, "cpu_ms": 2}, {"to": "partner", "time_ms": 50}, {"to": "f", "time_ms": 20}]
    graph = small_stage(parts, [{"to": "api", "cpu_ms": 100, "calls": below}], 2.0)
    scenario = load_scenario(name).model_copy(update={"before_s": 20.0, "after_s": 60.0})
    lasts = {"lasts_s": 90.0} if scenario.lasts_s else {}
    scenario = scenario.model_copy(update=lasts)
    overrides = {"rds_recovery_s": 60.0}
    digests = {play(graph, scenario, 3, engine, runs=1, overrides=overrides).digest for engine in ENGINES}
    assert len(digests) == 1


def test_bad_scenarios_are_refused_with_every_problem(small_stage: Stage) -> None:
    """A wrong field, an unknown kind, component or name is said in a sentence with the nearest valid name."""
    with pytest.raises(BadDocument, match=r"(?s)2 problems.*last_s.*did you mean 'lasts_s'.*times: 0.5 is not above 1"):
        read_scenario("scenario: x\ntitle: t\nfault: external_slow\ntimes: 0.5\nlast_s: 3")
    with pytest.raises(BadDocument, match=r"'tsk_lost' is not a kind of fault .did you mean 'task_lost'"):
        read_scenario("fault: tsk_lost")
    with pytest.raises(BadDocument, match="fault: is required"):
        read_scenario("title: t")
    with pytest.raises(BadDocument, match="is not a mapping"):
        read_scenario("- 1")
    with pytest.raises(UnknownName, match="did you mean 'task_lost'"):
        load_scenario("task_los")
    with pytest.raises(BadInput, match="there is no such file"):
        load_scenario("no/such.yaml")
    graph = service(small_stage)
    for name, rule in {
        "partnr": "'partnr' is not a component of small only .did you mean 'partner'",
        "db": r"external_down cannot hit 'db' \(Amazon RDS\): it needs an external service \(it can hit: partner\)",
    }.items():
        with pytest.raises(BadInput, match=rule):
            play(graph, load_scenario("external_down"), component=name)
    with pytest.raises(BadInput, match="leave 'api' out"):
        play(graph, load_scenario("viral_spike"), component="api")
    with pytest.raises(BadInput, match="api has 4 tasks in this hour, 9 cannot be lost"):
        play(graph, told(fault="task_lost", tasks=9))
