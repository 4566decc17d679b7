"""Writing programs by hand or by compiler: nested `with` blocks become ops, every failure unwinds what is held.

    build = ProgramBuilder("bank")
    desk = build.station("desk", servers=4)
    with build.endpoint("visit"):
        build.serve(desk, exponential(1.0))
    program = build.build()

Problems are gathered while building and raised together by `build()`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from simulations.distributions import Constant, Distribution
from simulations.program import (
    CAUSES,
    UNLIMITED,
    Breaker,
    Code,
    Entry,
    Function,
    Group,
    Op,
    Policy,
    Program,
    RateLimit,
    Station,
)

__all__ = ["InvalidProgram", "ProgramBuilder", "Slots", "Task"]

_FLOW_END = -1

_RETURNS = (Code.RELEASE, Code.SERVED)
"""Ops whose `jump` names an op, not a label."""

Patience = float | Distribution
"""Seconds one waits at most: a number, or drawn for each wait."""


class InvalidProgram(ValueError):
    """Everything that is wrong with a program, one line each."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = sorted(set(problems))
        count = len(self.problems)
        head = f"{count} problem{'s' if count > 1 else ''} in program {name}"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


@dataclass(frozen=True)
class Slots:
    """A station as the builder hands it out: its index, or that of task 0 with the register that says which task."""

    station: int
    member: int = -1


@dataclass(frozen=True)
class Task:
    """The task a balancer chose: its resources by name."""

    group: Group
    member: int

    def __getitem__(self, resource: str) -> Slots:
        return Slots(dict(self.group.resources)[resource], self.member)


