"""The walk of a request through its program, op by op, as a SimPy process.

Whatever a token waits for is a SimPy event. The stations it meets stand in files of their own (`simpy_slots` and its
neighbours).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import simpy

from simulations import draws
from simulations.engines.codes import ABORTED, DEADLINE, DONE, DRAINING, THROTTLED, UNAVAILABLE
from simulations.engines.interface import (
    Array,
    EndlessInstant,
)
from simulations.engines.memory import function_times, op_salt, seed_salt, tables
from simulations.engines.simpy_balancer import Balancer
from simulations.engines.simpy_clock import Clock, after
from simulations.engines.simpy_gates import Bucket, Circuit, Join
from simulations.engines.simpy_instances import Instances
from simulations.engines.simpy_processor import Processor
from simulations.engines.simpy_slots import Slots
from simulations.program import Code, Op, Program

_GOLDEN, _MASK, _MOST_LAPS = draws.GOLDEN, draws.MASK, 100_000
Walk = Generator[simpy.Event, Any, None]


@dataclass
class Token:
    """One thread of work: a request, a branch of it, a message, or a client."""

    pc: int
    key: int
    row: int = -1
    """The row of its record."""
    owner: bool = False
    """Whether its end is the record's end."""
    join: Join | None = None
    lap: int = 0
    cause: int = DONE
    register: dict[int, int] = field(default_factory=dict)
    moment: dict[int, float] = field(default_factory=dict)


