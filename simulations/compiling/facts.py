"""What no document states and every simulation needs: overheads, spreads, limits, each with its range and source.

An assumption of the same name in a document replaces a fact; so does an override by the caller.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from model.problems import UnknownName
from model.sizing import SizedGraph

__all__ = ["Fact", "Parameters", "load_facts"]


@dataclass(frozen=True)
class Fact:
    """A number with its range, unit, source and how sure it is."""

    name: str
    value: float
    low: float
    high: float
    unit: str
    confidence: str
    source: str
    what: str

    @property
    def assumed(self) -> bool:
        """Whether nobody measured it well."""
        return self.confidence == "low"

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name,
            "low": self.low,
            "likely": self.value,
            "high": self.high,
            "unit": self.unit,
            "assumed": self.assumed,
            "why": self.what,
            "source": self.source,
        }


@cache
def load_facts() -> Mapping[str, Fact]:
    """The facts that ship with the simulator, by name."""
    with (Path(__file__).parent.parent / "facts.csv").open(newline="", encoding="utf-8") as file:
        return {row["name"]: _fact(row) for row in csv.DictReader(file)}


def _fact(row: Mapping[str, str]) -> Fact:
    if not row["source"]:
        raise ValueError(f"simulations/facts.csv: {row['name']} has no source")
    low, value, high = (float(row[key]) for key in ("low", "value", "high"))
    if not low <= value <= high:
        raise ValueError(f"simulations/facts.csv: {row['name']}: {value} is not between {low} and {high}")
    return Fact(row["name"], value, low, high, row["unit"], row["confidence"], row["source"], row["what"])


@dataclass
class Parameters:
    """The facts as one stage has them; remembers which were used, for the reader of the result."""

    facts: Mapping[str, Fact]
    used: dict[str, Fact] = field(default_factory=dict)

    @classmethod
    def of(cls, graph: SizedGraph, overrides: Mapping[str, float] | None = None) -> Parameters:
        """Facts, then the document's assumptions of the same name, then `overrides`; raises UnknownName."""
        facts = dict(load_facts())
        for name, assumption in graph.assumptions.items():
            if name in facts:
                a = assumption
                facts[name] = replace(
                    facts[name], value=a.likely, low=a.low, high=a.high, confidence="stated", source=a.source or a.why
                )
        for name, value in (overrides or {}).items():
            if name not in facts:
                raise UnknownName("a fact of the simulator", name, tuple(facts))
            facts[name] = replace(
                facts[name], value=value, low=value, high=value, confidence="stated", source="override"
            )
        return cls(facts)

    def fact(self, name: str) -> Fact:
        """The fact of that name, noted as used."""
        self.used[name] = self.facts[name]
        return self.facts[name]

    def value(self, name: str) -> float:
        """Its value."""
        return self.fact(name).value
