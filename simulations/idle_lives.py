"""How long idle instances live: draws of it, and the chances that a time is longer or shorter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulations import draws
from simulations.arrivals import uniforms
from simulations.distributions import Constant, Distribution, Uniform

__all__ = ["alive", "drawn", "outlived"]

_LEAST = 1e-15

Floats = NDArray[np.float64]


def drawn(life: Distribution, seed: int, stream: int, count: int) -> Floats:
    """So many lives, apart from the draws of any run's requests; shape (count,)."""
    kind, a, b, c, points = life.parameters
    if kind == draws.UNIFORM:
        return np.asarray(a + b * uniforms(seed, stream, 0, count))
    if kind == draws.CONSTANT:
        return np.full(count, a)
    table = [*draws.ZIGGURAT, *points, 0.0]
    start = draws.mix64((draws.mix64((seed * draws.GOLDEN + 5) & draws.MASK) + stream * draws.GOLDEN) & draws.MASK)
    if kind == draws.EMPIRICAL:
        a = float(len(draws.ZIGGURAT))
    words = (draws.word(start, k, 0) for k in range(count))
    return np.array([draws.sample(kind, a, b, c, table, bits) for bits in words], np.float64)


def alive(life: Distribution, ages_s: Floats) -> Floats:
    """The chance that a life is longer than each age."""
    if isinstance(life, Uniform) and life.high > life.low:
        return np.asarray(np.clip((life.high - ages_s) / (life.high - life.low), 0.0, 1.0))
    return np.asarray(ages_s < _known(life).mean, np.float64)


def outlived(life: Distribution, mean_s: Floats) -> Floats:
    """The chance that an exponential time of each mean is longer than a life."""
    if isinstance(life, Constant):
        return np.asarray(np.exp(-life.value / mean_s))
    between = _known(life)
    span = np.maximum((between.high - between.low) / mean_s, _LEAST)
    return np.asarray(np.exp(-between.low / mean_s) * -np.expm1(-span) / span)


def _known(life: Distribution) -> Uniform:
    if isinstance(life, Constant):
        return Uniform(life.value, life.value)
    if not isinstance(life, Uniform):
        raise TypeError(f"{life}: only constant and uniform lives have their chances here")
    return life
