"""The README's examples run, and what it shows is what comes out."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from model.loading import read
from model.sizing import merged
from model.yaml_text import read_yaml

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, containing: str) -> str:
    """The fenced block of that language with that text."""
    parts = re.split(r"^```(\w*)\n", README, flags=re.MULTILINE)
    fences = list(zip(parts[1::4], parts[2::4], strict=False))
    [found] = [text for name, text in fences if name == language and containing in text]
    return found


def stageplan(*arguments: str, cwd: Path | None = None) -> str:
    command = [sys.executable, "-c", "from stageplan.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd).stdout


def test_the_first_answer_is_what_the_command_prints() -> None:
    """The bill in the README is today's."""
    assert block("", "USD a month by service") == stageplan("price", "vertical-vibing")


def test_the_own_architecture_is_valid_and_priced(tmp_path: Path) -> None:
    """A reader's first file works as printed."""
    (tmp_path / "my-api.yaml").write_text(block("yaml", "architecture: my-api"), encoding="utf-8")
    assert stageplan("check", "my-api.yaml", cwd=tmp_path).startswith("my-api is valid")
    assert "my API" in stageplan("price", "my-api.yaml", "--stage", "growth", cwd=tmp_path).replace("My API", "my API")


def test_the_journey_fits_the_own_architecture() -> None:
    """Laid over the first file, the journey is valid and each of its steps has what it takes."""
    own, journey = (read_yaml(block("yaml", text), "README.md") for text in ("architecture: my-api", "upload_a_file"))
    architecture = read(json.dumps(merged(own, journey)))
    steps = architecture.journeys["upload_a_file"].steps
    given: set[str] = set()
    for step in steps:
        assert architecture.endpoints[step].takes.values <= given
        given |= architecture.endpoints[step].gives.keys()


def test_the_python_example_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """The lines shown do what they say."""
    exec(block("python", "from stageplan import"), {})  # noqa: S102 - our own README
    assert "USD a month" in capsys.readouterr().out


def test_every_file_that_is_named_is_there() -> None:
    """Links and paths of the README exist."""
    for path in re.findall(r"\]\(([^)#:]+)\)|`((?:model|pricing|reports)/[\w./-]+)`", README):
        assert (ROOT / (path[0] or path[1])).exists(), path
