"""Section 1: prices and metering beside published estimates and worked examples."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from studies.amounts import dollars

from .cases import ESTIMATES, EXAMPLES
from .priced import Deviation, adjusted_totals
from .tables import percent, table


def prices_section(estimates: Sequence[Deviation], examples: Sequence[Deviation]) -> Iterable[str]:
    """Its paragraphs and tables."""
    yield "## 1. Prices and metering"
    yield from _estimates(estimates)
    yield from _adjusted(estimates)
    yield from _examples(examples)
    yield _reading(estimates)


def _estimates(found: Sequence[Deviation]) -> Iterable[str]:
    lines = sum(item.quantities for item in found)
    wrong = sum(item.wrong_quantities for item in found)
    held = sum(item.holds for item in found)
    yield "### Resources that a published estimator priced"
    yield (
        f"Reference: expected outputs of the open-source estimator infracost for single resources in us-east-1, with "
        f"the file of each in `tests/cases/{ESTIMATES}`. Each becomes a component of ours, priced alone, without "
        f"free allowances. A quantity must be equal (below one unit: to the four digits that are printed), a total "
        f"within the tolerance of its rounded lines (half a cent to 7.5 cents)."
    )
    yield (
        f"**{held} of {len(found)} totals are within their tolerance; {lines - wrong} of {lines} quantities are "
        f"exact.** None of the 78 published resources is left out; an instance of the estimator's example plan is "
        f"tried besides."
    )
    services: dict[str, list[Deviation]] = {}
    for item in found:
        services.setdefault(item.service, []).append(item)
    yield table(
        ("service", "estimates", "quantities exact", "totals within", "largest total", "furthest off", "relative"),
        [_service(name, items) for name, items in sorted(services.items(), key=lambda pair: (-len(pair[1]), pair[0]))],
    )
    yield (
        f"A large relative deviation belongs to a small total: the estimates print cents. "
        f"{sum(item.states_usage for item in found)} of the {len(found)} resources state their usage (requests, GB) "
        f"outright and the others are billed for existing: "
        f"the way from traffic to usage is not exercised by this table."
    )


def _service(name: str, items: Sequence[Deviation]) -> tuple[str, ...]:
    lines = sum(item.quantities for item in items)
    exact = lines - sum(item.wrong_quantities for item in items)
    return (
        name,
        str(len(items)),
        f"{exact} of {lines}",
        f"{sum(item.holds for item in items)} of {len(items)}",
        dollars(max(item.expected_usd for item in items)),
        f"${max(item.off_usd for item in items):.3f}",
        percent(round(max(item.off_share for item in items), 6)),
    )


def _adjusted(found: Sequence[Deviation]) -> Iterable[str]:
    by_id = {item.case: item for item in found}
    totals = adjusted_totals()
    yield (
        f"**{len(found) - len(totals)} totals are compared as published. {len(totals)} are not**: there the "
        f"estimator breaks a rule of the provider, and the case holds the corrected quantity and total. Against the "
        f"printed one we would be off by the amounts below. The correction is ours; nobody published it."
    )
    yield table(
        ("estimate", "why", "published", "expected here", "we find", "off the published"),
        [
            (
                f"`{name}`",
                why,
                f"${published:,.2f}",
                f"${by_id[name].expected_usd:,.2f}",
                f"${by_id[name].found_usd:,.2f}",
                f"{by_id[name].found_usd / published - 1:+.1%}".replace("%", " %"),
            )
            for name, (published, why) in totals.items()
        ],
        texts=2,
    )
    yield (
        "Fewer things are asked of two more: of the network load balancer only processed bytes, because the "
        "estimator's other capacity dimensions do not follow the provider's rule; and of one CloudFront distribution "
        "the free invalidation paths are left out on both sides."
    )


def _examples(found: Sequence[Deviation]) -> Iterable[str]:
    held = sum(item.holds for item in found)
    own = sum(item.own_source for item in found)
    yield "### Worked examples of the provider"
    yield (
        f"Reference: examples on AWS pricing pages, exports of the AWS Pricing Calculator and cost tables of AWS "
        f"Solutions guidance (`tests/cases/{EXAMPLES}`). Free allowances count where the example counts them. Where "
        f"a page rounds its total, the comparison is with its own formula worked out to four digits: the page prints "
        f"$39.04 for `lambda-response-stream`, whose formula gives $39.0459."
    )
    yield f"**{held} of {len(found)} come out to the cent.**"
    yield table(
        ("example", "service", "price from the example's kind of text", "published", "we find"),
        [
            (
                f"`{item.case}`",
                item.service,
                "yes" if item.own_source else "no",
                f"${item.expected_usd:,.4f}".removesuffix("00"),
                f"${item.found_usd:,.4f}".removesuffix("00"),
            )
            for item in found
        ],
        texts=3,
    )
    yield (
        f"For {own} of the {len(found)} at least one unit price was itself read from such an example, because no "
        f"other source was found. Those prove the arithmetic and not the price; the other {len(found) - own} "
        f"prove both. `lambda-kafka-source` is met with the 60 million requests that the page bills, although its "
        f"text speaks of a million a day."
    )


def _reading(estimates: Sequence[Deviation]) -> str:
    own = sum(item.own_source for item in estimates)
    return (
        f"**What this proves and what it does not.** The unit prices of {own} of the {len(estimates)} estimates were "
        f"read from the same estimator's published outputs (made from the AWS Price List). So the table above proves "
        f"metering rules, units, tiers and rounding; it is no independent check of the price level. "
        f"All of it is us-east-1, and the list prices may be years old: `pricing/tables/SOURCES.md` gives every "
        f"row's source, date and confidence. No bill of a real account has been compared."
    )
