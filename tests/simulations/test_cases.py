"""The simulator against results that others computed, published or measured (tests/cases)."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulations.queueing import requests_for_half_width
from simulations.results import percentile
from simulations.validation import covered, mean_error, measure, operating_point

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / "cases" / "simulation.json").read_text())["cases"]
BY_ID = {case["id"]: case for case in CASES}

NOT_RUNS = {"percentile_definitions", "mm1_asymptotic_variance", "identities"}
"""Definitions, held to by tests of their own below and in test_engines."""

AT_THE_EDGE = {("md1_rho0.5", "wait_p50"), ("md1_rho0.5", "sojourn_p50")}
"""Half of the requests do not wait: the median is the edge of an atom, and any sample falls on either side."""


def length(case: dict[str, Any]) -> int:
    """Requests (or time units) in a replication: long enough that the start and the end of a run do not show."""
    if case["id"] in ("mmc_c1_rho0.95", "mginf_m2000"):
        return 400_000
    if case["id"] in ("mmc_c100_rho0.95", "erlangB_c1000_a971.2"):
        return 100_000
    return 50_000 if case["id"].startswith("lqn_srvn6") else 20_000


def far_tail(case: dict[str, Any], quantity: str) -> bool:
    """At a load of 0.95 a short replication sees too few busy periods for its last thousandth."""
    return "rho0.95" in case["id"] and quantity.endswith("p99.9")


def test_every_case_is_run_or_is_a_definition() -> None:
    """No case is left out in silence."""
    assert {case["id"] for case in CASES if not covered(case)} == NOT_RUNS


@pytest.mark.parametrize("name", [case["id"] for case in CASES if covered(case)])
def test_a_case_is_met(name: str) -> None:
    """Every quantity lies within four standard errors of twenty replications, or within the error of its source."""
    case = BY_ID[name]
    compared = [
        c
        for c in measure(case, length(case))
        if (name, c.quantity) not in AT_THE_EDGE and not far_tail(case, c.quantity)
    ]
    assert compared
    assert not [c for c in compared if not c.holds]


def test_points_measured_on_aws_lambda_are_met() -> None:
    """Over twelve rates, with one keep-alive for all, the cold-start probability is off by less than the published
    simulator's 11.1 %, and the mean number of instances by at most 3.5 % (its own 3.1 %).
    """
    table = Path(__file__).parents[1] / "cases" / "lambda_operating_points.csv"
    with table.open(newline="") as file:
        points = [operating_point(row, requests=300_000) for row in csv.DictReader(file)]
    cold = mean_error((p.simulated_cold, p.measured_cold) for p in points)
    assert cold < mean_error((p.published_cold, p.measured_cold) for p in points)
    assert mean_error((p.simulated_instances, p.measured_instances) for p in points) < 0.035


def test_the_percentile_is_the_nearest_rank() -> None:
    """The definition is type 1: an observed value."""
    case = BY_ID["percentile_definitions"]
    assert percentile(np.array(case["model"]["data"]), 100 * case["model"]["q"]) == case["expected"]["inverted_cdf"]


def test_run_lengths_follow_the_asymptotic_variance() -> None:
    """The requests needed for 5 % are those of the exact asymptotic variance."""
    for load, row in BY_ID["mm1_asymptotic_variance"]["expected"].items():
        assert requests_for_half_width(float(load[3:]), 0.05) == row["n_for_5pct_95ci"]
