"""The capacity: the highest rate that holds every target, by doubling until one breaks and halving between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from loadtests.plan import Plan
from loadtests.results import LoadTestResult
from loadtests.verdicts import generator_failed, judged_nothing
from model.verdicts import Verdict

MOST_RUNS: Final = 12
TRIES: Final = 3
FIRST_SHARE: Final = 0.5
"""Of the planned rate: where the search begins."""
CLOSE: Final = 0.05
"""The search ends when the rates that hold and break are this close."""
DEPENDS_ON_RATE: Final = ("throughput_per_s", "concurrent_users")
"""Targets that ask for load rather than bear it."""

Drive = Callable[[Plan], LoadTestResult]


@dataclass(frozen=True)
class Trial:
    """One rate tried."""

    rate_per_s: float
    holds: bool | None
    """None when the generator failed: nothing is known of the service."""
    because: tuple[str, ...]
    """Targets that were missed, or why the service gave way; else what was wrong with the generator."""

    @classmethod
    def of(cls, result: LoadTestResult) -> Trial:
        """What a run says of its rate; a service that gave way did so whatever the generator felt."""
        missed = [verdict.target for verdict in borne(result) if verdict.state == "missed"]
        failed = generator_failed(result.plan, result.recording)
        no_fault = {*failed, *judged_nothing(result.plan, result.verdicts, result.not_judged)}
        gave_way = [why for why in result.invalid_because if why not in no_fault]
        if gave_way:
            return cls(result.planned_per_s, False, (*missed, *gave_way))
        if failed:
            return cls(result.planned_per_s, None, tuple(failed))
        return cls(result.planned_per_s, not missed, tuple(missed))


@dataclass(frozen=True)
class Capacity:
    """The knee lies between two rates: one that held, one that broke."""

    held_per_s: float | None
    broke_per_s: float | None
    trials: tuple[Trial, ...]

    @property
    def broken_by(self) -> tuple[str, ...]:
        """What gave way at the lowest rate that broke."""
        breaking = [trial for trial in self.trials if trial.holds is False]
        return min(breaking, key=lambda trial: trial.rate_per_s).because if breaking else ()

    @property
    def unknown(self) -> Trial | None:
        """The trial that ended the search because the generator failed again and again."""
        return self.trials[-1] if self.trials and self.trials[-1].holds is None else None

    def as_json(self) -> dict[str, Any]:
        return {
            "held_per_s": self.held_per_s,
            "broke_per_s": self.broke_per_s,
            "broken_by": list(self.broken_by),
            "ended_by_generator": None if self.unknown is None else list(self.unknown.because),
            "trials": [{"rate_per_s": t.rate_per_s, "holds": t.holds, "because": list(t.because)} for t in self.trials],
        }

    def text(self) -> str:
        """One sentence, and one more when the generator ended the search."""
        held = f"{self.held_per_s:.4g} requests/s hold" if self.held_per_s is not None else "no rate was seen to hold"
        broke = f"{self.broke_per_s:.4g} break ({', '.join(self.broken_by)})" if self.broke_per_s is not None else ""
        ended = self.unknown
        tail = f"; at {ended.rate_per_s:.4g} nothing is known: {', '.join(ended.because)}" if ended is not None else ""
        return f"{held}, {broke or 'none was seen to break'}{tail}"


def borne(result: LoadTestResult) -> list[Verdict]:
    """The verdicts on what a service bears under load."""
    return [verdict for verdict in result.verdicts if verdict.metric not in DEPENDS_ON_RATE]


def find_capacity(
    plan: Plan, drive: Drive, most_rate_per_s: float, told: Callable[[str], None] = lambda _: None
) -> Capacity:
    """Raise the rate until a target breaks, then close in; every trial is one run of the plan at another rate.

    A trial in which the generator failed is tried again; after `TRIES` of them the search ends with what it knows.
    """
    trials: list[Trial] = []
    rate, held, broke, failures = plan.load.rate_per_s * FIRST_SHARE, None, None, 0
    most = most_rate_per_s / plan.requests_per_arrival
    while len(trials) < MOST_RUNS and failures < TRIES:
        trial = Trial.of(drive(plan.model_copy(update={"load": plan.load.model_copy(update={"rate_per_s": rate})})))
        trials.append(trial)
        state = {True: "hold", False: "break", None: "nothing known"}[trial.holds]
        told(f"{trial.rate_per_s:.4g} requests/s: {state} {', '.join(trial.because)}".rstrip())
        if trial.holds is None:
            failures += 1
            continue
        failures = 0
        held, broke = (rate, broke) if trial.holds else (held, rate)
        following = _next(held, broke, most)
        if following is None:
            break
        rate = following
    factor = plan.requests_per_arrival
    return Capacity(held and held * factor, broke and broke * factor, tuple(trials))


def _next(held: float | None, broke: float | None, most: float) -> float | None:
    """The rate to try after these; None when the knee is known well enough."""
    if broke is None:
        return min(held * 2, most) if held is not None and held < most else None
    if held is None:
        return broke / 2 if broke > 1 else None
    return (held + broke) / 2 if broke - held > CLOSE * broke else None
