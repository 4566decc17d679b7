"""Errors to plant in a copy of a document: each returns the changed copy and the rule that must find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from model.claims import Claim
from model.graph import Architecture
from model.targets import Target

Plant = Callable[[Architecture], tuple[Architecture, str] | None]


def with_claim(architecture: Architecture, old: Claim, **changes: Any) -> Architecture:
    """The document with one claim changed."""
    new = old.model_copy(update=changes)
    return architecture.model_copy(
        update={"claims": tuple(new if claim is old else claim for claim in architecture.claims)}
    )


def with_target(architecture: Architecture, target: Target) -> Architecture:
    """The document with one more target, `planted`."""
    return architecture.model_copy(update={"targets": {**architecture.targets, "planted": target}})


def with_fields(architecture: Architecture, name: str, **changes: Any) -> Architecture:
    """The document with fields of one base component changed."""
    component = architecture.components[name].model_copy(update=changes)
    return architecture.model_copy(update={"components": {**architecture.components, name: component}})


def first(architecture: Architecture, wanted: Callable[[Claim], bool]) -> Claim | None:
    return next((claim for claim in architecture.claims if wanted(claim)), None)


def wrong_total(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: bool(item.sums) and item.high is not None)
    if claim is None or claim.high is None:
        return None
    return with_claim(architecture, claim, high=claim.high * 1.1 + 7), "sums"


def dear_line(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.kind == "cost_line" and bool(item.components) and bool(item.stages))
    return None if claim is None else (with_claim(architecture, claim, low=9e6, high=9e6), "cost_lines")


def wrong_price(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.kind == "price" and item.meter is not None)
    return None if claim is None else (with_claim(architecture, claim, low=(claim.low or 0) * 3), "prices")


def wrong_allowance(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.kind == "free_tier" and item.meter is not None)
    return (
        None
        if claim is None
        else (with_claim(architecture, claim, low=123_456_789, high=None, unit="requests"), "allowances")
    )


def allowance_of_nothing(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.kind == "free_tier" and item.meter is not None)
    return None if claim is None else (with_claim(architecture, claim, meter="nat.hours"), "allowances")


def wrong_class(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.unit in ("instance class", "node type"))
    return None if claim is None else (with_claim(architecture, claim, text="db.r6g.16xlarge"), "configuration")


def wrong_maximum(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.unit == "tasks")
    return None if claim is None else (with_claim(architecture, claim, low=77, high=None), "configuration")


def second_opinion(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.kind == "cost_line" and bool(item.components) and bool(item.high))
    if claim is None:
        return None
    other = claim.model_copy(update={"id": "PLANT-1", "low": 1e5, "high": 1e5})
    return architecture.model_copy(update={"claims": (*architecture.claims, other)}), "contradictions"


def wrong_saving(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.kind == "saving_pct" and item.meter is not None)
    return None if claim is None else (with_claim(architecture, claim, low=99, high=99), "savings")


def low_ceiling(architecture: Architecture) -> tuple[Architecture, str] | None:
    return with_target(architecture, Target(metric="monthly_cost_usd", threshold=1)), "cost_targets"


def five_nines(architecture: Architecture) -> tuple[Architecture, str] | None:
    if not any(component.kind in ("alb", "api_gateway") for component in architecture.every_component().values()):
        return None
    return with_target(architecture, Target(metric="availability", threshold=0.99999, at_most=False)), "availability"


def light_speed(architecture: Architecture) -> tuple[Architecture, str] | None:
    return with_target(architecture, Target(metric="latency_ms", threshold=0.01, percentile=95)), "latency"


def no_connections(architecture: Architecture) -> tuple[Architecture, str] | None:
    name = next((name for name, item in architecture.components.items() if item.kind == "rds"), None)
    return None if name is None else (with_fields(architecture, name, max_connections=1), "connections")


def no_concurrency(architecture: Architecture) -> tuple[Architecture, str] | None:
    name = next((name for name, item in architecture.components.items() if item.kind == "lambda"), None)
    return None if name is None else (with_fields(architecture, name, reserved_concurrency=0), "concurrency")


def no_backups(architecture: Architecture) -> tuple[Architecture, str] | None:
    name = next((name for name, item in architecture.components.items() if item.kind == "rds"), None)
    if name is None:
        return None
    changed = with_fields(architecture, name, backup_days=0)
    return with_target(changed, Target(metric="recovery_point_s", threshold=86_400, component=name)), "recovery"


def sleepy_alarm(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.kind == "alarm" and "error rate" in item.subject.lower())
    if claim is None:
        return None
    changed = with_claim(architecture, claim, low=50)
    return with_target(changed, Target(metric="error_rate", threshold=0.01)), "alarms"


PLANTS: tuple[Plant, ...] = (
    wrong_total, dear_line, wrong_price, wrong_allowance, allowance_of_nothing, wrong_class, wrong_maximum,
    second_opinion, wrong_saving, low_ceiling, five_nines, light_speed, no_connections, no_concurrency, no_backups,
    sleepy_alarm,
)  # fmt: skip
