"""The forecast: growth curves, hand-overs between stages, free allowances that end, budgets and commitments."""

from __future__ import annotations

import csv
import io
import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.loading import load
from model.problems import BadInput
from pricing.price import price
from studies.forecast import Forecast, document_budgets, forecast
from studies.forecast_text import forecast_csv, forecast_markdown
from studies.growth import Rate, grow, read_users
from studies.scaling import Users, at_users
from studies.stage_rooms import rooms_of


@pytest.fixture(scope="module")
def growing() -> Forecast:
    """Vertical Vibing from 50 users, a fifth more every month, in a new account."""
    users = grow("exponential", 50, Rate(0.15, 0.2, 0.25), 20)
    return forecast(load("vertical-vibing"), users, budgets_usd=(50, 200, 1e6), free_tier="12_months", draws=150)


@given(st.floats(1, 1e4), st.floats(0, 0.5), st.integers(2, 60))
def test_curves_start_where_they_are_told_and_rise(start: float, rate: float, months: int) -> None:
    """Month 1 has the start; with growth no month has less than the one before; the range contains the likely."""
    for curve, ceiling in (("linear", None), ("exponential", None), ("logistic", start * 10)):
        users = grow(curve, start, Rate(0, rate, 2 * rate), months, ceiling)  # type: ignore[arg-type]
        assert len(users) == months
        assert users[0].likely == pytest.approx(start)
        assert all(one.likely <= two.likely * (1 + 1e-9) for one, two in pairwise(users))


def test_a_logistic_curve_passes_half_its_ceiling_on_time() -> None:
    """x(t) = K / (1 + (K / x0 - 1) e^-rt): half of K at t = ln(K / x0 - 1) / r."""
    users = grow("logistic", 100, Rate(0.5, 0.5, 0.5), 40, ceiling=10_000)
    half = math.log(99) / 0.5
    before, after = users[math.floor(half)].likely, users[math.ceil(half)].likely
    assert before <= 5000 <= after
    assert users[-1].likely == pytest.approx(10_000, rel=1e-3)


def test_users_are_read_from_csv_with_every_problem_told() -> None:
    """One column or three; a wrong row is named with its line."""
    assert read_users("users\n10\n20\n") == (Users.exactly(10), Users.exactly(20))
    assert read_users("low,likely,high\n1,2,3\n") == (Users(1, 2, 3),)
    with pytest.raises(BadInput, match="line 3"):
        read_users("low,likely,high\n1,2,3\n3,2,1\n")
    with pytest.raises(BadInput, match="a header with users"):
        read_users("people\n3\n")


def test_stages_hand_over_at_the_top_of_their_range(growing: Forecast) -> None:
    """Stage 1 serves up to 100 users, stage 2 up to 1,000, stage 3 up to 10,000."""
    for month in growing.months:
        likely = month.users.likely
        assert month.stage == ("stage1" if likely <= 100 else "stage2" if likely <= 1000 else "stage3")
    assert [stage for _, stage in growing.handovers] == ["stage1", "stage2", "stage3"]


def test_a_month_costs_what_its_stage_costs_at_its_users(growing: Forecast) -> None:
    """The likely cost of a month is the bill of the stage scaled to the month's users."""
    month = growing.months[14]
    graph = at_users(load("vertical-vibing").at(month.stage), month.users)
    assert month.cost.likely == pytest.approx(price(graph, draws=0).total.likely)
    assert month.cost.low <= month.cost.likely <= month.cost.high
    assert sum(month.stage_chances.values()) == pytest.approx(1)


def test_free_allowances_end_in_month_thirteen(growing: Forecast) -> None:
    """The same users cost more in month 13 than in month 12 of a new account, and the same in an old one."""
    steady = (Users.exactly(500),) * 14
    new = forecast(load("vertical-vibing"), steady, free_tier="12_months", draws=20)
    old = forecast(load("vertical-vibing"), steady, draws=20)
    assert new.months[11].cost.likely < new.months[12].cost.likely
    assert new.months[12].cost == old.months[12].cost
    assert len({month.cost for month in old.months}) == 1


