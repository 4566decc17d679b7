"""What commands print: one JSON object, or a refusal of formats that exclude each other."""

from __future__ import annotations

import json
import sys
from typing import Any

from model.problems import BadInput

__all__ = ["one_format", "write_json"]


def write_json(answer: Any) -> None:
    """Print one JSON object to standard output, and nothing else."""
    sys.stdout.write(json.dumps(answer, indent=2, ensure_ascii=False) + "\n")


def one_format(**asked: bool) -> None:
    """Raise BadInput when more than one of the formats was asked for: `one_format(json=True, csv=True)`."""
    names = [f"--{name}" for name, wanted in asked.items() if wanted]
    if len(names) > 1:
        raise BadInput(f"{' and '.join(names)} exclude each other")
