"""A stage at other users: what follows, what is scaled outright, and equal work on two sides."""

from __future__ import annotations

import pytest

from model.graph import Architecture
from model.loading import bundled_names, load
from model.problems import BadInput
from studies.scaling import Users, at_users, driver, likely_users, same_work, with_work


@pytest.mark.parametrize("name", bundled_names())
def test_a_stage_serves_the_users_that_are_asked_for(name: str) -> None:
    """Whatever the document's formula, the likely users are those that were asked for, at every stage."""
    for stage in load(name).stage_names:
        assert likely_users(at_users(load(name).at(stage), Users(100, 777, 1500))) == pytest.approx(777)


@pytest.mark.parametrize("name", bundled_names())
def test_requests_grow_in_step_with_the_users(name: str) -> None:
    """Three times the users make three times the requests, stated as a number or not (tests of the team apart)."""
    graph = load(name).at(load(name).stage_names[-1])
    base = likely_users(graph)
    once, thrice = (at_users(graph, Users.exactly(factor * base)).likely["monthly_requests"] for factor in (1, 3))
    assert once == pytest.approx(graph.likely["monthly_requests"])
    assert thrice == pytest.approx(3 * float(once))


def test_the_driver_is_what_users_and_requests_share() -> None:
    """Of several assumptions behind the users, the one that the requests follow too."""
    assert driver(load("lexohub").at("phase1")) == "load_share"
    assert driver(load("vertical-vibing").at("stage2")) == "users"


def test_a_stated_number_of_users_is_replaced(clean: Architecture) -> None:
    """A document without an assumption behind its users is scaled all the same."""
    stated = clean.model_copy(
        update={
            "workload": clean.workload.model_copy(update={"monthly_active_users": 50.0, "monthly_requests": 4000.0})
        }
    )
    graph = at_users(stated.at("launch"), Users.exactly(200))
    assert graph.likely["monthly_active_users"] == 200
    assert graph.likely["monthly_requests"] == pytest.approx(16_000)


def test_two_sides_do_the_same_work() -> None:
    """After with_work both serve the same users and requests; before, they need not."""
    one, other = load("vertical-vibing").at("stage3"), load("writlix").at("steady")
    assert not same_work(one, other)
    assert same_work(one, with_work(other, one))


def test_a_range_out_of_order_is_refused() -> None:
    """Low <= likely <= high, and none below zero."""
    with pytest.raises(BadInput, match="low <= likely <= high"):
        Users(5, 4, 6)
