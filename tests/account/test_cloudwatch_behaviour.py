"""Cold starts and scaling from an account's own metrics and logs: the truth that made them is found, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from account.cloudwatch import read_series, span_of
from account.cloudwatch_behaviour import with_behaviour
from account.cloudwatch_series import resources_of, series_of
from account.permissions import policy_text
from account.session import session
from model.loading import read
from model.measured_overlay import read_measured_overlay
from model.sizing import SizedGraph
from studies.calibration_cold import fit_cold_starts
from studies.calibration_data import Measurements
from studies.calibration_series import FunctionSeries, ServiceSeries
from tests.account.conftest import Refusal, Run
from tests.studies.series import INIT_MS, LIFE_MIN, RAW, START_S, TARGET, function_series, service_series

DAYS, HOURS = 3, 6
FIRST = datetime.combine(datetime.now(UTC).date() - timedelta(days=DAYS + 1), time(), UTC)
"""Logs take no old events."""
SPAN = f"{FIRST.date()}/{FIRST.date() + timedelta(days=DAYS)}"
RESOURCES = ("mail=post-mail", "api=main/post")
FUNCTION = {"FunctionName": "post-mail"}
INSIGHTS = {"function_name": "post-mail"}
SERVICE = {"ClusterName": "main", "ServiceName": "post"}


@pytest.fixture(scope="module")
def graph() -> SizedGraph:
    return read(yaml.safe_dump(RAW)).at("only")


@pytest.fixture(scope="module")
def function() -> FunctionSeries:
    return function_series(LIFE_MIN, 300.0, days=DAYS)


@pytest.fixture(scope="module")
def service() -> ServiceSeries:
    """The first hours of each day: the server looks at every point for every minute."""
    whole = service_series(days=DAYS)
    rows = whole.start_s % 86_400 < HOURS * 3600
    return replace(whole, **{name: getattr(whole, name)[rows] for name in ("start_s", "running", "wanted", "cpu")})


def put(space: str, metric: str, where: Mapping[str, str], points: Iterator[tuple[float, float, float]]) -> None:
    """Data as (seconds from the first midnight, mean, samples)."""
    client = session().client("cloudwatch")
    dimensions = [{"Name": key, "Value": value} for key, value in where.items()]
    data: list[Any] = [
        {
            "MetricName": metric,
            "Dimensions": dimensions,
            "Timestamp": FIRST + timedelta(seconds=at),
            "StatisticValues": {"SampleCount": count, "Sum": mean * count, "Minimum": mean, "Maximum": mean},
        }
        for at, mean, count in points
    ]
    for start in range(0, len(data), 900):
        client.put_metric_data(Namespace=space, MetricData=data[start : start + 900])


def put_function(series: FunctionSeries, *, insights: bool) -> None:
    """A function's metrics by the hour, with Lambda Insights or without."""
    rows = list(zip(series.start_s.tolist(), series.calls.tolist(), series.cold.tolist(), strict=True))
    put("AWS/Lambda", "Invocations", FUNCTION, ((at, 1.0, calls) for at, calls, _ in rows if calls))
    put("AWS/Lambda", "Duration", FUNCTION, ((at, series.held_ms, calls) for at, calls, _ in rows if calls))
    if insights:
        put("LambdaInsights", "init_duration", INSIGHTS, ((at, INIT_MS, cold) for at, _, cold in rows if cold))


def put_service(series: ServiceSeries) -> None:
    """A service's metrics by the minute, with Container Insights."""
    times = series.start_s.tolist()
    counted = [max(round(count), 1) for count in series.running.tolist()]
    put("AWS/ECS", "CPUUtilization", SERVICE, zip(times, (100 * series.cpu).tolist(), counted, strict=True))
    for metric, values in (("RunningTaskCount", series.running), ("DesiredTaskCount", series.wanted)):
        put(
            "ECS/ContainerInsights",
            metric,
            SERVICE,
            ((at, v, 1.0) for at, v in zip(times, values.tolist(), strict=True)),
        )


def put_reports(series: FunctionSeries, line: str) -> None:
    """The log group of a function: what it reports after each cold start, among other lines."""
    client = session().client("logs")
    client.create_log_group(logGroupName="/aws/lambda/post-mail")
    client.create_log_stream(logGroupName="/aws/lambda/post-mail", logStreamName="one")
    events = []
    for at, cold in zip(series.start_s.tolist(), series.cold.tolist(), strict=True):
        when = int((FIRST.timestamp() + at) * 1000)
        events += [{"timestamp": when + k, "message": line} for k in range(int(cold))]
        events.append({"timestamp": when + 3_000_000, "message": "REPORT RequestId: 1 Duration: 10.00 ms"})
    client.put_log_events(logGroupName="/aws/lambda/post-mail", logStreamName="one", logEvents=events)


def measured(graph: SizedGraph, *resources: str) -> Measurements:
    """What the account tells of cold starts and scaling."""
    named = resources_of(graph, resources)
    span = span_of(SPAN, 3600)
    here = session()
    seen = read_series(here.client("cloudwatch"), series_of(graph, named), span)
    empty = Measurements("post", "only", "an account of a test", "2026-11-02", ())
    return with_behaviour(here, graph, named, seen, span, empty)


