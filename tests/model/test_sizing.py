"""Stages: what each makes of the base."""

from collections.abc import Callable
from typing import Any

import pytest

from model.graph import Architecture
from model.problems import UnknownName
from model.traffic import traffic

Load = Callable[[dict[str, Any]], Architecture]


def test_a_stage_resizes_without_touching_the_base(small: dict[str, Any], load_raw: Load) -> None:
    """Fields merge: only what the stage names is changed."""
    architecture = load_raw(small)
    first, second = (architecture.at(name).components["api"] for name in ("first", "second"))
    assert (first.tasks.min, first.tasks.max, second.tasks.min, second.tasks.max) == (1, 4, 1, 8)  # type: ignore[attr-defined]


def test_an_absent_cache_misses_always(small: dict[str, Any], load_raw: Load) -> None:
    """What an absent component would have called, its caller calls itself."""
    small["stages"][0]["remove"] = ["cache"]
    result = traffic(load_raw(small).at("first"))
    assert result.load("database").monthly_calls == pytest.approx(6000)
    assert result.endpoint_ms["read"] == pytest.approx(15)
    assert "cache" not in result.loads


def test_an_absent_hop_is_passed_through_as_often_as_it_was_called(small: dict[str, Any], load_raw: Load) -> None:
    """Probability and count of the absent call are taken over by what it called."""
    small["components"]["proxy"] = {"kind": "rds_proxy", "database": "database"}
    small["connections"] += [
        {"from": "api", "to": "proxy", "kind": "read"},
        {"from": "proxy", "to": "database", "kind": "read"},
    ]
    small["endpoints"]["write"]["calls"][0]["calls"] = [
        {"to": "proxy", "probability": 0.5, "count": 3, "calls": [{"to": "database", "probability": 0.5, "time_ms": 8}]}
    ]
    with_proxy = traffic(load_raw(small).at("first")).load("database").monthly_calls
    small["stages"][0]["remove"] = ["proxy"]
    without = traffic(load_raw(small).at("first")).load("database").monthly_calls
    assert with_proxy == pytest.approx(without) == pytest.approx(900 + 1500 * 0.5 * 3 * 0.5)


def test_a_stage_builds_on_another(small: dict[str, Any], load_raw: Load) -> None:
    """builds_on starts from the earlier stage's components, workload and assumptions."""
    small["stages"] += [{"name": "third", "builds_on": "second", "workload": {"peak_factor": 6}}]
    graph = load_raw(small).at("third")
    assert graph.components["api"].tasks.max == 8  # type: ignore[attr-defined]
    assert graph.likely["peak_factor"] == 6


def test_an_endpoint_may_belong_to_some_stages_only(small: dict[str, Any], load_raw: Load) -> None:
    """Endpoints named for other stages are not served."""
    small["endpoints"]["read"]["stages"] = ["second"]
    small["endpoints"]["write"]["share"] = 1.0
    small["endpoints"]["read"]["share"] = None
    small["endpoints"]["read"]["monthly_calls"] = 10
    architecture = load_raw(small)
    assert set(architecture.at("first").endpoints) == {"write"}
    assert set(architecture.at("second").endpoints) == {"read", "write"}


def test_an_unknown_stage_is_named_with_the_nearest(small: dict[str, Any], load_raw: Load) -> None:
    """at() refuses with a sentence."""
    with pytest.raises(UnknownName, match=r"'secnd' is not a stage of small \(did you mean 'second'\?\)"):
        load_raw(small).at("secnd")
