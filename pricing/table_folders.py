"""Where price tables are kept: the package's own folder, and one of the user's for tables that were refreshed.

The user's folder is `$XDG_DATA_HOME/stageplan/tables` (`~/.local/share/stageplan/tables`); it is for installations
whose own folder cannot be written. A date belongs to one of them: a refresh never writes a date that exists.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

TABLES: Final = Path(__file__).parent / "tables"
"""The tables that come with stageplan."""


def user_tables() -> Path:
    """The user's own folder of tables, whether it exists or not."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "stageplan" / "tables"


def table_folders() -> tuple[Path, ...]:
    """The folders that exist, the package's first."""
    return tuple(folder for folder in (TABLES, user_tables()) if folder.is_dir())


def writable_tables() -> Path:
    """Where a new table goes: the package's folder when it can be written, else the user's."""
    return TABLES if os.access(TABLES, os.W_OK) else user_tables()
