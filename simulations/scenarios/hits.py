"""What a fault does to each component that it hits: changes of stations and functions, at seconds from its begin."""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.component import Component
from model.kinds.aurora import Aurora
from model.kinds.elasticache import ElastiCache
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.kinds.opensearch import OpenSearch
from model.kinds.rds import Rds
from model.kinds.supabase import Supabase
from model.kinds.vpc import Vpc
from model.problems import BadInput
from model.quantity import evaluate
from simulations.compiling.breakable import switch_of
from simulations.compiling.capacity_units import STEP
from simulations.compiling.facts import Parameters
from simulations.compiling.stage_program import CompiledStage
from simulations.compiling.tasks import workers_of
from simulations.engines.interface import Change, Kind
from simulations.program import UNLIMITED, Program
from simulations.run import Timed
from simulations.scenarios.finding import is_fleet
from simulations.scenarios.scenario import (
    ColdMorning,
    DatabaseFailover,
    ExternalDown,
    ExternalSlow,
    Scenario,
    TaskLost,
    ZoneLost,
)

__all__ = ["Act", "Hit", "hits_of", "length_s"]

OPEN, DRAINING, DOWN = range(3)
ZONES = 3
LASTS_S = 300.0
"""Where neither the scenario nor a component says how long."""


@dataclass(frozen=True)
class Act:
    """One change of a station or a function, so many seconds after the fault begins."""

    after_s: float
    kind: Kind
    name: str
    value: float = 0.0

    def timed(self, program: Program, begins_s: float) -> Timed:
        """The change as a run takes it."""
        of_function = self.kind in (Kind.LIMIT, Kind.FORGET)
        index = program.function(self.name) if of_function else program.station(self.name)
        return Timed(begins_s + self.after_s, Change(self.kind, index, self.value))


@dataclass(frozen=True)
class Hit:
    """What happens to one component."""

    component: str
    what: str
    lasts_s: float
    """Until it is as before."""
    acts: tuple[Act, ...] = ()
    fewest: float | None = None
    """The size to which it is set back, where it scales by itself from there."""


def length_s(scenario: Scenario, hits: tuple[Hit, ...]) -> float:
    """Seconds from the begin of a scenario until its last part is over."""
    stated = scenario.lasts_s or 0.0
    return max([stated, *(hit.lasts_s for hit in hits)])


def hits_of(scenario: Scenario, stage: CompiledStage, names: tuple[str, ...], facts: Parameters) -> tuple[Hit, ...]:
    """What the scenario does to each of the components. Raise BadInput where it asks for more than is there."""
    surgeon = _Surgeon(scenario, stage, facts)
    return tuple(surgeon.hit(name) for name in names)


