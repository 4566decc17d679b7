"""Writing files whole: beside their place first, then renamed, so that nobody ever reads half of one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from model.problems import BadInput


def write_file(path: str | Path, content: str | bytes) -> Path:
    """Write one file whole; its folder is made when it is missing. Raise BadInput when it cannot be written."""
    target = Path(path)
    write_files(target.parent, {target.name: content})
    return target


def write_files(folder: str | Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write some files under a folder, by relative path: all are complete on disk before the first appears.

    Raise BadInput when one cannot be written; no file has then changed, unless the renaming itself fails.
    """
    targets = {Path(folder) / name: content for name, content in contents.items()}
    with _parts(targets) as parts:
        for part, target in parts.items():
            with _told_of(target):
                part.replace(target)
    return list(targets)


@contextmanager
def _parts(targets: Mapping[Path, str | bytes]) -> Iterator[dict[Path, Path]]:
    """The contents in temporary files beside their targets: {temporary: target}; none is left behind."""
    parts: dict[Path, Path] = {}
    try:
        for target, content in targets.items():
            with _told_of(target):
                if target.is_dir():
                    raise BadInput(f"{target}: is a folder, not a file")
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_name(f".{target.name}.{os.getpid()}.part")
                parts[part] = target
                part.write_bytes(content.encode() if isinstance(content, str) else content)
        yield parts
    finally:
        for part in parts:
            with suppress(OSError):
                part.unlink(missing_ok=True)


@contextmanager
def _told_of(target: Path) -> Iterator[None]:
    """What the file system refuses, as a sentence on the file that was asked for."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{target}: cannot be written: {error.strerror or error}") from None
