"""A document's report as Markdown: the same figures in few lines, fit for a pull request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pricing.bill import Bill
from reports.formats import cost_range, count, number, stated_cost, stated_totals, where, words
from reports.markdown_cheapest import cheapest_section
from reports.markdown_simulation import simulation_markdown
from reports.markdown_studies import audit_markdown, breakeven_markdown, comparison_markdown, growth_markdown
from reports.markdown_text import plain, table, total_text
from reports.report_model import ArchitectureReport, DocumentReport, StageReport
from reports.simulation_text import in_short
from studies.amounts import dollars, known_dollars

TOP = 8
"""Assumptions shown per stage: those that move the total most."""


def document_markdown(report: DocumentReport) -> str:
    """The whole document; parts are separated by an empty line."""
    parts = [f"# {plain(report.title)}"]
    titles = {item.name: item.architecture.title for item in report.architectures}
    for comparison in report.comparisons:
        parts += comparison_markdown(comparison, titles)
    for study in report.breakevens:
        parts += breakeven_markdown(study, titles)
    for found in report.cheapests:
        parts += cheapest_section(found)
    for item in report.architectures:
        parts += _architecture(item)
    parts.append(_basis(report.bills))
    return "\n\n".join(parts) + "\n"


def _architecture(item: ArchitectureReport) -> Iterable[str]:
    architecture = item.architecture
    yield f"## {plain(architecture.title)}"
    if architecture.summary:
        yield plain(architecture.summary)
    yield "\n".join(_in_short(item.stages))
    yield _stages(item)
    yield "### Cost by service"
    yield _services(item)
    yield "### What moves the total"
    yield _assumptions(item.stages[-1])
    if item.growth is not None:
        yield "### If it grows from the first stage to the last"
        yield from growth_markdown(item.growth, {stage.name: stage.title for stage in item.stages})
    if any(stage.simulated is not None for stage in item.stages):
        yield "### Will it hold"
        yield from simulation_markdown(item.stages, item.label)
    if item.audit.claims or item.audit.findings:
        yield "### Is the document right?"
        yield from audit_markdown(item.audit)
    if item.claims:
        yield "### What the document said"
        yield _claims(item)
    missing = list(_missing(item.stages))
    if missing:
        yield "### Not in the totals"
        yield "\n".join(missing)


def _in_short(stages: Iterable[StageReport]) -> Iterator[str]:
    """A line per stage: what it costs, and what the simulation says of its targets."""
    for stage in stages:
        look = stage.simulated.outlook if stage.simulated is not None else None
        held = f"; {in_short(look.result, look.capacity)}" if look is not None else ""
        yield f"- **{plain(stage.title)}**: {total_text(stage.bill)} a month{plain(held)}"


def _stages(item: ArchitectureReport) -> str:
    header = (
        *("stage", "users", "requests a month", "USD a month", "90 % range", "median"),
        *("implied", "document says", "it is"),
    )
    rows = [
        (
            stage.title,
            count(stage.users),
            count(stage.monthly_requests),
            total_text(stage.bill),
            cost_range(stage.bill.total),
            "" if stage.bill.median is None else dollars(stage.bill.median),
            dollars(stage.bill.implied_usd),
            stated_totals(item.total_claims(stage.name)),
            ", ".join(dict.fromkeys(claim.verdict for claim in item.total_claims(stage.name))),
        )
        for stage in item.stages
    ]
    return table(header, rows, numbers=7)


def _services(item: ArchitectureReport) -> str:
    header = ("service", *(stage.title for stage in item.stages))
    rows = [(name, *(_cost(stage.bill, name) for stage in item.stages)) for name in item.services]
    total = ("**total**", *(f"**{total_text(stage.bill)}**" for stage in item.stages))
    return table(header, [*rows, total], numbers=len(item.stages))


def _assumptions(stage: StageReport) -> str:
    header = ("assumption", "low", "likely", "high", "unit", "total from", "to", "why")
    rows = [
        (
            words(item.name),
            number(item.assumption.low),
            number(item.assumption.likely),
            number(item.assumption.high),
            item.assumption.unit,
            dollars(item.at_low),
            dollars(item.at_high),
            item.assumption.why,
        )
        for item in stage.bill.influences[:TOP]
        if item.swing >= 0.01
    ]
    if not rows:
        return f"No assumption moves the total of {plain(stage.title)} by a cent."
    return f"At {plain(stage.title)}, one at a time:\n\n{table(header, rows, numbers=0)}"


def _claims(item: ArchitectureReport) -> str:
    titles = {stage.name: stage.title for stage in item.stages}
    header = ("cost", "stage", "document says", "we find", "90 % range", "the document is", "lines")
    rows = [
        (
            checked.claim.subject,
            checked.stage_text(titles),
            stated_cost(checked),
            dollars(checked.ours.likely),
            cost_range(checked.ours),
            checked.verdict,
            where(checked.claim),
        )
        for checked in item.claims
    ]
    return table(header, rows, numbers=0)


def _missing(stages: Iterable[StageReport]) -> Iterable[str]:
    """One line per missing cost, with the stages that lack it."""
    lacking: dict[str, list[str]] = {}
    for stage in stages:
        for line in stage.bill.missing:
            reason = f" ({line.how})" if line.how else ""
            lacking.setdefault(f"{line.label}: {line.description}{reason}", []).append(stage.title)
    for what, titles in lacking.items():
        yield f"- {plain(what)}: {plain(', '.join(titles))}"


def _basis(bills: Sequence[Bill]) -> str:
    bill = bills[0]
    tables = ", ".join(dict.fromkeys(f"{bill.region} {bill.price_date}" for bill in bills))
    return f"Prices: {tables}. Free tier: {bill.free_tier}. {bill.draws} draws, seed {bill.seed}."


def _cost(bill: Bill, service: str) -> str:
    cost = bill.services.get(service)
    return "" if cost is None else known_dollars(cost.likely, service in bill.lacking)
