"""A forecast as text, Markdown and CSV."""

from __future__ import annotations

import csv
import io

from simulations.missed import its_targets, missed_clause
from studies.amounts import dollar_span, dollars, percent, plain
from studies.committed import Offer
from studies.forecast import BudgetLine, Forecast
from studies.stage_capacity import Handover

COLUMNS = (
    "month", "users_low", "users_likely", "users_high", "stage", "cost_low", "cost_likely", "cost_high",
    "one_off_usd", "free_tier",
)  # fmt: skip


def forecast_markdown(forecast: Forecast) -> str:
    """The months as a table, then budgets, commitments and what the figures rest on."""
    budgets = [f" over {dollars(line.usd)} |" for line in forecast.budgets]
    lines = [
        f"## {forecast.architecture}: {len(forecast.months)} months",
        "",
        "| month | users | stage | likely | 90 % range |" + "".join(budgets),
        "|---:|---:|---|---:|---:|" + "---:|" * len(budgets),
    ]
    for month in forecast.months:
        chances = "".join(f" {percent(line.chance_by_month[month.number - 1])} |" for line in forecast.budgets)
        cost = f"{dollars(month.cost.likely)} | {dollar_span(month.cost.low, month.cost.high)}"
        lines.append(f"| {month.number} | {plain(round(month.users.likely))} | {month.stage} | {cost} |{chances}")
    return "\n".join([*lines, "", *forecast_remarks(forecast), ""])


def forecast_remarks(forecast: Forecast) -> list[str]:
    """The sums, the hand-overs, the budgets and the commitments, a sentence each."""
    whole, stages = forecast.total(), ", ".join(f"{name} from month {month}" for month, name in forecast.handovers)
    lines = [
        f"- all months together: {dollars(whole.likely)} ({dollar_span(whole.low, whole.high)})",
        f"- stages: {stages}",
        *(f"- {_handover(item, forecast)}" for item in forecast.stops_holding),
        *(f"- {_budget(line)}" for line in forecast.budgets),
    ]
    if forecast.allowances_end is not None:
        number, usd = forecast.allowances_end
        lines.append(f"- month {number}: the allowances of a new account have ended, {dollars(usd)} a month more")
    for offer in forecast.commitments:
        word = "pays" if offer.pays else "does not pay"
        lines.append(
            f"- {offer.commitment.name} from month {offer.from_month} {word}: used {offer.months_used} of "
            f"{offer.commitment.term_months} months, even at {offer.breakeven_months:.1f}; "
            f"{_outcome(offer)}"
        )
    if forecast.taken:
        committed = forecast.total_committed
        span = dollar_span(committed.low, committed.high)
        lines.append(f"- with the commitments that pay: {dollars(committed.likely)} ({span})")
    return [*lines, *(f"- {note}" for note in forecast.notes)]


def _handover(item: Handover, forecast: Forecast) -> str:
    """Until when a stage holds by simulation, with its range, and which one then begins."""
    capacity = next(found for found in forecast.capacities if found.stage == item.stage)
    users = f"{plain(round(capacity.users.likely))} users ({_users(capacity.users.low, capacity.users.high)})"
    why = f"; then {capacity.gives_way} gives way" if capacity.gives_way else ""
    holds, missed = f"{item.stage} holds {its_targets(capacity.aside)}", missed_clause(capacity.aside)
    last = f"; {missed}" if missed else ""
    if item.month is None:
        early = f", unless from month {item.earliest} on" if item.earliest else ""
        return f"{holds} for {users}: to the end{early}{why}{last}"
    latest = f"from month {item.latest} on at the latest" if item.latest else "perhaps never"
    after = f"{item.next_stage} begins" if item.next_stage else "no later stage holds"
    return (
        f"{holds} for {users}: no longer from month {item.month} on "
        f"(from month {item.earliest or item.month} at the earliest, {latest}){why}, {after}{last}"
    )


def _users(low: float, high: float) -> str:
    return f"{plain(round(low))} - {plain(round(high))}"


def _outcome(offer: Offer) -> str:
    low, high = offer.saved_usd
    if high <= 0:
        return f"loses {dollar_span(-high, -low)} within the forecast"
    return f"saves {dollar_span(low, high)} within the forecast"


def _budget(line: BudgetLine) -> str:
    when = f"over from month {line.first_month_over}" if line.first_month_over else "kept in every month"
    return f"budget of {dollars(line.usd)}: {when}; broken in some month with {percent(line.chance_ever)}"


def forecast_csv(forecast: Forecast) -> str:
    """One row per month, and a column per budget with the chance that it is broken."""
    text = io.StringIO()
    budgets = [f"chance_over_{line.usd:g}" for line in forecast.budgets]
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *budgets])
    for month in forecast.months:
        users, cost = month.users, month.cost
        chances = [round(line.chance_by_month[month.number - 1], 4) for line in forecast.budgets]
        writer.writerow([
            month.number, round(users.low, 2), round(users.likely, 2), round(users.high, 2), month.stage,
            round(cost.low, 2), round(cost.likely, 2), round(cost.high, 2), month.one_off_usd,
            month.bill.free_tier, *chances,
        ])  # fmt: skip
    return text.getvalue()
