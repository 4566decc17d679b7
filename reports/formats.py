"""Numbers and facts as people read them in a table cell."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from model.base import Stated
from model.claims import Claim
from model.targets import Target
from pricing.bill import Range
from reports.claim_checks import CheckedClaim
from studies.amounts import dollar_span, dollar_spread, dollars
from studies.audit.finding import Finding

_COMPARATORS = {"<": "below ", "<=": "at most ", ">": "above ", ">=": "at least ", "~": "about "}
_METRICS = {
    "latency_ms": ("Response time", "ms"),
    "throughput_per_s": ("Throughput", "per second"),
    "error_rate": ("Error rate", "%"),
    "availability": ("Availability", "%"),
    "cache_hit_ratio": ("Cache hits", "%"),
    "connections_ratio": ("Connections in use", "%"),
    "monthly_cost_usd": ("Cost a month", "USD"),
    "concurrent_users": ("Users at the same time", "users"),
    "recovery_time_s": ("Time to recover", "s"),
    "recovery_point_s": ("Data lost at most", "s"),
}
_SHORT_FORMS = {word.lower(): word for word in ("KB", "MB", "GB", "TB", "CPU", "API", "DNS", "CDN", "SQL", "ACU", "ID")}
_RATIOS = frozenset({"error_rate", "availability", "cache_hit_ratio", "connections_ratio"})


def number(value: float, digits: int = 5) -> str:
    """A number in up to five digits, never in scientific notation; whole from a hundred thousand on.

    >>> number(0.0000166667), number(730), number(1234.56), number(12_345_678.9)
    ('0.000016667', '730', '1,234.6', '12,345,679')
    """
    if abs(value) >= 10**digits:
        return f"{value:,.0f}"
    return f"{Decimal(f'{value:.{digits}g}'):,f}"


def unit_price(value: float | None) -> str:
    """A price per unit with all its digits.

    >>> unit_price(0.0000166667), unit_price(0.2), unit_price(73)
    ('$0.0000166667', '$0.20', '$73.00')
    """
    if value is None:
        return ""
    text = f"{Decimal(f'{value:.10g}'):,f}"
    whole, _, cents = text.partition(".")
    return f"${whole}.{cents.ljust(2, '0')}"


def cost_range(cost: Range) -> str:
    """The 5 % to 95 % range, or nothing when it is as wide as a cent.

    >>> cost_range(Range(10, 12, 20))
    '$10.00 \u2013 $20.00'
    """
    return dollar_spread(cost.low, cost.high).replace(" - ", " \N{EN DASH} ")


def cost_band(bounds: tuple[float, float]) -> str:
    """Two amounts, or one where they read alike.

    >>> cost_band((10, 20)), cost_band((7, 7))
    ('$10.00 \u2013 $20.00', '$7.00')
    """
    return dollar_span(*bounds).replace(" - ", " \N{EN DASH} ")


def cost_signed(amount: float) -> str:
    """A difference with its sign.

    >>> cost_signed(12), cost_signed(-3), cost_signed(0)
    ('+$12.00', '-$3.00', '$0')
    """
    return f"+{dollars(amount)}" if amount > 0 else dollars(amount)


def cost_short(amount: float) -> str:
    """An amount on an axis: without cents that are none.

    >>> cost_short(20), cost_short(0.5), cost_short(2000)
    ('$20', '$0.50', '$2,000')
    """
    return dollars(amount).removesuffix(".00")


def plural(times: int, thing: str) -> str:
    """A number of things.

    >>> plural(1, "error"), plural(3, "note"), plural(0, "warning")
    ('1 error', '3 notes', '0 warnings')
    """
    return f"{times} {thing}{'' if times == 1 else 's'}"


def count_short(value: float) -> str:
    """People on an axis: thousands from ten thousand on.

    >>> count_short(1234), count_short(49_870), count_short(1_250_000)
    ('1,234', '50k', '1.2m')
    """
    if value >= 1e6:
        return f"{value / 1e6:.2g}m"
    return f"{value / 1e3:,.0f}k" if value >= 1e4 else f"{value:,.0f}"


def finding_place(finding: Finding) -> str:
    """The lines of the document that a finding is about."""
    return finding.place.replace("-", "\N{EN DASH}") if finding.lines else "not in the document"


def count(value: float) -> str:
    """People and requests: whole.

    >>> count(4_560_000.2)
    '4,560,000'
    """
    return f"{value:,.0f}"


def percent(share: float) -> str:
    """A share of 0 to 1.

    >>> percent(0.256), percent(0.004), percent(0)
    ('26\xa0%', '<1\xa0%', '0\xa0%')
    """
    return "<1\N{NO-BREAK SPACE}%" if 0 < share < 0.005 else f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def duration(ms: float) -> str:
    """A mean time, in seconds from ten thousand milliseconds on.

    >>> duration(4.26), duration(251.7), duration(57_000)
    ('4.3 ms', '252 ms', '57 s')
    """
    if ms >= 10_000:
        return f"{ms / 1000:,.0f} s"
    return f"{ms:,.0f} ms" if ms >= 10 else f"{ms:.2g} ms"


def words(name: str) -> str:
    """A name as words, short forms as they are usually written.

    >>> words("daily_active_share"), words("api_cpu_ms"), words("database_gb")
    ('daily active share', 'API CPU ms', 'database GB')
    """
    return " ".join(_SHORT_FORMS.get(word, word) for word in name.split("_"))


def where(fact: Stated) -> str:
    """The lines of the document that a fact stands on.

    >>> from model.targets import Target
    >>> where(Target(metric="error_rate", threshold=0.01, lines=[26, "86-90"]))
    '26, 86\u201390'
    """
    return ", ".join(line.replace("-", "\N{EN DASH}") for line in fact.lines)


def stated_cost(checked: CheckedClaim) -> str:
    """What the document says that something costs a month."""
    return dollar_span(checked.low, checked.high).replace(" - ", " \N{EN DASH} ")


def stated_totals(claims: Sequence[CheckedClaim]) -> str:
    """What the document says that a stage costs: its totals, or their span when there are more than two."""
    texts = list(dict.fromkeys(map(stated_cost, claims)))
    if len(texts) <= 2:
        return ", ".join(texts)
    low, high = min(claim.low for claim in claims), max(claim.high for claim in claims)
    return f"{dollars(low)} \N{EN DASH} {dollars(high)} in {len(texts)} totals"


def claim_value(claim: Claim) -> str:
    """The value of a claim with its unit, as the document gives it."""
    if claim.text is not None:
        return claim.text
    bounds = [number(bound) for bound in (claim.low, claim.high) if bound is not None]
    if not bounds:
        return "stated in words"
    sign = _COMPARATORS.get(claim.comparator, "")
    unit = claim.unit.split(" (")[0].split(", ")[0] if sign else claim.unit
    span = " \N{EN DASH} ".join(dict.fromkeys(bounds))
    return f"{sign}{span} {unit}".strip()


def target_metric(target: Target) -> str:
    """What a target measures: `Response time, p95`."""
    name, _ = _METRICS[target.metric]
    if target.metric != "latency_ms":
        return name
    return f"{name}, {'mean' if target.percentile is None else f'p{target.percentile:g}'}"


def target_threshold(target: Target) -> str:
    """The threshold of a target with the side that is good: `at most 200 ms`."""
    _, unit = _METRICS[target.metric]
    side = "at most" if target.at_most else "at least"
    value = 100 * target.threshold if target.metric in _RATIOS else target.threshold
    if unit == "s" and value >= 3600:
        value, unit = value / 3600, "hours" if value > 3600 else "hour"
    elif unit == "s" and value >= 120:
        value, unit = value / 60, "minutes"
    return f"{side} {number(value)} {unit}"
