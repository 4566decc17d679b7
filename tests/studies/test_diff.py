"""Differences of bills by cause, and the budget gate."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from model.component import Scaling
from model.graph import Architecture
from model.loading import bundled_names, load
from pricing.price import price
from pricing.price_table import PriceTable, load_prices
from studies.budget import chance_above, check_budget
from studies.diff import BillDiff, diff
from studies.diff_text import diff_markdown, diffs_csv
from studies.scaling import Users, at_users
from tests.studies.plants import with_fields

PRICES = load_prices("us-east-1")


def between(old: Architecture, new: Architecture, stages: tuple[str, str], prices: PriceTable = PRICES) -> BillDiff:
    return diff(old.at(stages[0]), new.at(stages[1]), PRICES, prices, draws=100)


def dearer(meter: str, factor: float) -> PriceTable:
    """Tables in which one meter costs more."""
    rate = PRICES.rate(meter)
    new = replace(rate, unit_prices=tuple(each * factor for each in rate.unit_prices))
    return PriceTable(PRICES.region, "2099-01-01", {**PRICES.rates, meter: new})


@pytest.mark.parametrize("name", bundled_names())
def test_changes_add_up_to_the_difference(name: str) -> None:
    """Whatever the causes, they are the whole difference of the likely totals, to a cent per component."""
    stages = load(name).stage_names
    found = between(load(name), load(name), (stages[0], stages[-1]))
    explained = sum(change.usd for change in found.changes)
    assert explained == pytest.approx(found.new.total.likely - found.old.total.likely, abs=0.005 * 60)
    assert sum(found.by_cause.values()) == pytest.approx(explained)


def test_nothing_changes_between_a_stage_and_itself(clean: Architecture) -> None:
    """No change, no difference, and the text says so."""
    found = between(clean, clean, ("launch", "launch"))
    assert found.changes == ()
    assert (found.difference.low, found.difference.high) == (0, 0)
    assert "Nothing on the bill changes" in diff_markdown(found)


def test_a_dearer_meter_is_a_price(clean: Architecture) -> None:
    """A tenth more per balancer hour moves the balancer alone, by cause of price."""
    [change] = between(clean, clean, ("launch", "launch"), dearer("alb.hours", 1.1)).changes
    assert (change.component, change.cause) == ("alb", "price")
    assert change.usd == pytest.approx(0.1 * 730 * 0.0225)
    assert "0.0225 -> 0.02475" in change.why


def test_a_larger_task_is_a_resize(clean: Architecture) -> None:
    """Twice the processors is a shape, with the old and the new setting."""
    larger = with_fields(clean, "api", vcpu=1.0, memory_gb=2.0)
    [change] = between(clean, larger, ("launch", "launch")).changes
    assert (change.component, change.cause) == ("api", "resized")
    assert change.why == "vcpu 0.5 -> 1; memory_gb 1 -> 2"
    assert change.usd == pytest.approx(change.old_usd)


def test_more_users_are_a_quantity(clean: Architecture) -> None:
    """The same shape under more users costs more by quantity alone."""
    old = clean.at("launch")
    found = diff(old, at_users(old, Users.exactly(3e5)), PRICES, PRICES, draws=100)
    assert {change.cause for change in found.changes} == {"quantity"}
    assert any("alb.lcu" in change.why for change in found.changes)


def test_components_come_and_go() -> None:
    """Stage 3 adds CloudFront to stage 2; the way back removes it."""
    up = between(load("vertical-vibing"), load("vertical-vibing"), ("stage3", "stage4"))
    down = between(load("vertical-vibing"), load("vertical-vibing"), ("stage4", "stage3"))
    assert {change.component for change in up.changes if change.cause == "added"} >= {"redis", "waf"}
    assert {change.component for change in down.changes if change.cause == "removed"} >= {"redis", "waf"}
    assert up.difference.likely == pytest.approx(-down.difference.likely)


def test_the_paired_difference_is_narrower_than_its_sides() -> None:
    """Common random numbers: what both sides share cancels out."""
    found = between(load("tabi-script-ecs"), load("tabi-script-serverless"), ("production", "production"))
    width = found.difference.high - found.difference.low
    assert width < 0.3 * (found.old.total.high - found.old.total.low)


def test_a_budget_is_a_verdict_with_a_chance(clean: Architecture) -> None:
    """Held by the likely bill, more often than not; the chance of going over falls as the budget rises."""
    bill = price(load("writlix").at("steady"), draws=300)
    chances = [chance_above(bill, usd) for usd in (0, 100, 150, 200, 1e6)]
    assert chances == sorted(chances, reverse=True)
    assert (chances[0], chances[-1]) == (1, 0)
    assert not check_budget(bill, 100).holds
    assert check_budget(bill, 500).holds
    assert "over the budget of $100" in str(check_budget(bill, 100))
    between_likely_and_median = 145.0
    assert bill.total.likely < between_likely_and_median
    assert not check_budget(bill, between_likely_and_median).holds
    certain = price(clean.at("launch"), draws=0)
    assert chance_above(certain, certain.total.likely + 1) == 0


def test_a_diff_over_budget_does_not_hold(clean: Architecture) -> None:
    """The gate is on the new bill."""
    more = with_fields(clean, "api", tasks=Scaling(min=10, max=12))
    found = diff(clean.at("launch"), more.at("launch"), PRICES, PRICES, budget_usd=200, draws=50)
    assert not found.holds
    assert "Over budget" in diff_markdown(found)
    assert found.as_json()["budget"]["holds"] is False


def test_the_csv_adds_up_to_its_totals() -> None:
    """The changes of each stage are the difference of its total row; a reason with a comma stays one cell."""
    one = load("tabi-script-ecs")
    found = between(one, one, ("development", "production"))
    rows = list(csv.DictReader(io.StringIO(diffs_csv([found]))))
    assert any("," in row["why"] for row in rows)
    (total,) = [row for row in rows if row["cause"] == "total"]
    changed = sum(float(row["usd"]) for row in rows if row["cause"] != "total")
    assert changed == pytest.approx(float(total["usd"]), abs=0.01)
    assert float(total["new_usd"]) - float(total["old_usd"]) == pytest.approx(float(total["usd"]), abs=0.01)
    assert all(None not in row for row in rows)
