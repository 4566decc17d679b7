"""Recovery objectives against the mechanism that the configuration has."""

from __future__ import annotations

from collections.abc import Iterator

from model.targets import Target
from studies.amounts import plain, span
from studies.audit.case import Case, StageCase
from studies.audit.finding import Finding, about
from studies.audit.limits import RESTORE, Recovery
from studies.audit.mechanisms import databases, failover_of, lost_s

NAME = "recovery"
DAY_S = 86_400.0


def check(case: Case) -> Iterator[Finding]:
    """A recovery time is longer than the mechanism takes, a recovery point older than what it may lose."""
    for key, target in case.architecture.targets.items():
        for stage in case.stages_of(target.stages):
            if target.metric == "recovery_time_s":
                yield from _time(key, target, stage)
            elif target.metric == "recovery_point_s":
                yield from _point(case, key, target, stage)


def _time(key: str, target: Target, stage: StageCase) -> Iterator[Finding]:
    found = [(name, _mechanism(key, name, stage)) for name in databases(stage) if target.component in (None, name)]
    if not found:
        return
    name, mechanism = max(found, key=lambda item: item[1].high_s)
    if mechanism.high_s > target.threshold:
        yield about(
            NAME,
            "error" if mechanism.low_s > target.threshold else "warning",
            [target],
            claim=f"The target {key}: {name} at {stage.name}",
            stated=f"at most {plain(target.threshold)} s",
            computed=f"{span(mechanism.low_s, mechanism.high_s)} s: {mechanism.what}",
            calculation=f"{stage.size(stage.graph.components[name])}: {mechanism.source}",
            components=[name],
            stages=[stage.name],
        )


def _mechanism(key: str, name: str, stage: StageCase) -> Recovery:
    """A restore where the target speaks of one; else what happens when the instance is lost."""
    restores = "restore" in key or "backup" in key
    return RESTORE if restores else failover_of(stage.graph.components[name], stage)


def _point(case: Case, key: str, target: Target, stage: StageCase) -> Iterator[Finding]:
    for name, component in databases(stage).items():
        if target.component not in (None, name):
            continue
        lost = lost_s(component)
        daily = [claim for claim in case.architecture.claims if claim.unit == "per day" and name in claim.components]
        if lost > target.threshold:
            computed, why = "everything: there are no backups", "backup_days is 0"
        elif daily and target.threshold <= DAY_S / float(daily[0].low or 1):
            every = DAY_S / float(daily[0].low or 1)
            computed = f"up to {plain(every)} s between backups, {plain(lost)} s with the transaction logs"
            why = "the stated backups alone leave no reserve; automated ones store the logs every five minutes"
        else:
            continue
        yield about(
            NAME,
            "error" if lost > target.threshold else "note",
            [target, *daily],
            claim=f"The target {key}: what {name} may lose at {stage.name}",
            stated=f"at most {plain(target.threshold)} s",
            computed=computed,
            calculation=why,
            components=[name],
            stages=[stage.name],
        )
        return
