"""The case: a document with everything that the rules compare it with, worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from model.assumptions import drawn_values
from model.claims import Claim, ClaimKind
from model.component import Component
from model.graph import Architecture
from model.loading import bundled_names, load
from model.quantity import Formula, Num, Values, evaluate
from model.sizing import SizedGraph, settled
from model.traffic import Traffic, traffic
from pricing.bill import Bill, Range, range_of
from pricing.price import DRAWS, price
from pricing.price_table import PriceTable, load_prices


@dataclass(frozen=True)
class StageCase:
    """One stage: its graph, its bill, its traffic."""

    graph: SizedGraph
    prices: PriceTable
    draws: int
    seed: int

    @property
    def name(self) -> str:
        return self.graph.stage.name

    @cached_property
    def bill(self) -> Bill:
        """At the standing allowances."""
        return price(self.graph, self.prices, draws=self.draws, seed=self.seed)

    @cached_property
    def first_year_bill(self) -> Bill:
        """With the allowances of an account's first twelve months as well."""
        return price(self.graph, self.prices, free_tier="12_months", draws=self.draws, seed=self.seed)

    @cached_property
    def likely(self) -> Traffic:
        """The traffic with every assumption at its likely value."""
        return traffic(self.graph)

    @cached_property
    def drawn_values(self) -> Values:
        return self.graph.values(drawn_values(self.graph.assumptions, self.seed, self.draws))

    @cached_property
    def drawn(self) -> Traffic:
        """The traffic as arrays of draws."""
        return traffic(self.graph, self.drawn_values)

    def value(self, quantity: float | Formula) -> float:
        """A quantity with every assumption at its likely value."""
        return float(evaluate(quantity, self.graph.likely))

    def size(self, component: Component) -> str:
        """How a component is sized, formulas at their likely values."""
        return settled(component, self.graph.likely).size()

    @property
    def peak_factor(self) -> float:
        return float(self.graph.likely["peak_factor"])

    @property
    def drawn_peak_factor(self) -> Num:
        return self.drawn_values["peak_factor"]

    def of_kind(self, *kinds: str) -> dict[str, Component]:
        """The stage's components of some kinds."""
        return {name: item for name, item in self.graph.components.items() if item.kind in kinds}


def spread(likely: Num, drawn: Num) -> Range:
    """A figure's range: its likely value and the 5th and 95th percentile of its draws."""
    costs: NDArray[np.float64] = np.atleast_1d(np.asarray(drawn, dtype=np.float64))
    return range_of(float(likely), [costs])


@dataclass(frozen=True)
class Case:
    """A document under audit, with the other architectures of the same document beside it."""

    architecture: Architecture
    siblings: tuple[Architecture, ...] = ()
    prices_date: str | None = None
    draws: int = DRAWS
    seed: int = 0

    @cached_property
    def prices(self) -> PriceTable:
        return load_prices(self.architecture.region, self.prices_date)

    @cached_property
    def stages(self) -> Mapping[str, StageCase]:
        return {
            name: StageCase(self.architecture.at(name), self.prices, self.draws, self.seed)
            for name in self.architecture.stage_names
        }

    @cached_property
    def sibling_cases(self) -> tuple[Case, ...]:
        return tuple(Case(item, (), self.prices_date, self.draws, self.seed) for item in self.siblings)

    def claims(self, *kinds: ClaimKind) -> Iterator[Claim]:
        """The claims of some kinds, in the order of the document."""
        return (claim for claim in self.architecture.claims if claim.kind in kinds)

    def claim(self, name: str) -> Claim | None:
        return self._by_id.get(name)

    @cached_property
    def _by_id(self) -> Mapping[str, Claim]:
        return {claim.id: claim for claim in self.architecture.claims}

    def stages_of(self, stated: tuple[str, ...]) -> list[StageCase]:
        """The stages that a claim or a target names; all when it names none."""
        return [stage for name, stage in self.stages.items() if not stated or name in stated]

    def parts(self, claim: Claim) -> list[Claim]:
        """The claims that a total adds up."""
        return [part for name in claim.sums if (part := self.claim(name)) is not None]

    def is_worked_example(self, claim: Claim) -> bool:
        """A total of lines that name no component: an example in the text, not the cost of a stage."""
        parts = self.parts(claim)
        return bool(parts) and not any(part.components or part.sums for part in parts)

    @property
    def date(self) -> str | None:
        """The document's date, as far as it is known."""
        return self.architecture.document.date


def siblings_of(architecture: Architecture) -> tuple[Architecture, ...]:
    """The other bundled architectures of the same document."""
    others = (load(name) for name in bundled_names() if name != architecture.name)
    return tuple(other for other in others if other.document.id == architecture.document.id)
