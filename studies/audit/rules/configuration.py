"""Stated sizes and settings against the components as the graph has them at that stage."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from model.catalog.instances import instance_classes
from model.claims import Claim
from model.component import Component
from studies.amounts import span
from studies.audit.case import Case, StageCase
from studies.audit.claim_values import Bounds, at, bounds, stated
from studies.audit.finding import Finding, about

NAME = "configuration"

_Read = Callable[[Any, StageCase], tuple[float, float]]


@dataclass(frozen=True)
class Setting:
    """One setting that documents state: how to recognise the claim, and where the component has it."""

    kinds: tuple[str, ...]
    unit: str
    """A regular expression over the claim's unit."""
    subject: str
    """The same over its subject."""
    read: _Read
    """(lowest, highest) value of the component, in the claim's unit."""
    whole: bool = False
    """The claim states the bounds themselves; otherwise any value between them agrees."""
    summed: bool = False
    """The claim counts over all the components that it names."""


def _both(value: float) -> tuple[float, float]:
    return value, value


SETTINGS: Final[tuple[Setting, ...]] = (
    Setting(("fargate",), "^tasks", "minimum", lambda item, stage: _both(item.tasks.min)),
    Setting(("fargate",), "^tasks", "maximum", lambda item, stage: _both(item.tasks.max)),
    Setting(("fargate",), "^tasks", "scaling", lambda item, stage: (item.tasks.min, item.tasks.max), whole=True),
    Setting(("fargate",), "^tasks", "tasks", lambda item, stage: (item.tasks.min, item.tasks.max)),
    Setting(("fargate",), "^CPU units", "", lambda item, stage: _both(item.vcpu * 1024)),
    Setting(("fargate",), "^vCPU", "", lambda item, stage: _both(item.vcpu)),
    Setting(("fargate",), "^MB", "memory", lambda item, stage: _both(item.memory_gb * 1024)),
    Setting(("fargate",), "^GB", "memory", lambda item, stage: _both(item.memory_gb)),
    Setting(("lambda",), "^MB", "memory", lambda item, stage: _both(item.memory_mb)),
    Setting(("lambda",), "^seconds", "timeout", lambda item, stage: _both(item.timeout_s)),
    Setting(("lambda",), "^functions", "", lambda item, stage: _both(item.functions), summed=True),
    Setting(("rds",), "^vCPU", "", lambda item, stage: _both(instance_classes("rds")[item.instance_class].vcpu)),
    Setting(
        ("rds",), "^GB", "memory", lambda item, stage: _both(instance_classes("rds")[item.instance_class].memory_gb)
    ),
    Setting(("rds",), "^GB", "(?<!auto)storage$", lambda item, stage: _both(stage.value(item.storage_gb))),
    Setting(("rds",), "^IOPS", "", lambda item, stage: _both(stage.value(item.iops))),
    Setting(("rds", "aurora"), "^days", "backup", lambda item, stage: _both(item.backup_days)),
    Setting(("elasticache",), "^nodes", "", lambda item, stage: _both(stage.value(item.nodes))),
    Setting(("vpc",), "zones", "zones", lambda item, stage: _both(item.availability_zones)),
    Setting(("secrets_manager",), "^secrets", "manager", lambda item, stage: _both(stage.value(item.secrets))),
    Setting(("cloudfront",), "^seconds", "time to live", lambda item, stage: _both(item.ttl_s or 0.0)),
    Setting(("aurora",), "^ACU", "range", lambda item, stage: (item.acu.min, item.acu.max), whole=True),
    Setting(("aurora",), "^ACU", "minimum|zero", lambda item, stage: _both(item.acu.min)),
    Setting(("aurora",), "^replicas", "", lambda item, stage: _both(stage.value(item.readers))),
)
_CLASS = re.compile(r"\b((?:db|cache)\.[a-z]\w+\.\w+|[a-z]\d\w*\.\w+\.search)\b")


