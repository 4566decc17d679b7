"""The hand-overs on the page: from the simulated capacities, along the report's growth."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from reports.handed_over import handed_over
from studies.growth import Rate, grow


def _stage(name: str, users: float | None, missed: tuple[str, ...] = ()) -> Any:
    capacity = SimpleNamespace(users=users, missed_at_any_load=missed, trials=())
    return SimpleNamespace(name=name, simulated=SimpleNamespace(outlook=SimpleNamespace(capacity=capacity)))


def test_months_follow_the_simulated_capacities() -> None:
    """A stage holds until the first month with more users; a stage without a simulation or users is left out."""
    users = grow("exponential", 100, Rate(0.1, 0.2, 0.3), 24)
    stages = [
        _stage("small", 500, ("search",)),
        _stage("odd", None),
        SimpleNamespace(name="none", simulated=None),
        _stage("big", 1e9),
    ]
    (small, room, missed), (big, *_) = handed_over(users, stages)
    month = next(number for number, active in enumerate(users, start=1) if active.likely > 500)
    assert (small.stage, small.month, small.next_stage, room) == ("small", month, "big", 500)
    assert missed == ("search",)
    assert small.earliest is not None
    assert small.earliest < month
    assert (big.month, big.next_stage) == (None, None)
