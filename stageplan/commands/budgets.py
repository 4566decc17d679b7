"""`stageplan budgets`: the account's budgets; `push` writes a stage's amount and alerts into AWS Budgets."""

from __future__ import annotations

import json as json_text
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from account.budget_plan import BudgetPlan, budget_plan
from account.budget_push import Call, Standing, calls_for, push, standing, subscribers_of
from account.errors import AccountRefusal, NoCredentials
from account.session import session, told
from model.loading import load
from model.problems import BadInput
from pricing.price import price
from pricing.price_table import load_prices
from stageplan.options import Arch, AwsRegion, Json, PricesDate, Profile, StageNeeded
from stageplan.output import write_json
from stageplan.policies import policy_option
from stageplan.typed import tags_of

if TYPE_CHECKING:
    from types_boto3_budgets import BudgetsClient

app = typer.Typer(add_completion=False, no_args_is_help=True)
Policy = Annotated[bool, policy_option("budgets push")]
UNKNOWN_ACCOUNT = "YOUR-ACCOUNT"


@app.callback()
def _budgets() -> None:
    """Budgets of the account."""


@app.command("push")
def push_command(
    arch: Arch,
    stage: StageNeeded,
    amount: Annotated[
        float | None, typer.Option("--amount", metavar="USD", help="A month; the document's ceiling when absent.")
    ] = None,
    alert: Annotated[
        list[float] | None, typer.Option("--alert", metavar="USD", help="Tell above this; the document's when absent.")
    ] = None,
    notify: Annotated[
        list[str] | None, typer.Option("--notify", metavar="ADDRESS", help="An e-mail address or an SNS topic's ARN.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option("--tag", metavar="K=V", help="Count only what carries this tag.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the calls; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before the account is changed.")] = False,
    region: AwsRegion = None,
    profile: Profile = None,
    prices_date: PricesDate = None,
    json: Json = False,
    policy: Policy = False,
) -> None:
    """Write a stage's monthly amount and alerts into AWS Budgets; asks first."""
    architecture = load(arch)
    graph = architecture.at(stage)
    bill = price(graph, load_prices(architecture.region, prices_date), draws=0, explain=False)
    tags = tags_of(tag or ()).items()
    plan = budget_plan(graph, bill, amount_usd=amount, alerts_usd=alert or (), tags=tags)
    subscribers = subscribers_of(notify or ())
    calls_for(plan, UNKNOWN_ACCOUNT, subscribers, Standing())
    aws = session(region, profile)
    client = aws.client("budgets")
    note = ""
    try:
        with told("sts:GetCallerIdentity"):
            account = aws.client("sts").get_caller_identity()["Account"]
        calls = calls_for(plan, account, subscribers, standing(client, account, plan.name))
    except NoCredentials as error:
        if not dry_run:
            raise
        note = f"the account was not asked what it has: {error}"
        calls = calls_for(plan, UNKNOWN_ACCOUNT, subscribers, Standing())
    if json and not dry_run and calls and not yes:
        raise BadInput("--json asks nothing: say --yes, or --dry-run to see the calls")
    if not json:
        sys.stdout.write(_plan_text(plan, calls, note))
    done = [] if dry_run or not calls or not _agreed(yes) else _done(client, calls)
    if json:
        write_json(_as_json(plan, calls, done, note))
    elif calls:
        sys.stdout.write(
            "nothing was changed (--dry-run)\n" if dry_run else f"{len(done)} of {len(calls)} calls done\n"
        )


def _agreed(yes: bool) -> bool:
    """Whether the user wants the account changed; raise BadInput where nobody can be asked."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise BadInput("nobody can be asked here: say --yes to change the account, or --dry-run to see the calls")
    return typer.confirm("change the account's budgets?", err=True)


def _done(client: BudgetsClient, calls: Sequence[Call]) -> list[Call]:
    """Do the calls; raise AccountRefusal that says how many were done before the refusal."""
    done: list[Call] = []
    try:
        for call in push(client, calls):
            done.append(call)
    except AccountRefusal as error:
        names = ", ".join(call.operation for call in done) or "nothing"
        raise AccountRefusal(f"{error}; done before it: {names}") from None
    return done


def _plan_text(plan: BudgetPlan, calls: Sequence[Call], note: str) -> str:
    alerts = ", ".join(f"{usd:g}" for usd in plan.alerts_usd)
    lines = [
        f"budget '{plan.name}': {plan.amount_usd:,.2f} USD a month ({plan.amount_why})",
        f"  alerts above {alerts} USD ({plan.alerts_why})",
        *([f"  {note}"] if note else []),
        *([] if calls else ["  the account has just that: nothing to do"]),
        *(f"  {call.operation} {json_text.dumps(dict(call.arguments))}" for call in calls),
    ]
    return "\n".join(lines) + "\n"


def _as_json(plan: BudgetPlan, calls: Sequence[Call], done: Sequence[Call], note: str) -> dict[str, object]:
    return {
        "budget": plan.name,
        "amount_usd": plan.amount_usd,
        "amount_why": plan.amount_why,
        "alerts_usd": list(plan.alerts_usd),
        "alerts_why": plan.alerts_why,
        "calls": [call.as_json() for call in calls],
        "done": len(done),
        "note": note,
    }
