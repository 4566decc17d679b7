"""Alarms from a document's claims and targets: valid text in both formats, the same alarms, no promise forgotten."""

from __future__ import annotations

from pathlib import Path

import pytest
import tfparse
import yaml
from cfnlint.api import lint
from cfnlint.core import get_rules
from cfnlint.rules import RulesCollection

from account.alarm_cloudformation import _camel, cloudformation
from account.alarm_plan import alarm_plan
from account.alarm_terraform import terraform
from account.alarms import Alarm, AlarmPlan
from model.loading import bundled_names, load
from tests.account.conftest import Run

STAGES = [(name, stage) for name in bundled_names() for stage in load(name).stage_names]


def plan_of(name: str, stage: str) -> AlarmPlan:
    return alarm_plan(load(name).at(stage))


WITH_ALARMS = [(name, stage) for name, stage in STAGES if plan_of(name, stage).alarms]


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_no_promise_is_forgotten(name: str, stage: str) -> None:
    """Every alarm claim and every target of the stage is an alarm, a part of one, or has a reason."""
    architecture, plan = load(name), plan_of(name, stage)
    told = " ".join(alarm.description for alarm in plan.alarms)
    for claim in architecture.claims:
        if claim.kind == "alarm" and (not claim.stages or stage in claim.stages) and "evaluation" not in claim.subject:
            assert claim.id in told or claim.id in plan.not_made
    sources = {target.metric for target in architecture.targets.values() if not target.stages or stage in target.stages}
    watched = {metric for alarm in plan.alarms for metric in alarm.metrics}
    if "error_rate" in sources and not any("error" in name for name in plan.not_made):
        assert watched & {"errors", "behind"}


@pytest.fixture(scope="session")
def rules() -> RulesCollection:
    """cfn-lint's errors and warnings, read once."""
    return get_rules([], [], [])


@pytest.mark.parametrize(("name", "stage"), WITH_ALARMS)
def test_both_formats_are_valid_and_say_the_same(name: str, stage: str, tmp_path: Path, rules: RulesCollection) -> None:
    """cfn-lint finds nothing; tfparse reads the text; names, thresholds and periods are equal in both."""
    plan = plan_of(name, stage)
    text = cloudformation(plan)
    assert [str(match) for match in lint(text, rules, ["us-east-1"]) if match.rule.severity != "informational"] == []
    template = yaml.safe_load(text)["Resources"]
    (tmp_path / "main.tf").write_text(terraform(plan))
    parsed = tfparse.load_from_path(tmp_path)["aws_cloudwatch_metric_alarm"]
    resources = {resource["alarm_name"]: resource for resource in parsed}
    assert len(template) == len(resources) == len(plan.alarms)
    for alarm in plan.alarms:
        properties, resource = template[_camel(alarm.name)]["Properties"], resources[plan.full_name(alarm)]
        assert properties["AlarmName"] == plan.full_name(alarm)
        assert properties["Threshold"] == resource["threshold"] == alarm.threshold
        assert properties["EvaluationPeriods"] == resource["evaluation_periods"] == alarm.periods
        assert properties["ComparisonOperator"] == resource["comparison_operator"] == alarm.comparison
        assert len(properties.get("Metrics", [])) == (0 if alarm.expression is None else len(alarm.metrics) + 1)


def alarms_of(name: str, stage: str) -> dict[str, Alarm]:
    return {alarm.name: alarm for alarm in plan_of(name, stage).alarms}


def test_the_claims_of_a_document_are_its_thresholds() -> None:
    """SocialClub: CPU 80, memory 85, connections 80 % of what the class takes, errors 1 %, storage 80 % of 100 GB."""
    found = alarms_of("socialclub", "production")
    assert found["ecs-backend-cpu"].threshold == 80
    assert found["ecs-backend-memory"].threshold == 85
    assert found["alb-error-rate"].threshold == 1
    assert found["alb-unhealthy"].threshold == 0
    assert found["rds-storage"].threshold == 20 * 2**30
    assert found["rds-storage"].comparison == "LessThanThreshold"
    assert found["rds-connections"].threshold == pytest.approx(0.8 * 3604)


def test_a_claimed_period_is_the_alarms_period() -> None:
    """LexoHub: ten errors in five minutes, in two periods."""
    alarm = alarms_of("lexohub", "phase3")["api-gateway-errors"]
    assert (alarm.threshold, alarm.period_s, alarm.periods) == (10, 300, 2)
    assert alarm.comparison == "GreaterThanOrEqualToThreshold"


def test_the_most_connections_follow_the_stage() -> None:
    """A larger class takes more connections, so that the same 80 % is a higher threshold."""
    small, large = (alarms_of("vertical-vibing", stage)["rds-connections"] for stage in ("stage1", "stage4"))
    assert small.threshold < large.threshold


def test_a_target_that_a_claim_watches_makes_no_second_alarm() -> None:
    """Vertical Vibing states 5 % errors twice, as an alarm and as a target."""
    assert sum("error-rate" in name for name in alarms_of("vertical-vibing", "stage3")) == 1


def test_a_latency_of_some_endpoints_is_watched_on_their_own_functions() -> None:
    """Writlix: functions that serve just these endpoints, at the 95th percentile; the gateway cannot tell them."""
    names = [name for name in alarms_of("writlix", "steady") if "latency" in name]
    assert names
    assert all(name.startswith("lambda-") and name.endswith("-p95") for name in names)


def test_terraform_text_interpolates_nothing(tmp_path: Path) -> None:
    """A description with the language's own signs stays a description."""
    plan = plan_of("socialclub", "staging")
    sly = AlarmPlan(
        plan.architecture,
        plan.stage,
        tuple(Alarm(**{**alarm.__dict__, "description": '${file("x")} %{if true} "q"'}) for alarm in plan.alarms),
        {},
    )
    (tmp_path / "main.tf").write_text(terraform(sly))
    parsed = tfparse.load_from_path(tmp_path)["aws_cloudwatch_metric_alarm"]
    assert {resource["alarm_description"] for resource in parsed} == {'${file("x")} %{if true} "q"'}


def test_the_command_writes_the_text(run: Run, tmp_path: Path) -> None:
    """To standard output, or whole into a file."""
    done = run(
        "alarms", "vertical-vibing", "--stage", "stage3", "--format", "terraform", "-o", str(tmp_path / "alarms.tf")
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "alarms.tf").read_text() == terraform(plan_of("vertical-vibing", "stage3"))


def test_a_document_without_a_promise_has_no_alarms(run: Run, tmp_path: Path) -> None:
    """One sentence and nothing written; so for a format that does not exist."""
    done = run("alarms", "tabi-script-ecs", "--stage", "production", "-o", str(tmp_path / "alarms.yaml"))
    assert done.returncode == 2
    assert "states no alarm and no target that a metric can watch" in done.stderr
    assert list(tmp_path.iterdir()) == []
