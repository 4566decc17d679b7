"""What one run of a compiled stage showed of each place where requests meet a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from simulations.compiling.compilation import Place
from simulations.compiling.stage_program import CompiledStage
from simulations.control import AcuScaling
from simulations.engines.interface import Snapshot
from simulations.program import UNLIMITED, Code
from simulations.results import Result

__all__ = ["Observed", "observe", "pooled"]


@dataclass(frozen=True)
class Observed:
    """One place in the window after the warm-up; means over time."""

    place: Place
    slots: float
    """Slots, instances or tokens per second that there are."""
    busy: float
    """Of those in use."""
    most_slots: float
    """What there would be with as many tasks as the service may have."""
    queue: float
    wait_ms: float
    """Mean wait of those who got through."""
    passed: int
    refused: int
    cold: int
    peak: int
    """Most in use at once."""
    span_s: float
    """Seconds observed."""
    counts: tuple[tuple[int, int], ...] = ()
    """Cold starts and all starts of each replication."""

    @property
    def utilisation(self) -> float:
        """In use over there."""
        return self.busy / self.slots if 0 < self.slots < UNLIMITED else 0.0

    @property
    def pressure(self) -> float:
        """In use over what there could be: 1 is where it gives way."""
        return self.busy / self.most_slots if 0 < self.most_slots < UNLIMITED else 0.0


def observe(stage: CompiledStage, result: Result, until_s: float) -> list[Observed]:
    """Every place of the stage between the warm-up and `until_s`, or the end where nothing happened any more then."""
    end = next((seen for seen in result.timeline if seen.at >= until_s), result.raw.final)
    span = max(min(end.at, until_s) - (result.warm.at if result.warm else 0.0), 1e-9)
    return [_observed(stage, result, place, result.warm, end, span) for place in stage.places]


def _observed(
    stage: CompiledStage, result: Result, place: Place, before: Snapshot | None, end: Snapshot, span: float
) -> Observed:
    match place.kind:
        case "station":
            return _station(stage, result, place, before, end, span)
        case "function":
            return _function(result, place, before, end, span)
        case "limit":
            return _limit(result, place)


def _since(before: Snapshot | None, end: Snapshot, column: str, rows: list[int]) -> float:
    earlier = getattr(before, column)[rows].sum() if before is not None else 0
    return float(getattr(end, column)[rows].sum() - earlier)


def _station(
    stage: CompiledStage, result: Result, place: Place, before: Snapshot | None, end: Snapshot, span: float
) -> Observed:
    program = result.program
    rows = [program.station(name) for name in place.names]
    most = float(sum(program.stations[row].servers for row in rows))
    resized = {policy.station for policy in stage.policies if isinstance(policy, AcuScaling)}
    slots = _since(before, end, "provided", rows) / span if resized & set(place.names) else most
    passed, refused = (int(_since(before, end, name, rows)) for name in ("served", "rejected"))
    waited = _since(before, end, "queue_area", rows)
    return Observed(
        place,
        slots,
        _since(before, end, "busy_area", rows) / span,
        most * _growth(stage, place),
        waited / span,
        waited / max(passed, 1) * 1000,
        passed,
        refused + int(_since(before, end, "timeouts", rows)),
        0,
        int(np.asarray(result.raw.peak)[rows].sum()),
        span,
    )


def _growth(stage: CompiledStage, place: Place) -> float:
    """How many times the open tasks the service may have, for places that every task has."""
    groups = {group.name: group for group in stage.program.groups}
    group = groups.get(place.component)
    return group.tasks / max(group.open, 1) if group is not None else 1.0


def _function(result: Result, place: Place, before: Snapshot | None, end: Snapshot, span: float) -> Observed:
    rows = [result.program.function(name) for name in place.names]
    passed, refused, cold = (int(_since(before, end, name, rows)) for name in ("invoked", "throttled", "cold"))
    running = _since(before, end, "running_area", rows) / span
    peak = int(np.asarray(result.raw.peak_running)[rows].sum())
    return Observed(place, place.limit, running, place.limit, 0.0, 0.0, passed, refused, cold, peak, span)


def _limit(result: Result, place: Place) -> Observed:
    """Tokens asked for per second of the whole run."""
    names = [limit.name for limit in result.program.limits]
    row = names.index(place.names[0])
    ops = result.program.sites.get((Code.LIMIT, row), [])
    asked, passed = int(result.raw.op_tries[ops].sum()), int(result.raw.op_passes[ops].sum())
    last = float(result.raw.start.max()) if len(result.raw.start) else 0.0
    rate = asked / last if last > 0 else 0.0
    return Observed(place, place.limit, rate, place.limit, 0.0, 0.0, passed, asked - passed, 0, 0, last)


def pooled(replications: Sequence[Sequence[Observed]]) -> list[Observed]:
    """The places over all replications: means of means, sums of counts, the highest peak."""
    return [_pool(several) for several in zip(*replications, strict=True)]


def _pool(several: Sequence[Observed]) -> Observed:
    first, count = several[0], len(several)
    passed = sum(item.passed for item in several)
    return Observed(
        first.place,
        first.slots,
        sum(item.busy for item in several) / count,
        first.most_slots,
        sum(item.queue for item in several) / count,
        sum(item.wait_ms * item.passed for item in several) / max(passed, 1),
        passed,
        sum(item.refused for item in several),
        sum(item.cold for item in several),
        max(item.peak for item in several),
        sum(item.span_s for item in several),
        tuple((item.cold, item.passed) for item in several),
    )
