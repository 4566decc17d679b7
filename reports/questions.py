"""What a report asks of the studies and the simulator: questions that other processes can answer, all independent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from model.graph import Architecture
from reports.cheapened import cheapened
from reports.evened import evened
from reports.studied import GrowthReport, Settings, audited, compared, grown
from simulations.workers import compile_once, side_by_side
from studies.audit.audit import Audit
from studies.breakeven.breakeven import BreakEven
from studies.cheapest.result import Cheapest
from studies.compare import Comparison

__all__ = ["Question", "Studied", "answers", "studies_of", "take_studies"]


@dataclass(frozen=True)
class Question:
    """A function of its arguments alone."""

    ask: Callable[..., Any]
    of: tuple[Any, ...]
    simulates: bool = False
    """Whether the compiled engine is wanted: of several processes one then compiles it."""

    def answer(self) -> Any:
        """What the function says."""
        if self.simulates:
            compile_once()
        return self.ask(*self.of)


def answers(questions: Sequence[Question], jobs: int | None = None) -> Iterator[Any]:
    """The answers in order; `jobs` processes work on them from now on (all cores when absent, 1: this one)."""
    return side_by_side(Question.answer, questions, jobs=jobs)


@dataclass(frozen=True)
class Studied:
    """The studies of one document."""

    audits: tuple[Audit, ...]
    """One per architecture, as `growths`."""
    growths: tuple[GrowthReport | None, ...]
    comparisons: tuple[Comparison, ...]
    breakevens: tuple[BreakEven, ...]
    cheapests: tuple[Cheapest, ...]


def studies_of(group: Sequence[Architecture], settings: Settings) -> list[Question]:
    """What is asked of one document's architectures, in the order in which `take_studies` takes the answers."""
    return [
        Question(_cheapened, (group, settings), simulates=True),
        Question(_evened, (group, settings), simulates=True),
        *(Question(audited, (item, group, settings), simulates=True) for item in group),
        *(Question(grown, (item, settings)) for item in group),
        Question(_compared, (group, settings)),
    ]


def take_studies(group: Sequence[Architecture], found: Iterator[Any]) -> Studied:
    """The answers to `studies_of` the same document, off the front of `found`."""
    cheapests, breakevens = next(found), next(found)
    audits = tuple(next(found) for _ in group)
    growths = tuple(next(found) for _ in group)
    return Studied(audits, growths, next(found), breakevens, cheapests)


def _cheapened(group: Sequence[Architecture], settings: Settings) -> tuple[Cheapest, ...]:
    return tuple(cheapened(group, settings))


def _evened(group: Sequence[Architecture], settings: Settings) -> tuple[BreakEven, ...]:
    return tuple(evened(group, settings))


def _compared(group: Sequence[Architecture], settings: Settings) -> tuple[Comparison, ...]:
    return tuple(compared(group, settings))
