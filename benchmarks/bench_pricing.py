"""How fast pricing is: the whole command, all stages after start, and draws, beside an empty interpreter.


Run with `make bench`. Times vary with the machine; the ratios beside them vary less.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable

import stageplan.cli  # noqa: F401 - the memory settings of a command
from model.loading import bundled_names, load
from pricing.price import price, total_draws
from pricing.price_table import load_prices

REPEATS = 7


def best(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Seconds of the quickest of several runs."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def command(*arguments: str) -> Callable[[], object]:
    """A run of the interpreter as a whole process, which keeps its compiled modules as an installed command does."""
    around = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True, env=around)


def main() -> None:
    """Print one line per measurement."""
    yardstick = best(command("-c", "import numpy, pydantic"))
    stages = [load(name).at(stage) for name in bundled_names() for stage in load(name).stage_names]
    prices = load_prices("us-east-1")
    target = load("lexohub").at("target")
    run = ("-c", "from stageplan.cli import main; main()", "price", "lexohub")
    rows = [
        ("an interpreter that imports numpy and pydantic", yardstick),
        ("stageplan price lexohub --stage target", best(command(*run, "--stage", "target"))),
        ("stageplan price lexohub --stage target --json", best(command(*run, "--stage", "target", "--json"))),
        ("stageplan price lexohub --json (four stages)", best(command(*run, "--json"))),
        (
            f"all {len(stages)} stages priced after start",
            best(lambda: [price(graph, prices, draws=0, explain=False) for graph in stages]),
        ),
        ("the same with 2,000 draws and influences each", best(lambda: [price(graph, prices) for graph in stages], 3)),
        ("10,000 draws of LexoHub's target", best(lambda: total_draws(target, prices, 10_000))),
    ]
    for what, seconds in rows:
        print(f"{what:<52} {seconds * 1000:8.1f} ms  {seconds / yardstick:6.2f} x the first")


if __name__ == "__main__":
    main()
