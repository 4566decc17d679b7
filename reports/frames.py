"""Forecasts, audits and claims as pandas tables, for notebooks and for pasting into a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from reports.claim_checks import CheckedClaim
from reports.formats import cost_range, finding_place, stated_cost, where
from studies.amounts import dollars, percent
from studies.audit.audit import Audit
from studies.audit.finding import SEVERITIES, Finding
from studies.forecast import Forecast

if TYPE_CHECKING:
    import pandas as pd


def months_frame(forecast: Forecast) -> pd.DataFrame:
    """One row per month, in USD: the likely cost, and what to keep ready so that 19 months of 20 are paid."""
    import pandas as pd

    rows = [
        {
            "month": month.number,
            "users": round(month.users.likely),
            "stage": month.stage,
            "likely": round(month.cost.likely + month.one_off_usd, 2),
            "keep ready": round(month.cost.high + month.one_off_usd, 2),
        }
        for month in forecast.months
    ]
    return pd.DataFrame(rows).set_index("month")


def years_frame(forecast: Forecast) -> pd.DataFrame:
    """One row per twelve months, added draw by draw: a year's range is not the sum of twelve worst cases."""
    import pandas as pd

    last = len(forecast.months)
    rows = []
    for first in range(1, last + 1, 12):
        end = min(first + 11, last)
        total = forecast.total(first, end)
        rows.append(
            {
                "months": f"{first} to {end}",
                "low": dollars(total.low),
                "likely": dollars(total.likely),
                "high": dollars(total.high),
            }
        )
    return pd.DataFrame(rows).set_index("months")


def budgets_frame(forecast: Forecast, months: Iterable[int]) -> pd.DataFrame:
    """One row per budget: when it is broken, and how likely it is to be in some months."""
    import pandas as pd

    shown = [number for number in months if number <= len(forecast.months)]
    rows = [
        {"budget": dollars(line.usd), "broken from month": line.first_month_over or "never"}
        | {f"chance in month {number}": percent(line.chance_by_month[number - 1]) for number in shown}
        for line in forecast.budgets
    ]
    return pd.DataFrame(rows).set_index("budget")


def claims_frame(claims: Iterable[CheckedClaim], titles: Mapping[str, str]) -> pd.DataFrame:
    """One row per stated cost, with its lines in the document."""
    import pandas as pd

    rows = [
        {
            "cost": claim.claim.subject,
            "stage": claim.stage_text(titles),
            "the document says": stated_cost(claim),
            "we compute": dollars(claim.ours.likely),
            "90 % range": cost_range(claim.ours),
            "the document is": claim.verdict,
            "lines": where(claim.claim),
        }
        for claim in claims
    ]
    return pd.DataFrame(rows).set_index("cost")


def findings_frame(findings: Iterable[Finding]) -> pd.DataFrame:
    """One row per finding."""
    import pandas as pd

    rows = [
        {
            "place": finding_place(finding),
            "statement": finding.claim,
            "stated": finding.stated,
            "we compute": finding.computed,
            "because": finding.calculation,
        }
        for finding in findings
    ]
    return pd.DataFrame(rows).set_index("place")


def rules_frame(audit: Audit) -> pd.DataFrame:
    """How often each rule found something, by severity; rules without a finding are left out."""
    import pandas as pd

    rules = dict.fromkeys(finding.rule for finding in audit.findings)
    counts = {
        severity: [sum(item.rule == rule and item.severity == severity for item in audit.findings) for rule in rules]
        for severity in SEVERITIES
    }
    return pd.DataFrame(counts, index=pd.Index(list(rules), name="rule"))
