"""What a load test came to: one value with its verdicts, figures and reasons, and its text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loadtests.histograms import Times
from loadtests.machine import Second, contamination
from loadtests.measurements import intervals_json
from loadtests.plan import Plan
from loadtests.predicted import EVERY, Predicted, unloaded
from loadtests.recording import Recording, Seen
from loadtests.verdicts import as_json, invalid_because, judge, judged_nothing
from model.loading import load
from model.targets import Target
from model.verdicts import Verdict
from studies.calibration_data import Interval

HELD, MISSED, BAD_INPUT, INVALID = 0, 1, 2, 4


@dataclass(frozen=True)
class LoadTestResult:
    """One run, judged."""

    plan: Plan
    recording: Recording
    verdicts: tuple[Verdict, ...]
    not_judged: Mapping[str, str]
    invalid_because: tuple[str, ...]
    host: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    """The stand-in's own, by component."""
    machine: Sequence[Second] = ()
    predicted: Predicted = field(default_factory=dict)
    """By endpoint: what the model says of the same plan."""
    intervals: tuple[Interval, ...] = ()
    """What the stand-in's parts showed, between readings of its counters."""
    measured_on: str = ""
    """YYYY-MM-DD."""

    @property
    def valid(self) -> bool:
        """Whether the run proves anything; single verdicts may still be undecided."""
        return not self.invalid_because

    @property
    def missed(self) -> tuple[Verdict, ...]:
        return tuple(verdict for verdict in self.verdicts if verdict.state == "missed")

    @property
    def exit_code(self) -> int:
        """4 when the run proves nothing, 1 when a target is missed, 4 when one is undecided, 0 when all are held."""
        if not self.valid:
            return INVALID
        if self.missed:
            return MISSED
        return INVALID if any(verdict.state == "undecided" for verdict in self.verdicts) else HELD

    @property
    def counted_s(self) -> float:
        return self.plan.load.duration_s - self.plan.load.warm_up_s

    def as_json(self) -> dict[str, Any]:
        """One object, for programs."""
        seen, plan = self.recording.whole(), self.plan
        return {
            "architecture": plan.architecture,
            "stage": plan.stage,
            "against": plan.against,
            "real_parts": plan.real,
            "host": self.host,
            "shape": "closed" if plan.users else plan.load.shape,
            "users": plan.users,
            "seed": plan.seed,
            "duration_s": self.counted_s,
            "warm_up_s": plan.load.warm_up_s,
            "valid": self.valid,
            "invalid_because": list(self.invalid_because),
            "exit_code": self.exit_code,
            "verdicts": [as_json(verdict) for verdict in self.verdicts],
            "not_judged": [{"target": name, "why": why} for name, why in self.not_judged.items()],
            "planned_per_s": None if plan.users else self.planned_per_s,
            "offered_per_s": seen.due / self.counted_s,
            "achieved_per_s": seen.times.count / self.counted_s,
            "stage_peak_per_s": plan.stage_peak_per_s,
            "load_and_peak": plan.load_and_peak,
            "errors": {
                "share": seen.failed / seen.ended if seen.ended else None,
                "count": seen.failed,
                "by_cause": dict(seen.errors),
            },
            "dropped": seen.dropped,
            "generator": self._generator(),
            "all": {"endpoint": None, **figures_of(seen), "predicted": dict(self.predicted.get(EVERY, {}))},
            "endpoints": [
                {"endpoint": name, **figures_of(one), "predicted": dict(self.predicted.get(name, {}))}
                for name, one in sorted(self.recording.endpoints.items())
            ],
            "windows": [self._window(number) for number in sorted(self.recording.windows)],
            "components": [
                {"component": name, **{key: value for key, value in figure.items() if key != "times"}}
                for name, figure in sorted(self.figures.items())
            ],
            "measured_on": self.measured_on,
            "load_factor": plan.load_factor,
            "intervals": intervals_json(self.intervals),
            "prelude": {"sent": dict(self.recording.prelude), "errors": dict(self.recording.prelude_errors)},
            "left_out": [{"endpoint": name, "why": why} for name, why in plan.left_out],
            "journeys": [{"journey": journey.name, "steps": list(journey.steps)} for journey in plan.journeys],
        }

    @property
    def planned_per_s(self) -> float:
        """Requests per second that the load asks for, journeys counted by their requests."""
        load_ = self.plan.load
        return load_.expected(load_.warm_up_s) * self.plan.requests_per_arrival / self.counted_s

    def _generator(self) -> dict[str, Any]:
        recording = self.recording
        shares = recording.cpu_shares
        return {
            "lag_p50_ms": _finite(recording.lag.percentile_ms(50)),
            "lag_p99_ms": _finite(recording.lag.percentile_ms(99)),
            "cpu_share": sum(shares) / len(shares) if shares else None,
            "most_in_flight": recording.most_in_flight,
            "processes": self.plan.workers,
            "finished": recording.finished,
        }

    def _window(self, number: int) -> dict[str, Any]:
        recording, seen = self.recording, self.recording.windows[number]
        start_s = recording.warm_up_s + number * recording.window_s
        length_s = min(recording.window_s, self.plan.load.duration_s - start_s)
        began = recording.began + start_s
        return {
            "start_s": start_s,
            "offered_per_s": seen.due / length_s,
            **figures_of(seen),
            "most_lag_ms": seen.most_lag_s * 1000,
            "contaminated": contamination(self.machine, began, began + length_s),
        }


def figures_of(seen: Seen) -> dict[str, Any]:
    """Counts and percentiles of one endpoint or window; what is not known is null."""
    figures = {"requests": seen.ended, "errors": seen.failed, **_percentiles(seen.times)}
    if seen.sent is not None:
        figures |= {f"send_to_reply_{name}": value for name, value in _percentiles(seen.sent).items()}
    return figures


def _percentiles(times: Times) -> dict[str, float | None]:
    shown = {f"p{percentile}_ms": _finite(times.percentile_ms(percentile)) for percentile in (50, 95, 99)}
    return shown | {"mean_ms": _finite(times.mean_ms)}


def judged(
    plan: Plan,
    recording: Recording,
    host: str = "",
    figures: Mapping[str, Any] | None = None,
    machine: Sequence[Second] = (),
    invalid: Sequence[str] = (),
    targets: Mapping[str, Target] | None = None,
    predicted: Predicted | None = None,
    intervals: tuple[Interval, ...] = (),
    measured_on: str = "",
) -> LoadTestResult:
    """The result of a recording: verdicts on the targets (the document's when absent), reasons not to believe it.

    `invalid` are reasons that the recording does not know; they come first.
    """
    graph = load(plan.source).at(plan.stage)
    wanted = graph.architecture.targets if targets is None else targets
    verdicts, not_judged = judge(graph, wanted, plan, recording, figures or {})
    return LoadTestResult(
        plan=plan,
        recording=recording,
        verdicts=tuple(verdicts),
        not_judged=not_judged,
        invalid_because=(
            *invalid,
            *invalid_because(plan, recording),
            *judged_nothing(plan, verdicts, not_judged),
        ),
        host=host,
        figures=figures or {},
        machine=machine,
        predicted=unloaded(plan) if predicted is None else predicted,
        intervals=intervals,
        measured_on=measured_on,
    )


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
