"""Commitments: the effective cost of a month and the cash of every month tell the same sum."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.commitments import (
    COLUMNS,
    KINDS,
    UPFRONT_SHARE,
    Band,
    Commitment,
    Discount,
    Hourly,
    commitments_for,
    load_commitments,
)
from pricing.errors import PriceFileError, UnknownPriceError
from pricing.price_rows import CONFIDENCES
from pricing.price_table import load_prices

US = load_prices("us-east-1")
USD = st.floats(0, 1e6)
ROW = {
    "name": "sp", "service": "Lambda", "kind": "savings_plan", "meters": "lambda.requests", "description": "",
    "region": "us-east-1", "term_years": "1", "payment": "none", "discount_low": "0.1", "discount_high": "0.2",
    "usd_per_hour": "", "upfront_usd": "", "effective_date": "2026-11-21", "source": "a price list",
    "confidence": "high",
}  # fmt: skip


def only(meter: str) -> Commitment:
    [found] = commitments_for(meter, "us-east-1")
    return found


@st.composite
def commitments(draw: st.DrawFn) -> Commitment:
    low, high = sorted((draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))))
    hourly = Hourly(draw(st.floats(0, 10)), draw(st.floats(0, 1e5)))
    terms = Discount(low, high) if draw(st.booleans()) else hourly
    years, payment = draw(st.sampled_from([1, 3])), draw(st.sampled_from(sorted(UPFRONT_SHARE)))
    return replace(only("fargate.vcpu.x86"), terms=terms, term_years=years, payment=payment)


@given(commitments(), USD, st.integers(1, 20))
def test_the_cash_of_the_term_is_the_effective_cost_of_the_term(item: Commitment, usd: float, count: int) -> None:
    """Spreading the upfront part moves no dollar in or out of the term."""
    cash = item.cash_usd(usd, count)
    effective = item.monthly_usd(usd, count)
    assert len(cash) == 1 + 12 * item.term_years
    assert sum(month.low for month in cash) == pytest.approx(item.term_months * effective.low, abs=1e-6)
    assert sum(month.high for month in cash) == pytest.approx(item.term_months * effective.high, abs=1e-6)


@given(commitments(), USD, st.integers(1, 20))
def test_no_payment_is_negative_and_low_is_below_high(item: Commitment, usd: float, count: int) -> None:
    """Bands are bands in every month."""
    for month in (item.monthly_usd(usd, count), *item.cash_usd(usd, count)):
        assert -1e-6 <= month.low <= month.high + 1e-6


@given(commitments(), USD, st.integers(2, 9))
def test_twice_the_commitment_costs_twice_as_much(item: Commitment, usd: float, times: int) -> None:
    """Commitments are linear: instances by count, Savings Plans by the usage they cover."""
    one = item.monthly_usd(usd)
    assert item.monthly_usd(times * usd, times) == pytest.approx(Band(times * one.low, times * one.high))


def test_paying_all_upfront_leaves_nothing_for_the_months() -> None:
    """A Savings Plan paid in full has one payment; half upfront halves the months."""
    plan = only("fargate.vcpu.x86")
    assert replace(plan, payment="all").cash_usd(100.0)[:2] == (Band(960, 960), Band(0, 0))
    assert replace(plan, payment="partial").cash_usd(100.0)[:2] == (Band(480, 480), Band(40, 40))
    assert plan.cash_usd(100.0)[:2] == (Band(0, 0), Band(80, 80))


@pytest.mark.parametrize(
    ("meter", "usd"),
    [
        ("rds.mysql.db.t3.large.single_az", 69.86),
        ("rds.mysql.db.t3.large.multi_az", 139.72),
        ("elasticache.redis.cache.m6g.12xlarge", 1772.44),
        ("ec2.c5.xlarge", 78.11),
    ],
)
def test_published_reserved_costs_come_out(meter: str, usd: float) -> None:
    """A month of a published reservation costs what its publisher says."""
    monthly = only(meter).monthly_usd(0.0)
    assert monthly.low == monthly.high == pytest.approx(usd, abs=0.005)


def test_four_instances_on_a_savings_plan_cost_what_the_calculator_says() -> None:
    """Four c5.xlarge with 30 GB gp2 each cost 324.44 a month (AWS Pricing Calculator export)."""
    volumes = US.rate("ebs.gp2").cost(4 * 30.0)
    assert only("ec2.c5.xlarge").monthly_usd(0.0, 4).low + volumes == pytest.approx(324.44, abs=0.005)


def test_a_discount_known_as_a_range_stays_a_range() -> None:
    """PostgreSQL reservations on T, M6g and R6g classes are a band of 30 to 35 %."""
    for meter in ("rds.postgres.db.t3.small.multi_az", "rds.postgres.db.r6g.xlarge.multi_az"):
        assert only(meter).monthly_usd(100.0) == pytest.approx(Band(65, 70))
        assert only(meter).confidence == "low"


def test_requests_are_not_discounted_by_a_compute_savings_plan() -> None:
    """A Compute Savings Plan lowers Lambda's duration, never its requests."""
    assert only("lambda.duration.arm").kind == "savings_plan"
    assert commitments_for("lambda.requests", "us-east-1") == ()
    assert commitments_for("lambda.duration.arm", "eu-west-1") == ()


def test_every_shipped_commitment_is_sourced_and_lowers_known_meters() -> None:
    """No commitment ships without source, date and grade, or for a meter that has no price, or above on-demand."""
    shipped = load_commitments()
    assert len(shipped) > 35
    for item in shipped:
        assert item.kind in KINDS
        assert item.confidence in CONFIDENCES
        assert item.source
        for meter in item.meters:
            on_demand = US.rate(meter).usd_per_unit * 730
            assert item.monthly_usd(on_demand).high < on_demand


def test_all_problems_come_at_once_with_their_places(tmp_path: Path) -> None:
    """A commitments file with many mistakes is answered with all of them."""
    (tmp_path / "2026-11-21").mkdir()
    wrong = [
        {"kind": "spot", "payment": "later"},
        {"term_years": "one", "source": ""},
        {"discount_low": "0.3", "discount_high": "0.2"},
        {"usd_per_hour": "0.1"},
        {"discount_low": "", "discount_high": "", "usd_per_hour": "x"},
        {"name": "twice"},
        {"name": "twice"},
    ]
    with (tmp_path / "2026-11-21" / "commitments.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows({**ROW, "name": f"sp{place}", **row} for place, row in enumerate(wrong))
    with pytest.raises(PriceFileError) as raised:
        load_commitments(tables=tmp_path)
    assert raised.value.problems == (
        "commitments.csv:2: kind: 'spot' is not one of savings_plan, reserved",
        "commitments.csv:2: payment: 'later' is not one of none, partial, all",
        "commitments.csv:3: source is missing",
        "commitments.csv:3: term_years: 'one' is not a whole number of years",
        "commitments.csv:4: discount: '0.3' to '0.2' is not a range between 0 and 1",
        "commitments.csv:5: a discount and an hourly rate exclude each other",
        "commitments.csv:6: usd_per_hour 'x' and upfront_usd '' must be numbers",
        "commitments.csv:8: name: 'twice' stands twice",
    )


def test_an_unknown_date_is_refused() -> None:
    """Commitments of a date without tables are not those of another."""
    with pytest.raises(UnknownPriceError, match="no price table for date '1999-01-01'"):
        load_commitments("1999-01-01")
