"""How many users a stage serves before its targets give way, by simulation, with the range of what nobody knows."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from model.assumptions import drawn_values
from model.graph import Architecture
from model.quantity import Num
from model.sizing import SizedGraph
from model.traffic import traffic
from pricing.bill import HIGH, LOW
from simulations.highest import MOST, highest
from simulations.verdicts import targets_of
from studies.reasons import Reason
from studies.scaling import Users, at_users, likely_users
from studies.stage_rooms import StageRoom, rooms_of
from studies.trials import QUICK, ROUGH, Trial, attempt

LIGHT = 0.1
"""Of the stage's own users: a target that is missed there already does not say how many users it serves."""
RESOLUTION = 0.03
ROUGH_RESOLUTION = 0.1
DRAWS = 2000


@dataclass(frozen=True)
class StageCapacity:
    """The users up to which one stage holds its targets."""

    stage: str
    users: Users
    """With the 5th and the 95th percentile over the assumptions."""
    reasons: tuple[Reason, ...]
    """What is against the next step; empty where the search ended before anything gave way."""
    aside: tuple[str, ...]
    """Targets that are missed at any number of users."""
    gives_way: str
    """The component and its resource that is fullest then; empty when unknown."""
    trials: int

    def as_json(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "users": {"low": round(self.users.low), "likely": round(self.users.likely), "high": round(self.users.high)},
            "gives_way": self.gives_way or None,
            "reasons": [reason.as_json() for reason in self.reasons],
            "missed_at_any_load": list(self.aside),
            "trials": self.trials,
        }


def stage_capacity(
    graph: SizedGraph, seed: int = 1, *, rough: bool = False, tell: Callable[[str], None] = lambda _: None
) -> StageCapacity:
    """The capacity of a stage as it is sized: bisection over the users under the same random numbers.

    A rough one is known to a tenth, from short runs.
    """
    search = _Search(graph, seed, ROUGH if rough else QUICK, tell)
    low, high = highest(
        lambda users: search.at(users).holds,
        search.own,
        search.full,
        least=LIGHT * search.own,
        resolution=ROUGH_RESOLUTION if rough else RESOLUTION,
    )
    failed = search.tried[high] if high > low else None
    place = _place(graph, failed) if failed is not None else None
    return StageCapacity(
        graph.stage.name,
        _spread(graph, low, place),
        failed.reasons if failed is not None else (),
        search.aside(low),
        " ".join(place) if place else "",
        len(search.tried),
    )


class _Search:
    """The trials of one stage."""

    def __init__(self, graph: SizedGraph, seed: int, effort: Mapping[str, float], tell: Callable[[str], None]) -> None:
        self.graph, self.seed, self.effort, self.tell = graph, seed, effort, tell
        self.own = likely_users(graph)
        self.tried: dict[float, Trial] = {}
        lightly, own = self._attempt(LIGHT * self.own), self._attempt(self.own)
        self.lightly = tuple(name for name in lightly.missed if name in targets_of(graph))
        self.always = tuple(name for name in own.missed if name in self.lightly)
        self.tried[self.own] = own.without(self.always)

    def at(self, users: float) -> Trial:
        if users not in self.tried:
            self.tell(f"{self.graph.stage.name} for {users:,.0f} users")
            self.tried[users] = self._attempt(users).without(self.aside(users))
        return self.tried[users]

    def aside(self, users: float) -> tuple[str, ...]:
        """What is not asked of the stage: with few users, what cold starts alone break, too."""
        return self.lightly if users < self.own else self.always

    def _attempt(self, users: float) -> Trial:
        return attempt(at_users(self.graph, Users.exactly(users)), self.seed, effort=self.effort)

    def full(self) -> float:
        """Users for whom the place that is fullest for the stage's own would be full."""
        pressure = self.at(self.own).pressure
        return self.own / pressure if pressure > 0 else MOST * self.own


