"""What the measurements of the simulator depend on, in a few digests: the case files and what the simulator answers.

The answers are those of short runs of every case. Rewording the simulator leaves them as they are; changing what it
does changes them, and the report is then out of date.
"""

from __future__ import annotations

import hashlib
import json
from typing import Final

from simulations.operating_points import operating_point
from simulations.validation import covered, measure, requests_for

from .cases import OPERATING_POINTS, SIMULATION, operating_rows, sha256_of, simulation_cases
from .measured_simulator import FOLDER, KEEP_ALIVES, LONGER, POINT_REQUESTS, REPLICATIONS, SEEDS_APART

RECORD: Final = "fingerprint.txt"
SHORTER: Final = 10
"""A run here is so many times shorter than in the tests."""
DIGITS: Final = 8


def fingerprint() -> str:
    """The lines that a measurement and a later check must agree on."""
    points = "/".join(map(str, POINT_REQUESTS.values()))
    settings = f"{REPLICATIONS} replications, {LONGER} x length, {points} requests, seeds {SEEDS_APART} apart"
    lines = {
        SIMULATION: sha256_of(SIMULATION),
        OPERATING_POINTS: sha256_of(OPERATING_POINTS),
        "answers": _answers(),
        "settings": settings,
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items())


def recorded() -> str:
    """The lines at the time of the last measurement; empty before the first."""
    path = FOLDER / RECORD
    return path.read_text() if path.is_file() else ""


def _answers() -> str:
    """A digest of what short runs of all cases come to, to eight significant digits."""
    found: dict[str, float] = {}
    for case in filter(covered, simulation_cases()):
        for item in measure(case, requests_for(case) // SHORTER, replications=2):
            found[f"{case['id']} {item.quantity}"] = item.simulated.mean
    for name, keep_alive in KEEP_ALIVES.items():
        for row in operating_rows():
            point = operating_point(row, requests=2000, replications=2, keep_alive=keep_alive)
            found[f"{name} {row['arrival_rate_per_s']}"] = point.simulated_cold.mean
    text = json.dumps({name: f"{value:.{DIGITS}g}" for name, value in found.items()}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
