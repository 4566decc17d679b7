"""What a stage's functions did in one window of a day, and what a month's bill takes of it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from model.units import SECONDS_PER_MONTH
from simulations.compiling.stage_program import CompiledStage
from simulations.program import Code
from simulations.replications import Replication, Window

__all__ = ["FunctionUsage", "function_usage", "usage_fields"]

FEW_COLD = 20
"""Cold starts to be expected in a window from which they are counted rather than computed."""
_CERTAIN = 4.0
"""Standard deviations by which calls must differ from the plan's to count as retries."""


@dataclass
class FunctionUsage:
    """What a component's functions did, added up over the levels as calls per second."""

    calls: float = 0.0
    planned: float = 0.0
    """What the call plans alone would make."""
    counted: int = 0
    """Calls that the windows held."""
    busy_s: float = 0.0
    """In the handler; of the counted calls in a window, weighed by rate in a day."""
    cold: float = 0.0
    init_s: float = 0.0
    """Of all cold starts together."""
    timed: float = 0.0
    """Rate of the levels whose windows held any."""

    def start(self, instances: float, seconds: float) -> None:
        """Adds instances that start once in so many seconds, as cold starts of the usual length."""
        if self.cold > 0:
            self.init_s += self.init_s / self.cold * instances / seconds
            self.cold += instances / seconds

    def add(self, part: FunctionUsage, share: float) -> None:
        """Adds a window by its share of the day: rates as means, counted times weighed by the calls they stand for."""
        self.calls += part.calls * share
        self.planned += part.planned * share
        self.cold += part.cold * share
        self.init_s += part.init_s * share
        self.counted += part.counted
        if part.counted:
            self.timed += part.calls * share
            self.busy_s += part.busy_s / part.counted * part.calls * share


def function_usage(stage: CompiledStage, run: Replication, window: Window, name: str, factor: float) -> FunctionUsage:
    """Calls per second as planned for the level, times and cold starts as counted in the window; cold starts as its
    instances explain them where a window is too short to count.
    """
    labels = stage.functions[name]
    program, raw = run.result.program, run.result.raw
    numbers = {program.function(label) for label in labels}
    sites = sorted(pc for number in numbers for pc in program.sites.get((Code.SERVE, number), []))
    passes, refused = int(raw.op_passes[sites].sum()), int((raw.op_tries - raw.op_passes)[sites].sum())
    planned = stage.hourly.calls_per_s(name, factor)
    shown = stage.hourly.calls_per_s(name, stage.demand.factor)
    expected = shown * window.full_load_s
    repeats = int(raw.retries.sum()) > 0 or refused > 0
    differs = expected > 0 and repeats and abs(passes - expected) > _CERTAIN * math.sqrt(expected)
    calls = passes / expected * planned if differs else planned
    first = program.functions[min(numbers)]
    seen = next(place for place in run.places if place.place.component == name)
    pools = [stage.pools[label] for label in labels]
    asked = sum(pool.calls_per_s for pool in pools)
    expected_share = sum(pool.cold_share * pool.calls_per_s for pool in pools) / asked if asked > 0 else 0.0
    few = expected_share * seen.passed < FEW_COLD
    share = expected_share if few else seen.cold / seen.passed
    waited_s = float(raw.op_wait[sites].sum())
    starts = sum(int(raw.final.cold[number]) for number in numbers)
    init_s = waited_s / starts if starts else first.init.mean + first.first_run.mean
    busy_s = max(float(raw.op_hold[sites].sum()) - waited_s, 0.0)
    return FunctionUsage(calls, planned, passes, busy_s, calls * share, calls * share * init_s)


def usage_fields(total: FunctionUsage, derived_ms: float) -> dict[str, float]:
    """The fields of a function's usage that the run counted; a time that chance alone explains stays derived."""
    if not total.calls:
        return {}
    found = {"cold_start_share": total.cold / total.calls}
    if total.cold:
        found["init_ms"] = total.init_s / total.cold * 1000
    if total.timed:
        duration_ms = total.busy_s / total.timed * 1000
        if abs(duration_ms - derived_ms) > _CERTAIN * derived_ms / math.sqrt(total.counted):
            found["duration_ms"] = duration_ms
    if total.calls != total.planned:
        found["monthly_requests"] = total.calls * SECONDS_PER_MONTH
    return found
