"""Laws that hold for the metering rule of every kind: what it may count, and how that follows the traffic."""

import types
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, Literal, Union, get_args, get_origin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.kinds.registry import KINDS, kind_class
from model.sizing import SizedGraph
from pricing.metering.registry import KINDS as METERED_KINDS
from pricing.metering.registry import rule_of
from pricing.metering.site import DependsOnUsage, Included, Metered, StatedPrice, Unpriced
from pricing.price_table import load_prices
from pricing.rating import rate_usage
from pricing.usage import usage

NEEDED: dict[str, dict[str, Any]] = {
    "aurora": {"acu": {"min": 0.5, "max": 4}},
    "bedrock": {"model": "nova_lite"},
    "ec2": {"instance_type": "t3.medium"},
    "fargate": {"vcpu": 0.5, "memory_gb": 1, "tasks": {"min": 1, "max": 4}},
    "opensearch": {"instance_class": "m5.large.search"},
    "rds": {"instance_class": "db.t3.large"},
    "rds_proxy": {"database": "store"},
}
"""Fields without a default."""

GAPS = {
    "bedrock.claude-3-opus.input",
    "bedrock.claude-3-opus.output",
    "bedrock.claude-3-5-sonnet.input",
    "bedrock.claude-3-5-sonnet.output",
    "bedrock.llama3-8b-instruct.input",
    "bedrock.llama3-8b-instruct.output",
    "opensearch.ebs.magnetic",
    "rds.extended_support.year3",
    "rds.iops.io2.single_az",
    "rds.oracle-ee.license_included.db.t3.large.single_az",
    "rds.sqlserver-ee.license_included.db.t3.large.single_az",
    "rds.sqlserver-se.license_included.db.t3.large.single_az",
    "rds.storage.io2.single_az",
    "sentry.plan.business",
    "supabase.plan.team",
}
"""Options that a document may choose and no price table covers: they are unpriced, with the reason, never free."""

Sized = Callable[..., SizedGraph]


def around(document: Sized, component: dict[str, Any]) -> SizedGraph:
    """A client that calls the component, which calls a database."""
    return document(
        component,
        components={
            "web": {"kind": "web_client"},
            "store": {"kind": "rds", "instance_class": "db.t3.micro", "subnet": "private"},
            "network": {"kind": "vpc"},
        },
        connections=[
            {"from": "web", "to": "it", "kind": "request"},
            {"from": "it", "to": "store", "kind": "read"},
        ],
        workload={
            "monthly_requests": "requests",
            "monthly_active_users": "requests",
            "peak_factor": 3,
            "shape": "evening",
        },
        assumptions={
            "requests": {"low": 0, "likely": 1e6, "high": 1e9, "unit": "requests", "why": "any number of requests"}
        },
        endpoints={
            "use": {
                "client": "web",
                "share": 1,
                "calls": [
                    {
                        "to": "it",
                        "op": "write",
                        "cpu_ms": 5,
                        "request_kb": 3,
                        "response_kb": 20,
                        "calls": [{"to": "store", "time_ms": 3}],
                    }
                ],
            }
        },
    )


def counted(graph: SizedGraph, requests: Any) -> list[Any]:
    """What the component counts when so many requests arrive in a month."""
    return [item for name, item in usage(graph, graph.values({"requests": requests})) if name == "it"]


def cost(graph: SizedGraph, requests: Any) -> Any:
    """USD a month of the component, without free allowances."""
    items = [("it", item) for item in counted(graph, requests)]
    return sum((rated.cost for rated in rate_usage(items, load_prices("us-east-1"), "none")), start=0.0)


def options(annotation: Any) -> Iterator[Any]:
    """Every value that a field's type lists."""
    if annotation is bool:
        yield from (False, True)
    elif get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif get_origin(annotation) is dict:
        yield from ({key: 1.0} for key in options(get_args(annotation)[0]))
    elif get_origin(annotation) in (Union, types.UnionType):
        for part in get_args(annotation):
            yield from options(part)


def variations(kind: str) -> Iterator[dict[str, Any]]:
    """The plain component, one with each listed option of each field, and one that states all its usage."""
    plain = {"kind": kind, **NEEDED.get(kind, {})}
    yield plain
    for name, field in kind_class(kind).model_fields.items():
        if name not in ("kind", "group", "subnet", "implied", "why"):
            yield from ({**plain, name: value} for value in options(field.annotation))
    stated = kind_class(kind).model_fields["usage"].annotation
    (facts,) = [part for part in get_args(stated) if part is not type(None)]
    if facts.model_fields:
        yield {**plain, "usage": dict.fromkeys(facts.model_fields, 3.0)}


