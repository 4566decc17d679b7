"""Processor time at the peak against what the configuration has, and burstable classes against their baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from model.catalog.instances import Offer, instance_classes
from model.component import Component
from model.kinds.fargate import Fargate
from studies.amounts import percent, plain, span
from studies.audit.case import Case, StageCase
from studies.audit.finding import Finding, Severity, about
from studies.audit.load import cores_of, mean_cores, peak_cores

NAME = "cpu"
_OFFERS: Final[Mapping[str, Offer]] = {"rds": "rds", "aurora": "aurora", "opensearch": "opensearch"}
SAFE_UTILISATION = 0.8
"""Above this a queue before the processor is longer than the work itself (M/M/1: four in five times as long)."""


def check(case: Case) -> Iterator[Finding]:
    """Processors suffice for the busiest hour, scaling finds room for its target, and credits do not run out."""
    for stage in case.stages.values():
        for name, component in stage.graph.components.items():
            yield from _peak(stage, name, component)
            yield from _burst(stage, name, component)


def _peak(stage: StageCase, name: str, component: Component) -> Iterator[Finding]:
    cores = cores_of(component, stage)
    if not cores:
        return
    used = peak_cores(stage, name)
    allowed = _allowed(component, stage)
    severity: Severity | None = None
    if used.likely > cores:
        severity = "error"
    elif used.likely > allowed * cores or used.high > cores:
        severity = "warning"
    if severity is not None:
        yield about(
            NAME,
            severity,
            [component],
            claim=f"{component.label or name} ({stage.size(component)}) carries the peak of {stage.name}",
            stated=f"{plain(cores)} vCPU at most, {percent(allowed)} of them in use",
            computed=f"{plain(used.likely)} vCPU busy at the peak ({span(used.low, used.high)})",
            calculation="calls per second in the busiest hour x processor time per call",
            components=[name],
            stages=[stage.name],
        )


def _allowed(component: Component, stage: StageCase) -> float:
    """The share in use that scaling aims at, else the one that is still safe."""
    if isinstance(component, Fargate) and component.scaling.kind != "none" and component.scaling.metric == "cpu":
        return stage.value(component.scaling.target) / 100
    return SAFE_UTILISATION


def _burst(stage: StageCase, name: str, component: Component) -> Iterator[Finding]:
    offer = _OFFERS.get(component.kind)
    size = getattr(component, "instance_class", None)
    cores = cores_of(component, stage)
    if offer is None or size is None or not cores:
        return
    sold = instance_classes(offer)[size]
    used = mean_cores(stage, name)
    baseline = cores * sold.baseline_share
    if sold.burstable and used.high > baseline:
        yield about(
            NAME,
            "warning" if used.likely > baseline else "note",
            [component],
            claim=f"{component.label or name} runs on {size}, a burstable class",
            stated=f"{plain(baseline)} vCPU for ever ({percent(sold.baseline_share)} of {plain(cores)})",
            computed=f"{plain(used.likely)} vCPU over the day ({span(used.low, used.high)})",
            calculation="mean rate x processor time per call; beyond the baseline credits run out or are billed",
            components=[name],
            stages=[stage.name],
        )
