"""Which program stands for a case: by the begin of its id."""

from __future__ import annotations

from simulations.known.functions import published_points, single_instance
from simulations.known.ground import Case, Recipe
from simulations.known.layers import closed_layers, layered_tasks, second_phase
from simulations.known.networks import event_loop, feedback_loop, fork_join, random_split, tandem_stations
from simulations.known.queues import (
    erlang_b,
    finite_room,
    impatient_callers,
    one_queue,
    processor_sharing,
    unlimited_servers,
)

__all__ = ["recipe_for"]

RECIPES: dict[str, Recipe] = {
    "mmck_": finite_room,
    "mmc_timeout": impatient_callers,
    "erlangA": impatient_callers,
    "erlangB": erlang_b,
    "mginf": unlimited_servers,
    "mg1_ps": processor_sharing,
    "mmc_": one_queue,
    "md1_": one_queue,
    "mg1_": one_queue,
    "jackson": tandem_stations,
    "mm1_feedback": feedback_loop,
    "split_vs_pooled": random_split,
    "fork_join": fork_join,
    "lqn_srvn6": layered_tasks,
    "lqn_casale": closed_layers,
    "lqn_tutorial": second_phase,
    "faas_single": single_instance,
    "faas_simfaas": published_points,
    "asyncflow": event_loop,
}


def recipe_for(case: Case) -> Recipe | None:
    """The model of a case; None where there is none."""
    for start, recipe in RECIPES.items():
        if case["id"].startswith(start):
            return recipe
    return None
