"""`python -m loadtests.agreement [ARCH...]`: drive every stand-in at 50 % and 80 % of capacity, beside the simulator.

Writes the tables that the accuracy report reads; with architectures named, the others keep their rows. It takes about
twenty minutes, and its figures are those of this machine.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from loadtests.agreement.cases import CASES, SHARES, Case
from loadtests.agreement.comparison import measured_figures, simulated, walked_figures
from loadtests.agreement.figures import FIGURES, FOLDER, RATES, Row, csv_text, figure_rows, rows_of, run_row
from loadtests.run import run
from loadtests.suite import Suite
from model.loading import load
from simulations.capacity import capacity

WARM_UP_S: Final = 8.0
DURATION_S: Final = 45.0
SEED: Final = 1


def main() -> None:
    """Measure, tell a line for each run, keep the tables."""
    parser = argparse.ArgumentParser(prog="python -m loadtests.agreement", description=__doc__)
    parser.add_argument("architectures", nargs="*")
    parser.add_argument("--duration", type=float, default=DURATION_S)
    options = parser.parse_args()
    wanted = [case for case in CASES if not options.architectures or case.architecture in options.architectures]
    with tempfile.TemporaryDirectory(prefix="agreement-") as folder:
        for case in wanted:
            figures, runs = compared(case, Path(folder), options.duration)
            keep(case, FIGURES, figures)
            keep(case, RATES, runs)


def compared(case: Case, folder: Path, duration_s: float) -> tuple[list[Row], list[Row]]:
    """Both loads of a case: rows of figures, rows of runs."""
    path = folder / f"{case.architecture}.yaml"
    path.write_text(case.document(), encoding="utf-8")
    graph = load(path).at(case.stage)
    most_per_s = capacity(graph).per_s
    figures: list[Row] = []
    runs: list[Row] = []
    for share in SHARES:
        plan = Suite(str(path)).plan(case.stage, most_per_s * share, duration_s, WARM_UP_S, seed=SEED)
        key = {"architecture": case.architecture, "stage": case.stage, "load": f"{share:.0%}"}
        result = run(plan, predict=False)
        measured = measured_figures(plan, result.recording, result.intervals)
        figures += figure_rows(key, simulated(graph, plan), walked_figures(graph, plan), measured)
        runs.append(run_row(key, case.changes, most_per_s * share, result))
        shown = ", ".join(f"{row['figure']} {row['measured']:.4g} ({row['predicted']:.4g})" for row in figures[-8:-3])
        sys.stdout.write(f"{case.architecture} {share:.0%}: {shown}\n")
        sys.stdout.flush()
    return figures, runs


def keep(case: Case, name: str, rows: Sequence[Row]) -> None:
    """Put a case's rows in the place of its old ones, in the order of the cases."""
    path = FOLDER / name
    every: list[Row] = [dict(row) for row in rows_of(path)] if path.is_file() else []
    every = [row for row in every if row["architecture"] != case.architecture] + list(rows)
    order = [one.architecture for one in CASES]
    every.sort(key=lambda row: (order.index(row["architecture"]), row["load"]))
    path.write_text(csv_text(every), encoding="utf-8")


if __name__ == "__main__":
    main()