def check(case: Case) -> Iterator[Finding]:
    """A stated size is that of the component at each stage that the claim speaks of, or at one if it names none."""
    for claim in case.architecture.claims:
        if claim.kind in ("price", "free_tier", "saving_pct", "alarm"):
            continue
        wrong = [found for found in _compared(case, claim) if found is not None]
        holds_somewhere = not claim.stages and any(found is None for found in _compared(case, claim))
        if wrong and not holds_somewhere:
            yield _finding(claim, wrong)
    yield from _regions(case)


@dataclass(frozen=True)
class _Mismatch:
    stage: str
    name: str
    component: Component
    has: str


def _compared(case: Case, claim: Claim) -> Iterator[_Mismatch | None]:
    """A mismatch, or None for agreement, at every stage and component that can be compared."""
    for stage in case.stages_of(claim.stages):
        for name in claim.components:
            component = stage.graph.components.get(name)
            if component is not None:
                yield from _one(claim, name, component, stage)


def _one(claim: Claim, name: str, component: Component, stage: StageCase) -> Iterator[_Mismatch | None]:
    has = _class_of(component)
    named = _CLASS.findall(claim.text or claim.subject)
    if named and has is not None:
        yield None if has in named else _Mismatch(stage.name, name, component, has)
        return
    said = bounds(claim)
    setting = _setting(claim, component)
    if said is None or setting is None:
        return
    low, high = _read(setting, claim, component, stage)
    agrees = (
        _same(said, low, high) if setting.whole and claim.comparator == "range" else _within(claim, said, low, high)
    )
    yield None if agrees else _Mismatch(stage.name, name, component, span(low, high, claim.unit.split(",")[0]))


def _read(setting: Setting, claim: Claim, component: Component, stage: StageCase) -> tuple[float, float]:
    if not setting.summed:
        return setting.read(component, stage)
    named = [stage.graph.components[name] for name in claim.components if name in stage.graph.components]
    values = [setting.read(item, stage) for item in named if item.kind in setting.kinds]
    return sum(low for low, _ in values), sum(high for _, high in values)


def _setting(claim: Claim, component: Component) -> Setting | None:
    for setting in SETTINGS:
        fits = component.kind in setting.kinds and re.search(setting.unit, claim.unit)
        if fits and re.search(setting.subject, claim.subject, re.IGNORECASE):
            return None if "ACU" in setting.unit and getattr(component, "acu", None) is None else setting
    return None


def _same(said: Bounds, low: float, high: float) -> bool:
    return abs(said.low - low) < 1e-9 and abs(said.high - high) < 1e-9


def _within(claim: Claim, said: Bounds, low: float, high: float) -> bool:
    """Whether the two ranges touch; of a bound, whether it is kept."""
    if claim.comparator in ("<", "<="):
        return low <= said.high
    if claim.comparator in (">", ">="):
        return high >= said.low
    slack = 0.01 * max(abs(low), abs(high))
    return said.low <= high + slack and low <= said.high + slack


def _class_of(component: Component) -> str | None:
    return getattr(component, "instance_class", None) or getattr(component, "node_class", None)


def _regions(case: Case) -> Iterator[Finding]:
    for claim in case.architecture.claims:
        if claim.unit == "region" and claim.text and claim.text != case.architecture.region:
            yield about(
                NAME,
                "warning",
                [claim],
                claim=claim.subject,
                stated=claim.text,
                computed=case.architecture.region,
                calculation="the region that the architecture is priced in",
                components=claim.components,
            )


def _finding(claim: Claim, wrong: list[_Mismatch]) -> Finding:
    has = dict.fromkeys(f"{item.name} has {item.has} at {item.stage}" for item in wrong)
    named = ", ".join(_CLASS.findall(claim.text or claim.subject))
    return about(
        NAME,
        "warning",
        [claim],
        claim=at(claim),
        stated=named or stated(claim),
        computed=wrong[0].has,
        calculation="; ".join(has),
        components=[item.name for item in wrong],
        stages=[item.stage for item in wrong],
    )
