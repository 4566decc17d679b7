"""A budget plan as calls to AWS Budgets: what would be called is decided first, shown, and only then done.

Source: AWS Budgets API reference. It is the only part of stageplan that changes an account.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from account.budget_plan import BudgetPlan
from account.session import told
from model.problems import BadInput

if TYPE_CHECKING:
    from types_boto3_budgets import BudgetsClient

MOST_MAILS: Final = 10
_SAME: Final = 0.005


@dataclass(frozen=True)
class Call:
    """One call to AWS Budgets with its arguments."""

    operation: str
    arguments: Mapping[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {"operation": self.operation, "arguments": dict(self.arguments)}


@dataclass(frozen=True)
class Standing:
    """What the account has under the plan's name: nothing, or an amount and its alerts (above, USD)."""

    budget: Mapping[str, Any] | None = None
    alerts: tuple[Mapping[str, Any], ...] = ()


def subscribers_of(addresses: Sequence[str]) -> list[dict[str, str]]:
    """Who is told: e-mail addresses and at most one SNS topic. Raises BadInput for what is neither."""
    found = [{"SubscriptionType": _kind(address), "Address": address} for address in dict.fromkeys(addresses)]
    mails = sum(item["SubscriptionType"] == "EMAIL" for item in found)
    if mails > MOST_MAILS or len(found) - mails > 1:
        raise BadInput(f"--notify: an alert takes at most {MOST_MAILS} e-mail addresses and one SNS topic")
    return found


def _kind(address: str) -> str:
    if address.startswith("arn:") and ":sns:" in address:
        return "SNS"
    name, at, place = address.partition("@")
    if name and at and "." in place and not any(sign.isspace() for sign in address):
        return "EMAIL"
    raise BadInput(f"--notify: '{address}' is neither an e-mail address nor the ARN of an SNS topic")


def standing(client: BudgetsClient, account: str, name: str) -> Standing:
    """What the account has under a name."""
    from botocore.exceptions import ClientError

    with told("budgets:ViewBudget"):
        try:
            budget = client.describe_budget(AccountId=account, BudgetName=name)["Budget"]
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == "NotFoundException":
                return Standing()
            raise
        pages = client.get_paginator("describe_notifications_for_budget").paginate(AccountId=account, BudgetName=name)
        alerts = [alert for page in pages for alert in page.get("Notifications", [])]
    return Standing(cast("Mapping[str, Any]", budget), tuple(cast("list[Mapping[str, Any]]", alerts)))


def calls_for(plan: BudgetPlan, account: str, subscribers: Sequence[Mapping[str, str]], now: Standing) -> list[Call]:
    """The calls that bring the account from what it has to the plan; none when it is there.

    Raises BadInput when an alert would have nobody to tell.
    """
    if plan.alerts_usd and not subscribers:
        raise BadInput("--notify ADDRESS is needed: an alert tells an e-mail address or an SNS topic")
    if now.budget is None:
        alerts = [{"Notification": _alert(usd), "Subscribers": list(subscribers)} for usd in plan.alerts_usd]
        arguments = {"AccountId": account, "Budget": _budget(plan), "NotificationsWithSubscribers": alerts}
        return [Call("CreateBudget", arguments)]
    return [*_budget_calls(plan, account, now), *_alert_calls(plan, account, subscribers, now)]


def _budget_calls(plan: BudgetPlan, account: str, now: Standing) -> Iterator[Call]:
    held = now.budget or {}
    same_amount = abs(float(held.get("BudgetLimit", {}).get("Amount", "nan")) - plan.amount_usd) < _SAME
    if not same_amount or dict(held.get("CostFilters", {})) != _filters(plan):
        yield Call("UpdateBudget", {"AccountId": account, "NewBudget": _budget(plan)})


def _alert_calls(
    plan: BudgetPlan, account: str, subscribers: Sequence[Mapping[str, str]], now: Standing
) -> Iterator[Call]:
    where = {"AccountId": account, "BudgetName": plan.name}
    held = [float(alert["Threshold"]) for alert in now.alerts if _is_ours(alert)]
    for alert in now.alerts:
        if not _is_ours(alert) or not any(abs(float(alert["Threshold"]) - usd) < _SAME for usd in plan.alerts_usd):
            kept = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
            yield Call(
                "DeleteNotification", {**where, "Notification": {key: alert[key] for key in kept if key in alert}}
            )
    for usd in plan.alerts_usd:
        if not any(abs(threshold - usd) < _SAME for threshold in held):
            yield Call("CreateNotification", {**where, "Notification": _alert(usd), "Subscribers": list(subscribers)})


def _is_ours(alert: Mapping[str, Any]) -> bool:
    same = _alert(0)
    return all(alert.get(key) == same[key] for key in ("NotificationType", "ComparisonOperator", "ThresholdType"))


def _budget(plan: BudgetPlan) -> dict[str, Any]:
    budget: dict[str, Any] = {
        "BudgetName": plan.name,
        "BudgetLimit": {"Amount": f"{plan.amount_usd:.2f}", "Unit": "USD"},
        "TimeUnit": "MONTHLY",
        "BudgetType": "COST",
    }
    filters = _filters(plan)
    return {**budget, "CostFilters": filters} if filters else budget


def _filters(plan: BudgetPlan) -> dict[str, list[str]]:
    return {"TagKeyValue": [f"user:{key}${value}" for key, value in plan.tags]} if plan.tags else {}


def _alert(usd: float) -> dict[str, Any]:
    return {
        "NotificationType": "ACTUAL",
        "ComparisonOperator": "GREATER_THAN",
        "Threshold": usd,
        "ThresholdType": "ABSOLUTE_VALUE",
    }


_OPERATIONS: Final = {
    "CreateBudget": "create_budget",
    "UpdateBudget": "update_budget",
    "CreateNotification": "create_notification",
    "DeleteNotification": "delete_notification",
}


def push(client: BudgetsClient, calls: Sequence[Call]) -> Iterator[Call]:
    """Do the calls in order, each yielded when it is done. Raises AccountRefusal at the first that is refused."""
    for call in calls:
        with told("budgets:ModifyBudget"):
            getattr(client, _OPERATIONS[call.operation])(**call.arguments)
        yield call
