"""The load of a stage's busiest hour on its components: rates, instances at once, processors in use."""

from __future__ import annotations

from model.catalog.instances import instance_classes
from model.component import Component
from model.kinds.aurora import Aurora
from model.kinds.fargate import Fargate
from model.kinds.opensearch import OpenSearch
from model.kinds.rds import Rds
from model.quantity import Num
from model.units import SECONDS_PER_MONTH
from pricing.bill import Range
from studies.audit.case import StageCase, spread
from studies.audit.limits import (
    AURORA_GIB_PER_ACU,
    AURORA_SMALL_MAX_CONNECTIONS,
    AURORA_SMALL_MIN_ACU,
    BYTES_PER_CONNECTION,
    MAX_CONNECTIONS,
)


def peak_calls_per_s(stage: StageCase, name: str) -> Range:
    """Calls of a component per second in the busiest hour."""
    likely = stage.likely.load(name).calls_per_s * stage.peak_factor
    return spread(likely, stage.drawn.load(name).calls_per_s * stage.drawn_peak_factor)


def peak_instances(stage: StageCase, name: str) -> Range:
    """Instances of a function at work in the busiest hour: rate x time (Little's law)."""
    seconds = SECONDS_PER_MONTH * 1000.0
    likely = stage.likely.load(name).monthly_busy_ms / seconds * stage.peak_factor
    return spread(likely, stage.drawn.load(name).monthly_busy_ms / seconds * stage.drawn_peak_factor)


def peak_cores(stage: StageCase, name: str) -> Range:
    """Processors that a component keeps busy in the busiest hour."""
    mean, drawn = _cores(stage, name)
    return spread(mean * stage.peak_factor, drawn * stage.drawn_peak_factor)


def mean_cores(stage: StageCase, name: str) -> Range:
    """Processors that a component keeps busy on average."""
    return spread(*_cores(stage, name))


def _cores(stage: StageCase, name: str) -> tuple[Num, Num]:
    seconds = SECONDS_PER_MONTH * 1000.0
    return stage.likely.load(name).monthly_cpu_ms / seconds, stage.drawn.load(name).monthly_cpu_ms / seconds


def connection_limit(component: Component, stage: StageCase) -> float | None:
    """Connections that a database takes; None when it is not known."""
    set_limit = getattr(component, "max_connections", None)
    if set_limit is not None:
        return float(set_limit)
    if isinstance(component, Aurora) and component.acu is not None:
        cap = AURORA_SMALL_MAX_CONNECTIONS if component.acu.min <= AURORA_SMALL_MIN_ACU else MAX_CONNECTIONS
        return min(cap, int(component.acu.max * AURORA_GIB_PER_ACU * 2**30 / BYTES_PER_CONNECTION))
    if isinstance(component, Rds | Aurora) and component.instance_class and component.engine == "postgres":
        sold = instance_classes("rds" if isinstance(component, Rds) else "aurora")[component.instance_class]
        return min(MAX_CONNECTIONS, int(sold.memory_gb * 2**30 / BYTES_PER_CONNECTION))
    return None


def cores_of(component: Component, stage: StageCase) -> float | None:
    """Processors that a component has at most; None where they are not limited or not known."""
    if isinstance(component, Fargate):
        return component.vcpu * component.tasks.max
    if isinstance(component, Rds):
        return float(instance_classes("rds")[component.instance_class].vcpu)
    if isinstance(component, Aurora) and component.instance_class:
        nodes = stage.value(component.writers) + stage.value(component.readers)
        return instance_classes("aurora")[component.instance_class].vcpu * nodes
    if isinstance(component, OpenSearch):
        return instance_classes("opensearch")[component.instance_class].vcpu * stage.value(component.nodes)
    return None
