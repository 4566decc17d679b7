"""`stageplan diff` between revisions: what git keeps of a file."""

import shutil
import subprocess
from pathlib import Path

import pytest

from model.loading import DOCUMENTS
from model.problems import BadInput
from stageplan.commands import diffing
from stageplan.revisions import load_revision

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a document of two revisions: the second has a smaller service."""

    def git(*arguments: str) -> None:
        own = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *own, *arguments], cwd=tmp_path, check=True, capture_output=True)

    git("init")
    path = tmp_path / "my-api.yaml"
    text = (DOCUMENTS / "vertical-vibing.yaml").read_text(encoding="utf-8")
    for number, written in enumerate(
        (text, text.replace("instance_class: db.m5.large", "instance_class: db.t4g.medium"))
    ):
        path.write_text(written, encoding="utf-8")
        git("add", ".")
        git("commit", "-m", str(number))
    monkeypatch.chdir(tmp_path)
    return path


@needs_git
def test_a_revision_is_compared_with_the_file_of_today(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What changed between them is the database's size, and what it costs."""
    diffing.run("HEAD~1:my-api.yaml", "my-api.yaml", stage="stage3", draws=50)
    told = capsys.readouterr().out
    assert "| rds | resized |" in told
    diffing.run("HEAD:my-api.yaml", "my-api.yaml", stage="stage3", draws=50, json=True)
    assert '"changes": []' in capsys.readouterr().out


@needs_git
def test_what_git_does_not_have_is_a_sentence(kept: Path) -> None:
    """No such revision, no such file, an option in disguise; a plain name stays what it was."""
    for name in ("HEAD~9:my-api.yaml", "HEAD:other.yaml", "-x:my-api.yaml"):
        with pytest.raises(BadInput, match=name.split(":")[0]):
            load_revision(name)
    assert load_revision("writlix").name == "writlix"
