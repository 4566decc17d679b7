"""Section 4: what the design documents say things cost, beside our ranges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from pricing.bill import Bill, Range, by_cost
from reports.claim_checks import CheckedClaim, Verdict
from studies.amounts import dollar_span, dollars

from .documents import PricedDocument
from .tables import plain, table, whole_percent

_VERDICTS: Final[tuple[Verdict, ...]] = ("below our range", "within our range", "above our range")
_TOTALS = (
    "architecture", "stage", "dearest in ours", "document says", "document is", "low", "likely", "high", "implied",
    "likely, first year",
)  # fmt: skip
_COUNTS = ("architecture", "costs stated", "below our range", "within", "above", "claims of other kinds")


def claims_section(documents: Sequence[PricedDocument]) -> Iterable[str]:
    """Its paragraphs and tables."""
    bill = next(iter(documents[0].bills.values()))
    yield "## 4. The five documents beside our prices"
    yield (
        "**This measures the documents and not us.** No bill of these systems is known; a claim outside our range is "
        "a claim to look at, and either side may be wrong. Ours is the price by the provider's rules, with the "
        "document's own sizes and traffic, our assumptions where it has none, and what it needs but never mentions. "
        "USD a month. Low and high are the 5th and 95th percentile over the assumptions "
        f"({bill.draws:,} draws, seed {bill.seed}), not over every way in which a model may be wrong. "
        'Allowances of an account\'s first year count only in the column "first year".'
    )
    yield "### Totals by stage"
    yield table(_TOTALS, [row for item in documents for row in _rows(item)], texts=5)
    yield _reading(documents)
    yield "### Every stated cost"
    yield (
        "Each cost line beside the components that it names, stage by stage, and each total; a total that adds up "
        'several stages beside these together. "Above" means that the document states more than we find.'
    )
    yield table(_COUNTS, _counts(documents))
    yield _scope(documents)


def _rows(item: PricedDocument) -> Iterable[tuple[str, ...]]:
    for stage, bill in item.bills.items():
        yield (
            item.name,
            item.titles[stage],
            _dearest(bill),
            *_said(item.totals(stage)),
            dollars(bill.total.low),
            ("" if bill.complete else "at least ") + dollars(bill.total.likely),
            dollars(bill.total.high),
            dollars(bill.implied_usd),
            dollars(item.first_year_usd[stage]),
        )
    for claim in item.totals_together:
        bounds = (claim.ours.low, claim.ours.likely, claim.ours.high)
        yield (item.name, claim.stage_text(item.titles), "", *_said([claim]), *map(dollars, bounds), "", "")


def _dearest(bill: Bill) -> str:
    paid = [f"{name} {dollars(cost.likely)}" for name, cost in by_cost(bill.services) if cost.likely > 0]
    return ", ".join(paid[:2])


def _said(claims: Sequence[CheckedClaim]) -> tuple[str, str]:
    """Totals of one stage with their verdicts, line by line."""
    amounts = [f"{plain(claim.claim.subject)}: {dollar_span(claim.low, claim.high)}" for claim in claims]
    return "<br>".join(amounts) or "nothing", "<br>".join(_short(claim.verdict) for claim in claims)


def _short(verdict: Verdict) -> str:
    return verdict.removesuffix(" our range")


def _reading(documents: Sequence[PricedDocument]) -> str:
    totals = [bill.total for item in documents for bill in item.bills.values()]
    widths = sorted(total.high / total.low for total in totals)
    bottom = sum(_place(total) < 0.1 for total in totals)
    spoken = [item.totals(stage) for item in documents for stage in item.bills if item.totals(stage)]
    below = sum(all(claim.verdict == "below our range" for claim in claims) for claims in spoken)
    count = sum(map(len, spoken))
    return (
        f"The documents state {count} totals for {len(spoken)} stages (some state one several times); at {below} of "
        f'these stages every one lies below our range. "Implied" is what a document needs and never mentions, '
        f'and "dearest" says where our figure comes from. Where that is one service whose use is our own assumption, '
        f"the gap is that assumption as much as the document: Bedrock and Mapbox in tabi-script, API Gateway "
        f"requests in lexohub. "
        f"Our ranges are wide: the high end is {widths[len(widths) // 2]:.1f} times the low one in the middle, "
        f"{widths[-1]:.1f} times at most. And they are lopsided: at {bottom} of {len(totals)} stages the likely "
        f'value lies in the lowest tenth of its range. "Within" is therefore weak praise.'
    )


def _place(total: Range) -> float:
    """Where the likely value stands between low and high, 0 to 1."""
    return (total.likely - total.low) / (total.high - total.low) if total.high > total.low else 0.5


def _counts(documents: Sequence[PricedDocument]) -> Iterable[tuple[str, ...]]:
    whole: Counter[Verdict] = Counter()
    for item in documents:
        counts = Counter(claim.verdict for claim in item.claims)
        whole += counts
        yield (item.name, *_shares(counts), str(item.other_claims))
    yield ("**all**", *_shares(whole), str(sum(item.other_claims for item in documents)))


def _shares(counts: Counter[Verdict]) -> Iterable[str]:
    yield str(counts.total())
    for verdict in _VERDICTS:
        yield f"{counts[verdict]} ({whole_percent(counts[verdict], counts.total())})" if counts else ""


def _scope(documents: Sequence[PricedDocument]) -> str:
    open_stages = [
        f"{item.name} ({item.titles[stage]})"
        for item in documents
        for stage, bill in item.bills.items()
        if not bill.complete
    ]
    return (
        f"Not complete, because something has no price or no stated use: {', '.join(open_stages)}. Claims of other "
        f"kinds (unit prices, savings, latency, capacity, availability) are what `stageplan audit` is for. "
        f"A cost line that names no stage is compared at each, so one wrong line can count several times."
    )
