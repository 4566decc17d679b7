"""Sensitivity: swings, rank correlations, and the ranking over all stages."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.graph import Architecture
from model.loading import load
from pricing.price import price
from studies.sensitivity import correlation, ranks, sensitivity
from studies.sensitivity_text import sensitivity_markdown


def test_what_moves_the_total_most_comes_first() -> None:
    """The ranking of stage 4 is led by its users, with a strong rank correlation."""
    study = sensitivity(load("vertical-vibing"), ["stage4"], draws=400)
    first = study.stages[0].assumptions[0]
    assert study.ranking[0] == first.name == "users"
    assert first.rank_correlation > 0.7


def test_swings_are_those_of_the_bill() -> None:
    """One at a time, the totals at the bounds are the bill's influences."""
    bill = price(load("writlix").at("steady"), draws=50)
    [stage] = sensitivity(load("writlix"), ["steady"], draws=50).stages
    assert [item.name for item in stage.assumptions] == [item.name for item in bill.influences]
    assert [item.swing_usd for item in stage.assumptions] == pytest.approx([item.swing for item in bill.influences])


def test_the_only_assumption_explains_everything(clean: Architecture) -> None:
    """With one assumption the rank correlation is 1."""
    [stage] = sensitivity(clean, draws=100).stages
    assert stage.assumptions[0].rank_correlation == pytest.approx(1)


@given(st.lists(st.integers(-5, 5), min_size=2, max_size=30))
def test_ranks_sum_to_those_of_a_permutation(values: list[int]) -> None:
    """Ties share their ranks, so that the sum stays n (n + 1) / 2, and order is kept."""
    found = ranks(np.array(values, dtype=np.float64))
    count = len(values)
    assert found.sum() == pytest.approx(count * (count + 1) / 2)
    assert correlation(np.array(values, dtype=np.float64), found) >= 0


def test_all_stages_stand_in_one_table() -> None:
    """A row per assumption that matters, a column per stage."""
    text = sensitivity_markdown(sensitivity(load("vertical-vibing"), draws=50))
    assert "| development | stage1 | stage2 | stage3 | stage4 |" in text
    assert "nat_gateways" in text
