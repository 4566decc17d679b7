"""Bad input to what reads files of others: exit code 2, one message, nothing on standard output, nothing written."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.account.conftest import Run, run
from tests.model.importing.plans import plan, resource

__all__ = ["run"]

FILES: dict[str, bytes] = {
    "nothing in it": b"",
    "no text": b"\x00\x01\xff\xfe PK\x03\x04",
    "not UTF-8": b"overlay: caf\xe9\n",
    "cut off": b'{"format_version": "1.2", "planned_values": {"root_mod',
    "another version": b'{"format_version": "9.0", "planned_values": {"root_module": {}}}',
    "a list": b"[1, 2, 3]",
    "a number of 6000 digits": b'{"format_version": ' + b"9" * 6000 + b"}",
    "a tag that runs code": b"overlay: !!python/object/apply:os.system ['touch ran']\n",
    "nested without end": b"[" * 5000 + b"]" * 5000,
    "aliases that grow": b"a: &a [x, x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n",
}
STAGE = ("writlix", "--stage", "steady")
HEAD = (
    "lineItem/LineItemType,lineItem/UnblendedCost,lineItem/CurrencyCode,lineItem/UsageAmount,"
    "lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType\n"
)
ROW = "Usage,1,USD,1,2026-09-01,2026-09-02,AmazonS3,TimedStorage-ByteHrs\n"
NEWER = "line_item_line_item_type,line_item_unblended_cost,line_item_usage_start_date,resource_tags\n"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of its own to work in, which the tests look at afterwards."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def refused(run: Run, *arguments: str | Path) -> str:
    """What a command says when it refuses; it must refuse whole."""
    before = sorted(Path.cwd().rglob("*"))
    done = run(*map(str, arguments))
    assert (done.returncode, done.stdout) == (2, ""), done
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr
    assert "internal fault" not in done.stderr
    assert sorted(Path.cwd().rglob("*")) == before
    return done.stderr


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A plan that can be imported."""
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan(resource("aws_sqs_queue.jobs", name="jobs"))))
    return path


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("how", ["terraform-plan", "cloudformation", "compose"])
def test_a_file_that_cannot_be_imported(run: Run, tmp_path: Path, how: str, what: str) -> None:
    """Whatever it is instead."""
    path = tmp_path / "given.yaml"
    path.write_bytes(FILES[what])
    refused(run, "import", how, path, "-o", "draft.yaml")


@pytest.mark.parametrize("what", sorted(set(FILES) - {"nothing in it"}))
def test_an_overlay_that_cannot_be_laid_over(run: Run, tmp_path: Path, good: Path, what: str) -> None:
    """Over a draft, a bill or a simulation; one with nothing in it changes no draft."""
    path = tmp_path / "given.yaml"
    path.write_bytes(FILES[what])
    refused(run, "import", "terraform-plan", good, "--overlay", path, "-o", "draft.yaml")
    refused(run, "price", *STAGE, "--overlay", path)
    refused(run, "simulate", *STAGE, "--overlay", path)


def test_names_to_remove_are_names(run: Run, tmp_path: Path, good: Path) -> None:
    """Each that is none is told with its place."""
    path = tmp_path / "mine.yaml"
    path.write_text("remove: [{a: 1}, jobs_sqs, 7]\n")
    said = refused(run, "import", "terraform-plan", good, "--overlay", path, "-o", "draft.yaml")
    assert "remove[0]" in said
    assert "remove[2]" in said


@pytest.mark.parametrize("ending", [".csv", ".csv.gz", ".parquet", ".txt"])
@pytest.mark.parametrize("what", FILES)
def test_an_export_that_cannot_be_read(run: Run, tmp_path: Path, what: str, ending: str) -> None:
    """Of any of the forms."""
    path = tmp_path / f"bill{ending}"
    path.write_bytes(FILES[what])
    refused(run, "actuals", *STAGE, "--file", path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (HEAD.replace("lineItem/UnblendedCost,", "") + ROW, "is no export that is known"),
        (HEAD + ROW.replace(",1,USD", ",nan,USD"), "'nan' is not a number"),
        (HEAD + ROW.replace("2026-09-01", "yesterday"), "'yesterday' is not a date"),
        (HEAD + ROW.replace("USD", "EUR"), "'EUR', and the price tables are in USD"),
        (HEAD + ROW[:20], "is the file truncated"),
        (HEAD + ROW.replace("AmazonS3", "x" * 200_000), "is no whole CSV file"),
        (NEWER + "Usage,1,2026-09-01,{team: \n", "is not a map of tags"),
        (NEWER + "Usage,1,2026-09-01,7\n", "is not a map of tags"),
    ],
)
def test_an_export_with_something_wrong_in_it(run: Run, tmp_path: Path, content: str, words: str) -> None:
    """A missing column, a number, date or currency that is none, half a row, tags that are none."""
    path = tmp_path / "bill.csv"
    path.write_text(content)
    tags = ("--tag", "team=shop") if content.startswith(NEWER) else ()
    assert words in refused(run, "actuals", *STAGE, *tags, "--file", path)


def test_a_compressed_export_that_is_cut_off(run: Run, tmp_path: Path) -> None:
    """Its end is missing."""
    path = tmp_path / "bill.csv.gz"
    path.write_bytes(gzip.compress((HEAD + ROW * 500).encode())[:-20])
    assert "is no whole CSV file" in refused(run, "actuals", *STAGE, "--file", path)


def test_an_empty_bill_is_said_and_compared(run: Run, tmp_path: Path) -> None:
    """A header without rows is a bill of nothing: no error, but a note."""
    path = tmp_path / "bill.csv"
    path.write_text(HEAD)
    done = run("actuals", *STAGE, "--file", str(path))
    assert done.returncode == 0
    assert "the bill is empty" in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        ("import", "terraform-plan"),
        ("import", "cloudformation"),
        ("import", "compose"),
        ("price", *STAGE, "--overlay"),
        ("simulate", *STAGE, "--overlay"),
        ("calibrate", *STAGE, "--from-loadtest"),
        ("actuals", *STAGE, "--file"),
        ("diff", "writlix"),
    ],
    ids=" ".join,
)
def test_a_folder_or_nothing_where_a_file_is_expected(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """One message that names it."""
    for path in (tmp_path, tmp_path / "nothing.yaml"):
        assert path.name in refused(run, *command, path)


@pytest.mark.parametrize("place", ["folder", "file/below.yaml"])
def test_an_output_that_cannot_be_written(run: Run, tmp_path: Path, good: Path, place: str) -> None:
    """A folder of that name, or a file where a folder is needed."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    target = tmp_path / place
    for command in (("import", "terraform-plan", good), ("alarms", *STAGE), ("openslo", *STAGE)):
        refused(run, *command, "-o", target)
    assert list((tmp_path / "folder").iterdir()) == []
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.parametrize("revision", ["HEAD~99999:my.yaml", "nothing:README.md", "HEAD:", ":", "-x:y"])
def test_a_revision_that_is_none(run: Run, revision: str) -> None:
    """Neither a revision that git does not know nor an option in disguise."""
    refused(run, "diff", "--", revision, "writlix")