def _place(graph: SizedGraph, failed: Trial) -> tuple[str, str] | None:
    """What gave way: the connections that a missed target counts, else the fullest place."""
    targets = targets_of(graph)
    counted = [
        targets[name] for name in failed.missed if name in targets and targets[name].metric == "connections_ratio"
    ]
    component = next((target.component for target in counted if target.component), None)
    return (component, "connections") if component else failed.fullest


def _spread(graph: SizedGraph, users: float, place: tuple[str, str] | None) -> Users:
    """The range of the users by the utilisation law: what gives way takes as many as its work per user allows.

    The work per user in the busiest hour is drawn over the assumptions; the simulation says how much of it is too much.
    """
    if users <= 0:
        return Users.exactly(0.0)
    exact = at_users(graph, Users.exactly(users))
    drawn = exact.values(drawn_values(exact.assumptions, 0, DRAWS))
    likely = float(np.asarray(_work(exact, exact.likely, place)))
    work = np.broadcast_to(np.asarray(_work(exact, drawn, place), dtype=np.float64), (DRAWS,))
    if likely <= 0:
        return Users.exactly(users)
    few, many = np.quantile(users * likely / np.maximum(work, 1e-12 * likely), (LOW, HIGH))
    return Users(min(float(few), users), users, max(float(many), users))


def _work(graph: SizedGraph, values: Mapping[str, Num], place: tuple[str, str] | None) -> Num:
    """What the place that gives way has to do in the busiest hour: processor time, time held, or calls."""
    peak = values["peak_factor"]
    if place is None or place[0] not in graph.components:
        return values["monthly_requests"] * peak
    load = traffic(graph, values).load(place[0])
    if place[1].endswith("cpu"):
        return load.monthly_cpu_ms * peak
    return (load.monthly_calls if place[1] in ("requests", "reads", "writes") else load.monthly_busy_ms) * peak


def stage_capacities(
    architecture: Architecture,
    stages: Sequence[str] = (),
    seed: int = 1,
    *,
    rough: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[StageCapacity, ...]:
    """The capacities of the stages that have users, in the order of the users that the document means them for."""
    names = [room.name for room in rooms_of(architecture, stages)]
    graphs = [architecture.at(name) for name in names]
    return tuple(stage_capacity(graph, seed, rough=rough, tell=tell) for graph in graphs if likely_users(graph) > 0)


def simulated_rooms(rooms: Sequence[StageRoom], capacities: Sequence[StageCapacity]) -> tuple[StageRoom, ...]:
    """The stages in the document's order, each up to its simulated capacity instead of the document's users."""
    known = {item.stage: item.users.likely for item in capacities}
    return tuple(replace(room, users=known.get(room.name, room.users)) for room in rooms)


@dataclass(frozen=True)
class Handover:
    """The month in which a stage no longer holds, with its range; None where it holds to the end."""

    stage: str
    month: int | None
    """By the likely users and the likely capacity."""
    earliest: int | None
    """By the most users and the least capacity."""
    latest: int | None
    next_stage: str | None
    """The first later stage that holds then; None where none does."""

    def as_json(self) -> dict[str, Any]:
        return {
            "stage": self.stage,
            "stops_holding": self.month,
            "earliest": self.earliest,
            "latest": self.latest,
            "next_stage": self.next_stage,
        }


def handovers(users: Sequence[Users], capacities: Sequence[StageCapacity]) -> tuple[Handover, ...]:
    """Along a growth curve, for every stage."""
    found = []
    for place, item in enumerate(capacities):
        month = _first(active.likely > item.users.likely for active in users)
        after = capacities[place + 1 :]
        served = users[month - 1].likely if month is not None else math.inf
        following = next((other.stage for other in after if other.users.likely >= served), None)
        earliest = _first(active.high > item.users.low for active in users)
        latest = _first(active.low > item.users.high for active in users)
        found.append(Handover(item.stage, month, earliest, latest, following))
    return tuple(found)


def _first(over: Any) -> int | None:
    return next((number for number, is_over in enumerate(over, start=1) if is_over), None)
