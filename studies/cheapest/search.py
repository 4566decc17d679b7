"""The search: configurations cheapest first, each tried by a short simulation, until one holds.

What a failure teaches is used twice: a configuration that is no better in any component fails too, and an option that
fails with everything else at its best is never tried again. Both rest on a better option making nothing slower.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from model.sizing import SizedGraph
from studies.cheapest.options import applied
from studies.cheapest.priced import Menus, Priced
from studies.reasons import Reason
from studies.trials import Trial, attempt

MOST_TRIALS = 36
"""Simulations of the search itself, at most."""
FRONT_TRIALS = 6
_NOTICED = 0.002
"""Gain in the mean time of a request, as a share, below which an upgrade cannot be seen in its p95."""

Choice = Mapping[str, Priced]
"""An option for every component that has a menu."""


@dataclass
class Search:
    """One search with what it has learnt."""

    menus: Menus
    seed: int
    tell: Callable[[str], None] = lambda _: None
    aside: dict[str, Reason] = field(default_factory=dict)
    """Targets that no option reaches."""
    failed: list[tuple[Choice, Trial]] = field(default_factory=list)
    tried: dict[tuple[str, ...], Trial] = field(default_factory=dict)
    held: list[tuple[Choice, Trial]] = field(default_factory=list)
    bounded: bool = False
    """Whether the search ended at its limit of simulations rather than by itself."""

    def __post_init__(self) -> None:
        self.alive = self.menus.worth_trying()

    @property
    def hopeless(self) -> dict[str, list[Priced]]:
        """Components of which no option is left."""
        return {name: list(self.menus.all[name]) for name, items in self.alive.items() if not items}

    def best(self) -> dict[str, Priced]:
        """Every component at its fastest."""
        return {name: min(items, key=_speed) for name, items in self.alive.items()}

    def set_aside(self) -> Trial:
        """Names the targets that are missed with everything at its best: they are not asked for any longer."""
        self.tell("everything at its best")
        trial = attempt(self.graph(self.best(), worst=True), self.seed)
        self.aside.update(trial.missed)
        return trial

    def graph(self, choice: Choice, *, worst: bool = False) -> SizedGraph:
        return applied(self.menus.graph, [item.option for item in choice.values()], worst=worst)

    def trial(self, choice: Choice) -> Trial:
        """Of a configuration in its worst hour, run once."""
        key = tuple(item.option.label + repr(item.option.lost_patch) for item in choice.values())
        if key not in self.tried:
            self.tell(f"configuration {len(self.tried) + 1}")
            self.tried[key] = attempt(self.graph(choice, worst=True), self.seed, self.aside)
            outcome = self.held if self.tried[key].holds else self.failed
            outcome.append((dict(choice), self.tried[key]))
        return self.tried[key]

    def cheapest(self) -> Choice | None:
        """The first that holds, cheapest first; None when none does within the limit."""
        again = True
        while again and all(self.alive.values()):
            again = False
            for choice in cheapest_first(self.alive):
                if self.hopelessly(choice):
                    continue
                if len(self.tried) >= MOST_TRIALS:
                    self.bounded = True
                    return None
                if self.trial(choice).holds:
                    return choice
                if self.narrow(choice):
                    again = True
                    break
        return None

    def hopelessly(self, choice: Choice) -> bool:
        """Whether something no worse has failed."""
        return any(
            all(other[name].bound.as_good_as(item.bound) for name, item in choice.items()) for other, _ in self.failed
        )

    def narrow(self, choice: Choice) -> bool:
        """Takes out what fails with everything else at its best; whether there was any."""
        best, found = self.best(), False
        for name, item in choice.items():
            if len(self.alive[name]) < 2 or best[name] is item or len(self.tried) >= MOST_TRIALS:
                continue
            if not self.trial({**best, name: item}).holds:
                self.alive[name] = [other for other in self.alive[name] if not item.bound.as_good_as(other.bound)]
                found = True
        return found

    def upgrades(self, start: Choice) -> Iterator[Choice]:
        """From a configuration upwards: each time the option that gains most time for its price."""
        choice = dict(start)
        mean_ms = max(sum(item.bound.time_ms for item in choice.values()), 1e-9)
        while True:
            steps = [
                (gain / max(item.usd - choice[name].usd, 0.01), name, item)
                for name, items in self.alive.items()
                for item in items
                if (gain := choice[name].bound.time_ms - item.bound.time_ms) > _NOTICED * mean_ms
                or choice[name].bound.cold > item.bound.cold
            ]
            if not steps:
                return
            _, name, item = max(steps, key=lambda step: (step[0], step[1], step[2].option.label))
            choice[name] = item
            yield dict(choice)


def cheapest_first(menus: Mapping[str, Iterable[Priced]]) -> Iterator[Choice]:
    """Every combination in the order of its price."""
    names = list(menus)
    columns = [sorted(menus[name], key=lambda item: (item.price, item.option.label)) for name in names]
    first = tuple(0 for _ in names)
    heap = [(_together(columns, first), first)]
    seen = {first}
    while heap:
        _, places = heapq.heappop(heap)
        yield {name: column[place] for name, column, place in zip(names, columns, places, strict=True)}
        for k, place in enumerate(places):
            following = (*places[:k], place + 1, *places[k + 1 :])
            if place + 1 < len(columns[k]) and following not in seen:
                seen.add(following)
                heapq.heappush(heap, (_together(columns, following), following))


def _together(columns: Sequence[Sequence[Priced]], places: Sequence[int]) -> tuple[int, float]:
    prices = [column[place].price for column, place in zip(columns, places, strict=True)]
    return sum(cents for cents, _ in prices), sum(usd for _, usd in prices)


def _speed(item: Priced) -> tuple[bool, float, float, float]:
    return item.bound.cold, item.bound.time_ms, item.bound.load, item.usd
