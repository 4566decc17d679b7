"""The notebooks: they run from top to bottom, and show what the code says now."""

from __future__ import annotations

import base64
import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pytest
from nbmake.nb_run import NotebookRun

FOLDER = Path(__file__).parents[2] / "notebooks"
NAMES = tuple(sorted(path.stem for path in FOLDER.glob("*.ipynb")))
TIMEOUT_S = 300


def rewriting() -> ModuleType:
    """`notebooks/rewrite.py`, which is no part of a package."""
    spec = importlib.util.spec_from_file_location("notebooks_rewrite", FOLDER / "rewrite.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def committed(name: str) -> Any:
    return nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)


def outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def texts(notebook: Any) -> list[str]:
    """What the outputs say; of a picture, the sentence in its place."""
    found = []
    for output in outputs(notebook):
        data = output.get("data", {})
        shown = [data[kind] for kind in ("text/markdown", "text/html", "text/plain") if kind in data]
        found.append(output.get("text") or shown[0])
    return found


def pictures(notebook: Any) -> list[bytes]:
    return [base64.b64decode(data) for out in outputs(notebook) if (data := out.get("data", {}).get("image/png"))]


def test_the_notebooks_are_there() -> None:
    """Each question that people come with has its notebook."""
    questions = {"audit-a-document", "bring-your-own", "budget-plan", "serverless-vs-fargate", "slo-check"}
    assert set(NAMES) >= questions


@pytest.mark.parametrize("name", NAMES)
def test_a_fresh_run_says_what_is_committed(name: str) -> None:
    """Every cell runs, and its text is the committed one; `python notebooks/rewrite.py` rewrites it."""
    result = NotebookRun(FOLDER / f"{name}.ipynb", TIMEOUT_S).execute()
    assert result.error is None, result.error.trace
    fresh = rewriting().calm(result.nb)
    assert texts(fresh) == texts(committed(name))
    assert [cell.id for cell in fresh.cells] == [cell.id for cell in committed(name).cells]
    assert len(pictures(fresh)) == len(pictures(committed(name)))


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_reads_as_a_story(name: str) -> None:
    """It begins with a title, then the parameters; words stand before every figure; none of its cells is empty."""
    first, second, *_ = cells = committed(name).cells
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert second.metadata.get("tags") == ["parameters"]
    assert all(cell.source.strip() for cell in cells)
    assert sum(cell.cell_type == "markdown" for cell in cells) * 2 >= len(cells) - 1
    assert 1 <= len(pictures(committed(name))) <= 3


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_small_and_tell_nothing_of_the_machine(name: str) -> None:
    """No path, no address in memory, no time, no warning; the file stays below 150 kB and each picture below 60."""
    text = (FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    assert len(text) < 150_000
    assert all(len(picture) < 60_000 for picture in pictures(committed(name)))
    said = "\n".join(texts(committed(name)))
    assert not re.search(r"(?<![\w.])/(home|root|tmp|usr|work|Users)/|0x[0-9a-f]{6}|Traceback|Warning:", said)
    assert not any(output.get("name") == "stderr" for output in outputs(committed(name)))
    assert set(committed(name).metadata) == {"kernelspec", "language_info"}
    assert all(set(cell.metadata) <= {"tags"} for cell in committed(name).cells)
