"""What an account's metrics show that no assumption of a fit stands for: tasks over time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from account.cloudwatch import Span, Values
from account.cloudwatch_series import Figure, Series
from model.kinds.fargate import Fargate
from model.sizing import SizedGraph

Read = Mapping[Series, Values]


@dataclass(frozen=True)
class Observed:
    """One figure of a component, with its lowest and highest interval, beside what the document says."""

    component: str
    what: str
    unit: str
    mean: float
    low: float
    high: float
    document: str = ""

    def __str__(self) -> str:
        """A line for people.

        >>> str(Observed("api", "tasks", "tasks", 2.25, 2, 4, "2 to 6"))
        'api: tasks 2.25 tasks in the mean (2 to 4); the document has 2 to 6'
        """
        stated = f"; the document has {self.document}" if self.document else ""
        unit = f" {self.unit}" if self.unit else ""
        span = f"({self.low:.4g} to {self.high:.4g})"
        return f"{self.component}: {self.what} {self.mean:.4g}{unit} in the mean {span}{stated}"

    def as_json(self) -> dict[str, Any]:
        return {
            "component": self.component,
            "what": self.what,
            "unit": self.unit,
            "mean": self.mean,
            "low": self.low,
            "high": self.high,
            "document": self.document,
        }


def observed(graph: SizedGraph, read: Read, span: Span) -> tuple[Observed, ...]:
    """Tasks that ran, of every service that shows them."""
    names = dict.fromkeys(one.component for one in read)
    return tuple(found for name in names for found in _tasks(graph, read, span, name))


def _tasks(graph: SizedGraph, read: Read, span: Span, name: str) -> Iterator[Observed]:
    component = graph.components[name]
    minutes = _values(read, name, "task_minutes")
    if isinstance(component, Fargate) and minutes:
        counts = [value / (span.period_s / 60) for value in minutes.values()]
        stated = f"{component.tasks.min} to {component.tasks.max}"
        yield Observed(name, "tasks running", "", sum(counts) / len(counts), min(counts), max(counts), stated)


def _values(read: Read, name: str, figure: Figure) -> Values:
    """The values of a component's own series of a figure; none when it has none."""
    found = (values for one, values in read.items() if (one.component, one.figure) == (name, figure))
    return next((values for values in found if values), {})
