"""`python -m reports.accuracy`: measure everything, then write reports/accuracy.md and the tables behind it."""

from __future__ import annotations

import sys

from reports.files import write_file, write_files
from reports.progress import Progress

from .document import TARGET, document
from .fingerprint import RECORD, fingerprint
from .measured_days import measure_days
from .measured_simulator import FOLDER, measure_simulator, steps
from .measured_standin import figure_rows
from .standin_plot import standin_plot
from .standin_section import PICTURE


def main() -> None:
    """Measure, write, and say where."""
    with Progress(steps()) as progress:
        tables = {**measure_simulator(progress), **measure_days()}
    measured_on = fingerprint()
    text = document(tables, measured_on)
    write_files(FOLDER, {**tables, RECORD: measured_on})
    write_file(TARGET, text)
    write_file(TARGET.parent / "accuracy" / PICTURE, standin_plot(figure_rows()).png)
    sys.stdout.write(f"{TARGET}\n")


if __name__ == "__main__":
    main()
