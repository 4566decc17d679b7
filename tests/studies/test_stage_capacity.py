"""How many users a stage serves, and the months in which stages hand over."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.graph import Architecture
from model.loading import load
from model.units import SECONDS_PER_MONTH
from studies.forecast import forecast
from studies.forecast_text import forecast_markdown
from studies.growth import Rate, grow
from studies.scaling import Users
from studies.stage_capacity import StageCapacity, handovers, simulated_rooms, stage_capacity
from studies.stage_rooms import rooms_of
from studies.trials import attempt


def _capacity(stage: str, low: float, likely: float, high: float) -> StageCapacity:
    return StageCapacity(stage, Users(low, likely, high), (), (), "", 0)


@pytest.fixture(scope="module")
def measured(clean: Architecture) -> StageCapacity:
    return stage_capacity(clean.at("launch"))


def test_a_stage_ends_where_its_processors_are_full(clean: Architecture, measured: StageCapacity) -> None:
    """Known answer: four tasks of half a vCPU do 5 ms in 10; 100 requests a user and month, four times as many in
    the busiest hour.

    The p95 of 200 ms is reached a little before the processors are full.
    """
    full = 4 / 0.010 * SECONDS_PER_MONTH / 100 / 4
    assert 0.8 * full < measured.users.likely < full
    assert measured.gives_way == "api cpu"
    assert measured.reasons
    assert measured.users.low <= measured.users.likely <= measured.users.high


def test_fewer_users_hold_and_more_do_not(clean: Architecture, measured: StageCapacity) -> None:
    """The trial at the capacity holds, a tenth more does not."""
    from studies.scaling import at_users

    for share, holds in ((1.0, True), (1.1, False)):
        graph = at_users(clean.at("launch"), Users.exactly(share * measured.users.likely))
        assert attempt(graph, 1, measured.aside).holds is holds


@given(
    st.lists(st.floats(1, 1e6), min_size=1, max_size=5),
    st.floats(1, 1000),
    st.floats(0.0, 0.5),
)
def test_hand_overs_lie_within_their_range(capacities: list[float], start: float, rate: float) -> None:
    """Earliest before likely before latest; the next stage holds in that month; a larger stage lasts longer."""
    users = grow("exponential", start, Rate(rate / 2, rate, rate * 1.5), 36)
    rooms = [_capacity(f"s{k}", 0.5 * n, n, 2 * n) for k, n in enumerate(sorted(capacities))]
    found = handovers(users, rooms)
    never = len(users) + 1
    for item, room in zip(found, rooms, strict=True):
        assert (item.earliest or never) <= (item.month or never) <= (item.latest or never)
        if item.month is not None:
            assert users[item.month - 1].likely > room.users.likely
            following = next((other for other in rooms if other.stage == item.next_stage), None)
            assert following is None or following.users.likely >= users[item.month - 1].likely
    assert all((one.month or never) <= (two.month or never) for one, two in pairwise(found))


def test_the_forecast_changes_stage_by_capacity_when_it_is_given() -> None:
    """The document's order stays; a stage that holds for more users is kept for longer."""
    architecture = load("vertical-vibing")
    rooms = rooms_of(architecture, ("stage1", "stage2"))
    capacities = (_capacity("stage1", 3000, 4000, 5000), _capacity("stage2", 10_000, 20_000, 40_000))
    assert [room.users for room in simulated_rooms(rooms, capacities)] == [4000, 20_000]
    users = grow("exponential", 1000, Rate(0.2, 0.3, 0.4), 12)
    found = forecast(architecture, users, stages=("stage1", "stage2"), draws=0, capacities=capacities)
    change = next(number for number, active in enumerate(users, start=1) if active.likely > 4000)
    assert found.handovers == ((1, "stage1"), (change, "stage2"))
    assert found.stops_holding[0].month == change
    assert found.stops_holding[0].next_stage == "stage2"
    assert f"no longer from month {change} on" in forecast_markdown(found)
    assert found.as_json()["stops_holding"][0]["stops_holding"] == change


@pytest.mark.parametrize("start", [100, 1000])
def test_a_forecast_names_what_is_missed_at_any_load(start: float) -> None:
    """Whether a stage holds to the end or not: it holds its other targets, and the missed one is named."""
    stages = [StageCapacity("stage1", Users(900, 1000, 1100), (), ("api_p95",), "", 0)]
    users = grow("exponential", start, Rate(0.01, 0.02, 0.03), 6)
    text = forecast_markdown(forecast(load("vertical-vibing"), users, stages=("stage1",), draws=0, capacities=stages))
    line = next(line for line in text.splitlines() if "1,000 users" in line)
    assert "stage1 holds its other targets for 1,000 users" in line
    assert line.endswith("; api p95 is missed at any load")
    assert "holds its targets" not in text


def test_the_thirteenth_month_pays_for_what_was_free() -> None:
    """In a new account the first year's allowances end: the difference is the same month priced with them."""
    users = [Users.exactly(100)] * 14
    found = forecast(load("vertical-vibing"), users, stages=("stage1",), free_tier="12_months", draws=0)
    assert found.allowances_end is not None
    month, usd = found.allowances_end
    assert month == 13
    assert usd == pytest.approx(found.months[12].cost.likely - found.months[11].cost.likely)
    assert usd > 0
    assert forecast(load("vertical-vibing"), users, stages=("stage1",), draws=0).allowances_end is None
