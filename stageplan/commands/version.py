"""`stageplan version`."""

from __future__ import annotations

import sys
from importlib.metadata import version


def run() -> None:
    """Print the version."""
    sys.stdout.write(f"stageplan {version('stageplan')}\n")
