"""The account's bill by Cost Explorer: unblended cost by month, service and usage type.

Source: AWS Cost Management API reference, GetCostAndUsage. Two questions: what was used, and what stands beside it by
record type (credits, refunds, taxes, fees). Each request costs USD 0.01.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from account.charges import Charges, Item, Tally, is_usage
from account.errors import AccountRefusal
from account.months import Month
from account.session import told
from model.problems import BadInput

if TYPE_CHECKING:
    from types_boto3_ce import CostExplorerClient
    from types_boto3_ce.type_defs import ExpressionTypeDef

USAGE_RECORDS: Final = ("Usage", "DiscountedUsage", "SavingsPlanCoveredUsage")
METRICS: Final = ("UnblendedCost", "UsageQuantity")


def read_cost_explorer(
    client: CostExplorerClient, months: Sequence[Month], today: date, tags: Mapping[str, str]
) -> Charges:
    """The charges of some months, of the resources that carry all `tags` (all resources when there are none).

    A month that is not over, or that the account calls estimated, is partial. Raises BadInput for a month that has
    not begun, AccountRefusal for what the account refuses.
    """
    future = [month for month in months if month.first > today]
    if future:
        raise BadInput(f"--to: {future[-1]} has not begun on {today}")
    tally = Tally()
    partial = {month for month in months if month.after.first > today}
    used: ExpressionTypeDef = {"Dimensions": {"Key": "RECORD_TYPE", "Values": list(USAGE_RECORDS)}}
    for month, keys, usd, quantity, estimated in _answers(client, months, ("SERVICE", "USAGE_TYPE"), _all(used, tags)):
        tally.add_usage(month, Item(*keys), usd, quantity)
        if estimated:
            partial.add(month)
    for month, keys, usd, _, _ in _answers(client, months, ("RECORD_TYPE",), _all(None, tags)):
        if not is_usage(keys[0]):
            tally.add_beside(month, keys[0], usd)
    return tally.charges("Cost Explorer", months, sorted(partial))


def _all(first: ExpressionTypeDef | None, tags: Mapping[str, str]) -> ExpressionTypeDef | None:
    """A filter that wants everything at once; None when it wants nothing."""
    parts = [first] if first is not None else []
    parts += [{"Tags": {"Key": key, "Values": [value]}} for key, value in tags.items()]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {"And": parts}


def _answers(
    client: CostExplorerClient, months: Sequence[Month], keys: Sequence[str], wanted: ExpressionTypeDef | None
) -> Iterator[tuple[Month, tuple[str, ...], float, float, bool]]:
    """(month, keys, USD, quantity, estimated) of every group, page by page."""
    asked: dict[str, Any] = {
        "TimePeriod": {"Start": months[0].first.isoformat(), "End": months[-1].after.first.isoformat()},
        "Granularity": "MONTHLY",
        "Metrics": list(METRICS),
        "GroupBy": [{"Type": "DIMENSION", "Key": key} for key in keys],
    }
    if wanted is not None:
        asked["Filter"] = wanted
    while True:
        with told("ce:GetCostAndUsage"):
            page = client.get_cost_and_usage(**asked)
        for period in page.get("ResultsByTime", []):
            month = Month.of(date.fromisoformat(period["TimePeriod"]["Start"]))
            for group in period.get("Groups", []):
                cost = group["Metrics"]["UnblendedCost"]
                if cost.get("Unit", "USD") != "USD":
                    raise AccountRefusal(f"the bill is in {cost['Unit']}, and the price tables are in USD")
                quantity = float(group["Metrics"].get("UsageQuantity", {}).get("Amount", "0"))
                yield month, tuple(group["Keys"]), float(cost["Amount"]), quantity, bool(period.get("Estimated"))
        token = page.get("NextPageToken")
        if not token:
            return
        asked["NextPageToken"] = token
