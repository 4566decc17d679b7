"""Tiered prices: known answers of published price lists, then the laws of marginal pricing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.tiers import check_tiers, tiered_cost

UNITS = st.floats(0, 1e12, allow_nan=False)
EDGES = st.lists(st.floats(1e-3, 1e11), max_size=6, unique=True).map(sorted)
PRICES = st.floats(0, 1e4)


@st.composite
def tiers(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    edges = draw(EDGES)
    return edges, draw(st.lists(PRICES, min_size=len(edges) + 1, max_size=len(edges) + 1))


Tiers = tuple[list[float], list[float]]


@pytest.mark.parametrize(
    ("quantity", "edges", "prices", "usd"),
    [
        (9e9 * 1.024, [6e9, 15e9], [1.66667e-5, 1.5e-5, 1.33334e-5], 148240.20),
        (1.1e9, [1e9], [0.4e-6, 0.2e-6], 420.0),
        (29687.5, [1000, 5000], [0.060012, 0.029988, 0.016416], 585.23),
        (22_340_000, [10240, 51200, 153600, 512000, 1048576, 5242880], [0.085, 0.08, 0.06, 0.04, 0.03, 0.025, 0.02],
         487524.48),
    ],
    ids=["lambda duration", "route 53 queries", "express workflows", "cloudfront to europe"],
)  # fmt: skip
def test_published_estimates_come_out_to_the_cent(
    quantity: float, edges: list[float], prices: list[float], usd: float
) -> None:
    """What a published estimator charges across tier edges is what this function charges."""
    assert tiered_cost(quantity, edges, prices) == pytest.approx(usd, abs=0.005)


@given(tiers(), UNITS)
def test_no_units_cost_nothing_and_no_cost_is_negative(tiers: Tiers, quantity: float) -> None:
    """Zero units cost zero, and more units never less than that."""
    assert tiered_cost(0.0, *tiers) == 0
    assert tiered_cost(quantity, *tiers) >= 0


@given(tiers())
def test_the_cost_has_no_jump_at_a_tier_edge(tiers: Tiers) -> None:
    """Just below and just above an edge the cost is the same, up to the price of that hair's breadth."""
    edges, prices = tiers
    for edge in edges:
        below, above = math.nextafter(edge, 0), math.nextafter(edge, math.inf)
        step = tiered_cost(above, edges, prices) - tiered_cost(below, edges, prices)
        assert abs(step) <= (above - below) * max(prices) + 1e-9 * tiered_cost(edge, edges, prices)


@given(tiers(), UNITS, UNITS)
def test_more_units_never_cost_less(tiers: Tiers, one: float, other: float) -> None:
    """The cost is monotone in the quantity, whatever the prices of the tiers."""
    less, more = sorted((one, other))
    assert tiered_cost(less, *tiers) <= tiered_cost(more, *tiers) * (1 + 1e-12)


@given(tiers(), UNITS, UNITS)
def test_units_added_cost_what_the_tiers_above_charge(tiers: Tiers, first: float, added: float) -> None:
    """The marginal cost of added units is the cost of the same units on the tiers shifted down by the first ones."""
    edges, prices = tiers
    shifted = [edge - first for edge in edges if edge > first]
    marginal = tiered_cost(added, shifted, prices[len(edges) - len(shifted) :])
    whole = tiered_cost(first + added, edges, prices)
    assert whole == pytest.approx(tiered_cost(first, edges, prices) + marginal, rel=1e-9, abs=1e-6)


@given(UNITS, UNITS, PRICES)
def test_without_tiers_a_split_costs_the_same_as_the_whole(one: float, other: float, price: float) -> None:
    """With one price the cost of a sum is the sum of the costs."""
    parts = tiered_cost(one, [], [price]) + tiered_cost(other, [], [price])
    assert tiered_cost(one + other, [], [price]) == pytest.approx(parts, rel=1e-12)


def test_two_halves_rated_alone_cost_more_than_the_whole_when_prices_fall() -> None:
    """Additivity does not hold across falling tiers: an account must be rated as one."""
    assert tiered_cost(20.0, [10.0], [2.0, 1.0]) == 30
    assert tiered_cost(10.0, [10.0], [2.0, 1.0]) * 2 == 40


@given(tiers(), st.lists(UNITS, min_size=1, max_size=20))
def test_an_array_costs_what_each_of_its_numbers_costs(tiers: Tiers, quantities: list[float]) -> None:
    """Arrays and numbers are rated by the same arithmetic, to the last bit."""
    expected = [tiered_cost(quantity, *tiers) for quantity in quantities]
    assert tiered_cost(np.array(quantities), *tiers).tolist() == expected


@given(tiers(), UNITS, st.sampled_from([1e-3, 1e3, 1e6]))
def test_the_unit_of_counting_does_not_change_the_cost(tiers: Tiers, quantity: float, per: float) -> None:
    """Counting in thousands at a thousandfold price costs the same."""
    edges, prices = tiers
    scaled = tiered_cost(quantity / per, [edge / per for edge in edges], [price * per for price in prices])
    assert scaled == pytest.approx(tiered_cost(quantity, edges, prices), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("quantity", "sentence"),
    [
        (-2.5, "quantity -2.5 is negative"),
        (math.nan, "quantity nan is not a number of units"),
        (math.inf, "quantity inf is not a number of units"),
        (np.array([1.0, -3.0]), "quantity -3 is negative"),
        (np.array([[1.0], [math.nan]]), "quantity nan is not a number of units"),
    ],
)
def test_an_impossible_quantity_is_named(quantity: float, sentence: str) -> None:
    """A negative or unknown quantity is refused with its value."""
    with pytest.raises(ValueError, match=sentence):
        tiered_cost(quantity, [10.0], [2.0, 1.0])


@pytest.mark.parametrize(
    ("edges", "prices", "sentence"),
    [
        ([10.0], [1.0], "1 tier edges need 2 prices, not 1"),
        ([10.0, 10.0], [3.0, 2.0, 1.0], "tier edge 10 is not above 10"),
        ([0.0], [2.0, 1.0], "tier edge 0 is not above 0"),
        ([math.nan], [2.0, 1.0], "tier edge nan is not above 0"),
    ],
)
def test_tiers_that_do_not_rise_are_refused(edges: list[float], prices: list[float], sentence: str) -> None:
    """Edges rise from zero and leave exactly one more price than edges."""
    with pytest.raises(ValueError, match=sentence):
        check_tiers(edges, prices)
