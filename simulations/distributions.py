"""How long something takes: frozen distributions, all times in seconds, each with its mean and squared coefficient of
variation.

`parameters` is what the engines draw from (`draws.sample`): a kind, three numbers, and the points of a table if there
is one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from simulations import draws

__all__ = [
    "Constant",
    "Distribution",
    "Empirical",
    "Erlang",
    "Exponential",
    "Gamma",
    "Lognormal",
    "Pareto",
    "Uniform",
    "Weibull",
    "constant",
    "exponential",
    "lognormal",
    "with_scv",
]

Parameters = tuple[int, float, float, float, tuple[float, ...]]


class Distribution(Protocol):
    """What a draw needs: parameters for the engines, problems for the builder, two moments for closed forms."""

    @property
    def parameters(self) -> Parameters: ...
    @property
    def mean(self) -> float: ...
    @property
    def scv(self) -> float: ...
    def problems(self) -> list[str]: ...


def _bad(name: str, value: float, least: float = 0.0, strict: bool = False) -> list[str]:
    if not math.isfinite(value) or value < least or (strict and value == least):
        return [f"{name} {value!r} must be {'above' if strict else 'at least'} {least:g} and finite"]
    return []


@dataclass(frozen=True)
class Constant:
    """Always the same time."""

    value: float

    @property
    def parameters(self) -> Parameters:
        return draws.CONSTANT, self.value, 0.0, 0.0, ()

    @property
    def mean(self) -> float:
        return self.value

    @property
    def scv(self) -> float:
        return 0.0

    def problems(self) -> list[str]:
        return _bad("value", self.value)


@dataclass(frozen=True)
class Exponential:
    """Memoryless, of the given mean."""

    mean: float

    @property
    def parameters(self) -> Parameters:
        return draws.EXPONENTIAL, self.mean, 0.0, 0.0, ()

    @property
    def scv(self) -> float:
        return 1.0

    def problems(self) -> list[str]:
        return _bad("mean", self.mean)


@dataclass(frozen=True)
class Lognormal:
    """A shifted lognormal: `shift` plus exp(normal) with the given median and sigma (of the logarithm)."""

    median: float
    sigma: float
    shift: float = 0.0

    @property
    def parameters(self) -> Parameters:
        return draws.LOGNORMAL, self.shift, math.log(self.median), self.sigma, ()

    @property
    def mean(self) -> float:
        return self.shift + self.median * math.exp(self.sigma**2 / 2)

    @property
    def scv(self) -> float:
        body = self.mean - self.shift
        return math.expm1(self.sigma**2) * (body / self.mean) ** 2

    def problems(self) -> list[str]:
        sigma = _bad("sigma", self.sigma) or ([f"sigma {self.sigma!r} must be at most 6"] if self.sigma > 6 else [])
        return _bad("median", self.median, strict=True) + sigma + _bad("shift", self.shift)


@dataclass(frozen=True)
class Gamma:
    """Gamma of the given mean and shape (scv = 1 / shape)."""

    mean: float
    shape: float

    @property
    def parameters(self) -> Parameters:
        return draws.GAMMA, self.shape, self.mean / self.shape, 0.0, ()

    @property
    def scv(self) -> float:
        return 1.0 / self.shape

    def problems(self) -> list[str]:
        return _bad("mean", self.mean) + _bad("shape", self.shape, strict=True)


@dataclass(frozen=True)
class Erlang:
    """The sum of `stages` equal exponentials, of the given mean."""

    mean: float
    stages: int

    @property
    def parameters(self) -> Parameters:
        return draws.ERLANG, float(self.stages), self.mean / self.stages, 0.0, ()

    @property
    def scv(self) -> float:
        return 1.0 / self.stages

    def problems(self) -> list[str]:
        return _bad("mean", self.mean) + _bad("stages", self.stages, least=1)


@dataclass(frozen=True)
class Uniform:
    """Anything between `low` and `high`, equally likely."""

    low: float
    high: float

    @property
    def parameters(self) -> Parameters:
        return draws.UNIFORM, self.low, self.high - self.low, 0.0, ()

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def scv(self) -> float:
        return (self.high - self.low) ** 2 / 12 / self.mean**2 if self.mean else 0.0

    def problems(self) -> list[str]:
        return _bad("low", self.low) + _bad("high", self.high, least=self.low)


@dataclass(frozen=True)
class Pareto:
    """A heavy tail from `least` upward with index `alpha`, cut at `most` so that every moment exists."""

    least: float
    alpha: float
    most: float

    @property
    def parameters(self) -> Parameters:
        return draws.PARETO, self.least, self.alpha, self.most, ()

    def _moment(self, k: int) -> float:
        """E[X^k] = integral of k x^(k-1) P(X > x) from 0 to `most`."""
        a, low, high = self.alpha, self.least, self.most
        if math.isclose(a, k):
            return float(low**k * (1 + k * math.log(high / low)))
        return float(low**k + k * low**a * (high ** (k - a) - low ** (k - a)) / (k - a))

    @property
    def mean(self) -> float:
        return self._moment(1)

    @property
    def scv(self) -> float:
        return self._moment(2) / self.mean**2 - 1

    def problems(self) -> list[str]:
        return (
            _bad("least", self.least, strict=True)
            + _bad("alpha", self.alpha, strict=True)
            + _bad("most", self.most, self.least)
        )


@dataclass(frozen=True)
class Weibull:
    """Weibull of the given scale and shape: below 1 many short and a few long, above 1 a wear-out age."""

    scale: float
    shape: float

    @property
    def parameters(self) -> Parameters:
        return draws.WEIBULL, self.scale, self.shape, 0.0, ()

    @property
    def mean(self) -> float:
        return self.scale * math.gamma(1 + 1 / self.shape)

    @property
    def scv(self) -> float:
        return math.gamma(1 + 2 / self.shape) / math.gamma(1 + 1 / self.shape) ** 2 - 1

    def problems(self) -> list[str]:
        return _bad("scale", self.scale, strict=True) + _bad("shape", self.shape, least=0.1)


@dataclass(frozen=True)
class Empirical:
    """Quantiles at equal steps of probability (first the minimum, last the maximum), straight lines between them."""

    quantiles: tuple[float, ...]

    @property
    def parameters(self) -> Parameters:
        return draws.EMPIRICAL, 0.0, float(len(self.quantiles) - 1), 0.0, self.quantiles

    @property
    def mean(self) -> float:
        q = self.quantiles
        return (sum(q) - (q[0] + q[-1]) / 2) / (len(q) - 1)

    @property
    def scv(self) -> float:
        q = self.quantiles
        second = sum(a * a + a * b + b * b for a, b in pairwise(q)) / 3 / (len(q) - 1)
        return second / self.mean**2 - 1

    def problems(self) -> list[str]:
        if len(self.quantiles) < 2:
            return [f"quantiles {self.quantiles!r} must be at least two"]
        rising = all(a <= b for a, b in pairwise(self.quantiles))
        return _bad("the first quantile", self.quantiles[0]) + ([] if rising else ["quantiles must not fall"])


def constant(value: float) -> Constant:
    """Always `value` seconds."""
    return Constant(value)


def exponential(mean: float) -> Exponential:
    """Exponential of the given mean."""
    return Exponential(mean)


def lognormal(mean: float, scv: float) -> Lognormal:
    """Lognormal of the given mean and squared coefficient of variation."""
    sigma = math.sqrt(math.log1p(scv))
    return Lognormal(median=mean / math.exp(sigma**2 / 2), sigma=sigma)


def with_scv(mean: float, scv: float) -> Distribution:
    """The usual choice for a mean and a variability: constant, gamma, exponential or lognormal."""
    if scv == 0:
        return Constant(mean)
    if scv == 1:
        return Exponential(mean)
    return Gamma(mean, 1 / scv) if scv < 1 else lognormal(mean, scv)
