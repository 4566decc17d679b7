"""`stageplan simulate --trace` and `--users`: a recorded load, and a closed one, in place of the busiest hour."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from model.sizing import SizedGraph
from reports.progress import Progress
from simulations.closed import simulate_users
from simulations.traces import read_trace, simulate_trace
from stageplan.commands.simulation_text import result_text
from stageplan.output import write_json


def simulate_load(
    graph: SizedGraph,
    trace: str | None,
    users: int | None,
    think_s: float | None,
    *,
    seed: int,
    engine: str,
    overrides: Mapping[str, float],
    json: bool,
) -> None:
    """Print the result as a table or as JSON; exit with 1 when a target is missed or a queue grows."""
    with Progress() as progress:
        tell = progress.share_of(f"{graph.architecture.name} {graph.stage.name}: {trace or f'{users} users'}")
        if trace is not None:
            found = read_trace(trace, graph)
            result = simulate_trace(graph, found, seed, engine, overrides=overrides, progress=tell)
        else:
            result = simulate_users(graph, users or 0, think_s, seed, engine, overrides=overrides, progress=tell)
    if json:
        write_json(result.as_json())
    else:
        sys.stdout.write(result_text(result))
    if not result.held:
        sys.exit(1)
