"""Free allowances: one pool per account, split by use."""

import math
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.allowances import Draw, FreeTier, apply_allowances, split_allowance
from pricing.price_table import Rate, load_prices

UNITS = st.floats(0, 1e12)
MANY = st.lists(UNITS, min_size=1, max_size=8)
PRICES = load_prices("us-east-1")


def draws(*quantities: tuple[str, str, float]) -> list[Draw]:
    return [Draw(component, PRICES.rate(meter), quantity) for component, meter, quantity in quantities]


@given(MANY, UNITS)
def test_what_is_free_and_what_is_billed_add_up(quantities: list[float], allowance: float) -> None:
    """Every quantity is its free and its billable part, and neither is negative."""
    split = split_allowance(quantities, allowance)
    for quantity, free, billable in zip(quantities, split.free, split.billable, strict=True):
        assert 0 <= free <= quantity
        assert billable >= 0
        assert free + billable == pytest.approx(quantity)


@given(MANY, UNITS)
def test_a_pool_is_used_up_or_remains_and_never_grows(quantities: list[float], allowance: float) -> None:
    """What is free and what remains is the allowance, and nothing remains while anybody pays."""
    split = split_allowance(quantities, allowance)
    assert split.remaining >= 0
    assert sum(split.free) + split.remaining == pytest.approx(allowance)
    assert split.remaining == 0 or sum(split.billable) == 0


@given(st.lists(UNITS, min_size=2, max_size=8), UNITS, st.randoms(use_true_random=False))
def test_the_order_of_the_components_changes_nothing(quantities: list[float], allowance: float, random: Random) -> None:
    """A component's share is the same to the last bit wherever it stands."""
    order = list(range(len(quantities)))
    random.shuffle(order)
    shuffled = split_allowance([quantities[place] for place in order], allowance)
    split = split_allowance(quantities, allowance)
    assert shuffled.billable == tuple(split.billable[place] for place in order)


@given(MANY, UNITS)
def test_shares_are_in_proportion_to_use(quantities: list[float], allowance: float) -> None:
    """Who uses more gets more, by the same factor for all."""
    split = split_allowance(quantities, allowance)
    for (one, one_free), (other, other_free) in pairwise(zip(quantities, split.free, strict=True)):
        assert one_free * other == pytest.approx(other_free * one, rel=1e-9)


@given(UNITS, UNITS, UNITS, st.floats(0, 1))
def test_a_component_cut_in_two_gets_the_same_in_sum(one: float, other: float, allowance: float, part: float) -> None:
    """Describing one function as two changes nobody's bill."""
    whole = split_allowance([one, other], allowance).billable
    parts = split_allowance([one * part, one * (1 - part), other], allowance).billable
    assert parts[0] + parts[1] == pytest.approx(whole[0], rel=1e-6, abs=1e-6 * (one + other))
    assert parts[2] == pytest.approx(whole[1], rel=1e-6, abs=1e-6 * (one + other))


@given(st.lists(st.tuples(UNITS, UNITS, UNITS), min_size=1, max_size=6), UNITS)
def test_an_array_of_draws_is_split_draw_by_draw(rows: list[tuple[float, float, float]], allowance: float) -> None:
    """Each of ten thousand what-ifs has its own month, and its own allowance."""
    split = split_allowance([np.array(row) for row in rows], allowance)
    for place in range(3):
        alone = split_allowance([row[place] for row in rows], allowance)
        assert [np.ravel(billable)[place] for billable in split.billable] == list(alone.billable)
        assert np.ravel(split.remaining)[place] == alone.remaining


def test_a_number_beside_an_array_is_the_same_in_every_draw() -> None:
    """A component whose use is certain shares a pool with one whose use is drawn."""
    split = split_allowance([100.0, np.array([0.0, 300.0])], 200.0)
    assert np.broadcast_to(split.billable[0], 2).tolist() == [0, 50]
    assert np.ravel(split.billable[1]).tolist() == [0, 150]
    assert np.ravel(split.remaining).tolist() == [100, 0]


def test_no_component_leaves_the_whole_allowance() -> None:
    """A pool that nobody draws on remains."""
    assert split_allowance([], 400.0).remaining == 400


@pytest.mark.parametrize("quantities", [[-1.0], [math.nan], [np.array([2.0, -1.0])]])
def test_an_impossible_quantity_is_refused(quantities: list[float]) -> None:
    """A negative or unknown quantity is refused, not shared out."""
    with pytest.raises(ValueError, match=r"is negative|is not a number of units"):
        split_allowance(quantities, 10.0)


def test_x86_and_arm_functions_share_one_allowance_of_compute() -> None:
    """400,000 GB-seconds are free for the account, not for each function or processor."""
    shares, pools = apply_allowances(
        draws(("api", "lambda.duration.x86", 600_000.0), ("jobs", "lambda.duration.arm", 200_000.0))
    )
    assert [(share.draw.component, share.free) for share in shares] == [("api", 300_000), ("jobs", 100_000)]
    assert [(pool.name, pool.allowance, pool.remaining) for pool in pools] == [("lambda.gb_seconds", 400_000, 0)]


def test_the_lambda_pricing_page_example_comes_out() -> None:
    """3 million requests of 120 ms at 1,536 MB cost 2.73 with the free tier (AWS Lambda pricing page)."""
    shares, _ = apply_allowances(
        draws(("api", "lambda.duration.x86", 3e6 * 0.12 * 1.5), ("api", "lambda.requests", 3e6))
    )
    costs = [share.draw.rate.cost(share.draw.quantity, share.free) for share in shares]
    assert costs == pytest.approx([2.33, 0.40], abs=0.005)


@pytest.mark.parametrize(("free_tier", "billed"), [("none", 730), ("always", 730), ("12_months", 0)])
def test_first_year_allowances_count_only_when_asked_for(free_tier: FreeTier, billed: float) -> None:
    """A load balancer's 750 free hours belong to accounts in their first twelve months."""
    shares, _ = apply_allowances(draws(("alb", "alb.hours", 730.0)), free_tier)
    assert shares[0].billable == billed


def test_without_a_free_tier_nothing_is_free() -> None:
    """An estimate without any allowance bills every unit and knows no pool."""
    shares, pools = apply_allowances(draws(("api", "lambda.requests", 5e5)), "none")
    assert (shares[0].free, shares[0].billable, pools) == (0, 5e5, [])


def test_a_meter_without_an_allowance_is_billed_whole() -> None:
    """NAT gateway hours have no pool."""
    shares, pools = apply_allowances(draws(("nat", "nat.hours", 730.0)))
    assert (shares[0].billable, pools) == (730, [])


def test_log_ingestion_storage_and_queries_share_five_gigabytes() -> None:
    """CloudWatch Logs gives 5 GB for all three together."""
    shares, pools = apply_allowances(
        draws(
            ("api", "cloudwatch.logs.ingest", 4.0),
            ("api", "cloudwatch.logs.storage", 4.0),
            ("api", "cloudwatch.logs.query", 2.0),
        )
    )
    assert [share.billable for share in shares] == [2, 2, 1]
    assert pools[0].remaining == 0


def test_pools_are_named_by_the_meter_when_nothing_is_shared() -> None:
    """A meter with an allowance of its own is its own pool."""
    rate: Rate = PRICES.rate("kms.requests")
    assert rate.pool == "kms.requests"
    assert PRICES.rate("sqs.fifo.requests").pool == PRICES.rate("sqs.standard.requests").pool
