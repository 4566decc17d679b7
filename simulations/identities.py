"""What must be true of every run, whatever was drawn: Little's law, conservation and utilisation at each place, by
independent counts.

The laws are those of one sample path, not of means: whoever still waits, holds or idles at the end is counted with the
time so far, so that both sides agree to the last digits and not only on average.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulations.engines.interface import Raw, Snapshot
from simulations.program import Code, Op, Program

__all__ = ["BrokenIdentity", "Identity", "identities_of", "prove"]


class BrokenIdentity(RuntimeError):
    """A run that contradicts Little's law or loses requests: a fault of the simulator."""


@dataclass(frozen=True)
class Identity:
    """Two ways to the same number; `holds` within a relative 1e-9 (or as the rule says)."""

    rule: str
    left: float
    right: float
    holds: bool


def prove(program: Program, raw: Raw, end_s: float, timeline: tuple[Snapshot, ...] = ()) -> None:
    """Raises BrokenIdentity with every identity that does not hold."""
    broken = [identity for identity in identities_of(program, raw, end_s, timeline) if not identity.holds]
    if broken:
        raise BrokenIdentity("; ".join(f"{item.rule}: {item.left} and {item.right}" for item in broken))


def identities_of(program: Program, raw: Raw, end_s: float, timeline: tuple[Snapshot, ...] = ()) -> list[Identity]:
    """All identities of a run that ended at `end_s`: of its requests, its stations, its functions."""
    found = [_conservation(raw)]
    for place, ops in _places(program).items():
        found += _station_laws(program, raw, end_s, list(place), ops)
    for function in range(len(program.functions)):
        found += _function_laws(program, raw, end_s, timeline, function)
    return found


def _conservation(raw: Raw) -> Identity:
    known = raw.status[raw.flow >= 0]
    ended, left = int((known >= 0).sum()), int((known == -1).sum())
    return _same("requests: arrived = done + failed + in flight", len(known), ended + left)


def _places(program: Program) -> dict[tuple[int, ...], list[int]]:
    """Ops that hold slots, by the set of stations they may meet."""
    places: dict[tuple[int, ...], list[int]] = {}
    for (code, _), ops in program.sites.items():
        for pc in ops if code in (Code.ACQUIRE, Code.SHARE) else ():
            places.setdefault(_reach(program, program.ops[pc]), []).append(pc)
    return places


def _reach(program: Program, op: Op) -> tuple[int, ...]:
    if op.member < 0:
        return (op.station,)
    for group in program.groups:
        if op.station in (group.station, *(first for _, first in group.resources)):
            return tuple(range(op.station, op.station + group.tasks))
    raise LookupError(f"op at station {op.station} names a task of no group")


def _station_laws(program: Program, raw: Raw, end_s: float, here: list[int], ops: list[int]) -> Iterator[Identity]:
    final, name = raw.final, program.stations[here[0]].name
    tries, passes = int(raw.op_tries[ops].sum()), int(raw.op_passes[ops].sum())
    waiting, inside = int(final.queued[here].sum()), int(final.busy[here].sum())
    turned = int((final.rejected[here] + final.timeouts[here]).sum())
    if program.stations[here[0]].sharing:
        waiting = inside
    waited = float(raw.op_wait[ops].sum() + raw.waiting[here].sum())
    held = float(raw.op_hold[ops].sum())
    queue_area, busy_area = float(final.queue_area[here].sum()), float(final.busy_area[here].sum())
    slack = 1e-9 * max(busy_area, held, 1e-9)
    yield _same(f"{name}: asked = served + turned away + waiting", tries, passes + turned + waiting)
    yield _near(f"{name}: integral of the queue = sum of waits", queue_area, waited)
    yield Identity(
        f"{name}: integral of slots in use = sum of holds" + (" (some still held)" if inside else ""),
        busy_area,
        held,
        held - slack <= busy_area <= held + inside * end_s + slack,
    )


def _function_laws(
    program: Program, raw: Raw, end_s: float, timeline: tuple[Snapshot, ...], f: int
) -> Iterator[Identity]:
    """Of one function; what came are cold starts and the instances that were there at first."""
    function = program.functions[f]
    final, name, at_first = raw.final, function.name, function.provisioned + len(function.idle_s)
    ops = program.sites.get((Code.SERVE, f), [])
    started = int(raw.op_passes[ops].sum())
    cold, warm = int(final.cold[f]), int(final.warm[f])
    yield _same(f"{name}: asked = started + throttled", int(raw.op_tries[ops].sum()), started + int(final.throttled[f]))
    yield _same(f"{name}: starts of requests = starts of instances' work", started, int(final.invoked[f]))
    yield _same(f"{name}: starts = cold + warm", started, cold + warm)
    for seen in (*timeline, final):
        there = int(seen.running[f] + seen.idle[f] + seen.spare[f])
        yield _same(
            f"{name}: instances that came = gone + busy + idle at {seen.at:g} s",
            int(seen.cold[f]) + at_first,
            int(seen.gone[f]) + there,
        )
        yield Identity(
            f"{name}: instances in existence >= busy at {seen.at:g} s",
            int(seen.cold[f] - seen.gone[f]) + at_first,
            int(seen.running[f]),
            int(seen.cold[f] - seen.gone[f]) + at_first >= seen.running[f],
        )
    busy_area = float(final.running_area[f])
    idle_area = float(final.idle_area[f] + final.spare_area[f])
    held = float(raw.op_hold[ops].sum() + raw.running_for[f])
    yield _near(
        f"{name}: busy instances x time = starts x mean busy time (Little's law), time so far counted", busy_area, held
    )
    yield _near(
        f"{name}: busy time + idle time of instances = sum of their lifetimes",
        busy_area + idle_area,
        float(raw.lifetimes[f]),
    )


def _same(rule: str, left: int, right: int) -> Identity:
    return Identity(rule, left, right, left == right)


def _near(rule: str, left: float, right: float) -> Identity:
    return Identity(rule, left, right, abs(left - right) <= 1e-9 * max(abs(left), abs(right), 1e-9))
