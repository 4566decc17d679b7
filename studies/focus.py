"""Bills in the columns of FOCUS, the open billing specification (v1.2), as an estimate of a month to come.

One row per price tier of a line, so that quantity x unit price is the cost of every row; what a free allowance covers
is a row of its own at no price. Our own columns start with `x_`.
Source: FinOps Open Cost and Usage Specification 1.2, focus.finops.org.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from model.graph import Architecture
from model.kinds.registry import kind_class
from model.problems import BadInput
from pricing.bill import Bill, Line

VERSION: Final = "1.2"
COLUMNS: Final = (
    "BilledCost", "BillingAccountId", "BillingAccountName", "BillingAccountType", "BillingCurrency",
    "BillingPeriodEnd", "BillingPeriodStart", "ChargeCategory", "ChargeClass", "ChargeDescription", "ChargeFrequency",
    "ChargePeriodEnd", "ChargePeriodStart", "CommitmentDiscountStatus", "ConsumedQuantity", "ConsumedUnit",
    "ContractedCost", "ContractedUnitPrice", "EffectiveCost", "InvoiceIssuerName", "ListCost", "ListUnitPrice",
    "PricingCategory", "PricingCurrency", "PricingQuantity", "PricingUnit", "ProviderName", "PublisherName",
    "RegionId", "RegionName", "ResourceId", "ResourceName", "ResourceType", "ServiceCategory", "ServiceName",
    "ServiceSubcategory", "SkuId", "SkuMeter", "SkuPriceId", "SubAccountId", "SubAccountName", "Tags",
    "x_Estimate", "x_FocusVersion", "x_Architecture", "x_Stage", "x_Component", "x_Meter", "x_State",
    "x_FreeAllowance", "x_Implied", "x_CostLow", "x_CostHigh", "x_PriceDate", "x_EffectiveDate", "x_Source",
    "x_Confidence", "x_How",
)  # fmt: skip

_REGIONS: Final = {"us-east-1": "US East (N. Virginia)", "eu-west-1": "Europe (Ireland)"}
_PROVIDERS: Final = {"aws": "AWS", "openai": "OpenAI"}
_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")

_BY_KIND: Final[Mapping[str, str]] = {
    **dict.fromkeys(("rds", "rds_proxy", "aurora", "dynamodb", "elasticache", "supabase"), "Databases"),
    **dict.fromkeys(("s3", "ecr", "backup"), "Storage"),
    **dict.fromkeys(("lambda", "fargate", "ec2", "app_runner"), "Compute"),
    **dict.fromkeys(("bedrock", "openai"), "AI and Machine Learning"),
    **dict.fromkeys(("opensearch", "opensearch_serverless"), "Analytics"),
    **dict.fromkeys(("amplify", "vercel"), "Web"),
    **dict.fromkeys(("cognito", "clerk", "iam", "oauth_provider"), "Identity"),
    **dict.fromkeys(("kms", "secrets_manager", "waf", "shield", "acm", "recaptcha"), "Security"),
    **dict.fromkeys(("sqs", "sns", "eventbridge", "step_functions", "api_gateway"), "Integration"),
    **dict.fromkeys(("ses", "sendgrid", "twilio", "stripe"), "Business Applications"),
    **dict.fromkeys(("code_pipeline", "cloudformation"), "Developer Tools"),
}
_BY_CATEGORY: Final[Mapping[str, str]] = {
    "edge": "Networking",
    "network": "Networking",
    "compute": "Compute",
    "data": "Databases",
    "integration": "Integration",
    "security": "Security",
    "operations": "Management and Governance",
    "development": "Developer Tools",
}


def service_category(kind: str) -> str:
    """The category that the specification has for a kind of component.

    >>> service_category("rds"), service_category("nat_gateway"), service_category("mapbox")
    ('Databases', 'Networking', 'Other')
    """
    return _BY_KIND.get(kind) or _BY_CATEGORY.get(kind_class(kind).category, "Other")


CATEGORIES: Final = frozenset({
    "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools",
    "Multicloud", "Identity", "Integration", "Internet of Things", "Management and Governance", "Media", "Migration",
    "Mobile", "Networking", "Security", "Storage", "Web", "Other",
})  # fmt: skip
"""The categories that the specification allows."""


def focus_rows(architecture: Architecture, bill: Bill, month: str) -> Iterator[dict[str, Any]]:
    """The rows of one bill for a month like 2027-01; the costs add up to the likely total."""
    period = _period(month)
    for line in bill.lines:
        component = architecture.at(bill.stage).components[line.component]
        head = _head(architecture, bill, line, component.kind, component.provider, period)
        for price, quantity, free in _parts(line):
            yield {**head, **_charge(line, price, quantity, free)}


def focus_csv(architecture: Architecture, bills: Iterable[Bill], month: str) -> str:
    """The rows of several bills, with a header; lines end with a newline alone."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for bill in bills:
        writer.writerows(focus_rows(architecture, bill, month))
    return text.getvalue()


