"""CPU credits of burstable classes: which of them fall to their baseline, and with how many credits an hour begins."""

from __future__ import annotations

from typing import Literal

import numpy as np

from model.catalog.instances import InstanceClass
from simulations.compiling.compilation import Compilation
from simulations.compiling.demand import day_of
from simulations.control import CpuCredits

__all__ = ["Offer", "burstable"]

Offer = Literal["rds", "aurora", "opensearch", "ec2"]
HOURS_KEPT = 24
"""Credits are kept up to what a day earns. Source: Amazon EC2 user guide, burstable performance instances."""
_DAYS = 3
"""Days until the balance repeats itself."""


def burstable(
    at: Compilation, name: str, station: str, sold: InstanceClass, offer: Offer, instances: float = 1
) -> None:
    """Notes how a burstable class behaves once its credits are spent; `station` has the CPUs of `instances` of them.

    RDS, Aurora and (unless told otherwise) EC2 run T3 and T4g classes in unlimited mode: CPU beyond the baseline is
    charged and never slowed. T2 classes, and all burstable classes of OpenSearch, fall to their baseline.
    """
    if not sold.burstable:
        return
    generation = sold.name.removeprefix("db.").split(".")[0]
    unlimited = offer != "opensearch" and generation != "t2" and at.parameters.value("burstable_unlimited") > 0
    if unlimited:
        at.note(f"{name}: {sold.name} runs on beyond its CPU credits, which is charged and slows nobody")
        return
    earned = sold.credits_per_hour * instances
    left = _at_begin(at, name, earned, sold.vcpu * instances)
    at.policies.append(CpuCredits(station, earned, HOURS_KEPT * earned, left, component=name))
    share = left / (HOURS_KEPT * earned)
    at.note(f"{name}: {sold.name} begins with {share:.0%} of its CPU credits and falls to its baseline without any")


def _at_begin(at: Compilation, name: str, earned_per_hour: float, cores: float) -> float:
    """Credits left when the hour of this demand begins, after days like the stage's own."""
    factors = day_of(at.graph)
    begins = int(np.argmin(np.abs(factors - at.demand.factor)))
    more = max(1.0, at.demand.factor / max(float(factors.max()), 1e-12))
    left = HOURS_KEPT * earned_per_hour
    for hour in [*range(24)] * _DAYS + [*range(begins)]:
        spent = min(at.hourly.cores(name, float(factors[hour]) * more), cores) * 60
        left = min(max(left + earned_per_hour - spent, 0.0), HOURS_KEPT * earned_per_hour)
    return left
