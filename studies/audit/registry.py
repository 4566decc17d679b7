"""Every rule by its name, in the order in which people read a document: money first, then promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Final

from studies.audit.case import Case
from studies.audit.finding import Finding
from studies.audit.rules import (
    alarms,
    allowance_use,
    allowances,
    availability,
    caches,
    concurrency,
    configuration,
    connections,
    contradictions,
    cost_lines,
    cost_targets,
    cpu,
    gateway,
    idle,
    latency,
    prices,
    rate_limits,
    recovery,
    redundancy,
    savings,
    simulation,
    sums,
    timeouts,
    unlisted,
    workload,
)

Check = Callable[[Case], Iterator[Finding]]

_MODULES: Final[tuple[ModuleType, ...]] = (
    sums, cost_lines, idle, prices, allowances, allowance_use, savings, unlisted, cost_targets,
    contradictions, configuration, workload, redundancy,
    concurrency, connections, gateway, timeouts, rate_limits, latency, cpu, caches, alarms, availability, recovery,
    simulation,
)  # fmt: skip
RULES: Final[Mapping[str, Check]] = {module.NAME: module.check for module in _MODULES}


def described() -> dict[str, str]:
    """What each rule holds a document to, in one sentence."""
    return {name: (check.__doc__ or "").strip().splitlines()[0] for name, check in RULES.items()}