SIZES = [
    {"kind": "alb", "rules": 30},
    {"kind": "api_gateway", "api": "http"},
    {"kind": "api_gateway", "api": "websocket", "websocket_connections": 50, "websocket_messages_per_minute": 2},
    {"kind": "aurora", "instance_class": "db.r6g.large", "readers": 2, "storage_gb": 100, "io_optimised": True},
    {"kind": "aurora", "acu": {"min": 0, "max": 16}},
    {"kind": "dynamodb", "item_kb": 9, "consistent_read_share": 0.5, "storage_gb": 4, "point_in_time_recovery": True},
    {"kind": "elasticache"},
    {
        "kind": "fargate",
        "vcpu": 1,
        "memory_gb": 2,
        "tasks": {"min": 2, "max": 40},
        "spot_share": 0.5,
        "public_ip": True,
    },
    {"kind": "lambda", "memory_mb": 1024, "cold_start_share": 0.02, "init_ms": 300, "provisioned_concurrency": 2},
    {"kind": "rds", "instance_class": "db.t3.micro", "multi_az": True, "replicas": 2, "iops": 9000, "storage_gb": 100},
    {"kind": "s3", "storage_gb": 100, "classes": {"standard": 0.5, "standard_ia": 0.5}, "lifecycle": True},
    {"kind": "sqs", "message_kb": 100, "pollers": 3, "mean_batch": 5},
]
"""Components with options that bend the course of their cost."""
ALL = [*({"kind": kind, **NEEDED.get(kind, {})} for kind in KINDS), *SIZES]


def test_every_kind_has_a_rule() -> None:
    """What the model can describe, pricing can meter; each rule's docstring names the provider's page."""
    assert set(METERED_KINDS) == set(KINDS)
    for kind in KINDS:
        assert rule_of(kind).__doc__


@pytest.mark.parametrize("kind", KINDS)
def test_every_meter_has_a_price_or_is_a_known_gap(kind: str, document: Sized) -> None:
    """Whatever options a component chooses, its meters are in the price table, or among the gaps that are named."""
    prices = load_prices("us-east-1")
    for component in variations(kind):
        items = counted(around(document, component), 1e6)
        for item in items:
            if isinstance(item, Metered | DependsOnUsage):
                assert item.meter in prices or item.meter in GAPS, f"{component}: {item.meter}"
            if isinstance(item, Included | DependsOnUsage | Unpriced):
                assert len(item.why) > 5
        for rated in rate_usage([("it", item) for item in items], prices):
            assert rated.state != "unpriced" or rated.why


@pytest.mark.parametrize("component", ALL, ids=lambda component: "-".join(map(str, component.values()))[:60])
def test_more_traffic_never_costs_less(component: dict[str, Any], document: Sized) -> None:
    """The cost rises or stays as requests grow from none to a thousand million; it is finite and never negative."""
    graph = around(document, component)
    costs = [float(cost(graph, requests)) for requests in (0.0, 1.0, 1e3, 1e5, 1e6, 1.5e6, 1e7, 1e8, 1e9)]
    assert np.isfinite(costs).all()
    assert costs[0] >= 0
    assert all(after >= before * (1 - 1e-12) - 1e-9 for before, after in pairwise(costs)), costs


@pytest.mark.parametrize("component", ALL, ids=lambda component: "-".join(map(str, component.values()))[:60])
@settings(max_examples=5, deadline=None)
@given(requests=st.lists(st.floats(0, 1e9), min_size=2, max_size=4))
def test_an_array_of_draws_counts_like_each_draw_alone(
    component: dict[str, Any], document: Sized, requests: list[float]
) -> None:
    """Every quantity of an array equals the quantity of its element, and is finite and not negative."""
    graph = around(document, component)
    together = {
        (item.meter, item.how): np.broadcast_to(item.quantity, (len(requests),))
        for item in counted(graph, np.asarray(requests))
        if isinstance(item, Metered)
    }
    for place, value in enumerate(requests):
        for item in counted(graph, value):
            if isinstance(item, Metered):
                quantity = float(item.quantity)
                assert np.isfinite(quantity)
                assert quantity >= 0
                assert together[item.meter, item.how][place] == pytest.approx(quantity)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_counted_twice_under_one_name(kind: str, document: Sized) -> None:
    """Lines of one component differ in meter or in how they were counted, so that a bill can tell them apart."""
    for component in variations(kind):
        keys = [
            (item.meter, getattr(item, "how", ""))
            for item in counted(around(document, component), 1e6)
            if isinstance(item, Metered | DependsOnUsage)
        ]
        assert len(keys) == len(set(keys)), component


def test_a_kind_says_something_unless_nobody_bills_it(document: Sized) -> None:
    """Never a silent zero: a billed kind yields a quantity, a reason, or an open meter."""
    for kind in KINDS:
        items = counted(around(document, {"kind": kind, **NEEDED.get(kind, {})}), 0.0)
        billed = kind_class(kind).category not in ("client",) and rule_of(kind).__name__ != "meter_nothing"
        assert bool(items) == billed, kind
        assert all(isinstance(item, Metered | Included | DependsOnUsage | Unpriced | StatedPrice) for item in items)


def test_each_gap_is_one(document: Sized) -> None:
    """A gap that a price table covers by now, or that no option leads to, is no longer listed."""
    found = {
        item.meter
        for kind in KINDS
        for component in variations(kind)
        for item in counted(around(document, component), 1e6)
        if isinstance(item, Metered | DependsOnUsage)
    }
    assert found - set(load_prices("us-east-1")) == GAPS
