"""Calibration from an account's own metrics: the truth that made the metrics is found, over real HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from botocore.stub import Stubber

from account.cloudwatch import Span, read_series, span_of
from account.cloudwatch_measurements import measurements_of
from account.cloudwatch_observed import observed
from account.cloudwatch_series import Series, resources_of, series_of
from account.errors import PermissionMissing, Throttled
from account.session import session
from model.loading import read
from model.measured_overlay import read_measured_overlay
from model.problems import BadInput
from model.sizing import SizedGraph
from studies.calibration import calibrate
from studies.calibration_data import Interval
from studies.calibration_demands import Demands, service_times
from tests.account.conftest import Run

FIRST = datetime(2026, 11, 2, tzinfo=UTC)
DAYS, HOUR_S = 3, 3600
SPAN = "2026-11-02/2026-11-05"
TRUTH = {"api_cpu_ms": 6.0, "row_cpu_ms": 1.5}
HITS, TASKS, VCPU = 0.7, 4, 1
RESOURCES = ("edge=app/shop/1", "api=main/shop", "cache=shop-001", "database=shop-db")


def assumption(likely: float, unit: str = "ms") -> dict[str, Any]:
    return {"low": likely / 2, "likely": likely, "high": likely * 2, "unit": unit, "why": "Assumed for a test."}


def call(to: str, **fields: Any) -> dict[str, Any]:
    return {"to": to, **fields}


LOOKUP = call("cache", time_ms=0.5, hit_ratio="cache_hits", on_miss=[call("database", time_ms=2, cpu_ms="row_cpu_ms")])
RAW: dict[str, Any] = {
    "architecture": "shop",
    "title": "A shop",
    "components": {
        "web": {"kind": "web_client"},
        "edge": {"kind": "alb"},
        "api": {"kind": "fargate", "vcpu": VCPU, "memory_gb": 2, "tasks": {"min": TASKS, "max": TASKS}},
        "cache": {"kind": "elasticache", "node_class": "cache.t3.micro"},
        "database": {"kind": "rds", "instance_class": "db.m6g.large"},
        "mail": {"kind": "lambda", "memory_mb": 128},
    },
    "connections": [
        {"from": "web", "to": "edge", "kind": "request"},
        {"from": "edge", "to": "api", "kind": "request"},
        {"from": "api", "to": "cache", "kind": "read"},
        {"from": "api", "to": "database", "kind": "read"},
        {"from": "web", "to": "mail", "kind": "request"},
    ],
    "workload": {"monthly_requests": 10_000_000},
    "endpoints": {
        "read": {
            "client": "web", "path": "/items", "share": 0.6,
            "calls": [call("edge", calls=[call("api", cpu_ms="api_cpu_ms", calls=[LOOKUP])])],
        },
        "write": {
            "client": "web", "path": "/items", "method": "POST", "share": 0.3,
            "calls": [
                call("edge", calls=[
                    call("api", cpu_ms="api_cpu_ms * 2", calls=[call("database", op="write", cpu_ms="row_cpu_ms")])
                ])
            ],
        },
        "mail": {"client": "web", "path": "/mail", "share": 0.1, "calls": [call("mail", time_ms="mail_ms")]},
    },
    "stages": [{"name": "only"}],
    "assumptions": {
        "api_cpu_ms": assumption(3.0),
        "row_cpu_ms": assumption(2.0),
        "mail_ms": assumption(50.0),
        "cache_hits": {**assumption(0.5, "ratio"), "high": 0.9},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def graph() -> SizedGraph:
    return read(yaml.safe_dump(RAW)).at("only")


def span() -> Span:
    return span_of(SPAN, HOUR_S)


def rate_at(hour: int) -> float:
    """Requests a second through the balancer: busiest at noon."""
    return 20.0 + 15.0 * float(np.cos((hour % 24 - 12) * np.pi / 12))


def metrics_of(graph: SizedGraph) -> Iterator[tuple[str, dict[str, Any]]]:
    """Three days of hourly metrics as a shop with the true service times would have them; (namespace, datum)."""
    demands = Demands.of(graph, service_times(graph), {**TRUTH, "cache_hits": HITS})
    for hour in range(24 * DAYS):
        total, at = rate_at(hour), FIRST + timedelta(hours=hour)
        one = Interval(HOUR_S, {"read": total * 2 / 3, "write": total / 3, "mail": 1.0})
        busy = {name: float(demands.cpus(one, name)[0]) for name in ("api", "database")}
        minutes = HOUR_S / 60
        lookups = total * 2 / 3 * HOUR_S
        percent = 100 * busy["api"] / VCPU / TASKS
        api, edge = {"ClusterName": "main", "ServiceName": "shop"}, {"LoadBalancer": "app/shop/1"}
        cache = {"CacheClusterId": "shop-001"}
        yield "ECS", datum("CPUUtilization", at, api, percent, TASKS * minutes)
        yield "RDS", datum("CPUUtilization", at, {"DBInstanceIdentifier": "shop-db"}, 100 * busy["database"] / 2)
        yield "ApplicationELB", datum("RequestCount", at, edge, total * HOUR_S)
        yield "ElastiCache", datum("CacheHits", at, cache, HITS * lookups)
        yield "ElastiCache", datum("CacheMisses", at, cache, (1 - HITS) * lookups)
        yield "Lambda", datum("Invocations", at, {"FunctionName": "shop-mail"}, HOUR_S)
        yield "Lambda", datum("Duration", at, {"FunctionName": "shop-mail"}, 80.0)
        if hour % 2:
            yield "LambdaInsights", datum("init_duration", at, {"function_name": "shop-mail"}, 400.0, samples=72)


def datum(name: str, at: datetime, where: dict[str, str], mean: float, samples: float = 1) -> dict[str, Any]:
    stats = {"SampleCount": samples, "Sum": mean * samples, "Minimum": mean, "Maximum": mean}
    dimensions = [{"Name": key, "Value": value} for key, value in where.items()]
    return {"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "StatisticValues": stats}


@pytest.fixture
def measured(aws: str, graph: SizedGraph) -> None:
    """An account whose CloudWatch holds the shop's three days."""
    client, held = session().client("cloudwatch"), dict[str, list[Any]]()
    for space, one in metrics_of(graph):
        held.setdefault(space, []).append(one)
    for space, data in held.items():
        for start in range(0, len(data), 150):
            name = space if space == "LambdaInsights" else f"AWS/{space}"
            client.put_metric_data(Namespace=name, MetricData=data[start : start + 150])


