"""Loading an architecture: a bundled one by name, or a user's file by path."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from model.checks import check
from model.draft import read_draft
from model.graph import Architecture
from model.problems import BadDocument, BadInput, Problem, UnknownName
from model.yaml_text import MAX_BYTES, read_yaml

DOCUMENTS: Final = Path(__file__).parent / "documents"


def bundled_names() -> tuple[str, ...]:
    """The names of the bundled architectures, sorted."""
    return tuple(sorted(path.stem for path in DOCUMENTS.glob("*.yaml")))


def load(name_or_path: str | Path) -> Architecture:
    """A bundled architecture by name, or the one in a file.

    Raise BadDocument with every problem of the file, UnknownName when it is neither a name nor a file.
    """
    if str(name_or_path) in bundled_names():
        return _load_bundled(str(name_or_path))
    path = Path(name_or_path)
    if path.is_file():
        return load_file(path)
    if path.suffix in (".yaml", ".yml", ".json") or len(path.parts) > 1:
        raise BadInput(f"{path}: there is no such file")
    raise UnknownName("a bundled architecture or a file", str(name_or_path), bundled_names())


@cache
def _load_bundled(name: str) -> Architecture:
    return load_file(DOCUMENTS / f"{name}.yaml")


def load_file(path: Path) -> Architecture:
    """The architecture of a file; raise BadDocument when anything is wrong."""
    try:
        if path.stat().st_size > 5 * MAX_BYTES:
            message = f"{path.stat().st_size / 1e6:.1f} MB is too large: a document has at most 2 MB"
            raise BadDocument(path.name, [Problem("", message)])
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise BadDocument(path.name, [Problem("", "is not UTF-8 text")]) from None
    return read(text, path.name)


def read(text: str, name: str = "document") -> Architecture:
    """The architecture that a YAML text describes; raise BadDocument with all problems."""
    draft = read_draft(read_yaml(text, name))
    check(draft)
    if draft.problems:
        raise BadDocument(name, draft.problems)
    return draft.architecture()
