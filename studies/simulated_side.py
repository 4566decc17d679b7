"""What a simulation adds to one side of a comparison: latency, cold starts, failures, capacity, what is promised."""

from __future__ import annotations

import math

import numpy as np

from model.sizing import SizedGraph
from pricing.price_table import load_prices
from simulations.compiling.demand import peak_demand
from simulations.results import percentile
from simulations.stage import simulate
from studies.audit.case import StageCase
from studies.audit.rules.availability import weakest_chain
from studies.stage_capacity import stage_capacity
from studies.trials import QUICK

PERCENTILES = (50, 95, 99)


def simulated_figures(graph: SizedGraph, seed: int = 1) -> dict[str, float]:
    """The busiest hour over all requests of clients, the users up to which the targets hold, and the product of the
    providers' promises along the weakest plan; no latency where nothing arrives.
    """
    figures: dict[str, float] = {}
    if peak_demand(graph).client_per_s > 0:
        result = simulate(graph, seed, **QUICK)  # type: ignore[arg-type]
        values = np.concatenate([run.latencies_ms[name] for run in result.runs for name in run.latencies_ms])
        for q in PERCENTILES:
            figures[f"p{q} in the busiest hour, ms"] = math.inf if "" in result.unstable else percentile(values, q)
        requests = max(result.requests, 1)
        cold = sum(sum(run.cold.values()) for run in result.runs)
        failed = sum(sum(endpoint.errors.values()) for endpoint in result.endpoints)
        figures["share that meets a cold start"] = cold / requests
        figures["share that fails"] = failed / requests
        found = stage_capacity(graph, seed, rough=True)
        figures["targets missed at any load"] = float(len(found.aside))
        figures["users until any other target breaks"] = found.users.likely
    stage = StageCase(graph, load_prices(graph.architecture.region), 0, 0)
    figures["availability promised along the way"] = math.prod(sla.share for _, sla in weakest_chain(stage))
    return figures