def read_all(graph: SizedGraph, *more: str) -> dict[Series, Any]:
    wanted = series_of(graph, resources_of(graph, [*RESOURCES, *more]))
    return read_series(session().client("cloudwatch"), wanted, span())


def test_the_truth_behind_the_metrics_is_found(measured: None, graph: SizedGraph) -> None:
    """CPU times by the utilisation law, the hit ratio, the day; a third day that no fit has seen confirms it."""
    found = calibrate(graph, measurements_of(graph, read_all(graph, "mail=shop-mail"), span()))
    for name, true in TRUTH.items():
        assert found.assumptions[name].likely == pytest.approx(true, rel=0.01)
    assert found.assumptions["cache_hits"].likely == pytest.approx(HITS, rel=0.01)
    assert found.assumptions["mail_ms"].likely == pytest.approx(80.0, rel=0.01)
    assert len(found.split.held_back) == 24
    assert found.error_after < 0.01 < 0.2 < found.error_before
    assert found.peak_factor is not None
    busiest = max(rate_at(hour) + 1 for hour in range(24))
    assert found.peak_factor == pytest.approx(busiest / (20.0 + 1), rel=0.01)
    assert "CloudWatch, 2026-11-02 to 2026-11-05 (UTC) in steps of 3600 s" in found.assumptions["api_cpu_ms"].source