def test_the_year_is_the_sum_of_its_months(growing: Forecast) -> None:
    """Totals add up; one-off spend stands in the total and in its month alone."""
    assert growing.total().likely == pytest.approx(sum(month.cost.likely for month in growing.months))
    once = forecast(load("writlix"), (Users.exactly(500),) * 3, one_off_usd={2: 900.0}, draws=20)
    plain = forecast(load("writlix"), (Users.exactly(500),) * 3, draws=20)
    assert once.total().likely == pytest.approx(plain.total().likely + 900)
    assert once.total(1, 1) == plain.total(1, 1)


def test_budgets_are_broken_with_the_share_of_the_draws(growing: Forecast) -> None:
    """A budget that no draw reaches has chance 0, one below every draw 1, and chances rise with the cost."""
    low, middle, high = growing.budgets
    assert low.chance_ever == 1
    assert low.first_month_over is not None
    assert (high.chance_ever, high.first_month_over) == (0, None)
    assert all(a >= b for a, b in zip(low.chance_by_month, middle.chance_by_month, strict=True))
    assert middle.chance_ever >= max(middle.chance_by_month)


def test_the_documents_own_alerts_are_the_budgets() -> None:
    """Writlix asks to be told at 50, 75 and 100 dollars."""
    assert document_budgets(load("writlix")) == (50, 75, 100)


def test_a_commitment_pays_when_it_is_used_past_its_breakeven() -> None:
    """A year of steady tasks pays for a Savings Plan of 20 %; six months do not."""

    def plan(months: int) -> tuple[bool, float]:
        result = forecast(load("tabi-script-ecs"), (Users.exactly(20_000),) * months, stages=["production"], draws=20)
        [offer] = [item for item in result.commitments if item.commitment.name == "compute_sp.fargate.x86.1y.none"]
        assert offer.breakeven_months == pytest.approx(9.6, abs=0.01)
        return offer.pays, offer.saved_usd.low

    pays, saved = plan(14)
    assert pays
    assert saved > 0
    pays, saved = plan(6)
    assert not pays
    assert saved < 0


def test_only_commitments_that_pay_are_taken(growing: Forecast) -> None:
    """The total with commitments is never above the one without, and lower by what the taken ones save."""
    assert all(offer.pays for offer in growing.taken)
    saved = sum(sum(offer.saved_usd) / 2 for offer in growing.taken)
    assert growing.total_committed.likely == pytest.approx(growing.total().likely - saved)
    assert saved >= 0


def test_another_way_to_choose_the_stage_can_be_given() -> None:
    """A study that simulates passes its own choice."""
    result = forecast(load("vertical-vibing"), (Users.exactly(50),) * 2, choose=lambda rooms, users: "stage3", draws=20)
    assert result.handovers == ((1, "stage3"),)


def test_rooms_are_in_the_order_of_their_users() -> None:
    """The stages of a document, smallest first; those that are named when some are."""
    assert [room.name for room in rooms_of(load("vertical-vibing"))][:3] == ["development", "stage1", "stage2"]
    assert [room.name for room in rooms_of(load("vertical-vibing"), ["stage2", "stage1"])] == ["stage1", "stage2"]


def test_text_and_csv_have_every_month(growing: Forecast) -> None:
    """One row per month in both, with a column per budget."""
    rows = list(csv.DictReader(io.StringIO(forecast_csv(growing))))
    assert [int(row["month"]) for row in rows] == list(range(1, 21))
    assert float(rows[-1]["cost_likely"]) == pytest.approx(growing.months[-1].cost.likely, abs=0.01)
    assert forecast_markdown(growing).count("| stage") == 20 + 1


def test_a_forecast_needs_a_month() -> None:
    """An empty curve is refused."""
    with pytest.raises(BadInput, match="at least one month"):
        forecast(load("writlix"), ())