@dataclass(frozen=True)
class _Surgeon:
    """One scenario at one stage."""

    scenario: Scenario
    stage: CompiledStage
    facts: Parameters

    def hit(self, name: str) -> Hit:
        """What happens to a component."""
        component = self.stage.graph.components[name]
        match self.scenario:
            case TaskLost(tasks=lost):
                return self._tasks(name, component, lost, "task_exit_seen_s")
            case ZoneLost():
                return self._zone(name, component)
            case DatabaseFailover():
                gap_s, how = self._gap(component)
                return self._down(name, f"gone until {how}", gap_s)
            case ExternalSlow(times=times):
                lasts_s = self._lasts()
                acts = self._switch(name, Kind.SLOWNESS, times, 1.0, lasts_s)
                return Hit(name, f"takes {times:g} times as long", lasts_s, acts)
            case ExternalDown(hangs=True):
                lasts_s = self._lasts()
                return Hit(name, "answers nobody", lasts_s, self._switch(name, Kind.SERVERS, 0, UNLIMITED, lasts_s))
            case ExternalDown():
                return self._down(name, "refuses every call", self._lasts())
            case ColdMorning():
                return self._cold(name, component)
            case _:
                raise TypeError(f"{type(self.scenario).__name__} hits no component")

    def _lasts(self) -> float:
        return LASTS_S if self.scenario.lasts_s is None else self.scenario.lasts_s

    def _switch(self, name: str, kind: Kind, value: float, after: float, lasts_s: float) -> tuple[Act, ...]:
        switch = switch_of(name)
        return (Act(0.0, kind, switch, value), Act(lasts_s, kind, switch, after))

    def _down(self, name: str, what: str, lasts_s: float) -> Hit:
        return Hit(name, what, lasts_s, self._switch(name, Kind.STATE, DOWN, OPEN, lasts_s))

    def _tasks(self, name: str, component: Component, lost: int, seen: str) -> Hit:
        """Tasks go down; the balancer notices; new ones take their place after they have started."""
        there = self.stage.tasks[name]
        if lost > there:
            raise BadInput(f"{self.scenario.scenario}: {name} has {there} tasks in this hour, {lost} cannot be lost")
        seen_s = self.facts.value(seen)
        started_s = self.facts.value("machine_start_s")
        if isinstance(component, Fargate):
            started_s = float(evaluate(component.scaling.start_s, self.stage.graph.likely))
        back_s = seen_s + started_s
        steps = ((0.0, DOWN), (seen_s, DRAINING), (back_s, OPEN))
        acts = [Act(at, Kind.STATE, f"{name}[{k}]", state) for at, state in steps for k in range(lost)]
        if workers_of(name) in {station.name for station in self.stage.program.stations}:
            acts.append(Act(0.0, Kind.SERVERS, workers_of(name), there - lost))
            acts.append(Act(back_s, Kind.SERVERS, workers_of(name), there))
        what = f"{lost} of {there} tasks gone, taken from the balancer after {seen_s:g} s, replaced after {back_s:g} s"
        return Hit(name, what, back_s, tuple(acts))

    def _zones(self) -> int:
        stated = self.scenario.zones if isinstance(self.scenario, ZoneLost) else None
        vpcs = (c.availability_zones for c in self.stage.graph.components.values() if isinstance(c, Vpc))
        return stated or max(next(vpcs, ZONES), 2)

    def _zone(self, name: str, component: Component) -> Hit:
        zones = self._zones()
        if is_fleet(component):
            return self._tasks(name, component, math.ceil(self.stage.tasks[name] / zones), "health_check_seen_s")
        if isinstance(component, LambdaFunction):
            acts = tuple(Act(0.0, Kind.FORGET, label, 1 / zones) for label in self.stage.functions[name])
            return Hit(name, f"1 of {zones} idle instances gone", 0.0, acts)
        gap_s, how = self._gap(component)
        if how.endswith(_ALONE) and not isinstance(component, Aurora):
            return self._down(name, "gone with its zone: it has no other", self._lasts())
        return self._down(name, f"gone until {how}", gap_s)

    def _gap(self, component: Component) -> tuple[float, str]:
        """How long nobody answers after the primary is lost, and who answers then."""
        value = self.facts.value
        match component:
            case Rds(multi_az=True):
                return value("rds_failover_s"), "the standby answers"
            case Rds():
                return value("rds_recovery_s"), f"a new host answers{_ALONE}"
            case Aurora():
                likely = self.stage.graph.likely
                others = float(evaluate(component.readers, likely)) + float(evaluate(component.writers, likely)) - 1
                if others >= 1:
                    return value("aurora_failover_s"), "a reader is the writer"
                return value("aurora_rebuild_s"), f"a new writer answers{_ALONE}"
            case ElastiCache():
                if component.multi_az or float(evaluate(component.nodes, self.stage.graph.likely)) > 1:
                    return value("cache_failover_s"), "a replica answers"
                return value("cache_replace_s"), f"a new node answers{_ALONE}"
            case OpenSearch():
                return value("search_recovery_s"), f"a new node answers{_ALONE}"
            case Supabase():
                return value("supabase_restart_s"), f"it has restarted{_ALONE}"
            case _:
                raise TypeError(f"{component.kind} has no primary")

    def _cold(self, name: str, component: Component) -> Hit:
        if isinstance(component, LambdaFunction):
            acts = tuple(Act(0.0, Kind.FORGET, label) for label in self.stage.functions[name])
            return Hit(name, "no idle instance", 0.0, acts)
        if isinstance(component, Fargate):
            fewest = max(component.tasks.min, 1)
            return Hit(name, f"{fewest} of {self.stage.tasks[name]} tasks", 0.0, fewest=fewest)
        if isinstance(component, Aurora) and component.acu is not None:
            least = max(component.acu.min, STEP)
            return Hit(name, f"at {least:g} capacity units", 0.0, fewest=least)
        raise TypeError(f"{component.kind} does not scale by itself")


_ALONE = ", as it stands alone"