class ProgramBuilder:
    """Collects stations and flows; every method is one thing that can happen to a request."""

    def __init__(self, name: str = "program") -> None:
        self.name = name
        self._ops: list[Op] = []
        self._labels: list[int] = []
        self._stations: list[Station] = []
        self._functions: list[Function] = []
        self._groups: list[Group] = []
        self._limits: list[RateLimit] = []
        self._breakers: list[Breaker] = []
        self._caches: list[tuple[str, int]] = []
        self._entries: list[Entry] = []
        self._causes = list(CAUSES)
        self._problems: list[str] = []
        self._handlers: list[int] = []
        self._held: list[tuple[int, Slots]] = []
        self._registers = 0
        self._most_registers = 1
        self._flow = -1
        self._waits_for: dict[int, set[int]] = {}
        self._flow_labels: dict[str, int] = {}
        self._asides: list[tuple[int, Op, int]] = []

    # -- what there is ---------------------------------------------------------------------------------------

    def station(self, name: str, servers: int = UNLIMITED, queue: int = UNLIMITED, sharing: bool = False) -> Slots:
        """Slots with one queue; `queue` 0 is a loss station, `sharing` a processor that all jobs share."""
        self._check_name(name, [s.name for s in self._stations], "station")
        self._check(servers >= 0, f"stations.{name}.servers: {servers} is below 0")
        self._check(queue >= 0, f"stations.{name}.queue: {queue} is below 0")
        self._stations.append(Station(name, servers, queue, sharing))
        return Slots(len(self._stations) - 1)

    def function(self, name: str, **fields: object) -> int:
        """A serverless function; fields as in `simulations.program.Function`."""
        self._check_name(name, [f.name for f in self._functions], "function")
        function = replace(Function(name), **fields)  # type: ignore[arg-type]
        for field_name in ("init", "first_run", "keep_alive", "max_age"):
            self._check_dist(f"functions.{name}.{field_name}", getattr(function, field_name))
        for field_name in ("limit", "scale_per_s", "scale_burst", "provisioned"):
            value = getattr(function, field_name)
            self._check(value >= 0, f"functions.{name}.{field_name}: {value} is below 0")
        self._functions.append(function)
        return len(self._functions) - 1

    def group(
        self,
        name: str,
        tasks: int,
        most_tasks: int | None = None,
        policy: Policy = Policy.ROUND_ROBIN,
        **resources: int,
    ) -> Group:
        """Tasks behind a balancer, each with its own stations: `cpu=2` gives every task a station of two slots and
        its own queue.
        """
        self._check_name(name, [g.name for g in self._groups], "group")
        most = max(tasks, most_tasks or tasks)
        self._check(tasks >= 0, f"groups.{name}.tasks: {tasks} is below 0")
        first = len(self._stations)
        for resource, servers in {"": UNLIMITED, **resources}.items():
            for task in range(most):
                label = f"{name}[{task}]" + (f".{resource}" if resource else "")
                self.station(label, servers=servers)
        offsets = tuple((resource, first + most * (k + 1)) for k, resource in enumerate(resources))
        self._groups.append(Group(name, first, most, tasks, policy, offsets))
        return self._groups[-1]

    def rate_limit(self, name: str, per_s: float, burst: float) -> int:
        """A token bucket."""
        self._check(per_s > 0, f"limits.{name}.per_s: {per_s} must be above 0")
        self._check(burst >= 1, f"limits.{name}.burst: {burst} is below 1")
        self._limits.append(RateLimit(name, float(per_s), float(burst)))
        return len(self._limits) - 1

    def breaker(self, name: str, failures: int, open_s: float) -> int:
        """A circuit breaker."""
        self._check(failures >= 1, f"breakers.{name}.failures: {failures} is below 1")
        self._check(open_s > 0, f"breakers.{name}.open_s: {open_s} must be above 0")
        self._breakers.append(Breaker(name, failures, float(open_s)))
        return len(self._breakers) - 1

    def cache(self, name: str, keys: int) -> int:
        """A cache of `keys` possible keys, empty at first."""
        self._check(keys >= 1, f"caches.{name}.keys: {keys} is below 1")
        self._caches.append((name, keys))
        return len(self._caches) - 1

    # -- flows -----------------------------------------------------------------------------------------------

    @contextmanager
    def endpoint(self, name: str, share: float = 1.0) -> Iterator[None]:
        """What a client calls; `share` weighs it among the endpoints."""
        self._check(share >= 0 and math.isfinite(share), f"endpoints.{name}.share: {share} is below 0")
        with self._open_flow(Entry(name, len(self._ops), share)):
            yield

    @contextmanager
    def flow(self, name: str) -> Iterator[None]:
        """What becomes of a message sent with `send(name)`."""
        with self._open_flow(Entry(name, len(self._ops), 0.0, kind="flow")):
            yield

    @contextmanager
    def clients(self, name: str, count: int, think: Distribution) -> Iterator[None]:
        """A closed load: `count` clients that think, send this request, wait for the answer, and think again."""
        self._check(count >= 1, f"clients.{name}.count: {count} is below 1")
        entry = Entry(name, len(self._ops), 0.0, clients=count, kind="clients")
        with self._flow_scope(entry) as flow:
            begin = self._here()
            self.delay(think)
            self._emit(Op(Code.BEGIN, count=flow, flow=flow))
            with self._scope() as failed:
                yield
                self._emit(Op(Code.COMPLETE, count=0))
                self._jump(begin)
                self._place(failed)
                self._emit(Op(Code.COMPLETE, count=1))
                self._jump(begin)

    @contextmanager
    def users(self, name: str, count: int, think: Distribution, shares: Mapping[str, float]) -> Iterator[Users]:
        """A closed load over several endpoints: `count` users think, choose one by its share, wait for the answer.

        `with users(...) as each: with each.calling("get"): ...`, in the order of the shares.
        """
        self._check(count >= 1, f"users.{name}.count: {count} is below 1")
        total = sum(shares.values())
        with self._flow_scope(Entry(name, len(self._ops), 0.0, clients=count, kind="clients")):
            begin = self._here()
            self.delay(think)
            with self.choice(*(share / total for share in shares.values())) as chosen:
                yield Users(self, chosen, begin)

    @contextmanager
    def _open_flow(self, entry: Entry) -> Iterator[None]:
        with self._flow_scope(entry), self._scope() as failed:
            yield
            self._emit(Op(Code.END))
            self._place(failed)
            self._emit(Op(Code.FAILED))

    @contextmanager
    def _flow_scope(self, entry: Entry) -> Iterator[int]:
        self._check_name(entry.name, [e.name for e in self._entries], "flow")
        self._check(not self._handlers, f"flows.{entry.name}: begins inside another flow")
        self._entries.append(entry)
        self._flow = len(self._entries) - 1
        self._place(self._flow_label(entry.name))
        yield self._flow
        self._write_asides()
        self._flow = -1

    # -- what happens to a request ---------------------------------------------------------------------------

    def delay(self, time: Distribution, at: Slots | None = None) -> None:
        """Takes time; `at` a station whose slowness stretches it."""
        self._check_dist(f"ops[{len(self._ops)}].delay", time)
        if isinstance(time, Constant) and time.value == 0:
            return
        slots = at or (self._held[-1][1] if self._held else Slots(-1))
        self._emit(Op(Code.HOLD, slots.station, slots.member, dist=time))

    @contextmanager
    def hold(self, slots: Slots, timeout_s: Patience = math.inf, breakable: bool = False) -> Iterator[None]:
        """Holds a slot around what is inside, waiting for it at most `timeout_s` (a number, or drawn).

        `breakable`: where the station went down meanwhile, what was done is lost, and the end of the block fails.
        """
        limit, patience = self._patience("hold", timeout_s)
        self._note_order(slots, limit)
        register = self._take_register()
        site = self._emit(
            Op(Code.ACQUIRE, slots.station, slots.member, register, fail=self._handler(), x=limit, dist=patience)
        )
        release = Op(Code.RELEASE, slots.station, slots.member, register, jump=site)
        with self._holding(site, slots), self._unwind(release, breakable):
            yield
        self._registers -= 1

    def serve(self, slots: Slots, time: Distribution, timeout_s: Patience = math.inf) -> None:
        """Waits for a slot, holds it for `time`, gives it back; on a sharing station, works there for `time`."""
        if self._stations[slots.station].sharing:
            self._check_dist(f"ops[{len(self._ops)}].serve", time)
            self._emit(Op(Code.SHARE, slots.station, slots.member, dist=time, fail=self._handler()))
            return
        with self.hold(slots, timeout_s):
            self.delay(time)

    @contextmanager
    def invoke(self, function: int) -> Iterator[None]:
        """Holds an instance of a serverless function around what is inside."""
        register = self._take_register()
        site = self._emit(Op(Code.SERVE, function, register=register, fail=self._handler()))
        with (
            self._holding(site, Slots(-1)),
            self._unwind(Op(Code.SERVED, function, register=register, jump=site)),
        ):
            yield
        self._registers -= 1

    @contextmanager
    def balanced(self, group: Group, breakable: bool = False) -> Iterator[Task]:
        """A balancer sends the request to one task, where it counts as outstanding until the end of the block."""
        register = self._take_register()
        self._emit(Op(Code.PICK, self._groups.index(group), register=register, fail=self._handler()))
        with self.hold(Slots(group.station, register), breakable=breakable):
            yield Task(group, register)
        self._registers -= 1

    @contextmanager
    def chance(self, probability: float) -> Iterator[None]:
        """What is inside happens with this probability."""
        self._check_probability("chance", probability)
        after = self._label()
        self._emit(Op(Code.BRANCH, x=1.0 - probability, jump=after))
        yield
        self._place(after)

    @contextmanager
    def choice(self, *probabilities: float) -> Iterator[Choice]:
        """One of several ways: `with choice(0.7, 0.3) as way: with way(0): ...; with way(1): ...`."""
        total = sum(probabilities)
        self._check(abs(total - 1) < 1e-9, f"ops[{len(self._ops)}].choice: probabilities sum to {total}, not 1")
        chosen = Choice(self, probabilities)
        yield chosen
        self._place(chosen.after)

    @contextmanager
    def repeat(self, times: int | None = None, mean: float | None = None) -> Iterator[None]:
        """What is inside happens `times` times, or a geometric number of times (from zero) of the given mean."""
        begin, after, register = self._label(), self._label(), self._take_register()
        if mean is not None:
            self._check(mean >= 0 and math.isfinite(mean), f"ops[{len(self._ops)}].repeat: mean {mean} is below 0")
            self._place(begin)
            self._emit(Op(Code.BRANCH, x=1.0 / (1.0 + mean), jump=after))
            yield
            self._jump(begin)
        else:
            count = 1 if times is None else times
            self._check(count >= 1, f"ops[{len(self._ops)}].repeat: times {count} is below 1")
            self._emit(Op(Code.SET, register=register, count=count))
            self._place(begin)
            yield
            self._emit(Op(Code.LOOP, register=register, jump=begin))
        self._place(after)
        self._registers -= 1

    @contextmanager
    def retry(
        self,
        attempts: int,
        backoff_s: float = 0.0,
        factor: float = 2.0,
        most_s: float = math.inf,
        jitter: bool = True,
    ) -> Iterator[None]:
        """Tries what is inside up to `attempts` times; waits `backoff_s`, then `factor` times as long; full jitter
        draws from 0 to that.
        """
        self._check(attempts >= 1, f"ops[{len(self._ops)}].retry: attempts {attempts} is below 1")
        self._check(
            min(backoff_s, factor, most_s) >= 0,
            f"ops[{len(self._ops)}].retry: backoff_s {backoff_s}, factor {factor}, most_s {most_s}: below 0",
        )
        begin, after, register, outer = self._label(), self._label(), self._take_register(), self._handler()
        self._emit(Op(Code.SET, register=register, count=attempts - 1))
        self._place(begin)
        with self._scope() as failed:
            yield
            self._jump(after)
            self._place(failed)
            self._emit(
                Op(
                    Code.RETRY,
                    register=register,
                    jump=begin,
                    fail=outer,
                    count=int(jitter),
                    x=float(backoff_s),
                    y=float(factor),
                    z=float(most_s),
                    station=attempts - 1,
                )
            )
        self._place(after)
        self._registers -= 1

    @contextmanager
    def ignore_failure(self) -> Iterator[None]:
        """A failure inside ends the block and is forgotten: a fallback."""
        after = self._label()
        self._handlers.append(after)
        yield
        self._handlers.pop()
        self._place(after)

    @contextmanager
    def parallel(self, timeout_s: Patience = math.inf) -> Iterator[Parallel]:
        """Branches run at the same time, the request waits for all: `with parallel() as p: with p.branch(): ...`."""
        limit, patience = self._patience("parallel", timeout_s)
        fork = self._emit(Op(Code.FORK, fail=self._handler(), x=limit, dist=patience))
        after = self._label()
        branches = Parallel(self, after)
        self._held.append((fork, Slots(-1)))
        self._jump(after)
        yield branches
        self._held.pop()
        self._check(bool(branches.targets), f"ops[{fork}].parallel: has no branch")
        self._ops[fork] = replace(self._ops[fork], targets=tuple(branches.targets))
        self._place(after)

    @contextmanager
    def call(self, timeout_s: Patience = math.inf) -> Iterator[None]:
        """A call below with a deadline: after `timeout_s` the caller goes on as failed, the work below goes on."""
        with self.parallel(timeout_s) as below, below.branch():
            yield

    def send(self, flow: str) -> None:
        """Sends a message to a flow and does not wait."""
        self._emit(Op(Code.SEND, jump=self._flow_label(flow)))

    def limit(self, rate_limit: int) -> None:
        """Fails as throttled when the token bucket is empty."""
        self._emit(Op(Code.LIMIT, rate_limit, fail=self._handler()))

    @contextmanager
    def guarded(self, breaker: int) -> Iterator[None]:
        """Fails at once while the circuit is open; what happens inside opens or closes it."""
        outer = self._handler()
        self._emit(Op(Code.GUARD, breaker, fail=outer))
        after = self._label()
        with self._scope() as failed:
            yield
            self._emit(Op(Code.REPORT, breaker, count=1))
            self._jump(after)
            self._place(failed)
            self._emit(Op(Code.REPORT, breaker, count=0))
            self._jump(outer)
        self._place(after)

    @contextmanager
    def cached(self, cache: int, key: Distribution, ttl_s: float) -> Iterator[None]:
        """What is inside happens on a miss only: the key (drawn, rounded down) is absent or older than `ttl_s`."""
        after = self._label()
        self._check_dist(f"ops[{len(self._ops)}].cached", key)
        self._emit(Op(Code.CACHED, cache, jump=after, x=float(ttl_s), dist=key))
        yield
        self._place(after)

    @contextmanager
    def looked_up(self, cache: int, key: Distribution, ttl_s: float) -> Iterator[LookUp]:
        """A cache with both ways: `with looked_up(...) as found: with found.miss(): ...; with found.hit(): ...`."""
        self._check_dist(f"ops[{len(self._ops)}].looked_up", key)
        found = LookUp(self)
        self._emit(Op(Code.CACHED, cache, jump=found.there, x=float(ttl_s), dist=key))
        yield found
        self._place(found.after)

    @contextmanager
    def received(
        self, workers: Slots, visibility_s: float, max_receives: int, cause: str = "dead letter"
    ) -> Iterator[None]:
        """A worker takes the message off its queue. Whatever is not done within `visibility_s` of the receipt comes
        back to the tail, while the first work goes on; after `max_receives` the message is a dead letter.
        """
        self._check(max_receives >= 1, f"ops[{len(self._ops)}].received: max_receives {max_receives} is below 1")
        with self._renamed_failure(cause), self.retry(max_receives):
            mark = self._take_register()
            register = self._take_register()
            outer, after, again = self._handler(), self._label(), self._label()
            site = self._emit(Op(Code.ACQUIRE, workers.station, workers.member, register, fail=outer, x=math.inf))
            self._emit(Op(Code.MARK, register=mark))
            limit, patience = self._patience("received", visibility_s)
            fork = self._emit(Op(Code.FORK, fail=again, x=limit, dist=patience))
            self._jump(after)
            branch = self._here()
            self._ops[fork] = replace(self._ops[fork], targets=(branch,), parent=site)
            with self._scope() as failed, self._holding(site, workers):
                release = Op(Code.RELEASE, workers.station, workers.member, register, jump=site)
                with self._unwind(release):
                    yield
                self._emit(Op(Code.END))
                self._place(failed)
                self._emit(Op(Code.FAILED))
            self._place(again)
            self._emit(Op(Code.UNTIL, register=mark, x=float(visibility_s)))
            self._jump(outer)
            self._place(after)
            self._registers -= 2

    def fail(self, cause: str) -> None:
        """Fails with a cause of this name."""
        self._emit(Op(Code.RAISE, fail=self._handler(), count=self._cause(cause)))

    def reply(self, caller_first: float = 0.0) -> None:
        """Answers the caller now and goes on with what is left; on a tie the caller moves first with this
        probability.
        """
        self._check_probability("reply", caller_first)
        self._emit(Op(Code.REPLY, x=caller_first))

    # -- the end ---------------------------------------------------------------------------------------------

    def build(self) -> Program:
        """The program, or `InvalidProgram` with everything that is wrong."""
        for name in self._flow_labels:
            self._check(any(e.name == name for e in self._entries), f"flows.{name}: is sent to and not defined")
        self._check(bool(self._entries), "entries: there is no endpoint, flow or client")
        open_entries = [entry for entry in self._entries if entry.kind == "endpoint"]
        reached = any(entry.share > 0 for entry in open_entries) or any(entry.clients for entry in self._entries)
        self._check(not open_entries or reached, "endpoints: every share is 0")
        self._problems += self._cycles()
        if self._problems:
            raise InvalidProgram(self.name, self._problems)
        return Program(
            self.name,
            tuple(self._resolved(op) for op in self._ops),
            tuple(self._entries),
            tuple(self._stations),
            tuple(self._functions),
            tuple(self._groups),
            tuple(self._limits),
            tuple(self._breakers),
            tuple(self._caches),
            tuple(self._causes),
            self._most_registers,
        )

    # -- labels, handlers, checks ----------------------------------------------------------------------------

    def _emit(self, op: Op) -> int:
        self._check(self._flow >= 0, f"ops[{len(self._ops)}].{op.code.name.lower()}: stands outside every flow")
        parent = op.parent if op.parent >= 0 else (self._held[-1][0] if self._held else -1)
        self._ops.append(replace(op, parent=parent, flow=self._flow))
        return len(self._ops) - 1

    def _label(self) -> int:
        self._labels.append(_FLOW_END)
        return len(self._labels) - 1

    def _place(self, label: int) -> None:
        self._labels[label] = len(self._ops)

    def _here(self) -> int:
        label = self._label()
        self._place(label)
        return label

    def _jump(self, label: int) -> None:
        self._emit(Op(Code.JUMP, jump=label))

    def _flow_label(self, name: str) -> int:
        if name not in self._flow_labels:
            self._flow_labels[name] = self._label()
        return self._flow_labels[name]

    def _resolved(self, op: Op) -> Op:
        place = [*self._labels, -1]
        if op.code in _RETURNS:
            return replace(op, fail=place[op.fail])
        return replace(op, jump=place[op.jump], fail=place[op.fail], targets=tuple(place[t] for t in op.targets))

    def _handler(self) -> int:
        return self._handlers[-1] if self._handlers else -1

    @contextmanager
    def _scope(self) -> Iterator[int]:
        """Failures inside go to the label yielded; code emitted after the label is placed fails outward."""
        label = self._label()
        self._handlers.append(label)
        yield label
        if label in self._handlers:
            self._handlers.remove(label)

    @contextmanager
    def _unwind(self, undo: Op, breakable: bool = False) -> Iterator[None]:
        """Does `undo` at the end of the block, and also on the way out of a failure inside it; the end of a
        `breakable` block may itself fail.
        """
        outer, begin = self._handler(), len(self._ops)
        with self._scope() as failed:
            yield
        self._emit(replace(undo, fail=outer) if breakable else undo)
        used = any(failed == op.fail or (failed == op.jump and op.code not in _RETURNS) for op in self._ops[begin:])
        if used or any(failed == onward for _, _, onward in self._asides):
            self._asides.append((failed, replace(undo, parent=self._held[-1][0] if self._held else -1), outer))

    def _write_asides(self) -> None:
        """What is done on the way out of failures, written behind the flow so that the usual way is straight."""
        for failed, undo, outer in self._asides:
            self._place(failed)
            self._emit(undo)
            self._jump(outer)
        self._asides.clear()

    @contextmanager
    def _renamed_failure(self, cause: str) -> Iterator[None]:
        outer, after = self._handler(), self._label()
        with self._scope() as failed:
            yield
        self._jump(after)
        self._place(failed)
        self._emit(Op(Code.RAISE, fail=outer, count=self._cause(cause)))
        self._place(after)

    @contextmanager
    def _holding(self, site: int, slots: Slots) -> Iterator[None]:
        self._held.append((site, slots))
        yield
        self._held.pop()

    def _patience(self, what: str, timeout_s: Patience) -> tuple[float, Distribution]:
        """The `x` and the distribution of an op that waits at most so long."""
        if not isinstance(timeout_s, (int, float)):
            self._check_dist(f"ops[{len(self._ops)}].{what}.timeout_s", timeout_s)
            return timeout_s.mean, timeout_s
        self._check(timeout_s > 0, f"ops[{len(self._ops)}].{what}: timeout_s {timeout_s} must be above 0")
        return float(timeout_s), Constant(float(timeout_s) if timeout_s < math.inf else 0.0)

    def _take_register(self) -> int:
        self._registers += 1
        self._most_registers = max(self._most_registers, self._registers)
        return self._registers - 1

    def _cause(self, cause: str) -> int:
        if cause not in self._causes:
            self._causes.append(cause)
        return self._causes.index(cause)

    def _note_order(self, slots: Slots, timeout_s: float) -> None:
        """Remembers which station is waited for while which is held: a circle of these can deadlock."""
        station = self._stations[slots.station]
        if math.isinf(timeout_s) and station.servers < UNLIMITED and station.queue > 0:
            for _, held in self._held:
                if held.station >= 0 and self._stations[held.station].servers < UNLIMITED:
                    self._waits_for.setdefault(held.station, set()).add(slots.station)

    def _cycles(self) -> list[str]:
        found: list[str] = []
        names = [station.name for station in self._stations]

        def walk(path: list[int]) -> None:
            for following in sorted(self._waits_for.get(path[-1], ())):
                if following in path:
                    circle = path[path.index(following) :]
                    if min(circle) == circle[0]:
                        ring = " -> ".join(names[s] for s in [*circle, following])
                        found.append(f"stations.{names[following]}: held and waited for in a circle ({ring})")
                else:
                    walk([*path, following])

        for start in sorted(self._waits_for):
            walk([start])
        return found

    def _check(self, holds: bool, problem: str) -> None:
        if not holds:
            self._problems.append(problem)

    def _check_name(self, name: str, taken: list[str], what: str) -> None:
        self._check(name not in taken, f"{what}s.{name}: this name is taken")

    def _check_dist(self, place: str, dist: Distribution) -> None:
        self._problems += [f"{place}: {problem}" for problem in dist.problems()]

    def _check_probability(self, what: str, value: float) -> None:
        self._check(0 <= value <= 1, f"ops[{len(self._ops)}].{what}: probability {value} is not between 0 and 1")


