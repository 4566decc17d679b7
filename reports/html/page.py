"""The page of one document, and the page that leads to all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pricing.bill import Bill
from reports.html.breakeven_view import BreakEvenView
from reports.html.charts import service_colours
from reports.html.compared_view import ComparedView
from reports.html.environment import assets, drawing, environment
from reports.html.view import ArchitectureView
from reports.price_sources import meters_by_confidence, price_sources
from reports.report_model import DocumentReport
from reports.stage_drawings import DocumentDrawings
from studies.audit.finding import MEANINGS
from studies.audit.registry import described
from studies.cheapest.result import NOTES


def document_page(report: DocumentReport, drawings: DocumentDrawings) -> str:
    """The whole page of a document: no file beside it is needed to read it."""
    colours = service_colours(report.services)
    every = {item.name: item.architecture for item in report.architectures}
    titles = short_titles({item.name: item.architecture.title for item in report.architectures})
    inline = {key: drawing(text) for key, text in drawings.inline.items()}
    return _render(
        "page.html.j2",
        report.bills,
        report=report,
        home="index.html",
        icons=drawing(drawings.icons),
        architectures=[ArchitectureView(item, inline, colours) for item in report.architectures],
        comparisons=[ComparedView(item, every) for item in report.comparisons],
        cheapests=report.cheapests,
        cheapest_notes=NOTES,
        breakevens=[BreakEvenView(item, titles) for item in report.breakevens],
        short_titles=titles,
        rules=described(),
        meanings=MEANINGS,
        colours=colours,
        sources=price_sources(report.bills),
        confidences=meters_by_confidence(report.bills),
        price_tables=_price_tables(report.bills),
    )


def index_page(reports: Sequence[DocumentReport]) -> str:
    """The totals of every document, each with a link to its page."""
    bills = [bill for report in reports for bill in report.bills]
    return _render("index.html.j2", bills, reports=reports, home="index.html")


def _render(template: str, bills: Sequence[Bill], **values: object) -> str:
    page = environment().get_template(template)
    text = page.render(basis=_basis(bills), **assets(), **values)
    return "\n".join(line for line in map(str.rstrip, text.splitlines()) if line) + "\n"


def _basis(bills: Sequence[Bill]) -> str:
    """What all the figures rest on."""
    bill = bills[0]
    return f"Free tier counted: {bill.free_tier.replace('_', ' ')}. {bill.draws:,} draws, seed {bill.seed}."


def short_titles(titles: Mapping[str, str]) -> dict[str, str]:
    """Titles without the words that all begin with, up to a comma.

    >>> short_titles({"a": "Shop, containers", "b": "Shop, serverless"})
    {'a': 'containers', 'b': 'serverless'}
    >>> short_titles({"a": "Shop", "b": "Shop, serverless"})
    {'a': 'Shop', 'b': 'serverless'}
    """
    parts = {name: title.partition(", ") for name, title in titles.items()}
    shared = len(parts) > 1 and len({start for start, _, _ in parts.values()}) == 1
    return {name: rest if shared and rest else titles[name] for name, (_, _, rest) in parts.items()}


def _price_tables(bills: Iterable[Bill]) -> list[str]:
    found = dict.fromkeys((bill.region, bill.price_date) for bill in bills)
    return [f"Price tables of {region}, {date}" for region, date in found]
