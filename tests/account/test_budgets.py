"""Budgets into the account: decided first, shown, asked for, and then just what was shown."""

from __future__ import annotations

import json

import pytest
from botocore.stub import Stubber

from account.budget_plan import BudgetPlan, budget_plan
from account.budget_push import Standing, calls_for, push, standing, subscribers_of
from account.errors import PermissionMissing
from account.session import session
from model.loading import bundled_names, load
from model.problems import BadInput
from pricing.price import price
from pricing.price_table import load_prices
from tests.account.conftest import Run

ACCOUNT = "123456789012"
WHO = subscribers_of(["team@example.org"])
STAGES = [(name, stage) for name in bundled_names() for stage in load(name).stage_names]


def plan_of(name: str, stage: str, **asked: object) -> BudgetPlan:
    architecture = load(name)
    graph = architecture.at(stage)
    bill = price(graph, load_prices(architecture.region), draws=0, explain=False)
    return budget_plan(graph, bill, **asked)  # type: ignore[arg-type]


def test_the_documents_own_claims_are_the_budget() -> None:
    """Writlix names a ceiling of 100 and alerts at 50, 75 and 100 dollars."""
    plan = plan_of("writlix", "steady")
    assert (plan.amount_usd, plan.alerts_usd) == (100.0, (50.0, 75.0, 100.0))
    assert "WRX-002" in plan.amount_why
    assert "WRX-052, WRX-053, WRX-054" in plan.alerts_why


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_every_stage_has_a_budget_with_a_reason(name: str, stage: str) -> None:
    """Where the document names none, the provider's part of the bill stands in, and the plan says so."""
    plan = plan_of(name, stage)
    assert plan.amount_usd > 0
    assert plan.alerts_usd == tuple(sorted(plan.alerts_usd))
    assert "document" in plan.amount_why
    assert len(calls_for(plan, ACCOUNT, WHO, Standing())) == 1


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"amount_usd": 0.0}, "--amount 0 is not an amount above 0"),
        ({"amount_usd": float("nan")}, "--amount nan"),
        ({"alerts_usd": [50.0, -1.0]}, "--alert -1 is not an amount above 0"),
        ({"alerts_usd": [1.0, 2, 3, 4, 5, 6]}, "6 alerts are more than the 5"),
    ],
)
def test_an_amount_that_is_none_is_refused(asked: dict[str, object], words: str) -> None:
    """All that is wrong, before anything is asked."""
    with pytest.raises(BadInput, match=words):
        plan_of("writlix", "steady", **asked)


@pytest.mark.parametrize("address", ["nobody", "a b@example.org", "arn:aws:sqs:us-east-1:1:q"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    """Neither an e-mail address nor a topic."""
    with pytest.raises(BadInput, match=r"--notify: .* is neither"):
        subscribers_of([address])


def test_an_alert_without_anybody_to_tell_is_refused() -> None:
    """AWS refuses it too, with a longer sentence."""
    with pytest.raises(BadInput, match="--notify ADDRESS is needed"):
        calls_for(plan_of("writlix", "steady"), ACCOUNT, [], Standing())


def test_pushing_twice_does_nothing_the_second_time(aws: str) -> None:
    """The account then has the plan: amount and alerts; asked again, there is no call to make."""
    client, plan = session().client("budgets"), plan_of("writlix", "steady")
    assert standing(client, ACCOUNT, plan.name) == Standing()
    done = list(push(client, calls_for(plan, ACCOUNT, WHO, Standing())))
    assert [call.operation for call in done] == ["CreateBudget"]
    now = standing(client, ACCOUNT, plan.name)
    assert now.budget is not None
    assert float(now.budget["BudgetLimit"]["Amount"]) == 100
    assert sorted(alert["Threshold"] for alert in now.alerts) == [50, 75, 100]
    assert calls_for(plan, ACCOUNT, WHO, now) == []


def test_only_the_alerts_that_differ_are_changed(aws: str) -> None:
    """One alert goes, one comes, two stay; the amount is untouched."""
    client, plan = session().client("budgets"), plan_of("writlix", "steady")
    list(push(client, calls_for(plan, ACCOUNT, WHO, Standing())))
    other = plan_of("writlix", "steady", alerts_usd=[50.0, 75.0, 90.0])
    calls = calls_for(other, ACCOUNT, WHO, standing(client, ACCOUNT, plan.name))
    assert [(call.operation, call.arguments["Notification"]["Threshold"]) for call in calls] == [
        ("DeleteNotification", 100),
        ("CreateNotification", 90.0),
    ]
    list(push(client, calls))
    assert calls_for(other, ACCOUNT, WHO, standing(client, ACCOUNT, plan.name)) == []


def test_another_amount_is_an_update(unsigned: None) -> None:
    """By the arguments that botocore accepts for UpdateBudget."""
    plan = plan_of("writlix", "steady", amount_usd=120.0, alerts_usd=[50.0], tags=[("app", "writlix")])
    held = {"BudgetName": plan.name, "BudgetLimit": {"Amount": "100.0", "Unit": "USD"}}
    alerts = calls_for(plan, ACCOUNT, WHO, Standing())[0].arguments["NotificationsWithSubscribers"]
    calls = calls_for(plan, ACCOUNT, WHO, Standing(held, tuple(item["Notification"] for item in alerts)))
    assert [call.operation for call in calls] == ["UpdateBudget"]
    assert calls[0].arguments["NewBudget"]["CostFilters"] == {"TagKeyValue": ["user:app$writlix"]}
    client = session("us-east-1").client("budgets")
    with Stubber(client) as stub:
        stub.add_response("update_budget", {}, dict(calls[0].arguments))
        assert list(push(client, calls)) == calls


def test_a_denied_change_names_the_permission(unsigned: None) -> None:
    """The account may be looked at and not changed."""
    client = session("us-east-1").client("budgets")
    calls = calls_for(plan_of("writlix", "steady"), ACCOUNT, WHO, Standing())
    with Stubber(client) as stub:
        stub.add_client_error("create_budget", "AccessDeniedException")
        with pytest.raises(PermissionMissing, match="budgets:ModifyBudget is missing"):
            list(push(client, calls))


PUSH = ("budgets", "push", "writlix", "--stage", "steady", "--notify", "team@example.org")


def test_the_command_shows_asks_and_does(run: Run, aws: str) -> None:
    """--dry-run changes nothing; without a terminal it must be told --yes; then the account has it."""
    client, name = session().client("budgets"), "stageplan writlix steady"
    shown = run(*PUSH, "--dry-run")
    assert shown.returncode == 0
    assert "CreateBudget" in shown.stdout
    assert "nothing was changed (--dry-run)" in shown.stdout
    asked = run(*PUSH)
    assert (asked.returncode, "say --yes" in asked.stderr) == (2, True)
    assert standing(client, ACCOUNT, name) == Standing()
    done = run(*PUSH, "--yes", "--json")
    assert json.loads(done.stdout)["done"] == 1
    assert standing(client, ACCOUNT, name).budget is not None
