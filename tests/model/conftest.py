"""A small document that every rule can be broken in."""

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from model.graph import Architecture
from model.loading import read
from model.problems import BadDocument

SMALL: dict[str, Any] = {
    "architecture": "small",
    "title": "A small service",
    "components": {
        "web": {"kind": "web_client"},
        "api": {"kind": "fargate", "vcpu": 0.5, "memory_gb": 1, "tasks": {"min": 1, "max": 4}},
        "cache": {"kind": "elasticache", "node_class": "cache.t3.micro"},
        "database": {"kind": "rds", "instance_class": "db.t3.micro"},
    },
    "connections": [
        {"from": "web", "to": "api", "kind": "request"},
        {"from": "api", "to": "cache", "kind": "read"},
        {"from": "api", "to": "database", "kind": "read"},
    ],
    "assumptions": {
        "users": {"low": 100, "likely": 200, "high": 400, "unit": "users", "why": "an example of a small service"}
    },
    "workload": {"monthly_requests": "users * 30", "peak_factor": 4, "shape": "evening"},
    "endpoints": {
        "read": {
            "client": "web",
            "share": 0.75,
            "calls": [
                {
                    "to": "api",
                    "cpu_ms": 10,
                    "calls": [
                        {"to": "cache", "time_ms": 1, "hit_ratio": 0.8, "on_miss": [{"to": "database", "time_ms": 5}]}
                    ],
                }
            ],
        },
        "write": {
            "client": "web",
            "share": 0.25,
            "calls": [{"to": "api", "cpu_ms": 20, "calls": [{"to": "database", "op": "write", "time_ms": 8}]}],
        },
    },
    "stages": [{"name": "first"}, {"name": "second", "components": {"api": {"tasks": {"max": 8}}}}],
}


@pytest.fixture
def small() -> dict[str, Any]:
    """The raw document, to be changed at will."""
    return yaml.safe_load(yaml.safe_dump(SMALL))


@pytest.fixture
def load_raw() -> Callable[[dict[str, Any]], Architecture]:
    """Reads a raw document as a file would be read."""
    return lambda raw: read(yaml.safe_dump(raw, sort_keys=False), "small.yaml")


@pytest.fixture
def problems(load_raw: Callable[[dict[str, Any]], Architecture]) -> Callable[[dict[str, Any]], list[str]]:
    """The sentences with which a raw document is refused; none when it is valid."""

    def sentences(raw: dict[str, Any]) -> list[str]:
        try:
            load_raw(raw)
        except BadDocument as error:
            return [str(problem) for problem in error.problems]
        return []

    return sentences