class Walks:
    """The tokens of one run, what they meet, and what is counted of them."""

    def __init__(self, program: Program, arrival_time: Array, arrival_flow: Array, seed: int) -> None:
        self.program = program
        self.env = env = Clock()
        self.stations: list[Any] = [
            Processor(env, s.servers, s.queue) if s.sharing else Slots(env, s.servers, s.queue)
            for s in program.stations
        ]
        self.dists, times, self.table = tables(program.ops, function_times(program))
        self.functions = [
            Instances(env, f, times[4 * k : 4 * k + 4], self.table) for k, f in enumerate(program.functions)
        ]
        self.balancers = [Balancer(self.stations[g.station : g.station + g.tasks], g.policy) for g in program.groups]
        self.buckets = [Bucket(env, limit.per_s, limit.burst) for limit in program.limits]
        self.circuits = [Circuit(env, breaker.failures, breaker.open_s) for breaker in program.breakers]
        self.caches: list[dict[int, float]] = [{} for _ in program.caches]
        self.cache_keys = [keys for _, keys in program.caches]
        self.salts = [op_salt(pc) for pc in range(len(program.ops))]
        self.tries, self.passes = [0] * len(program.ops), [0] * len(program.ops)
        self.wait, self.held = [0.0] * len(program.ops), [0.0] * len(program.ops)
        self.rows: list[list[Any]] = []
        self.alive = 0
        self.seen = 0
        self.laps, self.lapped = 0, -1.0
        for group in program.groups:
            for spare in self.stations[group.station + group.open : group.station + group.tasks]:
                spare.state = DRAINING
        salt = seed_salt(seed)
        for when, flow in zip(arrival_time.tolist(), arrival_flow.tolist(), strict=True):
            salt = (salt + _GOLDEN) & _MASK
            self._announce(when, int(flow), draws.mix64(salt))

    def _announce(self, when: float, flow: int, key: int) -> None:
        """Schedules an arrival; all are scheduled first, so an arrival precedes other events of its instant."""
        entry = self.program.entries[flow]
        row = self._record(math.nan, -1)
        token = Token(entry.pc, key, -1 if entry.clients else row, owner=not entry.clients)
        self.alive += 1

        def arrive() -> None:
            if token.owner:
                self.rows[row][:3] = [when, math.nan, flow]
            self.env.process(self._walk(token))

        after(self.env, when, arrive)

    def _record(self, start: float, flow: int) -> int:
        """A new row: start, end, flow, status (-1 in flight), cold starts, retries."""
        self.rows.append([start, math.nan, flow, -1, 0, 0])
        return len(self.rows) - 1

    # -- one request -----------------------------------------------------------------------------------------

    def _walk(self, token: Token) -> Walk:  # noqa: C901
        """Takes the ops of one token in turn, from its first to END or FAILED."""
        env, ops = self.env, self.program.ops
        while True:
            pc = token.pc
            op = ops[pc]
            token.pc += 1
            self.seen += 1
            match op.code:
                case Code.HOLD:
                    time = self._sample(token, pc)
                    if op.station >= 0:
                        time *= self._station(token, op).slow
                    self.passes[pc] += 1
                    self.held[pc] += time
                    yield env.timeout(time)
                case Code.ACQUIRE:
                    slots = self._station(token, op)
                    self.tries[pc] += 1
                    refusal = slots.refusal()
                    if refusal:
                        self._fail(token, op, refusal)
                        continue
                    if slots.free():
                        slots.enter()
                    else:
                        asked = env.now
                        patience = self._sample(token, pc) if op.x < math.inf else math.inf
                        outcome, left = yield slots.wait(patience)
                        self.wait[pc] += left - asked
                        if outcome != DONE:
                            self._fail(token, op, outcome)
                            continue
                    self.passes[pc] += 1
                    token.moment[op.register] = env.now
                case Code.RELEASE:
                    self.held[op.jump] += env.now - token.moment[op.register]
                    slots = self._station(token, op)
                    slots.leave()
                    if op.fail >= 0 and token.moment[op.register] < slots.lost:
                        self._fail(token, op, ABORTED)
                case Code.SHARE:
                    processor = self._station(token, op)
                    self.tries[pc] += 1
                    refusal = processor.refusal()
                    if refusal:
                        self._fail(token, op, refusal)
                        continue
                    asked = env.now
                    yield processor.work(self._sample(token, pc))
                    self.passes[pc] += 1
                    self.held[pc] += env.now - asked
                case Code.SERVE:
                    function = self.functions[op.station]
                    self.tries[pc] += 1
                    bits = self._word(token, pc)
                    instance = function.take(bits)
                    if instance is None:
                        self._fail(token, op, THROTTLED)
                        continue
                    self.passes[pc] += 1
                    token.register[op.register] = instance.number
                    token.moment[op.register] = env.now
                    if instance.fresh:
                        instance.fresh = False
                        if token.row >= 0:
                            self.rows[token.row][4] += 1
                        delay = function.cold_delay(bits)
                        self.wait[pc] += delay
                        yield env.timeout(delay)
                case Code.SERVED:
                    self.held[op.jump] += env.now - token.moment[op.register]
                    self.functions[op.station].give_back(token.register[op.register], self._word(token, pc))
                case Code.PICK:
                    self.tries[pc] += 1
                    task = self.balancers[op.station].choose(draws.unit(self._word(token, pc)))
                    if task is None:
                        self._fail(token, op, UNAVAILABLE)
                        continue
                    self.passes[pc] += 1
                    token.register[op.register] = task
                case Code.BRANCH:
                    self.tries[pc] += 1
                    if draws.unit(self._word(token, pc)) < op.x:
                        self.passes[pc] += 1
                        token.pc = op.jump
                case Code.JUMP:
                    if op.jump <= pc:
                        self._new_lap(token)
                    token.pc = op.jump
                case Code.SET:
                    token.register[op.register] = op.count
                case Code.LOOP:
                    token.register[op.register] -= 1
                    if token.register[op.register] > 0:
                        self._new_lap(token)
                        token.pc = op.jump
                case Code.RETRY:
                    self.tries[pc] += 1
                    if token.register[op.register] <= 0:
                        token.pc = op.fail
                        continue
                    self.passes[pc] += 1
                    if token.row >= 0:
                        self.rows[token.row][5] += 1
                    pause = self._backoff(token, op, pc)
                    token.register[op.register] -= 1
                    token.cause = DONE
                    token.pc = op.jump
                    self._new_lap(token)
                    if pause > 0:
                        self.held[pc] += pause
                        yield env.timeout(pause)
                case Code.FORK:
                    self.tries[pc] += 1
                    asked = env.now
                    join = self._fork(token, op, pc)
                    outcome = yield join.event
                    self.held[pc] += env.now - asked
                    if outcome != DEADLINE:
                        self.passes[pc] += 1
                    if outcome != DONE:
                        self._fail(token, op, outcome)
                case Code.SEND:
                    self.tries[pc] += 1
                    row = self._record(env.now, ops[op.jump].flow)
                    self._start(Token(op.jump, draws.mix64(self._word(token, pc)), row, owner=True))
                case Code.LIMIT:
                    self.tries[pc] += 1
                    if self.buckets[op.station].take():
                        self.passes[pc] += 1
                    else:
                        self._fail(token, op, THROTTLED)
                case Code.GUARD:
                    self.tries[pc] += 1
                    refusal = self.circuits[op.station].refusal()
                    if refusal:
                        self._fail(token, op, refusal)
                    else:
                        self.passes[pc] += 1
                case Code.REPORT:
                    self.circuits[op.station].report(bool(op.count))
                case Code.RAISE:
                    self.tries[pc] += 1
                    self._fail(token, op, op.count)
                case Code.MARK:
                    token.moment[op.register] = env.now
                case Code.UNTIL:
                    pause = token.moment[op.register] + op.x - env.now
                    if pause > 0:
                        self.held[pc] += pause
                        yield env.timeout(pause)
                case Code.CACHED:
                    self.tries[pc] += 1
                    key = min(int(self._sample(token, pc)), self.cache_keys[op.station] - 1)
                    filled = self.caches[op.station]
                    if env.now - filled.get(key, -math.inf) <= op.x:
                        self.passes[pc] += 1
                        token.pc = op.jump
                    else:
                        filled[key] = env.now
                case Code.BEGIN:
                    token.row = self._record(env.now, op.count)
                case Code.COMPLETE:
                    self.rows[token.row][1] = env.now
                    self.rows[token.row][3] = token.cause if op.count else DONE
                    token.row, token.cause = -1, DONE
                case Code.REPLY:
                    self._answer(token, DONE)
                    token.owner, token.join = False, None
                    if draws.unit(self._word(token, pc)) < op.x:
                        yield env.timeout(0)
                case Code.END | Code.FAILED:
                    self._answer(token, token.cause if op.code is Code.FAILED else DONE)
                    self.alive -= 1
                    return

    def _answer(self, token: Token, status: int) -> None:
        """The end of a request, or of a branch that somebody may still wait for."""
        if token.owner:
            self.rows[token.row][1] = self.env.now
            self.rows[token.row][3] = status
        elif token.join is not None:
            token.join.finish(status)

    def _fail(self, token: Token, op: Op, cause: int) -> None:
        token.cause, token.pc = cause, op.fail

    def _new_lap(self, token: Token) -> None:
        token.lap = (token.lap + _GOLDEN) & _MASK
        self.laps = self.laps + 1 if self.env.now == self.lapped else 0
        self.lapped = self.env.now
        if self.laps > _MOST_LAPS:
            raise EndlessInstant.at(self.lapped)

    def _start(self, token: Token) -> None:
        self.alive += 1
        self.env.process(self._walk(token))

    def _fork(self, token: Token, op: Op, pc: int) -> Join:
        deadline = self._sample(token, pc) if op.x < math.inf else math.inf
        join = Join(self.env, len(op.targets))
        bits = self._word(token, pc)
        for target in op.targets:
            bits = (bits + _GOLDEN) & _MASK
            branch = Token(target, draws.mix64(bits), token.row, join=join)
            branch.register.update(token.register)
            branch.moment.update(token.moment)
            self._start(branch)
        join.expect(self.env, deadline)
        return join

    def _backoff(self, token: Token, op: Op, pc: int) -> float:
        pause = op.x
        for _ in range(op.station - token.register[op.register]):
            pause *= op.y
        pause = min(pause, op.z)
        return pause * draws.unit(self._word(token, pc)) if op.count else pause

    def _word(self, token: Token, pc: int) -> int:
        return draws.word(token.key, self.salts[pc], token.lap)

    def _sample(self, token: Token, pc: int) -> float:
        return draws.sample(*self.dists[pc], self.table, self._word(token, pc))

    def _station(self, token: Token, op: Op) -> Any:
        return self.stations[op.station + (token.register[op.member] if op.member >= 0 else 0)]
