"""What changes capacity while a run goes on: target tracking, step scaling, CPU credits. Policies are data; `start`
begins a life.

A policy looks once a period at the difference of two snapshots, as an alarm looks at a metric, and answers with
changes at once (tasks that drain) or later (tasks that have to start). Rules as documented for Application Auto
Scaling: target tracking acts on 3 periods above the target, on 15 below nine tenths of it; a scale-out may interrupt
the cooldown of a scale-in.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from simulations.engines.interface import Change, Kind, Snapshot
from simulations.program import Program
from simulations.run import Timed

__all__ = ["AcuScaling", "CpuCredits", "Decider", "Fleet", "Metric", "Scaled", "StepScaling", "TargetTracking"]

_OPEN, _DRAINING = 0, 1


class Metric(Enum):
    """What an alarm looks at, over one period."""

    UTILISATION = "utilisation"
    """Busy slots over slots, of the fleet's resource."""
    PER_TASK = "requests per task"
    """Requests begun in the period, per task."""
    BACKLOG = "backlog per task"
    """Requests that wait at the end of the period, per task."""


@dataclass(frozen=True)
class Fleet:
    """Tasks that a policy adds and takes: those of a group, or the servers of a station, `slots_per_task` each.

    `resource` is what is measured: a resource of the group ("cpu"), or nothing for the station itself. A new task
    serves `start_s` after it was asked for; a task taken away ends its requests first.
    """

    name: str
    least: int
    most: int
    resource: str = ""
    slots_per_task: int = 1
    start_s: float = 60.0
    queue: str = ""
    """A station where the tasks of a group take work: its waiting requests are the backlog, it has a server per task.
    """


@dataclass(frozen=True)
class Scaled:
    """One decision: from when, how many tasks are paid for."""

    at_s: float
    fleet: str
    tasks: float
    """Or capacity units, or whether a processor is slow (1) or not (0)."""
    value: float


@dataclass(frozen=True)
class TargetTracking:
    """Keeps a metric near a target: as many tasks as would bring it there."""

    fleet: Fleet
    metric: Metric
    target: float
    period_s: float = 60.0
    periods_out: int = 3
    periods_in: int = 15
    cooldown_out_s: float = 60.0
    cooldown_in_s: float = 300.0

    @property
    def component(self) -> str:
        """What it scales."""
        return self.fleet.name

    def start(self, program: Program) -> _Scaler:
        """A life of this policy."""
        return _Scaler(self, program)

    def wanted(self, tasks: int, values: list[float]) -> int:
        """How many tasks the latest values (oldest first) ask for."""
        latest = values[-1]
        if len(values) >= self.periods_out and min(values[-self.periods_out :]) > self.target:
            return self.fleet.most if math.isinf(latest) else math.ceil(max(tasks, 1) * latest / self.target)
        if len(values) >= self.periods_in and max(values[-self.periods_in :]) < 0.9 * self.target:
            return min(tasks, math.ceil(tasks * latest / self.target))
        return tasks

    @property
    def memory(self) -> int:
        """How many values are looked at."""
        return max(self.periods_out, self.periods_in)


@dataclass(frozen=True)
class StepScaling:
    """Adds or takes tasks by how far a metric is from its threshold: `steps` are (from this distance on, tasks to
    add), rising.
    """

    fleet: Fleet
    metric: Metric
    threshold: float
    steps: tuple[tuple[float, int], ...]
    period_s: float = 60.0
    periods: int = 1
    cooldown_out_s: float = 60.0
    cooldown_in_s: float = 300.0

    @property
    def component(self) -> str:
        """What it scales."""
        return self.fleet.name

    def start(self, program: Program) -> _Scaler:
        """A life of this policy."""
        return _Scaler(self, program)

    def wanted(self, tasks: int, values: list[float]) -> int:
        """How many tasks the latest values (oldest first) ask for."""
        recent = values[-self.periods :]
        if len(recent) < self.periods:
            return tasks
        adds = [self._add(value - self.threshold) for value in recent]
        return tasks + (min(adds) if min(adds) > 0 else max(adds) if max(adds) < 0 else 0)

    def _add(self, distance: float) -> int:
        chosen = 0
        for bound, add in self.steps:
            if distance >= bound:
                chosen = add
        return chosen

    @property
    def memory(self) -> int:
        """How many values are looked at."""
        return self.periods


