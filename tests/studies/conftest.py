"""Documents to audit and to ask: a small clean one, and the bundled ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.graph import Architecture
from model.loading import load_file

CLEAN = Path(__file__).parent / "clean.yaml"


@pytest.fixture(scope="session")
def clean() -> Architecture:
    """A document whose every number holds."""
    return load_file(CLEAN)
