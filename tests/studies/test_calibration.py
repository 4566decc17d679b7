"""A calibration finds the truth that made the measurements, and says how wrong it is on what it has not seen."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import yaml

from model.loading import read
from model.measured_overlay import laid_over, read_measured_overlay
from model.problems import BadDocument, BadInput
from model.sizing import SizedGraph
from studies.calibration import calibrate
from studies.calibration_check import calibrated, check
from studies.calibration_data import Interval, Measurements, pooled, split
from studies.calibration_demands import Demands, service_times
from studies.calibration_text import calibration_json, calibration_text, overlay_of, overlay_yaml

TRUTH = {"api_cpu_ms": 6.0, "row_cpu_ms": 1.5, "row_ms": 2.0, "cache_ms": 0.7, "edge_ms": 5.0, "hop_ms": 2.5}
DOCUMENT = {"api_cpu_ms": 3.0, "row_cpu_ms": 2.0, "row_ms": 4.0, "cache_ms": 0.5, "edge_ms": 10.0, "hop_ms": 5.0}
HITS = 0.7


def assumption(likely: float, unit: str = "ms") -> dict[str, Any]:
    return {"low": likely / 2, "likely": likely, "high": likely * 2, "unit": unit, "why": "Assumed for a test."}


RAW: dict[str, Any] = {
    "architecture": "shop",
    "title": "A shop",
    "components": {
        "web": {"kind": "web_client"},
        "edge": {"kind": "alb"},
        "api": {"kind": "fargate", "vcpu": 1, "memory_gb": 2, "tasks": {"min": 4, "max": 4}, "connection_pool": 20},
        "cache": {"kind": "elasticache", "node_class": "cache.t3.micro"},
        "database": {"kind": "rds", "instance_class": "db.m6g.large"},
    },
    "connections": [
        {"from": "web", "to": "edge", "kind": "request"},
        {"from": "edge", "to": "api", "kind": "request"},
        {"from": "api", "to": "cache", "kind": "read"},
        {"from": "api", "to": "database", "kind": "read"},
    ],
    "workload": {"monthly_requests": 100_000_000},
    "endpoints": {
        "read": {
            "client": "web",
            "path": "/items/{id}",
            "share": 0.7,
            "calls": [
                {
                    "to": "edge",
                    "time_ms": "edge_ms + hop_ms",
                    "calls": [
                        {
                            "to": "api",
                            "cpu_ms": "api_cpu_ms",
                            "calls": [
                                {
                                    "to": "cache",
                                    "time_ms": "cache_ms",
                                    "hit_ratio": "cache_hits",
                                    "on_miss": [{"to": "database", "time_ms": "row_ms", "cpu_ms": "row_cpu_ms"}],
                                }
                            ],
                        }
                    ],
                }
            ],
        },
        "write": {
            "client": "web",
            "method": "POST",
            "path": "/items",
            "share": 0.3,
            "calls": [
                {
                    "to": "edge",
                    "time_ms": "edge_ms + hop_ms",
                    "calls": [
                        {
                            "to": "api",
                            "cpu_ms": "api_cpu_ms * 2",
                            "calls": [{"to": "database", "op": "write", "time_ms": "row_ms", "cpu_ms": "row_cpu_ms"}],
                        }
                    ],
                }
            ],
        },
    },
    "stages": [{"name": "only"}],
    "assumptions": {name: assumption(value) for name, value in DOCUMENT.items()}
    | {"cache_hits": {**assumption(0.5, "ratio"), "high": 0.9}},
}


@pytest.fixture(scope="module")
def graph() -> SizedGraph:
    return read(yaml.safe_dump(RAW)).at("only")


def measured(graph: SizedGraph, noise: float = 0.0, mixes: int = 6, each: int = 3) -> Measurements:
    """What a service of the true times shows under several mixes, each figure off by up to `noise` of it."""
    names = service_times(graph)
    demands = Demands.of(graph, names, {**TRUTH, "cache_hits": HITS})
    chance = np.random.default_rng(5)
    intervals = []
    for mix in range(mixes):
        for _ in range(each):
            one = Interval(10.0, {"read": 40.0 + 15 * mix, "write": 60.0 - 9 * mix}, mix=f"mix {mix}")
            off = lambda value: value * (1 + chance.uniform(-noise, noise))  # noqa: E731
            intervals.append(
                replace(
                    one,
                    busy_cpus={c: off(demands.cpus(one, c)[0]) for c in ("api", "database")},
                    held_ms={c: off(demands.held_ms(one, c)[0]) for c in ("edge", "cache", "database")},
                    cache_hits={"cache": (round(1000 * HITS), 1000)},
                    response_ms={"read": 20.0, "write": 25.0},
                )
            )
    return Measurements("shop", "only", "a made-up run of the shop", "2026-03-01", tuple(intervals))


def test_exact_measurements_give_the_exact_truth(graph: SizedGraph) -> None:
    found = calibrate(graph, measured(graph))
    for name in ("api_cpu_ms", "row_cpu_ms", "row_ms", "cache_ms", "edge_ms", "hop_ms"):
        assert found.assumptions[name].likely == pytest.approx(TRUTH[name], rel=2e-3)
    assert found.assumptions["cache_hits"].likely == pytest.approx(HITS, rel=1e-3)
    assert found.error_after < 0.002 < 0.3 < found.error_before


def test_noisy_measurements_give_the_truth_within_their_intervals(graph: SizedGraph) -> None:
    found = calibrate(graph, measured(graph, noise=0.1))
    for name, true in TRUTH.items():
        one = found.assumptions[name]
        assert one.likely == pytest.approx(true, rel=0.1)
        assert one.low < one.likely < one.high
    assert found.error_after < 0.1


def test_times_that_always_come_together_share_a_factor(graph: SizedGraph) -> None:
    found = calibrate(graph, measured(graph))
    together = next(factor for factor in found.factors if "edge_ms" in factor.names)
    assert together.names == ("edge_ms", "hop_ms")
    assert "do not part them" in found.assumptions["edge_ms"].why


def test_one_mix_alone_cannot_part_two_endpoints_cpu_times(graph: SizedGraph) -> None:
    """Where nothing is held back, no error is claimed."""
    found = calibrate(graph, measured(graph, mixes=1))
    assert found.errors == ()
    assert "not known" in overlay_of(found).error


def test_what_no_figure_depends_on_is_left_to_the_document(graph: SizedGraph) -> None:
    seen = measured(graph)
    blind = [replace(one, held_ms={}) for one in seen.intervals]
    found = calibrate(graph, replace(seen, intervals=tuple(blind)))
    assert found.not_told["edge_ms"] == "no measured figure depends on it"
    assert "edge_ms" not in found.assumptions
    assert "api_cpu_ms" in found.assumptions


def test_times_held_where_the_cpu_is_busy_are_not_taken_for_service(graph: SizedGraph) -> None:
    seen = measured(graph)
    queued = [
        replace(one, held_ms={**one.held_ms, "database": 500.0}, utilisation={"database": 0.9})
        for one in seen.intervals
    ]
    found = calibrate(graph, replace(seen, intervals=tuple(queued)))
    assert "row_ms" not in found.assumptions
    assert "edge_ms" not in found.assumptions, "a call in the balancer waits for the database too"
    assert found.assumptions["cache_ms"].likely == pytest.approx(TRUTH["cache_ms"], rel=2e-3)


def test_a_whole_mix_is_held_back() -> None:
    intervals = [Interval(1.0, {}, mix=mix) for mix in "aabbccddeeff"]
    parts = split(intervals)
    assert {one.mix for one in parts.held_back} == {"c", "f"}
    assert len(parts.fitted) + len(parts.held_back) == len(intervals)


def test_pooling_weighs_by_time_and_by_requests() -> None:
    one = Interval(10, {"a": 1.0}, {"api": 1.0}, response_ms={"a": 10.0}, cache_hits={"c": (1, 2)})
    two = Interval(30, {"a": 3.0}, {"api": 2.0}, response_ms={"a": 20.0}, cache_hits={"c": (2, 2)})
    both = pooled([one, two])
    assert both.throughput_per_s["a"] == pytest.approx(100 / 40)
    assert both.busy_cpus["api"] == pytest.approx(70 / 40)
    assert both.response_ms["a"] == pytest.approx((10 * 10 + 90 * 20) / 100)
    assert both.cache_hits["c"] == (3, 4)


def test_a_day_of_hours_gives_its_shape_and_a_part_of_one_does_not(graph: SizedGraph) -> None:
    base = measured(graph).intervals[0]
    day = tuple(
        replace(base, seconds=3600.0, start_s=hour * 3600.0, throughput_per_s={"read": 10.0 + hour})
        for hour in range(24)
    )
    seen = replace(measured(graph), intervals=day, has_hours=True)
    found = calibrate(graph, seen)
    assert found.peak_factor == pytest.approx(33 / 21.5)
    assert found.shape is not None
    assert max(found.shape) == found.shape[23] == 1.0
    partial = calibrate(graph, replace(seen, intervals=day[:20]))
    assert partial.peak_factor is None
    assert "4 hours of the day were not measured" in partial.not_told["the day's shape"]


def test_measurements_of_something_else_are_refused_with_every_reason(graph: SizedGraph) -> None:
    strange = Interval(1.0, {"nonsense": 1.0})
    with pytest.raises(BadInput) as refused:
        calibrate(graph, Measurements("inn", "other", "somewhere else", "2026-01-01", (strange,)))
    assert str(refused.value).splitlines() == [
        "3 problem(s) in the measurements",
        "  they are of inn, not of shop",
        "  they were taken at stage other, not at only",
        "  nonsense is not an endpoint of this stage",
    ]


def test_the_overlay_laid_over_the_document_gives_the_calibrated_stage(graph: SizedGraph) -> None:
    found = calibrate(graph, measured(graph, noise=0.05))
    text = overlay_yaml(overlay_of(found))
    again = laid_over(yaml.safe_dump(RAW), read_measured_overlay(text, "overlay.yaml")).at("only")
    expected = calibrated(graph, found)
    assert {name: one.likely for name, one in again.assumptions.items()} == {
        name: one.likely for name, one in expected.assumptions.items()
    }
    assert again.assumptions["api_cpu_ms"].source == "a made-up run of the shop, 2026-03-01"


def test_the_simulator_with_the_fitted_values_is_right_on_mixes_held_back(graph: SizedGraph) -> None:
    """Response times come from a simulation of the truth; the fit has not seen them."""
    seen = measured(graph, noise=0.02)
    truth = replace(
        graph,
        assumptions={
            name: one.model_copy(update={"likely": {**TRUTH, "cache_hits": HITS}[name], "low": 0.0, "high": 1e3})
            for name, one in graph.assumptions.items()
        },
    )
    same = calibrate(graph, seen)
    true_means = {(one.mix, one.endpoint): one.after_ms for one in check(truth, replace(same, assumptions={}), seed=3)}
    told = [
        replace(one, response_ms={name: true_means.get((one.mix, name), 1.0) for name in one.throughput_per_s})
        for one in seen.intervals
    ]
    found = calibrate(graph, replace(seen, intervals=tuple(told)))
    predicted = check(graph, found, seed=4)
    assert {one.endpoint for one in predicted} == {"read", "write"}
    assert all(one.error_after < 0.05 for one in predicted)
    assert any(one.error_before > 0.2 for one in predicted)
    text = calibration_text(found, predicted)
    assert "median error" in text
    assert calibration_json(found, predicted)["predicted"][0]["after_ms"] > 0


def test_an_overlay_with_anything_wrong_is_refused_as_a_whole() -> None:
    text = yaml.safe_dump(
        {
            "overlay": "shop",
            "stage": "onyl",
            "source": "a run that was made up",
            "date": "2026-03-01",
            "assumptions": {"api_cpu_mss": assumption(3.0), "row_ms": assumption(2.0)},
        }
    )
    with pytest.raises(BadDocument) as refused:
        laid_over(yaml.safe_dump(RAW), read_measured_overlay(text, "o.yaml"), "o.yaml")
    assert str(refused.value).splitlines() == [
        "2 problems in o.yaml",
        "  assumptions.api_cpu_mss: is not an assumption of shop (did you mean 'api_cpu_ms'?)",
        "  stage: 'onyl' is not a stage of shop (did you mean 'only'?)",
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"source": None}, "source"),
        ({"date": "yesterday"}, "date"),
        ({"assumptions": {"row_ms": {**assumption(2.0), "low": 3.0}}}, "assumptions.row_ms.likely: 2 is below"),
        ({"colour": "red"}, "colour: is not a field here"),
    ],
)
def test_a_malformed_overlay_says_where(change: dict[str, Any], said: str) -> None:
    whole = {"overlay": "shop", "stage": "only", "source": "a run that was made up", "date": "2026-03-01"}
    with pytest.raises(BadDocument, match=said):
        read_measured_overlay(yaml.safe_dump(whole | change), "o.yaml")
