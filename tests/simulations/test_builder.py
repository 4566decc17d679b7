"""What is wrong with a program is said all at once."""

from __future__ import annotations

import pytest

from simulations.builder import InvalidProgram, ProgramBuilder
from simulations.distributions import Lognormal, Uniform, constant, exponential


def test_all_problems_come_together() -> None:
    """Every problem has its place, its value and its rule, sorted, in one error."""
    build = ProgramBuilder("broken")
    desk = build.station("desk", servers=-1)
    build.station("desk")
    with build.endpoint("get", share=-1.0):
        build.serve(desk, exponential(-2.0))
        build.send("nowhere")
        with build.chance(1.5):
            build.delay(Lognormal(median=0.0, sigma=1.0))
        with build.retry(0):
            build.delay(Uniform(3.0, 1.0))
    with pytest.raises(InvalidProgram) as caught:
        build.build()
    assert str(caught.value).splitlines() == [
        "10 problems in program broken",
        "  endpoints.get.share: -1.0 is below 0",
        "  endpoints: every share is 0",
        "  flows.nowhere: is sent to and not defined",
        "  ops[1].delay: mean -2.0 must be at least 0 and finite",
        "  ops[4].chance: probability 1.5 is not between 0 and 1",
        "  ops[5].delay: median 0.0 must be above 0 and finite",
        "  ops[6].retry: attempts 0 is below 1",
        "  ops[7].delay: high 1.0 must be at least 3 and finite",
        "  stations.desk.servers: -1 is below 0",
        "  stations.desk: this name is taken",
    ]


def test_holds_in_a_circle_are_refused() -> None:
    """Two stations each waited for while the other is held can deadlock, and are refused with the circle."""
    build = ProgramBuilder("circle")
    first, second = build.station("first", 1), build.station("second", 1)
    with build.endpoint("a"), build.hold(first), build.hold(second):
        build.delay(constant(1.0))
    with build.endpoint("b"), build.hold(second), build.hold(first):
        build.delay(constant(1.0))
    with pytest.raises(InvalidProgram, match=r"held and waited for in a circle \(first -> second -> first\)"):
        build.build()


def test_a_circle_with_a_deadline_is_allowed() -> None:
    """Who gives up waiting cannot deadlock."""
    build = ProgramBuilder("circle")
    first, second = build.station("first", 1), build.station("second", 1)
    with build.endpoint("a"), build.hold(first), build.hold(second, timeout_s=1.0):
        build.delay(constant(1.0))
    with build.endpoint("b"), build.hold(second), build.hold(first, timeout_s=1.0):
        build.delay(constant(1.0))
    assert len(build.build().entries) == 2


def test_a_program_needs_an_entry() -> None:
    """A program that nobody can enter is refused."""
    with pytest.raises(InvalidProgram, match="there is no endpoint, flow or client"):
        ProgramBuilder("empty").build()
