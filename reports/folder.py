"""A folder of reports: every file of it with its content, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from model.problems import BadInput
from reports.audit_csv import audit_csv
from reports.claims_csv import claims_csv
from reports.csv_text import bill_csv
from reports.html.page import document_page, index_page
from reports.markdown import document_markdown
from reports.report_model import ArchitectureReport, DocumentReport
from reports.simulation_csv import day_csv, simulation_csv
from reports.stage_drawings import DocumentDrawings
from studies.breakeven.text import breakevens_csv
from studies.cheapest.text import cheapest_csv
from studies.forecast_text import forecast_csv

INDEX = "index"
Draw = Callable[[DocumentReport], DocumentDrawings]


def report_files(
    reports: Sequence[DocumentReport], draw: Draw, progress: Callable[[str], None] = lambda step: None
) -> dict[str, str]:
    """{path in the folder: content}: the index, a page and a Markdown text per document, CSV and SVG per architecture.

    `draw` draws a document; `progress` hears each that is drawn.
    """
    files: dict[str, str] = {}
    for report in reports:
        if report.id == INDEX:
            raise BadInput(f"document.id: '{INDEX}' is the name of the page that leads to all documents")
        progress(f"draw {report.title}")
        drawings = draw(report)
        files[f"{report.id}.html"] = document_page(report, drawings)
        files[f"{report.id}.md"] = document_markdown(report)
        files |= {f"diagrams/{name}-{stage}.svg": svg for (name, stage), svg in drawings.files.items()}
        files |= dict(_tables(report.architectures))
        for found in report.cheapests:
            files[f"{report.id}-cheapest.csv"] = cheapest_csv(found)
        if report.breakevens:
            files[f"{report.id}-breakeven.csv"] = breakevens_csv(report.breakevens)
    return {f"{INDEX}.html": index_page(reports), **files}


def _tables(reports: Iterable[ArchitectureReport]) -> Iterable[tuple[str, str]]:
    for report in reports:
        yield f"{report.name}.csv", bill_csv(report.bills.values())
        if report.architecture.claims:
            yield f"{report.name}-claims.csv", claims_csv(report)
        if report.audit.findings:
            yield f"{report.name}-audit.csv", audit_csv(report.audit)
        if any(stage.simulated is not None for stage in report.stages):
            yield f"{report.name}-simulation.csv", simulation_csv(report.stages)
            yield f"{report.name}-day.csv", day_csv(report.stages)
        if report.growth is not None:
            yield f"{report.name}-forecast.csv", forecast_csv(report.growth.forecast)
