"""The reference cases of the repository (tests/cases), and a digest that says which ones were measured."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parents[2] / "tests" / "cases"
ESTIMATES: Final = "cost_published_estimates.json"
EXAMPLES: Final = "cost_worked_examples.json"
SIMULATION: Final = "simulation.json"
OPERATING_POINTS: Final = "lambda_operating_points.csv"

Case = dict[str, Any]


def cost_cases(name: str) -> list[Case]:
    """The cases of a cost file."""
    found: list[Case] = json.loads((FOLDER / name).read_text())
    return found


def simulation_cases() -> list[Case]:
    """The models with known answers."""
    found: list[Case] = json.loads((FOLDER / SIMULATION).read_text())["cases"]
    return found


def operating_rows() -> list[dict[str, str]]:
    """The rates measured on AWS Lambda."""
    with (FOLDER / OPERATING_POINTS).open(newline="") as file:
        return list(csv.DictReader(file))


def sha256_of(name: str) -> str:
    """The digest of a case file."""
    return hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()