class Decider:
    """What a scaling policy remembers, and when it may act again, whoever shows it the load."""

    def __init__(self, policy: TargetTracking | StepScaling, tasks: int) -> None:
        self.policy, self.tasks = policy, tasks
        self.values: deque[float] = deque(maxlen=policy.memory)
        self.out_from, self.in_from = 0.0, 0.0

    def decide(self, at_s: float, total: float) -> int:
        """The tasks from now on, of which new ones serve `start_s` later; `total` is the metric of all tasks together
        in the period that ends at `at_s`.
        """
        policy, fleet = self.policy, self.policy.fleet
        self.values.append(total / self.tasks if self.tasks else (math.inf if total > 0 else 0.0))
        wanted = policy.wanted(self.tasks, list(self.values))
        wanted = min(max(wanted, fleet.least), fleet.most)
        if wanted > self.tasks and at_s >= self.out_from:
            ready = at_s + fleet.start_s
            self.out_from, self.in_from = ready + policy.cooldown_out_s, ready + policy.cooldown_in_s
            self.tasks = wanted
        elif wanted < self.tasks and at_s >= max(self.in_from, self.out_from):
            self.in_from = at_s + policy.cooldown_in_s
            self.tasks = wanted
        return self.tasks


class _Scaler:
    """A scaling policy at work on one run."""

    def __init__(self, policy: TargetTracking | StepScaling, program: Program) -> None:
        self.policy, self.fleet = policy, policy.fleet
        groups = {group.name: group for group in program.groups}
        self.group = groups.get(self.fleet.name)
        if self.group is not None:
            tasks = self.group.open
            base = dict(self.group.resources)[self.fleet.resource] if self.fleet.resource else self.group.station
            self.measured = list(range(base, base + self.group.tasks))
        else:
            station = program.station(self.fleet.name)
            tasks = program.stations[station].servers // self.fleet.slots_per_task
            self.measured = [station]
        self.queue = program.station(self.fleet.queue) if self.fleet.queue else None
        self.decider = Decider(policy, tasks)
        self.scaled: list[Scaled] = []
        self.opening: list[Timed] = []

    def act(self, before: Snapshot, now: Snapshot) -> Iterable[Timed]:
        """What to change after this period."""
        had = self.decider.tasks
        tasks = self.decider.decide(now.at, self._total(before, now))
        if tasks == had:
            return []
        self.scaled.append(Scaled(now.at, self.fleet.name, tasks, self.decider.values[-1]))
        return self._resized(had, tasks, now.at + self.fleet.start_s if tasks > had else now.at)

    def _total(self, before: Snapshot, now: Snapshot) -> float:
        """The metric of all tasks together."""
        if self.policy.metric is Metric.BACKLOG:
            waiting = self.measured if self.queue is None else [self.queue]
            return float(now.queued[waiting].sum())
        if self.policy.metric is Metric.PER_TASK:
            return float((now.served - before.served)[self.measured].sum())
        slots = float(now.servers[self.measured[0]]) if self.group is not None else self.fleet.slots_per_task
        return float((now.busy_area - before.busy_area)[self.measured].sum()) / (now.at - before.at) / slots

    def _resized(self, had: int, wanted: int, at_s: float) -> list[Timed]:
        if self.group is None:
            station = self.measured[0]
            return [Timed(at_s, Change(Kind.SERVERS, station, wanted * self.fleet.slots_per_task))]
        first, state = self.group.station, _OPEN if wanted > had else _DRAINING
        low, high = sorted((had, wanted))
        changes = [Timed(at_s, Change(Kind.STATE, first + k, state)) for k in range(low, high)]
        if self.queue is not None:
            changes.append(Timed(at_s, Change(Kind.SERVERS, self.queue, wanted)))
        return changes

    def reset(self, size: float, at_s: float) -> list[Timed]:
        """Another number of tasks from `at_s` on, whatever the rule says; what was seen before is forgotten."""
        tasks = round(size)
        changes = self._resized(self.decider.tasks, tasks, at_s)
        self.decider.tasks = tasks
        self.decider.values.clear()
        self.scaled.append(Scaled(at_s, self.fleet.name, tasks, 0.0))
        return changes


@dataclass(frozen=True)
class CpuCredits:
    """A burstable processor: credits (one core for one minute) are earned at a rate and spent by busy cores; without
    any, the processor runs at its baseline, the rate at which it earns.
    """

    station: str
    earned_per_hour: float
    most: float
    at_start: float
    period_s: float = 60.0
    component: str = ""

    def start(self, program: Program) -> _Credits:
        """A life of this policy."""
        station = program.station(self.station)
        return _Credits(self, station, program.stations[station].sharing, program.stations[station].servers)


