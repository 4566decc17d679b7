"""Which IAM actions each command needs, and the policy that grants them: read-only but for `budgets push`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from model.problems import UnknownName

ACTIONS: Final[Mapping[str, Sequence[str]]] = {
    "actuals": ("ce:GetCostAndUsage",),
    "budgets push": (
        "budgets:ModifyBudget",
        "budgets:ViewBudget",
        "sts:GetCallerIdentity",
    ),
    "calibrate": ("cloudwatch:GetMetricData",),
    "prices refresh": ("pricing:GetProducts",),
}
"""By command: the IAM actions that it calls, sorted. The Service Authorization Reference lists them by service."""


def actions_of(command: str) -> Sequence[str]:
    """The IAM actions of a command; raise UnknownName for another word."""
    if command not in ACTIONS:
        raise UnknownName("a command that asks an AWS account", command, ACTIONS)
    return ACTIONS[command]


def policy_text(command: str) -> str:
    """The IAM policy that a command needs, as JSON for a role or a user.

    None of these calls takes a resource narrower than the account, but for budgets, which have an ARN each.
    """
    resource = "arn:aws:budgets::*:budget/*"
    statements = [
        {"Effect": "Allow", "Action": list(group), "Resource": where}
        for where, group in (
            (resource, [action for action in actions_of(command) if action.startswith("budgets:")]),
            ("*", [action for action in actions_of(command) if not action.startswith("budgets:")]),
        )
        if group
    ]
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2) + "\n"
