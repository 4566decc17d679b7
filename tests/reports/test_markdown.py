"""The Markdown report: the same figures as the page, in tables that any viewer shows."""

import re
from dataclasses import replace
from functools import cache

from model.loading import load
from reports.markdown import document_markdown
from reports.report_model import DocumentReport, report_documents
from studies.amounts import dollars


@cache
def vertical_vibing() -> DocumentReport:
    return report_documents([load("vertical-vibing")], draws=200)[0]


def tables(text: str) -> list[list[str]]:
    """The lines of each table."""
    return [block.splitlines() for block in text.split("\n\n") if block.startswith("|")]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def unescaped(cell: str) -> str:
    return re.sub(r"\\(.)", r"\1", cell).replace("&lt;", "<").replace("&amp;", "&")


def test_tables_are_whole() -> None:
    """Every line of a table has as many cells as its head."""
    for table in tables(document_markdown(vertical_vibing())):
        assert {len(cells(line)) for line in table} == {len(cells(table[0]))}


def test_stages_and_services_have_the_figures_of_the_bills() -> None:
    """The first table has a row per stage with its total, the second a row per service that costs something."""
    report = vertical_vibing()
    stages, services, *_ = tables(document_markdown(report))
    item = report.architectures[0]
    assert [cells(line)[3] for line in stages[2:]] == [dollars(stage.bill.total.likely) for stage in item.stages]
    assert [cells(line)[0] for line in services[2:-1]] == list(item.services)
    assert cells(services[-1])[1:] == [f"**{dollars(stage.bill.total.likely)}**" for stage in item.stages]


def test_claims_stand_beside_our_figures() -> None:
    """The last table has a row per stated cost, with the verdict and the document's lines."""
    report = vertical_vibing()
    rows = [cells(line) for line in tables(document_markdown(report))[-1][2:]]
    assert [(row[0], row[5]) for row in rows] == [
        (checked.claim.subject, checked.verdict) for checked in report.architectures[0].claims
    ]
    assert all(row[6] for row in rows)


def test_findings_stand_with_their_place_and_calculation() -> None:
    """The audit's table has a row per finding, errors first, with what is stated and what we compute."""
    audit = vertical_vibing().architectures[0].audit
    rows = [cells(line) for line in tables(document_markdown(vertical_vibing()))[-2][2:]]
    assert [row[0] for row in rows] == [finding.severity for finding in audit.findings]
    assert [unescaped(row[2]) for row in rows] == [finding.claim for finding in audit.findings]
    assert all(row[1] and row[4] and row[5] for row in rows)


def test_growth_names_each_stage_and_its_first_month() -> None:
    """The stages stand in the order in which they begin, the last month after them."""
    item = vertical_vibing().architectures[0]
    assert item.growth is not None
    found = next(block for block in tables(document_markdown(vertical_vibing())) if "| month |" in block[0])
    months = [(cells(line)[0], int(cells(line)[1])) for line in found[2:]]
    titles = {stage.name: stage.title for stage in item.stages}
    assert months[:-1] == [(titles[stage], month) for month, stage in item.growth.forecast.handovers]
    assert months[-1] == ("Enterprise", 24)


def test_architectures_of_the_same_work_stand_side_by_side() -> None:
    """The first table of a document compares its architectures; where none can be, there is none."""
    names = ("tabi-script-ecs", "tabi-script-vercel-supabase")
    report = report_documents([load(name) for name in names], draws=50)[0]
    text = document_markdown(report)
    first, second = (comparison.sides[1] for comparison in report.comparisons)
    assert text.count("## The same work") == 2
    for block, side in zip(tables(text)[:2], (first, second), strict=True):
        assert cells(block[-1])[1] == dollars(side.bill.total.likely)
    assert "The same work" not in document_markdown(vertical_vibing())


def test_what_is_missing_is_said() -> None:
    """A line without a cost makes its total 'at least' and is listed with its reason."""
    report = vertical_vibing()
    item = report.architectures[0]
    stage = item.stages[0]
    line = stage.bill.lines[0]._replace(state="unpriced", how="no price for it")
    poorer = replace(stage, bill=replace(stage.bill, lines=(line, *stage.bill.lines[1:])))
    changed = replace(report, architectures=(replace(item, stages=(poorer,), claims=(), growth=None),))
    text = document_markdown(changed)
    assert f"at least {dollars(stage.bill.total.likely)}" in text
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