class Choice:
    """The ways of a choice, in the order of their probabilities."""

    def __init__(self, builder: ProgramBuilder, probabilities: tuple[float, ...]) -> None:
        self._builder = builder
        self._probabilities = probabilities
        self._next = 0
        self.after = builder._label()

    @contextmanager
    def way(self) -> Iterator[None]:
        """The next way."""
        build, k = self._builder, self._next
        self._next += 1
        rest = sum(self._probabilities[k:])
        following = build._label()
        if k < len(self._probabilities) - 1:
            build._emit(Op(Code.BRANCH, x=1.0 - self._probabilities[k] / rest if rest else 1.0, jump=following))
        yield
        build._jump(self.after)
        build._place(following)


class Users:
    """What users of a closed load may ask for; each endpoint has an entry of its own, which no open arrival reaches."""

    def __init__(self, builder: ProgramBuilder, chosen: Choice, begin: int) -> None:
        self._builder, self._chosen, self._begin = builder, chosen, begin

    @contextmanager
    def calling(self, endpoint: str) -> Iterator[None]:
        """The next endpoint; done or failed, its user thinks again."""
        build = self._builder
        build._check_name(endpoint, [entry.name for entry in build._entries], "endpoint")
        with self._chosen.way():
            build._entries.append(Entry(endpoint, len(build._ops), 0.0))
            build._emit(Op(Code.BEGIN, count=len(build._entries) - 1))
            with build._scope() as failed:
                yield
                build._emit(Op(Code.COMPLETE, count=0))
                build._jump(self._begin)
                build._place(failed)
                build._emit(Op(Code.COMPLETE, count=1))
                build._jump(self._begin)


class LookUp:
    """The two ways of a look-up, the miss first."""

    def __init__(self, builder: ProgramBuilder) -> None:
        self._builder = builder
        self.there, self.after = builder._label(), builder._label()

    @contextmanager
    def miss(self) -> Iterator[None]:
        """The key was not there, or too old: it is filled now."""
        yield
        self._builder._jump(self.after)

    @contextmanager
    def hit(self) -> Iterator[None]:
        """The key was there."""
        self._builder._place(self.there)
        yield


class Parallel:
    """The branches of a fork."""

    def __init__(self, builder: ProgramBuilder, after: int) -> None:
        self._builder = builder
        self._after = after
        self.targets: list[int] = []

    @contextmanager
    def branch(self) -> Iterator[None]:
        """One branch; it ends by itself and fails by itself."""
        build = self._builder
        self.targets.append(build._here())
        with build._scope() as failed:
            yield
            build._emit(Op(Code.END))
            build._place(failed)
            build._emit(Op(Code.FAILED))
