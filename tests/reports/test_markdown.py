"""The Markdown report: the same figures as the page, in tables that any viewer shows."""

import re
from dataclasses import replace
from functools import cache

from model.loading import load
from reports.markdown import document_markdown
from reports.money import usd
from reports.report_model import DocumentReport, report_documents


@cache
def vertical_vibing() -> DocumentReport:
    return report_documents([load("vertical-vibing")], draws=200)[0]


def tables(text: str) -> list[list[str]]:
    """The lines of each table."""
    return [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def test_tables_are_whole() -> None:
    """Every line of a table has as many cells as its head."""
    for table in tables(document_markdown(vertical_vibing())):
        assert {len(cells(line)) for line in table} == {len(cells(table[0]))}


def test_stages_and_services_have_the_figures_of_the_bills() -> None:
    """The first table has a row per stage with its total, the second a row per service that costs something."""
    report = vertical_vibing()
    stages, services, *_ = tables(document_markdown(report))
    item = report.architectures[0]
    assert [cells(line)[3] for line in stages[2:]] == [usd(stage.bill.total.likely) for stage in item.stages]
    assert [cells(line)[0] for line in services[2:-1]] == list(item.services)
    assert cells(services[-1])[1:] == [f"**{usd(stage.bill.total.likely)}**" for stage in item.stages]


def test_claims_stand_beside_our_figures() -> None:
    """The last table has a row per stated cost, with the verdict and the document's lines."""
    report = vertical_vibing()
    rows = [cells(line) for line in tables(document_markdown(report))[-1][2:]]
    assert [(row[0], row[5]) for row in rows] == [
        (checked.claim.subject, checked.verdict) for checked in report.architectures[0].claims
    ]
    assert all(row[6] for row in rows)


def test_what_is_missing_is_said() -> None:
    """A line without a cost makes its total 'at least' and is listed with its reason."""
    report = vertical_vibing()
    item = report.architectures[0]
    stage = item.stages[0]
    line = replace(stage.bill.lines[0], state="unpriced", how="no price for it")
    poorer = replace(stage, bill=replace(stage.bill, lines=(line, *stage.bill.lines[1:])))
    changed = replace(report, architectures=(replace(item, stages=(poorer,), claims=()),))
    text = document_markdown(changed)
    assert f"at least {usd(stage.bill.total.likely)}" in text
    assert "### Not in the totals" in text
    assert "(no price for it): Development" in text
    assert "Not in the totals" not in document_markdown(report)


def test_a_document_cannot_write_markdown() -> None:
    """Names with marks of Markdown or HTML are shown as they are."""
    base = load("vertical-vibing")
    claims = (base.claims[4].model_copy(update={"subject": "a | b <b>`*_[x](y)\n# c"}),)
    report = report_documents([base.model_copy(update={"claims": claims})], draws=0)[0]
    text = document_markdown(report)
    assert r"| a \| b &lt;b>\`\*\_\[x\](y) \# c |" in text


def test_the_same_text_on_every_run() -> None:
    """Nothing in it depends on the time or the order of a set."""
    again = report_documents([load("vertical-vibing")], draws=200)[0]
    assert document_markdown(again) == document_markdown(vertical_vibing())
