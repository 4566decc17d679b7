"""Assumptions: the numbers a document does not give, each a range with a reason; and seeded draws of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator

from model.base import Stated
from model.problems import below_sibling


class Assumption(Stated):
    """A number that the document does not give: low / likely / high, its unit, and why."""

    low: float
    likely: float
    high: float
    unit: str
    why: str = Field(min_length=10)
    """The reason for the range, shown to the user."""
    source: str | None = None
    """Where the range was read, when it was read somewhere."""
    whole: bool = False
    """A count: draws are rounded to whole numbers."""

    @field_validator("likely")
    @classmethod
    def _above_low(cls, likely: float, info: ValidationInfo) -> float:
        if "low" in info.data and likely < info.data["low"]:
            raise below_sibling(likely, "low", info.data["low"])
        return likely

    @field_validator("high")
    @classmethod
    def _above_likely(cls, high: float, info: ValidationInfo) -> float:
        if "likely" in info.data and high < info.data["likely"]:
            raise below_sibling(high, "likely", info.data["likely"])
        return high

    def quantile(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """The triangular distribution over low / likely / high at probabilities `u` (shape kept)."""
        span = self.high - self.low
        if span == 0:
            return np.full_like(u, self.likely)
        mode = (self.likely - self.low) / span
        rising = u < mode
        root = span * np.sqrt(np.where(rising, u * mode, (1 - u) * (1 - mode)))
        drawn = np.where(rising, self.low + root, self.high - root)
        return np.rint(drawn) if self.whole else drawn


Assumptions = Mapping[str, Assumption]


def likely_values(assumptions: Assumptions) -> dict[str, float]:
    """Every assumption at its likely value."""
    return {name: assumption.likely for name, assumption in assumptions.items()}


def drawn_values(assumptions: Assumptions, seed: int, draws: int) -> dict[str, NDArray[np.float64]]:
    """`draws` values of every assumption, shape (draws,).

    The stream of an assumption depends on the seed and its name alone, so that adding one does not move the
    others, and two architectures that share a name share its draws (common random numbers).
    """
    return {name: assumption.quantile(uniforms(seed, name, draws)) for name, assumption in assumptions.items()}


def uniforms(seed: int, name: str, draws: int) -> NDArray[np.float64]:
    """`draws` uniforms in (0, 1) that belong to (seed, name), stratified so that small samples cover the range."""
    digest = hashlib.sha256(f"{seed}:{name}".encode()).digest()
    generator = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))
    strata = (generator.permutation(draws) + generator.random(draws)) / draws
    return np.asarray(strata, dtype=np.float64)
