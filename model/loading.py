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
    bundled = bundled_path(name_or_path)
    return _load_bundled(bundled) if bundled is not None else load_file(user_path(name_or_path))


def bundled_path(name_or_path: str | Path) -> Path | None:
    """The file of a bundled architecture; None when it is no such name."""
    return DOCUMENTS / f"{name_or_path}.yaml" if str(name_or_path) in bundled_names() else None


def user_path(name_or_path: str | Path) -> Path:
    """A user's file; raise UnknownName or BadInput when there is none."""
    path = Path(name_or_path)
    if path.is_file():
        return path
    if path.is_dir():
        raise BadInput(f"{path}: is a directory, not a document")
    if path.suffix in (".yaml", ".yml", ".json") or len(path.parts) > 1:
        raise BadInput(f"{path}: there is no such file")
    raise UnknownName("a bundled architecture or a file", str(name_or_path), bundled_names())


def document_text(name_or_path: str | Path) -> str:
    """The text of an architecture's document; raise as `load` does when it cannot be had."""
    return read_text(bundled_path(name_or_path) or user_path(name_or_path))


@cache
def _load_bundled(path: Path) -> Architecture:
    return load_file(path)


def load_file(path: Path) -> Architecture:
    """The architecture of a file; raise BadDocument when anything is wrong."""
    return read(read_text(path), path.name)


def read_text(path: Path) -> str:
    """The text of a document's file; raise BadInput or BadDocument when it cannot be one."""
    try:
        if path.stat().st_size > 5 * MAX_BYTES:
            message = f"{path.stat().st_size / 1e6:.1f} MB is too large: a document has at most 2 MB"
            raise BadDocument(path.name, [Problem("", message)])
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise BadDocument(path.name, [Problem("", "is not UTF-8 text")]) from None


def read(text: str, name: str = "document") -> Architecture:
    """The architecture that a YAML text describes; raise BadDocument with all problems."""
    draft = read_draft(read_yaml(text, name))
    check(draft)
    if draft.problems:
        raise BadDocument(name, draft.problems)
    return draft.architecture()