def test_the_command_finds_idle_life_target_and_start(
    aws: str, run: Run, tmp_path: Path, function: FunctionSeries, service: ServiceSeries
) -> None:
    """Two days to fit by, one held back; the overlay loads and holds the truth within its ranges."""
    put_function(function, insights=True)
    put_service(service)
    (tmp_path / "post.yaml").write_text(yaml.safe_dump(RAW))
    options = [part for one in RESOURCES for part in ("--resource", one)]
    done = run(
        "calibrate", str(tmp_path / "post.yaml"), "--stage", "only", "--from-cloudwatch", SPAN, *options,
        "--no-check", "--json", "-o", str(tmp_path / "overlay.yaml"),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    (cold,), (scaling,) = answer["cold_starts"], answer["scaling"]
    assert cold["counted_by"] == "Lambda Insights"
    assert cold["held_back"]["measured"] > 0
    overlay = read_measured_overlay((tmp_path / "overlay.yaml").read_text(), "overlay.yaml")
    truth = {"mail_keep_alive_min": LIFE_MIN, "api_target": TARGET, "api_start_s": START_S, "mail_init_ms": INIT_MS}
    for name, true in truth.items():
        found = overlay.assumptions[name]
        assert found.low <= true <= found.high, (name, found)
        assert f"CloudWatch, {SPAN.replace('/', ' to ')}" in str(found.source)
    assert overlay.method is not None
    assert "bisection" in overlay.method
    assert overlay.error is not None
    assert "on days held back" in overlay.error
    held = {one["what"]: one for one in scaling["held_back"]}
    mean = held["tasks in the mean"]
    assert abs(mean["after"] - mean["measured"]) < abs(mean["before"] - mean["measured"])


@pytest.mark.parametrize(
    "line",
    [
        "REPORT RequestId: 1\tDuration: 180.00 ms\tMax Memory Used: 80 MB\tInit Duration: 410.00 ms\t",
        '{"type":"platform.report","record":{"metrics":{"durationMs":180.0,"initDurationMs":410.0}}}',
    ],
)
def test_without_lambda_insights_the_log_group_counts(
    aws: str, graph: SizedGraph, function: FunctionSeries, line: str
) -> None:
    """Text or JSON lines: the same intervals, hence the same fit."""
    put_function(function, insights=False)
    put_reports(function, line)
    (seen,) = measured(graph, "mail=post-mail").functions
    assert seen.told_by == "REPORT lines of /aws/lambda/post-mail"
    np.testing.assert_array_equal(seen.cold, function.cold)
    np.testing.assert_array_equal(seen.calls, function.calls)
    found = fit_cold_starts(graph, seen)
    assert found.init_ms == pytest.approx((INIT_MS,) * 3)
    assert found.share[1] == pytest.approx(fit_cold_starts(graph, function).share[1])


def test_what_the_account_does_not_tell_is_said(aws: str, graph: SizedGraph, function: FunctionSeries) -> None:
    """No log group, no minutes: neither stops the other figures."""
    put_function(function, insights=False)
    seen = measured(graph, *RESOURCES)
    assert (seen.functions, seen.services) == ((), ())
    assert "there is no log group /aws/lambda/post-mail" in seen.not_told["cold starts of mail"]
    assert "keeps them for 15 days" in seen.not_told["scaling of api"]


def test_refused_logs_and_rules_name_their_permissions(
    aws: str,
    graph: SizedGraph,
    function: FunctionSeries,
    service: ServiceSeries,
    refuses: Refusal,
) -> None:
    """The minutes alone then tell the target."""
    put_function(function, insights=False)
    put_service(service)
    denied = ("FilterLogEvents", "DescribeScalableTargets", "DescribeScalingPolicies")
    refuses(dict.fromkeys(denied, "AccessDeniedException"))
    seen = measured(graph, *RESOURCES)
    assert "logs:FilterLogEvents is missing" in seen.not_told["cold starts of mail"]
    assert "DescribeScalingPolicies is missing" in seen.not_told["scaling of api as the account has it"]
    (tasks,) = seen.services
    assert tasks.deployed.target is None
    for action in denied[1:]:
        assert f"application-autoscaling:{action}" in policy_text("calibrate")
    assert "logs:FilterLogEvents" in policy_text("calibrate")


def test_the_rule_and_the_bounds_are_read(aws: str, graph: SizedGraph, service: ServiceSeries) -> None:
    """As Application Auto Scaling has them for the service."""
    put_service(service)
    here = session()
    ecs = here.client("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(family="post", containerDefinitions=[{"name": "post", "image": "post", "memory": 512}])
    ecs.create_service(cluster="main", serviceName="post", taskDefinition="post", desiredCount=3)
    client: Any = here.client("application-autoscaling")
    which = {
        "ServiceNamespace": "ecs", "ResourceId": "service/main/post", "ScalableDimension": "ecs:service:DesiredCount",
    }  # fmt: skip
    client.register_scalable_target(**which, MinCapacity=3, MaxCapacity=17)
    client.put_scaling_policy(
        **which,
        PolicyName="cpu",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 46.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
        },
    )
    (seen,) = measured(graph, "api=main/post").services
    assert (seen.deployed.least, seen.deployed.most, seen.deployed.target) == (3, 17, 46.0)
    assert len(seen.start_s) == 60 * HOURS * DAYS
