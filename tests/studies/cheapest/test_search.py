"""The search: cheapest first, nothing cheaper holds, and what no option reaches is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.graph import Architecture
from model.loading import load, load_file
from model.problems import BadInput, UnknownName
from pricing.price_table import load_prices
from stageplan.commands import cheapening
from studies.cheapest.bounds import Bound
from studies.cheapest.costs import cost_of
from studies.cheapest.fitness import Fitness
from studies.cheapest.floors import floors_of
from studies.cheapest.options import Option
from studies.cheapest.priced import Priced, priced_menus
from studies.cheapest.result import Cheapest
from studies.cheapest.search import Search, cheapest_first
from studies.cheapest.study import cheapest
from studies.cheapest.text import cheapest_csv, cheapest_markdown
from studies.scaling import Users, at_users
from tests.studies.conftest import CLEAN

OPTIONS: dict[str, Any] = {
    "stage": None, "on_demand": False, "drop_redundancy": False, "memory": None, "free_tier": "always",
    "prices_date": None, "seed": 1, "json": False, "csv": False,
}  # fmt: skip


def _with_target(folder: Path, threshold_ms: float) -> Architecture:
    """The clean document with another p95."""
    text = CLEAN.read_text(encoding="utf-8").replace(
        "threshold: 200, percentile: 95", f"threshold: {threshold_ms}, percentile: 95"
    )
    path = folder / f"clean-{threshold_ms:g}.yaml"
    path.write_text(text, encoding="utf-8")
    return load_file(path)


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> tuple[Architecture, Cheapest]:
    """The clean document with a p95 that only a whole vCPU reaches, and its least cost."""
    architecture = _with_target(tmp_path_factory.mktemp("cheapest"), 30)
    return architecture, cheapest(architecture, 1000)


@given(st.lists(st.lists(st.integers(0, 500), min_size=1, max_size=4), min_size=1, max_size=3))
def test_combinations_come_in_the_order_of_their_price(menus: list[list[int]]) -> None:
    """All of them, each once, none before a cheaper one."""
    priced = {
        f"c{k}": [
            Priced(Option(f"c{k}", f"o{place}"), cents / 100, 0.0, Bound(0.0, 0.0), None)
            for place, cents in enumerate(column)
        ]
        for k, column in enumerate(menus)
    }
    found = list(cheapest_first(priced))
    totals = [sum(item.price[0] for item in choice.values()) for choice in found]
    labels = {tuple(item.option.label for item in choice.values()) for choice in found}
    count = 1
    for column in menus:
        count *= len(column)
    assert totals == sorted(totals)
    assert len(found) == len(labels) == count


def test_nothing_cheaper_holds(tight: tuple[Architecture, Cheapest]) -> None:
    """Every combination that costs less, tried without anything that the search has learnt, fails."""
    architecture, found = tight
    assert found.holds
    assert found.chosen is not None
    graph = at_users(architecture.at("launch"), Users.exactly(1000))
    prices = load_prices(architecture.region)
    fitness = Fitness(graph, prices, floors_of(architecture, 1000), keep_redundancy=True)
    search = Search(priced_menus(graph, prices, fitness, free_tier="always", commit=True), 1)
    for choice in cheapest_first(search.alive):
        usd = cost_of(search.graph(choice), prices).usd
        if usd >= found.chosen.cost.usd - 0.005:
            break
        assert not search.trial(choice).holds, {name: item.option.label for name, item in choice.items()}
    else:
        pytest.fail("the least cost was not among the combinations")


def test_the_tighter_target_costs_more_and_the_neighbour_says_by_how_much(
    tight: tuple[Architecture, Cheapest], clean: Architecture
) -> None:
    """A p95 of 30 ms needs a whole vCPU: half of one fails on the target, with the share that it is over."""
    _, found = tight
    loose = cheapest(clean, 1000, front=0)
    assert found.chosen is not None
    assert loose.chosen is not None
    assert found.chosen.cost.usd > loose.chosen.cost.usd
    assert found.chosen.sizes["api"].startswith("1 vCPU")
    failing = next(item for item in found.rejected if item.component == "api" and item.reason.cause == "target")
    assert failing.reason.what == "answer"
    assert failing.reason.by is not None
    assert failing.reason.by > 0
    assert failing.usd < 0


def test_the_front_trades_dollars_for_milliseconds(tight: tuple[Architecture, Cheapest]) -> None:
    """Costs rise and p95 falls along the front, and it begins with the least cost."""
    _, found = tight
    assert found.chosen is not None
    usd = [item.cost.usd for item in found.front]
    p95 = [item.p95_ms.value for item in found.front]
    assert usd == sorted(usd)
    assert p95 == sorted(p95, reverse=True)
    assert usd[0] == found.chosen.cost.usd
    assert found.chosen.cost.usd <= found.documented.cost.usd or found.documented.reasons


def test_the_same_input_gives_the_same_bytes(tight: tuple[Architecture, Cheapest]) -> None:
    """JSON, Markdown and CSV of a second run are equal to those of the first."""
    architecture, found = tight
    again = cheapest(architecture, 1000)
    assert json.dumps(found.as_json()) == json.dumps(again.as_json())
    assert cheapest_markdown(found) == cheapest_markdown(again)
    assert cheapest_csv(found) == cheapest_csv(again)


def test_a_target_that_nothing_reaches_is_named_with_the_reason(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """No size makes the work itself quicker: exit 1, and where the time goes."""
    _with_target(tmp_path, 4)
    with pytest.raises(SystemExit) as stopped:
        cheapening.run(str(tmp_path / "clean-4.yaml"), 1000, **{**OPTIONS, "json": True})
    assert stopped.value.code == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["holds"] is False
    assert [item["target"] for item in answer["unreachable"]] == ["answer"]
    assert "api takes" in answer["unreachable"][0]["why"]
    assert answer["chosen"] is not None, "the least cost that holds the others is told all the same"


def test_a_recovery_target_rules_out_a_restore() -> None:
    """A single database would come back from a backup, later than the target allows."""
    found = cheapest(load("vertical-vibing"), 100, "stage1", front=0)
    assert found.chosen is not None
    assert "Multi-AZ" in found.chosen.sizes["rds"]
    assert any(reason.cause == "recovery" for reason in found.documented.reasons)
    assert any(item.reason.cause == "recovery" for item in found.rejected)


def test_promises_and_redundancy_are_choices(clean: Architecture) -> None:
    """Without promises the same is dearer; one zone is cheaper, where no target asks for two."""
    both = cheapest(clean, 1000, front=0)
    alone = cheapest(clean, 1000, front=0, commit=False)
    assert both.chosen is not None
    assert alone.chosen is not None
    assert alone.chosen.cost.promises == ()
    assert both.chosen.cost.usd < alone.chosen.cost.usd
    single = cheapest(clean, 1000, front=0, keep_redundancy=False)
    assert single.chosen is not None
    assert "Multi-AZ" in single.chosen.sizes["database"], "the recovery target still asks for a standby"


def test_bad_input_is_told_before_anything_runs(clean: Architecture) -> None:
    """No users, an unknown stage, memory of something without any, two formats."""
    for users in (0, -1, float("inf"), float("nan")):
        with pytest.raises(BadInput):
            cheapest(clean, users)
    with pytest.raises(UnknownName):
        cheapest(clean, 1000, "lunch")
    with pytest.raises(UnknownName):
        cheapest(clean, 1000, memory_gb={"databse": 4})
    with pytest.raises(BadInput):
        cheapening.run(str(CLEAN), 1000, **{**OPTIONS, "json": True, "csv": True})
    with pytest.raises(BadInput):
        cheapening.run(str(CLEAN), 1000, **{**OPTIONS, "memory": ["database"]})
