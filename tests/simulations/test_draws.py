"""Draws depend on who draws and are what they claim to be."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations import draws
from simulations.arrivals import log_of, uniforms
from simulations.distributions import (
    Constant,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Pareto,
    Uniform,
    Weibull,
    lognormal,
    with_scv,
)


@given(st.floats(1e-300, 1e300))
def test_log_is_within_one_unit_in_the_last_place(x: float) -> None:
    """The portable logarithm agrees with the platform's to one ulp."""
    assert abs(draws.log(x) - math.log(x)) <= math.ulp(math.log(x))


@given(st.floats(-650, 650))
def test_exp_is_within_one_unit_in_the_last_place(x: float) -> None:
    """The portable exponential agrees with the platform's to one ulp."""
    assert abs(draws.exp(x) - math.exp(x)) <= math.ulp(math.exp(x))


@given(st.floats(1e-15, 1 - 1e-15))
def test_normal_is_the_quantile(u: float) -> None:
    """The normal quantile agrees with the standard library's."""
    assert draws.normal(u) == pytest.approx(statistics.NormalDist().inv_cdf(u), rel=1e-13, abs=1e-14)


@given(st.integers(0, 2**64 - 1))
def test_units_lie_strictly_inside(bits: int) -> None:
    """No word gives 0 or 1, so that no logarithm is infinite."""
    assert 0.0 < draws.unit(bits) < 1.0


def test_the_ziggurat_draws_exponentials() -> None:
    """Of 200,000 draws the shares beyond 0.1, 1, 3, the start of the tail and deep in it are those of the
    exponential.
    """
    values = np.array(
        [draws.exponential(draws.ZIGGURAT, draws.mix64(k * draws.GOLDEN & draws.MASK)) for k in range(1, 200001)]
    )
    for x in (0.1, 1.0, 3.0, 7.697, 9.0):
        share = math.exp(-x)
        assert abs((values > x).mean() - share) < 4 * math.sqrt(share * (1 - share) / len(values))


def test_words_are_independent_of_place() -> None:
    """Words of neighbouring requests, ops and laps are uncorrelated and uniform."""
    grid = [
        draws.unit(draws.word(draws.mix64(k), s * draws.GOLDEN & draws.MASK, lap))
        for k in range(60)
        for s in range(20)
        for lap in range(5)
    ]
    values = np.array(grid)
    assert abs(values.mean() - 0.5) < 4 * math.sqrt(1 / 12 / len(values))
    assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 4 / math.sqrt(len(values))


def test_arrays_draw_the_same_bits() -> None:
    """The vectorised logarithm equals the scalar one bit for bit, and a stream can be entered anywhere."""
    u = uniforms(1, 2, 0, 5000)
    assert log_of(u).tolist() == [draws.log(x) for x in u.tolist()]
    assert uniforms(1, 2, 4000, 1000).tolist() == u[4000:].tolist()


ALL: list[Distribution] = [
    Constant(2.0),
    Exponential(0.5),
    Lognormal(0.3, 0.8, 0.1),
    Gamma(0.5, 0.7),
    Gamma(0.5, 3.5),
    Erlang(0.4, 3),
    Uniform(1.0, 3.0),
    Pareto(0.1, 2.5, 5.0),
    Weibull(0.5, 0.8),
    Empirical((0.1, 0.2, 0.9)),
    lognormal(2.0, 3.0),
    with_scv(1.0, 0.25),
]


@pytest.mark.parametrize("dist", ALL, ids=lambda d: repr(d))
def test_samples_have_the_stated_moments(dist: Distribution) -> None:
    """Mean and squared coefficient of variation of 40,000 draws are those the distribution states."""
    kind, a, b, c, points = dist.parameters
    if kind == draws.EMPIRICAL:
        a += len(draws.ZIGGURAT)
    values = np.array(
        [
            draws.sample(kind, a, b, c, (*draws.ZIGGURAT, *points, 0.0), draws.mix64(k * draws.GOLDEN & draws.MASK))
            for k in range(1, 40001)
        ]
    )
    spread = math.sqrt(dist.scv) * dist.mean
    assert abs(values.mean() - dist.mean) <= 4 * spread / 200 + 1e-12
    assert values.var() / dist.mean**2 == pytest.approx(dist.scv, rel=0.2, abs=1e-12)
