"""One run: arrivals into a program, an engine, changes and controllers at their times, a result.

Whatever acts from outside (a fault, a scaling policy, a sample of the timeline) acts before every event of its
instant: first the changes, in the order given, then the controllers, then the sample.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Protocol

import numpy as np

from model.nearest import did_you_mean
from simulations.arrivals import Arrivals, Asking, choose
from simulations.engines.interface import Change, Engine, Snapshot, StuckRequests
from simulations.identities import prove
from simulations.program import Program
from simulations.results import Result

__all__ = ["ENGINES", "Controller", "ControllerPlan", "InvalidRun", "StuckRequests", "Timed", "run"]

ENGINES = ("compiled", "interpreter", "simpy")


class InvalidRun(ValueError):
    """Everything that is wrong with a run, one line each."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join([f"{len(self.problems)} problem(s) in the run", *(f"  {p}" for p in self.problems)]))


@dataclass(frozen=True)
class Timed:
    """A change at a time."""

    at_s: float
    change: Change


class Controller(Protocol):
    """A scaling policy at work: looks at two snapshots one period apart, answers with changes now or later.

    `opening` is what it changes at the start, `scaled` the log of its decisions.
    """

    @property
    def opening(self) -> Sequence[Timed]: ...
    @property
    def scaled(self) -> Sequence[Any]: ...
    def act(self, before: Snapshot, now: Snapshot) -> Iterable[Timed]: ...


class ControllerPlan(Protocol):
    """A scaling policy as data: the component it changes, its period, and how its life begins."""

    @property
    def component(self) -> str: ...
    @property
    def period_s(self) -> float: ...
    def start(self, program: Program) -> Controller: ...


@dataclass(order=True)
class _Agenda:
    """Something from outside, in its place."""

    at: float
    rank: int
    order: int
    act: Callable[[float], None] = field(compare=False)


def run(
    program: Program,
    arrivals: Arrivals | None = None,
    seed: int = 1,
    engine: str = "compiled",
    until_s: float | None = None,
    warm_up_s: float = 0.0,
    interval_s: float | None = None,
    most_samples: int | None = None,
    looks_s: Iterable[float] = (),
    changes: Iterable[Timed] = (),
    controllers: Iterable[ControllerPlan] = (),
    progress: Callable[[float], None] | None = None,
) -> Result:
    """Runs `program` under `arrivals` (and its closed clients) until `until_s`, or until every request is done.

    `interval_s` samples the stations, `most_samples` times at most; at `looks_s` only the calls that run are counted,
    which takes next to nothing; `warm_up_s` is left out of the result's statistics.
    `progress` hears the simulated time. Raises InvalidRun with all problems, StuckRequests on a deadlock,
    BrokenIdentity where the run contradicts itself.
    """
    changes, controllers = list(changes), list(controllers)
    _check(program, arrivals, engine, until_s, interval_s, changes)
    times, flows = _incoming(program, arrivals, seed)
    machine = _engine(engine, program, times, flows, seed)
    agenda: list[_Agenda] = []
    order = count()
    timeline: list[Snapshot] = []
    warm: list[Snapshot] = []
    for timed in changes:
        heapq.heappush(agenda, _Agenda(timed.at_s, 0, next(order), _apply(machine, timed.change)))
    lives = [plan.start(program) for plan in controllers]
    for timed in (timed for life in lives for timed in life.opening):
        heapq.heappush(agenda, _Agenda(timed.at_s, 0, next(order), _apply(machine, timed.change)))
    for plan, life in zip(controllers, lives, strict=True):
        _enlist(agenda, order, machine, plan, life)
    if interval_s is not None:
        _sample(agenda, order, machine, interval_s, timeline, most_samples)
    running: list[np.ndarray] = []
    for look_s in looks_s:
        heapq.heappush(agenda, _Agenda(look_s, 2, next(order), lambda _: running.append(machine.running())))
    if warm_up_s > 0:
        heapq.heappush(agenda, _Agenda(warm_up_s, 3, next(order), lambda at: warm.append(machine.snapshot(at))))
    limit = math.inf if until_s is None else until_s
    _drive(machine, agenda, limit, progress, acting=bool(controllers))
    end = limit if until_s is not None else machine.last()
    raw = machine.raw(end)
    prove(program, raw, end, tuple(timeline))
    return Result(
        program=program,
        seed=seed,
        engine=engine,
        end_s=end,
        warm_up_s=warm_up_s,
        raw=raw,
        warm=warm[0] if warm else None,
        timeline=tuple(timeline),
        running=np.array(running, np.int64).reshape(len(running), len(program.functions)),
        scaled=tuple(decision for life in lives for decision in life.scaled),
    )