def test_calls_go_to_endpoints_by_their_counters(measured: None, graph: SizedGraph) -> None:
    """The balancer's calls by the document's shares, the function's to the one endpoint that calls it."""
    noon = measurements_of(graph, read_all(graph, "mail=shop-mail"), span()).intervals[12]
    assert noon.start_s == 12 * HOUR_S
    assert noon.throughput_per_s == pytest.approx({"read": 35 * 2 / 3, "write": 35 / 3, "mail": 1.0})


def test_what_no_counter_sees_runs_at_the_documents_ratio(measured: None, graph: SizedGraph) -> None:
    """Without the function's metrics its endpoint is a ninth of the others, and the source says so."""
    seen = measurements_of(graph, read_all(graph), span())
    noon = seen.intervals[12].throughput_per_s
    assert noon["mail"] == pytest.approx((noon["read"] + noon["write"]) / 9)
    assert "1 endpoints at the document's ratio" in seen.source


def test_tasks_stand_beside_the_fit(measured: None, graph: SizedGraph) -> None:
    """Four tasks all the time."""
    (tasks,) = observed(graph, read_all(graph, "mail=shop-mail"), span())
    assert (tasks.mean, tasks.low, tasks.high, tasks.document) == (4.0, 4.0, 4.0, "4 to 4")


def test_a_resource_without_data_is_named(measured: None, graph: SizedGraph) -> None:
    """Beside others it is a note; alone it is an error that asks for the identifier."""
    seen = measurements_of(graph, read_all(graph, "mail=another"), span())
    assert "without data of mail" in seen.source
    wanted = series_of(graph, resources_of(graph, ["edge=app/other/2"]))
    nothing = read_series(session().client("cloudwatch"), wanted, span())
    with pytest.raises(BadInput, match="edge had no data at all: is the identifier, the region right"):
        measurements_of(graph, nothing, span())


