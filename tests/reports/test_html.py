"""The pages: complete in themselves, the same on every run, true to the bill, and fit for everyone."""

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from functools import cache
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.loading import load
from pricing.bill import Range
from reports.formats import cost_range, cost_signed, finding_place, number, plural, unit_price
from reports.html.charts import service_colours, stacked_bars, tornado
from reports.html.compared_view import difference_bars
from reports.html.growth_chart import gridlines, growth_chart
from reports.html.page import document_page, index_page
from reports.report_model import DocumentReport, report_documents
from reports.simulated import with_simulations
from reports.stage_drawings import DocumentDrawings, draw_document
from reports.studied import Settings
from simulations.outlook import look
from studies.amounts import dollars

ICONS = (
    '<svg xmlns="http://www.w3.org/2000/svg">'
    '<symbol id="sp-icon-rds"><image href="data:image/png;base64,A"/></symbol></svg>'
)


@cache
def documents() -> tuple[DocumentReport, ...]:
    names = ("vertical-vibing", "tabi-script-ecs", "tabi-script-serverless")
    reports = report_documents([load(name) for name in names], draws=200)
    simulated = ("tabi-script-ecs", "production", look(load("tabi-script-ecs").at("production")))
    return with_simulations(reports, [simulated], Settings(draws=200))


def drawn(report: DocumentReport) -> DocumentDrawings:
    """Drawings that take no time."""
    keys = [(item.name, stage.name) for item in report.architectures for stage in item.stages]
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><title>{}</title><use href="#sp-icon-rds"/></svg>'
    inline = {key: svg.format(" ".join(key)) for key in keys}
    return DocumentDrawings(inline, inline, ICONS)


@cache
def pages() -> dict[str, str]:
    found = {report.id: document_page(report, drawn(report)) for report in documents()}
    return {"index": index_page(documents()), **found}


@pytest.fixture(params=("index", "vertical_vibing", "tabi-script"))
def page(request: pytest.FixtureRequest) -> str:
    return pages()[request.param]


VOID = frozenset({"meta", "link", "input", "br", "img", "hr"})


class Elements(HTMLParser):
    """Every element of a page as (tag, attributes, tags around it); raises when the nesting is wrong."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], tuple[str, ...]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def of(self, *tags: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes, _ in self.found if tag in tags]


def text_of(html: str) -> str:
    """What a reader sees, with single spaces."""
    bare = re.sub(r"<(script|style|title)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def test_no_request_leaves_the_page(page: str) -> None:
    """Nothing that a browser would load by itself is anywhere but in the page."""
    elements = Elements(page)
    for tag, attributes, _ in elements.found:
        for name, value in attributes.items():
            loads = name in ("src", "srcset", "poster", "data", "action", "background") or (
                name.endswith("href") and tag != "a"
            )
            assert not loads or (value or "").startswith(("data:", "#")), (tag, name, value)
    assert not re.search(r"@import|url\(\s*['\"]?(?!#|data:)", page)
    assert "fetch(" not in page
    assert "XMLHttpRequest" not in page


def test_a_policy_forbids_what_the_page_does_not_do(page: str) -> None:
    """The browser is told to load nothing, before the first style or script."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    found = next(item for item in Elements(page).of("meta") if item.get("http-equiv"))
    assert found == {"http-equiv": "Content-Security-Policy", "content": policy}
    assert page.index("Content-Security-Policy") < page.index("<style")


def test_links_lead_somewhere(page: str) -> None:
    """Ids are unique, every link within the page and every label has its target, other links are to files beside it."""
    elements = Elements(page)
    ids = Counter(value for _, attributes, _ in elements.found if (value := attributes.get("id")))
    assert [name for name, times in ids.items() if times > 1] == []
    for _, attributes, _ in elements.found:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            assert set((attributes.get(name) or "").split()) <= set(ids)
        href = attributes.get("href") or ""
        if href.startswith("#"):
            assert href[1:] in ids, href
        else:
            assert ":" not in href or href.startswith("data:"), href


def test_index_links_to_places_of_the_pages() -> None:
    """Every link of the overview leads to an id of a document's page."""
    for attributes in Elements(pages()["index"]).of("a"):
        name, _, place = (attributes["href"] or "").partition(".html")
        if name not in ("", "index", "#Main"):
            assert place == "" or f'id="{place[1:]}"' in pages()[name], attributes