def _drive(
    machine: Engine, agenda: list[_Agenda], limit: float, progress: Callable[[float], None] | None, acting: bool
) -> None:
    while agenda and agenda[0].at <= limit:
        at = agenda[0].at
        alive = machine.advance(at, progress)
        if not alive and limit == math.inf:
            return
        if machine.quiet() and limit == math.inf and not acting and all(item.rank >= 2 for item in agenda):
            break
        while agenda and agenda[0].at == at:
            heapq.heappop(agenda).act(at)
    machine.advance(limit, progress)


def _apply(machine: Engine, change: Change) -> Callable[[float], None]:
    return lambda at: machine.change(change, at)


def _enlist(
    agenda: list[_Agenda], order: count[int], machine: Engine, plan: ControllerPlan, controller: Controller
) -> None:
    last = [machine.snapshot(0.0)]
    ticks = count(1)

    def tick(at: float) -> None:
        now = machine.snapshot(at)
        for timed in controller.act(last[0], now):
            if timed.at_s <= at:
                machine.change(timed.change, at)
            else:
                heapq.heappush(agenda, _Agenda(timed.at_s, 0, next(order), _apply(machine, timed.change)))
        last[0] = now
        heapq.heappush(agenda, _Agenda(next(ticks) * plan.period_s, 1, next(order), tick))

    heapq.heappush(agenda, _Agenda(next(ticks) * plan.period_s, 1, next(order), tick))


def _sample(
    agenda: list[_Agenda],
    order: count[int],
    machine: Engine,
    interval_s: float,
    timeline: list[Snapshot],
    most: int | None,
) -> None:
    ticks = count(1)

    def tick(at: float) -> None:
        timeline.append(machine.snapshot(at))
        if most is not None and len(timeline) >= most:
            return
        heapq.heappush(agenda, _Agenda(next(ticks) * interval_s, 2, next(order), tick))

    heapq.heappush(agenda, _Agenda(next(ticks) * interval_s, 2, next(order), tick))


def _incoming(program: Program, arrivals: Arrivals | None, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Closed clients at time zero, then the open arrivals with the endpoint each asks for."""
    clients = [k for k, entry in enumerate(program.entries) for _ in range(entry.clients)]
    times, chosen = _open(program, arrivals, seed) if arrivals is not None else (np.empty(0), np.empty(0, np.int16))
    return np.concatenate([np.zeros(len(clients)), times]), np.concatenate([np.array(clients, np.int16), chosen])


def _open(program: Program, arrivals: Arrivals, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Times, and the endpoint of each: as the arrivals themselves say, else by the shares of the endpoints."""
    numbers = {entry.name: k for k, entry in enumerate(program.entries) if entry.kind == "endpoint"}
    if isinstance(arrivals, Asking):
        unknown = sorted(set(arrivals.names) - set(numbers))
        if unknown:
            raise InvalidRun([f"arrivals: {name!r} is no endpoint{did_you_mean(name, numbers)}" for name in unknown])
        times, asked = arrivals.drawn(seed)
        return times, np.array([numbers[name] for name in arrivals.names], np.int16)[asked]
    times = arrivals.times(seed)
    if not len(times):
        return times, np.empty(0, np.int16)
    shares = [program.entries[k].share for k in numbers.values()]
    return times, np.array(list(numbers.values()), np.int16)[choose(shares, len(times), seed)]


def _engine(name: str, program: Program, times: np.ndarray, flows: np.ndarray, seed: int) -> Engine:
    if name == "simpy":
        from simulations.engines.simpy_engine import SimpyEngine

        return SimpyEngine(program, times, flows, seed)
    if name == "interpreter":
        from simulations.engines.interpreter import InterpreterEngine

        return InterpreterEngine(program, times, flows, seed)
    from simulations.engines.compiled import CompiledEngine

    return CompiledEngine(program, times, flows, seed)


def _check(
    program: Program,
    arrivals: Arrivals | None,
    engine: str,
    until_s: float | None,
    interval_s: float | None,
    changes: list[Timed],
) -> None:
    problems = [f"arrivals.{problem}" for problem in (arrivals.problems() if arrivals is not None else [])]
    closed = any(entry.clients for entry in program.entries)
    if engine not in ENGINES:
        problems.append(f"engine: {engine!r} is none of {', '.join(ENGINES)}")
    if arrivals is not None and not program.endpoints:
        problems.append("arrivals: the program has no endpoint to arrive at")
    if arrivals is None and not closed:
        problems.append("arrivals: there are none, and the program has no closed clients")
    if closed and until_s is None:
        problems.append("until_s: closed clients never end; give a time")
    if until_s is not None and not 0 < until_s < math.inf:
        problems.append(f"until_s: {until_s} must be above 0 and finite")
    if interval_s is not None and not interval_s > 0:
        problems.append(f"interval_s: {interval_s} must be above 0")
    problems += [f"changes: at_s {timed.at_s} is below 0" for timed in changes if timed.at_s < 0]
    if problems:
        raise InvalidRun(problems)
