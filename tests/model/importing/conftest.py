"""A draft read back as a document, and the public files that may stand beside the project."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from model.graph import Architecture
from model.importing.drafting import document_text, draft
from model.importing.found import Inventory
from model.loading import read


@pytest.fixture(scope="session")
def loaded() -> Callable[[Inventory], Architecture]:
    """Drafts an inventory and reads the draft back as any document is read."""
    return lambda inventory: read(document_text(draft(inventory).document))


@pytest.fixture
def public_infrastructure() -> Path:
    """Public infrastructure files, which are not part of the project: the folder of STAGEPLAN_INFRASTRUCTURE."""
    folder = Path(os.environ.get("STAGEPLAN_INFRASTRUCTURE", "public-infrastructure"))
    if not folder.is_dir():
        pytest.skip(f"no public infrastructure files at {folder} (set STAGEPLAN_INFRASTRUCTURE to their folder)")
    return folder