@dataclass
class _Credits:
    """Credits at work on one run."""

    policy: CpuCredits
    station: int
    sharing: bool
    cores: int
    left: float = 0.0
    slow: bool = False
    scaled: list[Scaled] = field(default_factory=list)
    opening: tuple[Timed, ...] = ()

    def __post_init__(self) -> None:
        self.left = self.policy.at_start

    def act(self, before: Snapshot, now: Snapshot) -> Iterable[Timed]:
        """Earns and spends; slows the processor down, or sets it free."""
        used = now.work - before.work if self.sharing else now.busy_area - before.busy_area
        baseline = self.policy.earned_per_hour / 60 / self.cores
        spent = float(used[self.station]) / 60 * (baseline if self.slow else 1.0)
        earned = self.policy.earned_per_hour * (now.at - before.at) / 3600
        self.left = min(max(self.left + earned - spent, 0.0), self.policy.most)
        slow = self.left < earned / 2
        if slow == self.slow:
            return []
        self.slow = slow
        self.scaled.append(Scaled(now.at, self.policy.station, int(slow), self.left))
        return [Timed(now.at, Change(Kind.SLOWNESS, self.station, 1 / baseline if slow else 1.0))]


@dataclass(frozen=True)
class AcuScaling:
    """A database whose capacity follows its load, period by period, in steps of half a unit.

    Wanted is what keeps its CPUs `busy_share` busy, or what its requests need in memory; while requests queue for its
    CPUs, as much as it may grow. A period multiplies the capacity by `growth` at most and takes the share `shrink` of
    it at most, half a unit at least. `station` holds its CPUs: as many servers as begun, each slower by what lacks.
    """

    station: str
    component: str
    least: float
    most: float
    begins: float
    vcpu_per_acu: float
    busy_share: float
    acu_per_request_per_s: float
    period_s: float = 15.0
    growth: float = 2.0
    shrink: float = 0.1

    def start(self, program: Program) -> _Capacity:
        """A life of this policy."""
        return _Capacity(self, program.station(self.station))

    def wanted(self, capacity: float, busy_vcpu: float, requests_per_s: float, queued: bool) -> float:
        """The next capacity."""
        high, low = capacity * self.growth, capacity * (1 - self.shrink)
        needed = max(busy_vcpu / (self.vcpu_per_acu * self.busy_share), requests_per_s * self.acu_per_request_per_s)
        needed = math.ceil(round((high if queued else needed) / _ACU_STEP, 6)) * _ACU_STEP
        high = max(math.floor(round(high / _ACU_STEP, 6)) * _ACU_STEP, capacity + _ACU_STEP)
        low = min(math.ceil(round(low / _ACU_STEP, 6)) * _ACU_STEP, capacity - _ACU_STEP)
        return min(max(min(max(needed, low), high), self.least), self.most)


_ACU_STEP = 0.5


class _Capacity:
    """Capacity units at work on one run."""

    def __init__(self, policy: AcuScaling, station: int) -> None:
        self.policy, self.station = policy, station
        self.capacity = policy.begins
        self.scaled: list[Scaled] = []
        self.opening = self._sized(0.0)

    def _sized(self, at_s: float) -> list[Timed]:
        vcpu = self.capacity * self.policy.vcpu_per_acu
        servers = max(math.ceil(round(vcpu, 9)), 1)
        changes = (Change(Kind.SERVERS, self.station, servers), Change(Kind.SLOWNESS, self.station, servers / vcpu))
        return [Timed(at_s, change) for change in changes]

    def act(self, before: Snapshot, now: Snapshot) -> list[Timed]:
        """Grows or shrinks by what the period showed."""
        span, row = now.at - before.at, self.station
        vcpu = self.capacity * self.policy.vcpu_per_acu
        speed = vcpu / max(math.ceil(round(vcpu, 9)), 1)
        busy = float((now.busy_area - before.busy_area)[row]) / span * speed
        rate = float((now.served - before.served)[row]) / span
        wanted = self.policy.wanted(self.capacity, busy, rate, bool(now.queued[row] > 0))
        return [] if wanted == self.capacity else self.reset(wanted, now.at)

    def reset(self, size: float, at_s: float) -> list[Timed]:
        """Another capacity from `at_s` on."""
        self.capacity = size
        self.scaled.append(Scaled(at_s, self.policy.station, size, size))
        return self._sized(at_s)