def test_the_page_has_an_outline(page: str) -> None:
    """One main part, one first heading, no level left out; every table has a caption and every heading cell a scope."""
    elements = Elements(page)
    levels = [int(tag[1]) for tag, _, _ in elements.found if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == len(elements.of("main")) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(elements.of("caption")) == len(elements.of("table"))
    assert {item.get("scope") for item in elements.of("th")} <= {"col", "row", "rowgroup"}
    assert elements.of("html")[0]["lang"] == "en"


def test_everything_that_can_be_pressed_has_a_name(page: str) -> None:
    """Buttons and fields are native elements with a text or a label; what scrolls can be reached by keyboard."""
    elements = Elements(page)
    for match in re.finditer(r"<button\b([^>]*)>(.*?)</button>", page, re.DOTALL):
        assert "aria-label=" in match[1] or text_of(match[2]), match[0]
        assert 'type="button"' in match[1]
    for tag, _, around in elements.found:
        assert tag != "input" or "label" in around
    for attributes in elements.of("div"):
        if attributes.get("class") in ("scroll", "viewport"):
            assert attributes["tabindex"] == "0"
            assert attributes["aria-label"]


def test_the_same_bytes_on_every_run() -> None:
    """A second run from the start gives the same pages."""
    again = report_documents([load("vertical-vibing")], draws=200)[0]
    assert document_page(again, drawn(again)) == pages()["vertical_vibing"]


def test_every_line_leads_to_quantity_price_and_source() -> None:
    """Each line of each bill shows its quantity, its unit price, its cost and a source that is in the list."""
    report = documents()[0]
    html = pages()[report.id]
    for stage in report.architectures[0].stages:
        panel = html.split(f'id="{report.architectures[0].name}.{stage.name}.bill"')[1].split("<caption>")[1]
        shown = text_of(panel.split("</table>")[0])
        for line in stage.bill.lines:
            assert line.description in shown
            for step in line.steps:
                assert f"{number(step.quantity)} \N{MULTIPLICATION SIGN} {unit_price(step.unit_price)}" in shown
            if line.source:
                assert line.source in text_of(html.split('id="Sources"')[1])
        assert shown.count("priced") == sum(line.state == "priced" for line in stage.bill.lines)
        assert dollars(stage.bill.total.likely) in shown


def test_stages_stand_side_by_side() -> None:
    """The first thing on the page is each stage's cost, its range, its users and what the document says."""
    report = documents()[0]
    shown = text_of(pages()[report.id].split('class="cards"')[1].split("</section>")[0])
    for stage in report.architectures[0].stages:
        assert f"{stage.title} {dollars(stage.bill.total.likely)} a month" in shown
        assert cost_range(stage.bill.total) in shown
        assert f"Users {stage.users:,.0f}" in shown
    assert shown.count("below our range") == 3 + 1


def test_what_the_document_said_is_beside_our_figure() -> None:
    """Each stated cost is there with our range, a verdict in words and its lines; every other claim is listed."""
    item = documents()[0].architectures[0]
    shown = text_of(pages()["vertical_vibing"].split(f'id="{item.name}.claims"')[1].split("</section>")[0])
    for checked in item.claims:
        assert f"{dollars(checked.ours.likely)} {cost_range(checked.ours)}".strip() in shown
        assert checked.verdict in shown
    for claim in item.other_claims:
        assert claim.subject in shown
    assert len(item.claims) + len(item.other_claims) == len(item.architecture.claims)


def audit_part(name: str) -> str:
    return pages()["vertical_vibing"].split(f'id="{name}.audit"')[1].split("</section>")[0]


def test_findings_have_severity_place_figures_and_calculation() -> None:
    """Each finding says in words how grave it is, where it stands, what is stated, what we compute and why."""
    item = documents()[0].architectures[0]
    parts = audit_part(item.name).split('<li class="finding"')[1:]
    assert len(parts) == len(item.audit.findings)
    for part, finding in zip(parts, item.audit.findings, strict=True):
        shown = text_of(f"<li{part}")
        assert shown.startswith(f"{finding.severity} {finding.claim}")
        for text in (finding_place(finding), finding.stated, finding.computed, finding.calculation):
            assert " ".join(text.replace("; ", " ").split()) in shown
        assert f'class="sign {finding.severity}"' in part


def test_errors_are_open_and_the_rest_is_folded() -> None:
    """Errors stand in the open, warnings and notes in folds that are closed, each with its count."""
    item = documents()[0].architectures[0]
    elements = Elements(f"<body>{audit_part(item.name).split('>', 1)[1]}</body>")
    folded = ["details" in around for tag, found, around in elements.found if found.get("class") == "finding"]
    assert folded == [finding.severity != "error" for finding in item.audit.findings]
    assert all("open" not in found for found in elements.of("details"))
    shown = text_of(audit_part(item.name))
    for severity, times in item.audit.counts.items():
        assert plural(times, severity) in shown


def test_the_head_counts_the_findings() -> None:
    """The summary of an architecture says how many findings of each severity its audit has, and so does the index."""
    for report in documents():
        head = text_of(pages()[report.id].split('class="overview"')[1].split("<article")[0])
        for item in report.architectures:
            counts = [plural(times, severity) for severity, times in item.audit.counts.items() if times]
            assert f"{', '.join(counts[:-1])} and {counts[-1]}".replace(", and", " and") in head.replace(" ,", ",")
            assert ", ".join(counts) in text_of(pages()["index"])


def test_a_claim_leads_to_its_findings() -> None:
    """Beside each stated cost stand links to what the audit found on it."""
    item = documents()[0].architectures[0]
    table = pages()["vertical_vibing"].split(f'id="{item.name}.claims"')[1].split("</section>")[0]
    linked = {int(number) for number in re.findall(rf'href="#{item.name}\.finding-(\d+)"', table)}
    assert linked == {number for number, found in enumerate(item.audit.findings, start=1) if found.claims}


def test_growth_is_drawn_to_scale() -> None:
    """The curve runs from the first month to the last within its band, and stages begin where the forecast says."""
    for item in (item for report in documents() for item in report.architectures if item.growth):
        found = item.growth.forecast
        chart = growth_chart(found)
        line, band = ([tuple(map(float, at.split(","))) for at in text.split()] for text in (chart.line, chart.band))
        upper, lower = band[: len(line)], band[len(line) :][::-1]
        assert (line[0][0], line[-1][0]) == (0, 100)
        for at, high, low in zip(line, upper, lower, strict=True):
            assert at[0] == high[0] == low[0]
            assert 0 <= high[1] <= at[1] + 0.005 <= low[1] + 0.01 <= 100.01
        assert [(flag.month.number, flag.stage) for flag in chart.handovers] == list(found.handovers)
        assert all(0 <= grid.y < 100 for grid in chart.gridlines)
        assert 2 <= len(chart.gridlines) <= 4


@given(st.floats(1e-3, 1e9))
def test_gridlines_are_round_and_few(top: float) -> None:
    """Whatever the scale, one to four amounts that are the same step apart, none beyond the axis."""
    lines = gridlines(top)
    assert 1 <= len(lines) <= 4
    assert lines[-1] <= top * (1 + 1e-9)
    assert lines[-1] == pytest.approx(lines[0] * len(lines))
    assert top < lines[0] * (len(lines) + 1) * (1 + 1e-9)


def test_one_stage_has_no_growth_to_draw() -> None:
    """Where the users do not grow there is no curve, no heading and no link to one."""
    report = report_documents([load("writlix-supabase")], draws=0)[0]
    html = document_page(report, drawn(report))
    assert "If it grows" not in html
    assert ".growth" not in html.split("</style>")[1].split("<script>")[0]


def test_architectures_of_the_same_work_are_compared() -> None:
    """Each work that several architectures serve has a row per architecture, with its paired difference."""
    report = documents()[1]
    part = pages()["tabi-script"].split('id="Compared"')[1].split("</section>")[0]
    shown = text_of(part)
    for comparison in report.comparisons:
        for side in comparison.sides:
            assert f"{dollars(side.bill.total.likely)} {cost_range(side.bill.total)}" in shown
        for usd in comparison.differences:
            assert f"{cost_signed(usd.likely)} {cost_range(usd)}" in shown
    assert 'id="Compared"' not in pages()["vertical_vibing"]


def test_differences_share_an_axis_with_its_zero() -> None:
    """A saving lies left of zero, a loss right of it, and no bar leaves the axis."""
    saving, loss = difference_bars((Range(-30, -20, -10), Range(5, 10, 40)))
    assert saving.zero == loss.zero
    assert 0 < saving.low < saving.likely < saving.high < saving.zero < loss.low < loss.likely < loss.high < 100
    [nothing] = difference_bars((Range(0, 0, 0),))
    assert (nothing.low, nothing.high) == (nothing.zero, nothing.zero)


def test_a_missing_price_is_said_everywhere() -> None:
    """A bill with a line that nobody could price is 'at least' in the card, the tables and the index."""
    report = documents()[0]
    item = report.architectures[0]
    stage = item.stages[1]
    lines = (*stage.bill.lines[:-1], stage.bill.lines[-1]._replace(state="unpriced", how="nobody sells it"))
    poorer = replace(stage, bill=replace(stage.bill, lines=lines))
    changed = replace(report, architectures=(replace(item, stages=(item.stages[0], poorer, *item.stages[2:])),))
    shown = text_of(document_page(changed, drawn(changed)))
    assert shown.count(f"at least {dollars(stage.bill.total.likely)}") >= 4
    assert "1 line without a cost" in shown
    assert "nobody sells it" in shown
    assert f"at least {dollars(stage.bill.total.likely)}" in text_of(index_page([changed]))


def test_a_document_cannot_write_html() -> None:
    """Titles, notes and names from a document are shown as they are and never become elements."""
    evil = "</style><script>alert('1')</script><img src=x onerror=alert(1)>"
    base = load("tabi-script-vercel-supabase")
    component = next(iter(base.components.values())).model_copy(update={"label": evil, "note": evil})
    architecture = base.model_copy(
        update={
            "title": evil,
            "summary": evil,
            "document": base.document.model_copy(update={"title": evil}),
            "components": {**base.components, next(iter(base.components)): component},
            "claims": tuple(claim.model_copy(update={"subject": evil, "note": evil}) for claim in base.claims),
        }
    )
    report = report_documents([architecture], draws=0)[0]
    html = document_page(report, drawn(report))
    calm = document_page(*(lambda calm: (calm, drawn(calm)))(report_documents([base], draws=0)[0]))
    assert Elements(html).of("img") == []
    assert len(Elements(html).of("script")) == len(Elements(calm).of("script"))
    assert evil not in html
    assert evil in text_of(html)


def test_without_scripts_every_stage_is_shown() -> None:
    """Nothing is hidden by the page itself: only once its script runs are stages shown one at a time."""
    html = pages()["tabi-script"]
    assert not [attributes for _, attributes, _ in Elements(html).found if "hidden" in attributes]
    style = html.split("<style>")[1].split("@media print")[0]
    for rule in re.findall(r"([^{}]+)\{[^{}]*display:\s*none", style):
        assert all("html" in part for part in rule.split(",")), rule
    stages = [item for item in Elements(html).of("div") if "data-panel" in item]
    parts = [4 if any(stage.simulated for stage in item.stages) else 3 for item in documents()[1].architectures]
    assert len(stages) == sum(
        times * len(item.stages) for times, item in zip(parts, documents()[1].architectures, strict=True)
    )


def test_all_architectures_of_a_document_share_a_page() -> None:
    """A document with two architectures has one page with both, each with all its parts."""
    articles = Elements(pages()["tabi-script"]).of("article")
    assert [item["id"] for item in articles] == ["tabi-script-ecs", "tabi-script-serverless"]


def test_each_stage_has_its_drawing_and_each_icon_is_there_once() -> None:
    """The drawings of all stages refer to icons that the page holds once."""
    html = pages()["tabi-script"]
    for item in documents()[1].architectures:
        for stage in item.stages:
            assert html.count(f"<title>{item.name} {stage.name}</title>") == 1
    assert html.count('id="sp-icon-rds"') == 1


def test_a_drawn_page_stays_whole_and_small() -> None:
    """With the real diagrams a page still loads nothing, has unique ids and is under three megabytes."""
    report = report_documents([load("tabi-script-vercel-supabase")], draws=0)[0]
    drawings = draw_document(report)
    html = document_page(report, drawings)
    assert len(html.encode()) < 3_000_000
    test_no_request_leaves_the_page(html)
    test_links_lead_somewhere(html)
    assert set(re.findall(r'<use href="#([^"]+)"', html)) == set(re.findall(r'<symbol id="([^"]+)"', html))
    for svg in drawings.files.values():
        assert set(re.findall(r'<use href="#([^"]+)"', svg)) <= set(re.findall(r'<symbol id="([^"]+)"', svg))


def test_bars_show_the_bill_to_scale() -> None:
    """A stage's bar is as long as its total, its services fill it without gaps, and nothing leaves the axis."""
    for report in documents():
        colours = service_colours(report.services)
        for item in report.architectures:
            bars = stacked_bars([stage.bill for stage in item.stages], colours)
            top = max(stage.bill.total.high for stage in item.stages)
            for bar, stage in zip(bars, item.stages, strict=True):
                assert sum(part.usd for part in bar.segments) == pytest.approx(stage.bill.total.likely)
                assert bar.end == pytest.approx(100 * stage.bill.total.likely / top)
                starts = [part.start for part in bar.segments] + [bar.end]
                ends = [0.0] + [part.start + part.width for part in bar.segments]
                assert starts == pytest.approx(ends)
                assert 0 <= bar.low <= bar.end + 1e-9 <= bar.high + 2e-9 <= 100 + 1e-6


def test_a_tornado_is_ordered_and_stays_on_its_axis() -> None:
    """The assumption with the greatest swing is first, and each bar spans from the likely total to its two ends."""
    for stage in documents()[0].architectures[0].stages:
        bars = tornado(stage.bill)
        swings = [bar.influence.swing for bar in bars]
        assert swings == sorted(swings, reverse=True)
        for bar in bars:
            assert all(-1e-9 <= place <= 100 + 1e-9 for place in (bar.at_low, bar.likely, bar.at_high))
            assert sum(width for _, _, width in bar.spans) >= abs(bar.at_high - bar.at_low) - 1e-9


def channel(value: int) -> float:
    share = value / 255
    return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    red, green, blue = (channel(int(colour[place : place + 2], 16)) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Of two colours, as WCAG 2 defines it."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_have_enough_contrast() -> None:
    """In both themes texts reach 4.5 to 1 on their ground and bars 3 to 1."""
    style = pages()["index"].split("<style>")[1]
    light = dict(re.findall(r"--([\w-]+):\s*(#\w{6});", style.split("@media")[0]))
    dark = dict(re.findall(r"--([\w-]+):\s*(#\w{6});", style.split('[data-theme="dark"] {')[1].split("}")[0]))
    assert light.keys() == dark.keys()
    for theme in (light, dark):
        for ground in ("bg", "paper", "faint"):
            for text in ("ink", "soft", "accent"):
                assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)
        for kind in ("good", "bad", "odd"):
            assert contrast(theme[kind], theme[f"{kind}-bg"]) >= 4.5, kind
            assert contrast(theme[kind], theme["paper"]) >= 4.5, kind
        assert contrast(theme["soft"], theme["plain-bg"]) >= 4.5
        for bar in ("said", "tick", "low", "high", *(f"s{place}" for place in range(9))):
            assert contrast(theme[bar], theme["bg"]) >= 3, bar


CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


def in_browser(folder: Path, html: str, place: str) -> str:
    """The page after a browser has gone to one of its places."""
    (folder / "page.html").write_text(html, encoding="utf-8")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder / 'profile'}"]
    command = [str(CHROMIUM), *flags, "--dump-dom", f"file://{folder / 'page.html'}#{place}"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which the project itself does not")
def test_a_link_to_a_stage_shows_that_stage(tmp_path: Path) -> None:
    """In a browser, a link to a stage of the second architecture shows that architecture at that stage."""
    report = documents()[1]
    item = report.architectures[1]
    stage = item.stages[-1].name
    dom = in_browser(tmp_path, pages()[report.id], f"{item.name}.{stage}.bill")
    shown = [attributes for _, attributes, _ in Elements(dom).found if "current" in (attributes.get("class") or "")]
    assert [found["data-architecture"] for found in shown if "data-architecture" in found] == [item.name]
    panels = [found["data-stage"] for found in shown if found.get("data-panel") == item.name]
    assert panels == [stage] * 3


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium, which the project itself does not")
def test_a_link_to_a_folded_finding_unfolds_it(tmp_path: Path) -> None:
    """In a browser, a link to a note of the second architecture opens its fold and no other."""
    report = documents()[1]
    item = report.architectures[1]
    place = f"{item.name}.finding-{len(item.audit.findings)}"
    dom = in_browser(tmp_path, pages()[report.id], place)
    opened = [part for part in dom.split("<details")[1:] if 'open=""' in part.split(">")[0]]
    assert [f'id="{place}"' in part.split("</details>")[0] for part in opened] == [True]
