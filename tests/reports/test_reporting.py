"""`stageplan report`: everything of the documents asked for in one folder, or nothing at all."""

import csv
import io
import sys
from pathlib import Path

import pytest

from model.problems import BadInput
from reports.progress import Progress
from reports.report_model import DocumentReport
from reports.stage_drawings import DocumentDrawings
from stageplan.commands.reporting import load_all, write_reports


def plain(report: DocumentReport) -> DocumentDrawings:
    """Drawings that take no time."""
    keys = [(item.name, stage.name) for item in report.architectures for stage in item.stages]
    texts = {key: f'<svg xmlns="http://www.w3.org/2000/svg"><title>{key}</title></svg>' for key in keys}
    return DocumentDrawings(texts, texts, "")


def report(folder: Path, *names: str) -> dict[str, str]:
    write_reports(names, str(folder), free_tier="always", prices_date=None, seed=0, draw=plain)
    return {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_document_has_its_page_its_texts_its_tables_and_its_pictures(tmp_path: Path) -> None:
    """A page, a Markdown text and a break-even per document, four CSV files per architecture, an SVG per stage."""
    names = report(tmp_path, "tabi-script-ecs", "tabi-script-serverless").keys()
    assert set(names) == {
        "index.html",
        "tabi-script.html",
        "tabi-script.md",
        "tabi-script-breakeven.csv",
        "tabi-script-cheapest.csv",
        *(f"tabi-script-{name}.csv" for name in ("ecs", "serverless")),
        *(f"tabi-script-{n}-{table}.csv" for n in ("ecs", "serverless") for table in ("audit", "claims", "forecast")),
        *(f"diagrams/tabi-script-{n}-{s}.svg" for n in ("ecs", "serverless") for s in ("development", "production")),
    }


def test_every_link_to_a_file_finds_it(tmp_path: Path) -> None:
    """The page links to the CSV files and diagrams that are written beside it."""
    files = report(tmp_path, "vertical-vibing")
    links = [part.split('"')[0] for part in files["vertical_vibing.html"].split('href="')[1:]]
    beside = {link for link in links if not link.startswith(("#", "data:"))}
    assert beside <= files.keys()
    assert len(beside) == 1 + 5 + 5


def test_the_tables_hold_every_line_and_every_claim(tmp_path: Path) -> None:
    """The CSV of the bills adds up to the totals; that of the claims has each claim at least once."""
    from model.loading import load
    from pricing.price import price

    files = report(tmp_path, "vertical-vibing")
    architecture = load("vertical-vibing")
    lines = list(csv.DictReader(io.StringIO(files["vertical-vibing.csv"])))
    for stage in architecture.stage_names:
        total = sum(float(line["cost"]) for line in lines if line["stage"] == stage)
        assert total == pytest.approx(price(architecture.at(stage), draws=0).total.likely, abs=1e-4)
    claims = list(csv.DictReader(io.StringIO(files["vertical-vibing-claims.csv"])))
    assert {row["id"] for row in claims} == {claim.id for claim in architecture.claims}
    assert all(row["verdict"] for row in claims if row["our_likely"])


def test_findings_and_months_are_tables_too(tmp_path: Path) -> None:
    """The CSV of the audit has every finding in the order of the page; that of the forecast every month."""
    from model.loading import load
    from studies.audit.audit import audit

    files = report(tmp_path, "vertical-vibing")
    findings = list(csv.DictReader(io.StringIO(files["vertical-vibing-audit.csv"])))
    expected = audit(load("vertical-vibing")).findings
    assert [(row["rule"], row["computed"]) for row in findings] == [(item.rule, item.computed) for item in expected]
    assert [int(row["number"]) for row in findings] == list(range(1, len(expected) + 1))
    months = list(csv.DictReader(io.StringIO(files["vertical-vibing-forecast.csv"])))
    assert [int(row["month"]) for row in months] == list(range(1, 25))


def test_an_architecture_that_says_nothing_has_no_findings_and_no_growth(tmp_path: Path) -> None:
    """With one stage and no claim there is neither a file nor a part of the page for them."""
    files = report(tmp_path, "writlix-supabase")
    assert set(files) == {"index.html", "writlix.html", "writlix.md", "writlix-supabase.csv"} | {
        "diagrams/writlix-supabase-steady.svg"
    }
    for part in ("audit", "growth", "claims"):
        assert f'id="writlix-supabase.{part}"' not in files["writlix.html"]
    assert "Is the document right?" not in files["writlix.md"]


def test_the_same_folder_on_every_run(tmp_path: Path) -> None:
    """Two runs write the same bytes, and the second replaces the first."""
    first = report(tmp_path, "vertical-vibing")
    assert report(tmp_path, "vertical-vibing") == first
    assert report(tmp_path / "elsewhere", "vertical-vibing") == first


def test_an_architecture_named_twice_is_reported_once(tmp_path: Path) -> None:
    """The same name, or the file that it stands for, does not make a second architecture."""
    once = report(tmp_path / "once", "tabi-script-ecs")
    assert report(tmp_path / "twice", "tabi-script-ecs", "tabi-script-ecs") == once


def test_nothing_is_written_when_one_name_is_wrong(tmp_path: Path) -> None:
    """Every name that is no architecture is told at once, and the folder is not even made."""
    with pytest.raises(BadInput) as error:
        report(tmp_path / "out", "vertical-vibing", "lexohubb", "nowhere/else.yaml")
    assert "'lexohubb' is not a bundled architecture" in str(error.value)
    assert "nowhere/else.yaml: there is no such file" in str(error.value)
    assert not (tmp_path / "out").exists()


def test_an_unknown_free_tier_is_refused(tmp_path: Path) -> None:
    """The options are checked before any work."""
    with pytest.raises(BadInput, match="'ever' is not a kind of free tier"):
        write_reports(["vertical-vibing"], str(tmp_path), free_tier="ever", prices_date=None, seed=0, draw=plain)


def test_two_files_may_not_share_a_name(tmp_path: Path) -> None:
    """A user's file whose architecture is named like another one is refused: both would be written to one place."""
    from model.loading import DOCUMENTS

    copy = tmp_path / "mine.yaml"
    copy.write_text((DOCUMENTS / "vertical-vibing.yaml").read_text())
    with pytest.raises(BadInput, match=r"mine\.yaml: another file has the architecture 'vertical-vibing' too"):
        load_all(["vertical-vibing", str(copy)])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_shows_on_a_terminal_only() -> None:
    """A terminal sees each step on one line that is cleared at the end; a file or a pipe sees nothing."""
    terminal, file = Terminal(), io.StringIO()
    for stream in (terminal, file):
        with Progress(2, stream) as progress:
            progress("price one")
            progress("draw one")
    assert file.getvalue() == ""
    lines = terminal.getvalue().split("\r\x1b[K")
    assert [line.split("  ")[-1] for line in lines] == ["", "price one", "draw one", ""]
    assert "1/2" in lines[2]


def test_progress_moves_to_a_share_of_the_whole() -> None:
    """Work that knows its share moves the bar there, forwards and, with the next work, back."""
    terminal = Terminal()
    with Progress(stream=terminal) as progress:
        progress.share_of("first")(0.5)
        progress.share_of("second")(0.1)
    assert [line.split(" ", 1)[-1] for line in terminal.getvalue().split("\r\x1b[K")[1:3]] == [
        "50/100  first",
        "10/100  second",
    ]


def test_a_report_is_quiet_on_standard_error_in_a_pipe(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """What was written is told on standard output, nothing on standard error."""
    report(tmp_path, "tabi-script-ecs")
    captured = capfd.readouterr()
    assert captured.err == ""
    assert f"{tmp_path}/tabi-script.html" in captured.out
    assert not sys.stderr.isatty()
