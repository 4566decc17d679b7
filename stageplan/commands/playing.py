"""`stageplan simulate --scenario`: a fault or a surge beside the same hour without it, and what it costs."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from model.sizing import SizedGraph
from pricing.price_table import load_prices
from reports.progress import Progress
from simulations.scenarios.loading import load_scenario
from simulations.scenarios.play import play
from stageplan.commands.incident_text import incident_text
from stageplan.output import write_json
from studies.incident import incident_cost


def play_scenario(
    graph: SizedGraph,
    scenario: str,
    component: str | None,
    *,
    seed: int,
    engine: str,
    overrides: Mapping[str, float],
    json: bool,
) -> None:
    """Print what the scenario does as tables or as JSON; exit with 1 when it misses a target."""
    found = load_scenario(scenario)
    with Progress() as progress:
        tell = progress.share_of(f"{graph.architecture.name} {graph.stage.name}: {found.title}")
        incident = play(graph, found, seed, engine, component=component, overrides=overrides, progress=tell)
    cost = incident_cost(incident, load_prices(graph.architecture.region))
    if json:
        write_json(incident.as_json() | {"bill": cost.as_json()})
    else:
        sys.stdout.write(incident_text(incident, cost))
    if not incident.held:
        sys.exit(1)
