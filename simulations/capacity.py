"""How much more a stage can take: the highest load that still holds, by bisection under common random numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from model.sizing import SizedGraph
from simulations.compiling.compilation import Place
from simulations.compiling.demand import peak_demand
from simulations.highest import MOST, highest
from simulations.missed import missed_clause, plain_name
from simulations.objections import objections
from simulations.observing import Observed
from simulations.stage import simulate
from simulations.stage_result import StageResult

__all__ = ["CapacityResult", "Trial", "capacity"]

METRICS = ("latency_ms", "error_rate")
"""Targets that a load can break."""
LIGHT = 0.01
"""Of the busiest hour: what is missed here does not depend on the load."""
RESOLUTION = 0.02
TRIAL_REQUESTS = 60_000
"""Of one trial, at most."""
_TRIAL = {"replications": 3, "precision": 0.1, "least_s": 10.0}
_GIVES_WAY = {
    "cpu": "the CPU of {0} is full",
    "reader cpu": "the CPUs of the replicas of {0} are full",
    "connections": "the connections of {0} run out",
    "reader connections": "the connections of the replicas of {0} run out",
    "pool": "the connection pools of {0} are used up",
    "memory": "the memory of {0} is full",
    "instances": "{0} reaches its limit of instances",
    "account concurrency": "the account's limit of concurrent functions is reached",
    "requests": "{0} turns away requests beyond its rate limit",
}
_NEAR = 0.9
"""Utilisation from which a place can be what gave way."""


@dataclass(frozen=True)
class Trial:
    """One load that was tried."""

    scale: float
    per_s: float
    holds: bool
    why: tuple[str, ...]
    """What did not hold."""
    place: Place | None
    """Where requests waited or were turned away."""


@dataclass(frozen=True)
class CapacityResult:
    """The highest load that holds, the lowest that does not, and what gives way first."""

    architecture: str
    stage: str
    scale: float
    """Times the busiest hour of the stage."""
    per_s: float
    """Requests of clients per second then."""
    users: float | None
    """Monthly active users then, if they grow as the requests do; None when the stage names none."""
    broken_by: tuple[str, ...]
    gives_way: Place | None
    missed_at_any_load: tuple[str, ...]
    trials: tuple[Trial, ...]
    sets_more: bool = True
    """Whether it sets targets that a load can break, beside those that it misses at any."""

    def sentence(self, label: Callable[[str], str] = str) -> str:
        """What a person wants to know of it; `label` is what a component is called."""
        rate = f"{self.per_s:,.4g} requests/s in the busiest hour, {self.scale:,.3g} times its own"
        return self.told(f"until {self.users:,.0f} users ({rate})" if self.users else f"until {rate}", label)

    @property
    def verb(self) -> str:
        """What it does until then: targets that are missed at any load are not among what it holds; where there are no
        others, it only keeps up with its requests.
        """
        if not self.missed_at_any_load:
            return "holds"
        return "holds its other targets" if self.sets_more else "keeps up"

    def told(self, until: str, label: Callable[[str], str] = str, said: Callable[[str], str] = plain_name) -> str:
        """The sentence around a load as its reader writes it: what holds until then, what gives way, and the targets
        that are missed whatever the load; `said` is what a target is called.
        """
        first = f"{self.verb} {until}; then" if self.scale else f"{self.verb} at no load, however light:"
        missed = missed_clause(self.missed_at_any_load, said)
        return f"{first} {self.then(label)}{f'; {missed}' if missed else ''}"

    def then(self, label: Callable[[str], str] = str) -> str:
        """What gives way beyond, and how that shows."""
        place = self.gives_way
        shown = ", ".join(why.replace("_", " ") for why in self.broken_by)
        if place is None:
            return shown or "nothing was found that gives way"
        words = _GIVES_WAY.get(place.what, f"{{0}}: {place.what} gives way")
        return f"{words.format(label(place.component))}{f' ({shown})' if shown else ''}"

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        place = self.gives_way
        return {
            "scale": self.scale,
            "per_s": self.per_s,
            "users": self.users,
            "broken_by": list(self.broken_by),
            "gives_way": None if place is None else {"component": place.component, "what": place.what},
            "missed_at_any_load": list(self.missed_at_any_load),
            "trials": [
                {"scale": trial.scale, "per_s": trial.per_s, "holds": trial.holds, "why": list(trial.why)}
                for trial in self.trials
            ],
        }


def capacity(
    graph: SizedGraph,
    seed: int = 1,
    engine: str = "compiled",
    overrides: Mapping[str, float] | None = None,
    progress: Callable[[float], None] | None = None,
    *,
    trial_requests: int = TRIAL_REQUESTS,
) -> CapacityResult:
    """The highest multiple of the busiest hour at which every latency and error target holds and no queue grows; 0
    where not even a light load holds.

    Targets that are missed at light load already, and at every load beyond, are set aside and named. Every load is
    tried with the same seeds.
    """
    search = _Search(graph, seed, engine, overrides, progress, trial_requests)
    search.light()
    return search.result(
        *highest(lambda scale: search.at(scale).holds, 1.0, search.full, least=LIGHT, resolution=RESOLUTION)
    )


class _Search:
    """The trials of one stage."""

    def __init__(
        self,
        graph: SizedGraph,
        seed: int,
        engine: str,
        overrides: Mapping[str, float] | None,
        progress: Callable[[float], None] | None,
        trial_requests: int,
    ) -> None:
        self.graph, self.seed, self.engine, self.overrides = graph, seed, engine, overrides
        self.progress, self.requests = progress, trial_requests
        self.lightly: tuple[str, ...] = ()
        self.always: tuple[str, ...] = ()
        self.judged: set[str] = set()
        self.trials: dict[float, Trial] = {}
        self.pressure = 0.0

    def light(self) -> None:
        """Sets aside what does not hold at light load, where some requests meet a cold start; of that, at its own load
        and beyond, only what is missed there too.
        """
        self.lightly = _missed(self._simulate(LIGHT))
        own = self._simulate(1.0)
        self.always = tuple(name for name in _missed(own) if name in self.lightly)
        self.judged = {verdict.target for verdict in own.verdicts if verdict.metric in METRICS}
        self._try(1.0, own)

    def full(self) -> float:
        """The load at which the place that is fullest at today's would be full."""
        return 1.0 / self.pressure if self.pressure > 0 else MOST

    def at(self, scale: float) -> Trial:
        """The trial of a load."""
        if scale not in self.trials:
            self._try(scale, self._simulate(scale))
        return self.trials[scale]

    def _try(self, scale: float, result: StageResult) -> None:
        why = tuple(_broken(result, self.lightly if scale < 1 else self.always))
        self.trials[scale] = Trial(scale, result.per_s, not why, why, _culprit(result) if why else None)
        first = result.first_to_saturate
        self.pressure = first.pressure if first is not None and scale == 1.0 else self.pressure
        if self.progress is not None:
            self.progress(1 - 1 / (1 + len(self.trials)))

    def _simulate(self, scale: float) -> StageResult:
        demand = peak_demand(self.graph, scale)
        return simulate(
            self.graph,
            self.seed,
            self.engine,
            demand=demand,
            overrides=self.overrides,
            most_requests=self.requests,
            **_TRIAL,  # type: ignore[arg-type]
        )

    def result(self, low: float, high: float) -> CapacityResult:
        broken = self.trials[high]
        users = float(self.graph.likely["monthly_active_users"])
        missed = self.lightly if low < 1 else self.always
        return CapacityResult(
            self.graph.architecture.name,
            self.graph.stage.name,
            low,
            self.at(low).per_s if low else 0.0,
            users * low if users else None,
            broken.why,
            broken.place,
            missed,
            tuple(self.trials[scale] for scale in sorted(self.trials)),
            bool(self.judged - set(missed)),
        )


def _missed(result: StageResult) -> tuple[str, ...]:
    return tuple(verdict.target for verdict in objections(result, METRICS).missed)


def _broken(result: StageResult, always: tuple[str, ...]) -> list[str]:
    """What does not hold, in words."""
    against = objections(result, METRICS, always)
    found = [verdict.target for verdict in against.missed]
    if against.growth_per_s is not None:
        found.append(f"unstable: the queue grows by {against.growth_per_s:,.1f} a second")
    if against.failed_share is not None:
        found.append(f"{against.failed_share:.0%} of the requests fail")
    return found


def _culprit(result: StageResult) -> Place | None:
    """The place that turned most away; else where most time was waited; else the fullest one, if nearly full."""
    places = [place for component in result.components for place in component.places]
    refusing = max(places, key=lambda place: place.refused, default=None)
    if refusing is not None and refusing.refused > 0:
        return refusing.place
    if not result.unstable and refusing is not None:
        slowest = max(places, key=lambda place: place.wait_ms * place.passed)
        if slowest.wait_ms > 0:
            return slowest.place
    return _full(result.first_to_saturate)


def _full(seen: Observed | None) -> Place | None:
    return seen.place if seen is not None and seen.pressure >= _NEAR else None
