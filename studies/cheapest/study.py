"""The study: the least cost of a stage for so many users, what a faster one costs, why cheaper ones fail."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping

from model.graph import Architecture
from model.problems import BadInput
from model.sizing import SizedGraph
from pricing.allowances import FreeTier
from pricing.price_table import PriceTable, load_prices
from simulations.verdicts import targets_of
from studies.amounts import dollars
from studies.cheapest.costs import cost_of
from studies.cheapest.fitness import Fitness
from studies.cheapest.floors import floors_of
from studies.cheapest.priced import Menus, Priced, priced_menus
from studies.cheapest.result import Cheapest, Configuration, Rejected, Unreachable
from studies.cheapest.search import FRONT_TRIALS, Choice, Search
from studies.cheapest.unreachable import promised_availability, unreachable
from studies.scaling import Users, at_users
from studies.stage_rooms import by_users, rooms_of
from studies.trials import SURE, Trial, attempt

NEIGHBOURS = 12
"""Cheaper neighbours that are simulated, at most."""
_FINAL_TRIES = 4
_CENTS = 500
"""An option that is dearer by more than this alone is not made cheaper by shared allowances."""


def cheapest(
    architecture: Architecture,
    users: float,
    stage: str | None = None,
    *,
    free_tier: FreeTier = "always",
    prices_date: str | None = None,
    commit: bool = True,
    keep_redundancy: bool = True,
    memory_gb: Mapping[str, float] | None = None,
    seed: int = 1,
    front: int = FRONT_TRIALS,
    tell: Callable[[str], None] = lambda _: None,
) -> Cheapest:
    """The least cost that holds the targets of `stage` for `users`; of the smallest stage that serves them by default.

    With `commit` the steady part of the use is promised for a year where that is cheaper; with `keep_redundancy` what
    the document spreads over zones stays spread. `memory_gb` replaces the memory that a component is not taken below;
    at most `front` faster configurations are tried.
    Raise BadInput for users that are not above 0 or a stage in which nothing arrives.
    """
    if not 0 < users < math.inf:
        raise BadInput(f"--users {users:g} is not a number above 0")
    name = architecture.stage(stage).name if stage else by_users(rooms_of(architecture), Users.exactly(users))
    graph = at_users(architecture.at(name), Users.exactly(users))
    prices = load_prices(architecture.region, prices_date)
    fitness = Fitness(graph, prices, floors_of(architecture, users, memory_gb), keep_redundancy=keep_redundancy)
    menus = priced_menus(graph, prices, fitness, free_tier=free_tier, commit=commit, tell=tell)
    return _Study(graph, users, prices, menus, seed, free_tier, commit, tell).result(front)


class _Study:
    """One search with what is made of it."""

    def __init__(
        self,
        graph: SizedGraph,
        users: float,
        prices: PriceTable,
        menus: Menus,
        seed: int,
        free_tier: FreeTier,
        commit: bool,
        tell: Callable[[str], None],
    ) -> None:
        self.graph, self.users, self.prices, self.menus, self.seed = graph, users, prices, menus, seed
        self.free_tier, self.commit, self.tell = free_tier, commit, tell
        self.search = Search(menus, seed, tell)

    def result(self, front: int) -> Cheapest:
        documented = self.configuration({}, attempt(self.graph, self.seed))
        if self.search.hopeless:
            return self._found(documented, None, tuple(self._hopeless()))
        self.search.set_aside()
        chosen, trial = self._least()
        missed = [
            *unreachable(self.graph, self.search.aside, self.search.graph(self.search.best())),
            *promised_availability(self.graph, self.prices, self.search.graph(chosen or self.search.best())),
        ]
        if chosen is None or trial is None:
            why = "the search ended at its limit of simulations" if self.search.bounded else "every combination fails"
            last = self.search.failed[-1][1].reasons[0] if self.search.failed else None
            sentence = f"{why}{f'; last: {last.sentence}' if last is not None else ''}"
            return self._found(documented, None, (*missed, Unreachable("all targets together", sentence)))
        configuration = self.configuration(chosen, trial)
        missed += self._too_dear(configuration)
        rejected = tuple(self._rejected(chosen))
        return self._found(
            documented, configuration, tuple(missed), self._front(chosen, trial, front) if front else (), rejected
        )

    def _found(
        self,
        documented: Configuration,
        chosen: Configuration | None,
        missed: tuple[Unreachable, ...],
        front: tuple[Configuration, ...] = (),
        rejected: tuple[Rejected, ...] = (),
    ) -> Cheapest:
        return Cheapest(
            architecture=self.graph.architecture.name,
            stage=self.graph.stage.name,
            users=self.users,
            documented=documented,
            chosen=chosen,
            unreachable=missed,
            front=front,
            rejected=rejected,
            options=sum(len(items) for items in self.menus.all.values()),
            simulated=len(self.search.tried),
            bounded=self.search.bounded,
            committed=self.commit,
        )

    def _least(self) -> tuple[Choice | None, Trial | None]:
        """The cheapest that holds in a short simulation, and in a long one too."""
        for _ in range(_FINAL_TRIES):
            choice = self.search.cheapest()
            if choice is None:
                return None, None
            choice = self._settled(choice)
            self.tell("the least cost once more, for longer")
            trial = attempt(self.search.graph(choice, worst=True), self.seed, self.search.aside, effort=SURE)
            if trial.holds:
                return choice, trial
            self.search.failed.append((choice, trial))
        return None, None

    def _settled(self, choice: Choice) -> Choice:
        """Options that the exact bill of the whole makes cheaper yet: each was priced alone, allowances are shared."""
        best = dict(choice)
        usd = self._usd(best)
        again = True
        while again:
            again = False
            for name, items in self.search.alive.items():
                for item in items:
                    if item is best[name] or item.price[0] > best[name].price[0] + _CENTS:
                        continue
                    other = {**best, name: item}
                    cheaper = self._usd(other)
                    if cheaper < usd - 0.005 and self.search.trial(other).holds:
                        best, usd, again = other, cheaper, True
        return best

    def _usd(self, choice: Choice) -> float:
        return cost_of(self.search.graph(choice), self.prices, self.free_tier, commit=self.commit).usd

    def configuration(self, choice: Choice, trial: Trial) -> Configuration:
        """A choice with its price; nothing chosen is the stage as documented."""
        cost = cost_of(self.search.graph(choice), self.prices, self.free_tier, commit=self.commit)
        taken = {name: choice.get(name) or self.menus.documented(name) for name in self.menus.all}
        labels = {name: item.option.label for name, item in taken.items()}
        known = [item.problem for item in taken.values() if item.problem is not None]
        return Configuration(labels, cost, trial.p95_ms, (*known, *trial.reasons), trial.verdicts, trial.not_judged)

    def _front(self, chosen: Choice, trial: Trial, most: int) -> tuple[Configuration, ...]:
        """Dearer ones that are faster: none costs less and has a lower p95 than another."""
        found = [self.configuration(chosen, trial)]
        for count, choice in enumerate(self.search.upgrades(chosen)):
            if count >= most:
                break
            self.search.trial(choice)
        held = [self.configuration(choice, tried) for choice, tried in self.search.held if choice != chosen]
        return pareto([*found, *held])

    def _rejected(self, chosen: Choice) -> Iterator[Rejected]:
        """For each component the next cheaper options, with the reason against each."""
        simulated = 0
        for name, item in chosen.items():
            cheaper = [other for other in self.menus.all[name] if other.usd < item.usd - 0.01]
            for other in _nearest(cheaper):
                reason = other.problem
                if reason is None and simulated < NEIGHBOURS:
                    simulated += 1
                    reason = next(iter(self.search.trial({**chosen, name: other}).reasons), None)
                if reason is not None:
                    yield Rejected(name, other.option.label, other.usd - item.usd, reason)

    def _too_dear(self, chosen: Configuration) -> list[Unreachable]:
        """Targets for the monthly cost that even the least cost breaks."""
        return [
            Unreachable(
                name, f"the least cost is {dollars(chosen.cost.usd)} a month, {dollars(t.threshold)} is promised"
            )
            for name, t in targets_of(self.graph).items()
            if t.metric == "monthly_cost_usd" and chosen.cost.usd > t.threshold
        ]

    def _hopeless(self) -> Iterator[Unreachable]:
        """Components of which every option has a reason against it: the one that comes nearest."""
        for name, items in self.search.hopeless.items():
            reasons = [(item, item.problem) for item in items if item.problem is not None]
            item, reason = min(reasons, key=lambda pair: pair[1].by if pair[1].by is not None else math.inf)
            yield Unreachable(
                reason.what,
                f"{name}: {len(items)} options, and the nearest ({item.option.label}) fails: {reason.sentence}",
            )


def _nearest(cheaper: list[Priced]) -> list[Priced]:
    """Of options that cost less, for each kind of reason the dearest: the nearest to being taken."""
    found: dict[str, Priced] = {}
    for item in sorted(cheaper, key=lambda item: (-round(item.usd, 2), item.option.label)):
        found.setdefault(item.problem.cause if item.problem is not None else "simulated", item)
    return list(found.values())


def pareto(found: list[Configuration]) -> tuple[Configuration, ...]:
    """Those that no other beats in cost and p95 together, cheapest first."""
    ordered = sorted(found, key=lambda item: (round(item.cost.usd, 2), item.p95_ms.value))
    front: list[Configuration] = []
    for item in ordered:
        if not front or item.p95_ms.value < front[-1].p95_ms.value:
            front.append(item)
    return tuple(front)
