"""`stageplan schema`: the JSON Schema of a document."""

from __future__ import annotations

import json
import sys

from model.schema import document_schema


def run() -> None:
    """Print the schema."""
    sys.stdout.write(json.dumps(document_schema(), indent=1, ensure_ascii=False) + "\n")