def _period(month: str) -> tuple[str, str]:
    """The first moment of the month and of the next, which is outside."""
    match = _MONTH.fullmatch(month)
    if match is None:
        raise BadInput(f"'{month}' is not a month like 2027-01")
    year, number = int(match[1]), int(match[2])
    after = (year + number // 12, number % 12 + 1)
    return f"{year:04}-{number:02}-01T00:00:00Z", f"{after[0]:04}-{after[1]:02}-01T00:00:00Z"


def _parts(line: Line) -> Iterator[tuple[float, float, bool]]:
    """(unit price, quantity, whether an allowance covers it) of every row of a line."""
    if line.free_quantity > 0:
        yield 0.0, line.free_quantity, True
    yield from ((step.unit_price, step.quantity, False) for step in line.steps)
    if not line.steps and not line.free_quantity:
        yield 0.0, line.quantity, False


def _head(
    architecture: Architecture, bill: Bill, line: Line, kind: str, provider: str, period: tuple[str, str]
) -> dict[str, Any]:
    name = _PROVIDERS.get(provider) or provider.title() or line.service
    aws = provider == "aws"
    return {
        "BillingAccountId": "estimate",
        "BillingAccountName": f"{architecture.title} (estimate)",
        "BillingAccountType": "Estimate",
        "BillingCurrency": "USD",
        "PricingCurrency": "USD",
        "BillingPeriodStart": period[0],
        "BillingPeriodEnd": period[1],
        "ChargePeriodStart": period[0],
        "ChargePeriodEnd": period[1],
        "ChargeCategory": "Usage",
        "ChargeFrequency": "Usage-Based",
        "PricingCategory": "Standard",
        "ProviderName": name,
        "PublisherName": name,
        "InvoiceIssuerName": name,
        "RegionId": bill.region if aws else "",
        "RegionName": _REGIONS.get(bill.region, bill.region) if aws else "",
        "ResourceId": f"{bill.architecture}/{bill.stage}/{line.component}",
        "ResourceName": line.label,
        "ResourceType": kind,
        "ServiceCategory": service_category(kind),
        "ServiceName": line.service,
        "ServiceSubcategory": "",
        "SubAccountId": bill.stage,
        "SubAccountName": bill.stage,
        "Tags": "{}",
        "SkuId": line.meter,
        "SkuMeter": line.description,
        "SkuPriceId": f"{line.meter}@{bill.price_date}",
        "ChargeDescription": f"Estimate: {line.description}",
        "x_Estimate": "true",
        "x_FocusVersion": VERSION,
        "x_Architecture": bill.architecture,
        "x_Stage": bill.stage,
        "x_Component": line.component,
        "x_Meter": line.meter,
        "x_State": line.state,
        "x_Implied": str(line.implied).lower(),
        "x_CostLow": round(line.cost.low, 6),
        "x_CostHigh": round(line.cost.high, 6),
        "x_PriceDate": bill.price_date,
        "x_EffectiveDate": line.effective_date,
        "x_Source": line.source,
        "x_Confidence": line.confidence,
        "x_How": line.how,
    }


def _charge(line: Line, price: float, quantity: float, free: bool) -> dict[str, Any]:
    cost = round(price * quantity, 10)
    return {
        "BilledCost": cost,
        "EffectiveCost": cost,
        "ContractedCost": cost,
        "ListCost": cost,
        "ListUnitPrice": price,
        "ContractedUnitPrice": price,
        "PricingQuantity": quantity,
        "PricingUnit": line.unit,
        "ConsumedQuantity": quantity,
        "ConsumedUnit": line.unit,
        "x_FreeAllowance": str(free).lower(),
    }
