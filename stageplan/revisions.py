"""A document as git keeps it: `HEAD~1:my-api.yaml` is the file of that revision."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from model.graph import Architecture
from model.loading import bundled_names, load, read
from model.problems import BadInput

__all__ = ["load_revision"]


def load_revision(name: str) -> Architecture:
    """The architecture of a bundled name, a file, or `REVISION:FILE`, the file's path as seen from here.

    Raises BadInput with git's own sentence when it has no such file, else as `load` does.
    """
    revision, colon, path = name.partition(":")
    if name in bundled_names() or Path(name).is_file() or not colon or not revision or not path:
        return load(name)
    return read(_shown(revision, path), name)


def _shown(revision: str, path: str) -> str:
    git = shutil.which("git")
    if git is None:
        raise BadInput(f"{revision}:{path}: a revision needs git, which is not installed")
    if revision.startswith("-"):
        raise BadInput(f"'{revision}' is not a revision")
    where = path if Path(path).is_absolute() else f"./{path}"
    found = subprocess.run([git, "show", f"{revision}:{where}"], capture_output=True, check=False)  # noqa: S603
    if found.returncode != 0:
        said = found.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BadInput(f"{revision}:{path}: {said[0] if said else 'git has no such file'}")
    try:
        return found.stdout.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput(f"{revision}:{path}: is not UTF-8 text") from None