def test_the_command_writes_an_overlay(measured: None, run: Run, tmp_path: Path) -> None:
    """`calibrate --from-cloudwatch ... -o`: the overlay loads, and says where it comes from."""
    (tmp_path / "shop.yaml").write_text(yaml.safe_dump(RAW))
    options = [part for one in RESOURCES for part in ("--resource", one)]
    done = run(
        "calibrate", str(tmp_path / "shop.yaml"), "--stage", "only", "--from-cloudwatch", SPAN, *options,
        "--no-check", "--json", "-o", str(tmp_path / "overlay.yaml"),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["intervals"] == {"fitted": 48, "held_back": 24}
    assert [one["what"] for one in answer["observed"]] == ["tasks running"]
    overlay = read_measured_overlay((tmp_path / "overlay.yaml").read_text(), "overlay.yaml")
    assert overlay.assumptions["api_cpu_ms"].likely == pytest.approx(6.0, rel=0.02)


def api_of(kind: str) -> SizedGraph:
    """An API in front of a function that reads a table."""
    plan = [call("gateway", calls=[call("items", time_ms="work_ms", calls=[call("table", time_ms=4)])])]
    routes = {"read": ("GET", 0.75), "write": ("POST", 0.25)}
    document = {
        "architecture": "api",
        "title": "An API",
        "components": {
            "web": {"kind": "web_client"},
            "gateway": {"kind": "api_gateway", "api": kind},
            "items": {"kind": "lambda", "memory_mb": 256},
            "table": {"kind": "dynamodb"},
        },
        "connections": [
            {"from": "web", "to": "gateway", "kind": "request"},
            {"from": "gateway", "to": "items", "kind": "request"},
            {"from": "items", "to": "table", "kind": "read"},
        ],
        "workload": {"monthly_requests": 1_000_000},
        "endpoints": {
            name: {"client": "web", "path": "/items", "method": method, "share": share, "calls": plan}
            for name, (method, share) in routes.items()
        },
        "stages": [{"name": "only"}],
        "assumptions": {"work_ms": assumption(10.0)},
    }
    return read(json.dumps(document)).at("only")


def told(one: Series) -> float | None:
    """What an account would say of a series at noon."""
    where = dict(one.dimensions)
    if one.endpoint:
        return {"calls": 900.0, "held_ms": 30.0}[one.figure] * (3 if one.endpoint == "read" else 1)
    if one.component == "table":
        return {"GetItem": {"held_ms": 2.0, "calls": 300.0}, "Query": {"held_ms": 6.0, "calls": 100.0}}.get(
            where["Operation"], {}
        ).get(one.figure)
    return {"calls": 3600.0, "held_ms": 60.0, "behind_ms": 50.0}.get(one.figure)


def test_a_rest_api_tells_its_routes_apart() -> None:
    """With detailed metrics each route has calls and times of its own; a table's operations are weighed."""
    graph = api_of("rest")
    wanted = series_of(graph, resources_of(graph, ["gateway=shop/prod", "table=items"]))
    noon = next(iter(span().starts))
    read_at_noon = {one: {} if (value := told(one)) is None else {noon: value} for one in wanted}
    (seen,) = measurements_of(graph, read_at_noon, span()).intervals
    assert seen.throughput_per_s == pytest.approx({"read": 0.75, "write": 0.25})
    assert seen.response_ms == {"read": 90.0, "write": 30.0}
    assert seen.held_ms == {"gateway": 60.0, "items": 50.0, "table": 3.0}


def test_an_http_api_counts_for_all_its_endpoints() -> None:
    """No route has metrics: the document's shares part the calls."""
    graph = api_of("http")
    wanted = series_of(graph, resources_of(graph, ["gateway=a1b2c3"]))
    assert {dict(one.dimensions).get("ApiId") for one in wanted} == {"a1b2c3"}
    noon = next(iter(span().starts))
    read_at_noon = {one: {noon: value} for one in wanted if (value := told(one)) is not None}
    (seen,) = measurements_of(graph, read_at_noon, span()).intervals
    assert seen.throughput_per_s == pytest.approx({"read": 0.75, "write": 0.25})
    assert seen.response_ms == {}


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["edg=app/shop/1"], "'edg' is not a component of only .did you mean 'edge'"),
        (["api=shop"], "api needs ClusterName/ServiceName, not 'shop'"),
        (["web=x"], "which has no metrics here"),
        (["edge"], "is not COMPONENT=IDENTIFIER"),
        ([], "--resource COMPONENT=IDENTIFIER is needed"),
    ],
)
def test_a_resource_that_is_none_is_refused(graph: SizedGraph, texts: list[str], words: str) -> None:
    """With the nearest name, or what the identifier is made of."""
    with pytest.raises(BadInput, match=words):
        resources_of(graph, texts)


@pytest.mark.parametrize(
    ("text", "period_s", "words"),
    [
        ("2026-11-02", 3600, "is not FIRST/AFTER"),
        ("2026-11-05/2026-11-02", 3600, "is not 1 to 62 days"),
        ("2026-11-02/2026-11-99", 3600, "'2026-11-99' is not a date"),
        (SPAN, 7, "--period 7 is not one of 60, 300, 900, 3600"),
    ],
)
def test_days_that_are_none_are_refused(text: str, period_s: int, words: str) -> None:
    """Before anything is asked."""
    with pytest.raises(BadInput, match=words):
        span_of(text, period_s)


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("AccessDenied", PermissionMissing, "cloudwatch:GetMetricData is missing"),
        ("Throttling", Throttled, "AWS throttled cloudwatch:GetMetricData"),
    ],
)
def test_refused_metrics_are_one_sentence(
    unsigned: None, graph: SizedGraph, code: str, kind: type[Exception], words: str
) -> None:
    """Denied or throttled."""
    client = session("us-east-1").client("cloudwatch")
    wanted = series_of(graph, resources_of(graph, RESOURCES))
    with Stubber(client) as stub:
        stub.add_client_error("get_metric_data", code)
        with pytest.raises(kind, match=words):
            read_series(client, wanted, span())
