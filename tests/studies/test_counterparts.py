"""Growth and comparison as the documents themselves draw them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from model.graph import Architecture
from model.loading import bundled_names, load
from studies.counterparts import counterparts
from studies.document_growth import document_growth
from studies.forecast import forecast
from studies.scaling import likely_users, same_work


def with_stages(architecture: Architecture, *names: str) -> Architecture:
    return architecture.model_copy(update={"stages": tuple(architecture.stage(name) for name in names)})


def test_growth_leads_from_the_first_stage_to_the_last() -> None:
    """Month 1 has the users of the smallest stage, the last month those of the largest, never more."""
    for name in bundled_names():
        architecture = load(name)
        growth = document_growth(architecture)
        users = [likely_users(architecture.at(stage)) for stage in architecture.stage_names]
        if growth is None:
            assert len(set(users)) == 1
            continue
        assert growth.users[0].low == growth.users[0].high == min(users)
        assert 0.98 * max(users) < growth.users[-1].likely <= max(users)
        assert len(growth.users) == 24
        assert growth.users[-1].low < 0.7 * max(users) < 1.4 * max(users) < growth.users[-1].high


@given(st.integers(2, 60))
def test_growth_takes_the_months_it_is_given(months: int) -> None:
    """Whatever the number of months, the last one is at the last stage."""
    growth = document_growth(load("vertical-vibing"), months)
    assert growth is not None
    assert len(growth.users) == months
    assert 0.97 * 50_000 < growth.users[-1].likely <= 50_000


def test_growth_passes_every_stage_of_the_document() -> None:
    """Each stage of vertical-vibing begins in its turn, and no month has more users than the last stage serves."""
    architecture = load("vertical-vibing")
    growth = document_growth(architecture)
    assert growth is not None
    found = forecast(architecture, growth.users, stages=growth.stages, draws=20)
    assert [stage for _, stage in found.handovers] == list(architecture.stage_names)
    assert not any("more users" in note for note in found.notes)


def test_one_stage_has_no_growth() -> None:
    """Nothing is drawn where a document shows no growth."""
    assert document_growth(load("writlix-supabase")) is None
    assert document_growth(with_stages(load("vertical-vibing"), "development")) is None


def test_counterparts_do_the_same_work() -> None:
    """Every stage that is put beside another serves as many users and requests, and every such stage is found."""
    names = ("tabi-script-ecs", "tabi-script-serverless", "tabi-script-vercel-supabase")
    architectures = {name: load(name) for name in names}
    found = list(counterparts(list(architectures.values())))
    assert found == [dict.fromkeys(names, stage) for stage in ("development", "production")]
    for pair in found:
        first, *others = (architectures[name].at(stage) for name, stage in pair.items())
        assert all(same_work(first, other) for other in others)


def test_stages_are_matched_by_work_and_not_by_name() -> None:
    """Lexohub's first phase is what its present system does; other work has no counterpart."""
    assert list(counterparts([load("lexohub"), load("lexohub-supabase")])) == [
        {"lexohub": "phase1", "lexohub-supabase": "current"}
    ]
    assert list(counterparts([load("writlix"), load("lexohub-supabase")])) == []
    assert list(counterparts([load("writlix")])) == []
