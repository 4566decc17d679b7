"""Sensitivity: which assumptions move the cost most, one at a time and all together, stage by stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.assumptions import drawn_values
from model.graph import Architecture
from pricing.allowances import FreeTier
from pricing.bill import Range
from pricing.price import price
from pricing.price_table import load_prices

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sensitivity:
    """What one assumption does to the cost of one stage."""

    name: str
    unit: str
    why: str
    low: float
    high: float
    total_at_low: float
    total_at_high: float
    """USD a month with it alone at its bounds, the others likely."""
    rank_correlation: float
    """Spearman's, of its draws with those of the total while everything else varies too: -1 to 1."""

    @property
    def swing_usd(self) -> float:
        return abs(self.total_at_high - self.total_at_low)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "unit": self.unit,
            "low": self.low,
            "high": self.high,
            "total_at_low": round(self.total_at_low, 4),
            "total_at_high": round(self.total_at_high, 4),
            "swing_usd": round(self.swing_usd, 4),
            "rank_correlation": round(self.rank_correlation, 4),
            "why": self.why,
        }


@dataclass(frozen=True)
class StageSensitivity:
    """The assumptions of one stage, those that move the cost most first."""

    stage: str
    total: Range
    assumptions: tuple[Sensitivity, ...]

    def of(self, name: str) -> Sensitivity | None:
        return next((item for item in self.assumptions if item.name == name), None)


@dataclass(frozen=True)
class SensitivityStudy:
    """All stages of an architecture."""

    architecture: str
    stages: tuple[StageSensitivity, ...]

    @property
    def ranking(self) -> tuple[str, ...]:
        """Assumptions by the largest part of any stage's likely total that they move."""
        shares: dict[str, float] = {}
        for stage in self.stages:
            for item in stage.assumptions:
                share = item.swing_usd / max(stage.total.likely, 1e-9)
                shares[item.name] = max(shares.get(item.name, 0.0), share)
        return tuple(sorted(shares, key=lambda name: (-shares[name], name)))

    def as_json(self) -> dict[str, Any]:
        return {
            "architecture": self.architecture,
            "ranking": list(self.ranking),
            "stages": [
                {"stage": stage.stage, "total": stage.total.as_json(),
                 "assumptions": [item.as_json() for item in stage.assumptions]}
                for stage in self.stages
            ],
        }  # fmt: skip


def sensitivity(
    architecture: Architecture,
    stages: Sequence[str] = (),
    *,
    free_tier: FreeTier = "always",
    prices_date: str | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> SensitivityStudy:
    """The influence of every assumption on every stage (all stages when none are named)."""
    prices = load_prices(architecture.region, prices_date)
    found = []
    for name in [architecture.stage(stage).name for stage in stages] or architecture.stage_names:
        graph = architecture.at(name)
        bill = price(graph, prices, free_tier=free_tier, draws=draws, seed=seed)
        totals = np.asarray(sum(bill.component_draws.values(), start=np.zeros(draws)), dtype=np.float64)
        ranks = _correlations(drawn_values(graph.assumptions, seed, draws), totals)
        items = [
            Sensitivity(
                item.name,
                item.assumption.unit,
                item.assumption.why,
                item.assumption.low,
                item.assumption.high,
                item.at_low,
                item.at_high,
                ranks[item.name],
            )
            for item in bill.influences
        ]
        found.append(StageSensitivity(name, bill.total, tuple(items)))
    return SensitivityStudy(architecture.name, tuple(found))


def _correlations(drawn: Mapping[str, Floats], totals: Floats) -> dict[str, float]:
    """Spearman's rank correlation of each assumption with the total; 0 for what does not vary."""
    ranked = ranks(totals)
    return {name: correlation(ranks(values), ranked) for name, values in drawn.items()}


def ranks(values: Floats) -> Floats:
    """Ranks from 1, equal values sharing the mean of theirs.

    >>> ranks(np.array([10.0, 20.0, 20.0, 5.0])).tolist()
    [2.0, 3.5, 3.5, 1.0]
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray((last - (count - 1) / 2)[place], dtype=np.float64)


def correlation(one: Floats, other: Floats) -> float:
    """Pearson's correlation; 0 when one of them does not vary."""
    if one.size < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
