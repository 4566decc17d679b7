"""Rewrites the golden files from what the code says now: `make golden`, then read the diff."""

from __future__ import annotations

import sys
from pathlib import Path

from model.loading import bundled_names, load
from pricing.price import price
from reports.text import bill_text, stages_text

BILLS = Path(__file__).parent / "bills"


def golden_bill(name: str) -> str:
    """An architecture's bills as a person reads them: the stages side by side, then every stage's lines."""
    architecture = load(name)
    bills = [price(architecture.at(stage)) for stage in architecture.stage_names]
    return "\n".join([stages_text(architecture, bills), *(bill_text(architecture, bill) for bill in bills)])


def main() -> None:
    """Write every golden bill."""
    BILLS.mkdir(exist_ok=True)
    for name in bundled_names():
        (BILLS / f"{name}.txt").write_text(golden_bill(name), encoding="utf-8")
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
