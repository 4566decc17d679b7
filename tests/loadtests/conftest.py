"""A small architecture whose times are constant, plans and recordings made by hand."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from loadtests.load import Load
from loadtests.plan import Plan, Request
from loadtests.recording import Recording
from model.graph import Architecture
from model.loading import read

SMALL: dict[str, Any] = {
    "architecture": "small",
    "title": "A small service",
    "components": {
        "web": {"kind": "web_client"},
        "api": {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 1, "max": 1}, "connection_pool": 2},
        "cache": {"kind": "elasticache", "node_class": "cache.t3.micro"},
        "database": {"kind": "rds", "instance_class": "db.t3.micro", "max_connections": 50},
        "jobs": {"kind": "lambda", "reserved_concurrency": 1, "init_ms": 40, "timeout_s": 1},
    },
    "connections": [
        {"from": "web", "to": "api", "kind": "request"},
        {"from": "web", "to": "jobs", "kind": "request"},
        {"from": "api", "to": "cache", "kind": "read"},
        {"from": "api", "to": "database", "kind": "read"},
    ],
    "workload": {"monthly_requests": 26_280_000, "peak_factor": 2, "shape": "evening"},
    "endpoints": {
        "read": {
            "client": "web",
            "method": "GET",
            "path": "/items/{id}",
            "share": 0.75,
            "calls": [
                {
                    "to": "api",
                    "time_ms": 5,
                    "distribution": "constant",
                    "calls": [{"to": "cache", "time_ms": 2, "distribution": "constant", "hit_ratio": 1.0}],
                }
            ],
        },
        "write": {
            "client": "web",
            "method": "POST",
            "path": "/items",
            "share": 0.25,
            "request_kb": 2,
            "calls": [
                {
                    "to": "api",
                    "time_ms": 1,
                    "distribution": "constant",
                    "calls": [
                        {
                            "parallel": [
                                [{"to": "database", "op": "write", "time_ms": 8, "distribution": "constant"}],
                                [{"to": "cache", "op": "write", "time_ms": 3, "distribution": "constant"}],
                            ]
                        }
                    ],
                }
            ],
        },
        "run_job": {
            "client": "web",
            "method": "POST",
            "path": "jobs over there",
            "monthly_calls": 2628,
            "calls": [{"to": "jobs", "time_ms": 30, "distribution": "constant"}],
        },
        "nightly": {
            "client": "web",
            "method": "SCHEDULE",
            "monthly_calls": 30,
            "calls": [{"to": "api", "time_ms": 1}],
        },
    },
    "stages": [{"name": "only"}],
    "targets": {
        "fast": {"metric": "latency_ms", "percentile": 95, "threshold": 500, "endpoints": ["read", "write"]},
        "errors": {"metric": "error_rate", "threshold": 0.05},
        "hits": {"metric": "cache_hit_ratio", "threshold": 0.8, "at_most": False, "component": "cache"},
        "connections": {"metric": "connections_ratio", "threshold": 0.9, "component": "database"},
        "always_there": {"metric": "availability", "threshold": 0.999, "at_most": False},
    },
}


@pytest.fixture
def raw() -> dict[str, Any]:
    """The small document, to be changed at will."""
    return yaml.safe_load(yaml.safe_dump(SMALL))


@pytest.fixture
def small() -> Architecture:
    """The small architecture."""
    return read(yaml.safe_dump(SMALL, sort_keys=False), "small.yaml")


@pytest.fixture(scope="session")
def small_file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The small architecture as a user's file."""
    path = tmp_path_factory.mktemp("small") / "small.yaml"
    path.write_text(yaml.safe_dump(SMALL, sort_keys=False), encoding="utf-8")
    return str(path)


@pytest.fixture
def make_plan() -> Callable[..., Plan]:
    """A plan of one request, a hundred times a second for ten seconds, with fields set anew."""

    def make(**fields: Any) -> Plan:
        load = {name: fields.pop(name) for name in list(fields) if name in Load.model_fields}
        return Plan(
            source=fields.pop("source", "small"),
            architecture="small",
            stage="only",
            against=fields.pop("against", "host"),
            load=Load(**({"rate_per_s": 100, "duration_s": 10} | load)),
            requests=fields.pop("requests", (Request(endpoint="read", method="GET", path="/items/{id}", share=1.0),)),
            **fields,
        )

    return make


@pytest.fixture
def recorded() -> Callable[[Plan], Recording]:
    """What a perfect generator records of a plan when every answer takes 20 ms."""

    def record(plan: Plan, response_s: float = 0.020) -> Recording:
        recording = Recording(warm_up_s=plan.load.warm_up_s, finished=plan.workers, cpu_shares=[0.2])
        for at_s, number in plan.arrivals():
            recording.arrival(at_s, 0.0005)
            for request in plan.items()[number].steps:
                recording.due(request.endpoint, at_s)
                recording.answer(request.endpoint, at_s, response_s, response_s)
        return recording

    return record
