"""Runs the notebooks and rewrites their outputs: `python notebooks/rewrite.py [NAME...]`, then read the diff.

What is written is the same on every run: no times, no counters of a kernel, no version of the interpreter.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parent
TIMEOUT_S = 300
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebooks() -> list[Path]:
    """Every notebook of this folder, sorted."""
    return sorted(FOLDER.glob("*.ipynb"))


def executed(path: Path) -> Any:
    """The notebook with the outputs of a fresh run, in its own folder; raise CellExecutionError when a cell fails."""
    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(notebook, timeout=TIMEOUT_S, record_timing=False, resources={"metadata": {"path": FOLDER}}).execute()
    return calm(notebook)


def calm(notebook: Any) -> Any:
    """The notebook without anything that differs between two runs or two machines."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    count = 0
    for place, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{place}"
        cell.metadata = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            cell.outputs = _joined([_calm_output(output, count) for output in cell.outputs])
    return notebook


def _joined(outputs: list[Any]) -> list[Any]:
    """What a cell prints, in one piece: a kernel sends it in as many as its pace makes of it."""
    found: list[Any] = []
    for output in outputs:
        last = found[-1] if found else {}
        if output.output_type == "stream" and last.get("name") == output.name:
            last.text += output.text
        else:
            found.append(output)
    return found


def _calm_output(output: Any, count: int) -> Any:
    if "execution_count" in output:
        output.execution_count = count
    if "metadata" in output:
        output.metadata = {}
    return output


def main(names: Sequence[str]) -> None:
    """Rewrite the notebooks named, all when none is."""
    for path in notebooks():
        if not names or path.stem in names:
            text = f"{nbformat.writes(executed(path))}\n"  # type: ignore[no-untyped-call]
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"{path.name}: {len(text) / 1000:.0f} kB\n")


if __name__ == "__main__":
    main(sys.argv[1:])
