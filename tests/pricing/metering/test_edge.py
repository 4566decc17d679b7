"""API Gateway, load balancers, CloudFront, Amplify, WAF, Route 53: known answers."""

from collections.abc import Callable
from typing import Any

import pytest

from pricing.metering.site import Included, Usage

Meters = Callable[..., dict[str, float]]
GB_KB = 1024 * 1024


def served(calls: list[dict[str, Any]], kinds: dict[str, dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A million requests from a browser to `it`, by the given call plan."""
    edges = {("web", "it")} | {("it", name) for name in kinds}
    return {
        "components": {"web": {"kind": "web_client"}, **kinds},
        "connections": [{"from": source, "to": target, "kind": "request"} for source, target in sorted(edges)],
        "endpoints": {"use": {"client": "web", "share": 1, "calls": calls}},
        "workload": {"monthly_requests": 1_000_000, **more},
    }


def test_an_http_api_counts_each_begun_512_kb(meters: Meters) -> None:
    """Request and answer of 500 KB are one request, of 513 KB two."""
    for answer_kb, requests in ((499, 1e6), (511, 1e6), (512, 2e6), (1100, 3e6)):
        around = served([{"to": "it", "request_kb": 1, "response_kb": answer_kb}], {})
        assert meters({"kind": "api_gateway", "api": "http"}, **around) == {"apigw.http.requests": requests}


def test_a_rest_api_counts_requests_of_any_size_and_its_cache_by_the_hour(meters: Meters) -> None:
    """Cached answers are requests like the others."""
    around = served([{"to": "it", "response_kb": 2000, "hit_ratio": 0.9}], {})
    found = meters({"kind": "api_gateway", "cache_gb": 1.6}, **around)
    assert found == {"apigw.rest.requests": 1e6, "apigw.cache.1.6gb": 730.0}


def test_websocket_messages_count_by_32_kb_and_connections_by_the_minute(meters: Meters) -> None:
    """1,000 connections with two messages a minute: 87.6 million messages, 43.8 million minutes."""
    socket = {"websocket_connections": 1000, "websocket_messages_per_minute": 2}
    found = meters({"kind": "api_gateway", "api": "websocket", **socket})
    assert found == {"apigw.websocket.messages": 87.6e6, "apigw.websocket.minutes": 43.8e6}
    stated = {"monthly_messages": 1e6, "mean_message_kb": 33, "monthly_connection_minutes": 5}
    found = meters({"kind": "api_gateway", "api": "websocket", "usage": stated})
    assert found == {"apigw.websocket.messages": 2e6, "apigw.websocket.minutes": 5.0}


@pytest.mark.parametrize(
    ("usage", "units"),
    [
        ({"new_connections_per_s": 50}, 2.0),
        ({"new_connections_per_s": 50, "active_connections": 9000}, 3.0),
        ({"new_connections_per_s": 50, "active_connections": 9000, "processed_gb_per_hour": 4}, 4.0),
        ({"rule_evaluations_per_s": 5000, "processed_gb_per_hour": 4}, 5.0),
        ({"capacity_units": 1.5, "processed_gb_per_hour": 4}, 1.5),
    ],
)
def test_a_capacity_unit_is_the_largest_of_four_dimensions(
    usage: dict[str, float], units: float, meters: Meters
) -> None:
    """25 new connections a second, 3,000 active ones, 1 GB an hour, 1,000 rule evaluations a second."""
    idle = {"new_connections_per_s": 0, "active_connections": 0, "processed_gb_per_hour": 0}
    found = meters({"kind": "alb", "count": 2, "usage": {**idle, **usage}})
    assert found == {"alb.hours": 1460.0, "alb.lcu": pytest.approx(units * 730)}


def test_the_course_of_the_day_moves_capacity_units_but_adds_none(meters: Meters) -> None:
    """The dimensions rise together, so the sum over the hours stays that of an even day."""
    usage = {"new_connections_per_s": 10, "active_connections": 3000, "processed_gb_per_hour": 1.5}
    flat = meters({"kind": "alb", "usage": usage})
    daily = meters({"kind": "alb", "usage": usage}, workload={"peak_factor": 3, "shape": "evening"})
    assert flat["alb.lcu"] == pytest.approx(1.5 * 730)
    assert daily["alb.lcu"] == pytest.approx(1.5 * 730)


def test_a_balancer_over_functions_processes_less_per_unit(meters: Meters) -> None:
    """0.4 GB an hour are one unit when every target is a Lambda function, 1 GB otherwise."""
    plan = [{"to": "it", "request_kb": 0, "response_kb": 73 * GB_KB / 1e6, "calls": [{"to": "target"}]}]
    lambdas = meters({"kind": "alb"}, **served(plan, {"target": {"kind": "lambda"}}))
    service = {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 1}}
    tasks = meters({"kind": "alb"}, **served(plan, {"target": service}))
    assert tasks["alb.lcu"] == pytest.approx(73)
    assert lambdas["alb.lcu"] == pytest.approx(73 / 0.4)


def test_ten_rules_are_free(meters: Meters) -> None:
    """With 60 rules each request evaluates 50 billed ones; a million requests are 19 evaluations a second."""
    plan = [{"to": "it", "request_kb": 0, "response_kb": 0}]
    many, few = (meters({"kind": "alb", "rules": rules}, **served(plan, {}))["alb.lcu"] for rules in (60, 10))
    assert many == pytest.approx(1e6 * 50 / 3600 / 1000)
    assert few == pytest.approx(1e6 / 10 / 3600 / 25)


def test_cloudfront_splits_its_traffic_over_the_viewers_regions(meters: Meters) -> None:
    """Shares of bytes and requests by region; the Middle East and Africa are one region of the price list."""
    plan = [
        {
            "to": "it",
            "request_kb": 0,
            "response_kb": GB_KB / 1e4,
            "calls": [{"to": "origin", "request_kb": GB_KB / 1e6}],
        }
    ]
    viewers = {"us": 0.5, "asia": 0.25, "africa": 0.125, "middle_east": 0.125}
    found = meters({"kind": "cloudfront", "viewers": viewers}, **served(plan, {"origin": {"kind": "s3"}}))
    assert found["cloudfront.transfer.us"] == pytest.approx(50)
    assert found["cloudfront.transfer.asia_pacific"] == pytest.approx(25)
    assert found["cloudfront.transfer.africa_middle_east"] == pytest.approx(25)
    assert found["cloudfront.requests.https.us"] == pytest.approx(5e5)
    assert found["cloudfront.to_origin.us"] == pytest.approx(0.5)
    assert "cloudfront.requests.http.us" not in found


def test_a_flat_rate_plan_includes_traffic_and_firewall(meters: Meters, counted: Callable[..., list[Usage]]) -> None:
    """The plan is the only meter; a WAF in front of nothing else costs nothing."""
    plan = {"kind": "cloudfront", "pricing": "flat_pro"}
    assert meters(plan, **served([{"to": "it"}], {})) == {"cloudfront.plan.pro": 1.0}
    behind = {"components": {"cdn": plan}, "connections": [{"from": "it", "to": "cdn", "kind": "request"}]}
    (only,) = counted({"kind": "waf"}, **behind)
    assert isinstance(only, Included)


def test_a_firewall_inspects_what_it_protects(meters: Meters) -> None:
    """Without a call plan through it, its requests are those of the API that it is attached to."""
    around = {
        "components": {"web": {"kind": "web_client"}, "api": {"kind": "api_gateway"}, "cache": {"kind": "elasticache"}},
        "connections": [
            {"from": "web", "to": "api", "kind": "request"},
            {"from": "it", "to": "api", "kind": "request"},
            {"from": "api", "to": "cache", "kind": "read"},
        ],
        "endpoints": {"use": {"client": "web", "share": 1, "calls": [{"to": "api"}]}},
        "workload": {"monthly_requests": 4e6},
    }
    assert meters({"kind": "waf", "rules": 7}, **around) == {"waf.acls": 1.0, "waf.rules": 7.0, "waf.requests": 4e6}


def test_amplify_renders_pages_by_the_gb_hour(meters: Meters) -> None:
    """A million pages of 36 ms on 1 GB are ten GB-hours."""
    app = {"kind": "amplify", "server_side_rendering": True, "monthly_build_minutes": 40}
    found = meters(app, **served([{"to": "it", "cpu_ms": 36, "response_kb": GB_KB / 1e6}], {}))
    assert found["amplify.ssr.gb_hours"] == pytest.approx(10)
    assert found["amplify.ssr.requests"] == 1e6
    assert found["amplify.served"] == pytest.approx(1)
    assert found["amplify.build_minutes"] == 40
