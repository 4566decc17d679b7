"""Architectures side by side: equal work, paired differences, what only one needs."""

from __future__ import annotations

import pytest

from model.graph import Architecture
from model.loading import load
from model.problems import BadInput
from pricing.price import price
from studies.compare import Comparison, compare
from studies.compare_text import comparison_markdown
from studies.scaling import Users, likely_users


@pytest.fixture(scope="module")
def pair() -> Comparison:
    return compare([load("tabi-script-serverless"), load("tabi-script-ecs")], ["production"], draws=200)


def test_services_add_up_to_the_totals(pair: Comparison) -> None:
    """Each column of the table sums to its side's bill."""
    for index, side in enumerate(pair.sides):
        column = [costs[index] for costs in pair.services.values()]
        assert sum(cost.likely for cost in column if cost is not None) == pytest.approx(side.bill.total.likely)


def test_the_difference_is_that_of_the_two_bills(pair: Comparison) -> None:
    """Likely less likely; the range is of the paired draws and the chance agrees with it."""
    first, second = pair.sides
    [difference], [chance] = pair.differences, pair.chances_cheaper
    assert difference.likely == pytest.approx(second.bill.total.likely - first.bill.total.likely)
    assert difference.high < 0
    assert chance > 0.95
    assert pair.cheapest == "tabi-script-ecs"


def test_an_architecture_compared_with_itself_differs_by_nothing() -> None:
    """All draws are in common."""
    same = compare([load("writlix"), load("writlix")], draws=100)
    assert (same.differences[0].low, same.differences[0].high) == (0, 0)
    assert same.only == ((), ())


def test_what_only_one_needs(pair: Comparison) -> None:
    """A balancer on one side, a gateway on the other."""
    serverless, containers = pair.only
    assert "Amazon API Gateway" in serverless
    assert "Elastic Load Balancing" in containers


def test_other_work_is_made_equal() -> None:
    """A side that states other users gets those of the first, and the text says so."""
    found = compare([load("vertical-vibing"), load("tabi-script-ecs")], ["stage3", "production"], draws=50)
    users = [likely_users(side.graph) for side in found.sides]
    assert users[0] == pytest.approx(users[1])
    assert [side.work_was_set for side in found.sides] == [False, True]
    assert "it was given that of vertical-vibing" in comparison_markdown(found)


def test_users_can_be_set_for_all() -> None:
    """At 2,000 users both sides serve 2,000."""
    pair = compare([load("writlix"), load("writlix-supabase")], ["steady"], users=Users.exactly(2000), draws=50)
    assert [likely_users(side.graph) for side in pair.sides] == [pytest.approx(2000)] * 2


def test_further_figures_can_be_given() -> None:
    """What a simulation finds stands in the same table."""
    found = compare([load("writlix"), load("writlix-supabase")], draws=20, measure=lambda graph: {"p95_ms": 123.0})
    assert "p95_ms | 123 | 123" in comparison_markdown(found)


def test_a_side_alone_costs_what_its_bill_says(pair: Comparison) -> None:
    """With equal work nothing is changed."""
    own = price(load("tabi-script-ecs").at("production"), draws=200)
    assert pair.sides[1].bill.total == own.total


@pytest.mark.parametrize(
    ("names", "stages", "sentence"),
    [
        (["writlix"], None, "at least two"),
        (["writlix", "lexohub"], ["steady", "target", "x"], "one for all, or one for each"),
        (["writlix", "lexohub"], ["steady", "targt"], "did you mean 'target'"),
    ],
)
def test_bad_input_is_refused(names: list[str], stages: list[str] | None, sentence: str) -> None:
    """Each refusal says what is needed."""
    with pytest.raises(BadInput, match=sentence):
        compare([load(name) for name in names], stages)


def test_a_simulated_comparison_has_latency_capacity_and_promises(clean: Architecture) -> None:
    """Figures of the busiest hour stand beside the costs; percentiles rise; CSV has a row for each."""
    from dataclasses import replace

    from studies.compare_text import comparison_csv
    from studies.simulated_side import simulated_figures

    figures = simulated_figures(clean.at("launch"))
    p50, p95, p99 = (figures[f"p{q} in the busiest hour, ms"] for q in (50, 95, 99))
    assert 0 < p50 < p95 < p99
    assert figures["users until any other target breaks"] > 1000
    assert figures["targets missed at any load"] == 0
    assert 0.99 < figures["availability promised along the way"] < 1
    found = compare([load("writlix"), load("writlix-supabase")], draws=20, measure=lambda graph: figures)
    rows = comparison_csv(found).splitlines()
    assert rows[0] == "row,name,writlix,writlix-supabase"
    assert sum(row.startswith("figure,") for row in rows) == len(figures)
    nobody = replace(clean.at("launch"), endpoints={})
    assert set(simulated_figures(nobody)) == {"availability promised along the way"}
