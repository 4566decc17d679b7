"""Options in place: what changes in the stage, and only that."""

from __future__ import annotations

import pytest

from model.loading import load
from model.sizing import SizedGraph
from model.traffic import traffic
from pricing.price_table import load_prices
from studies.cheapest.bounds import Bound, Bounds
from studies.cheapest.floors import floors_of, memory_gb
from studies.cheapest.menus import menu
from studies.cheapest.options import Option, applied


@pytest.fixture(scope="module")
def growing() -> SizedGraph:
    return load("vertical-vibing").at("stage4")


def test_the_documented_options_change_nothing(growing: SizedGraph) -> None:
    """An option without fields is the component as it is."""
    same = applied(growing, [Option(name, "as documented") for name in growing.components])
    assert same.components == growing.components
    assert same.endpoints == growing.endpoints


def test_half_the_memory_of_a_function_doubles_its_cpu_time(growing: SizedGraph) -> None:
    """Below a whole vCPU the time of one thread goes with the memory; above it nothing is gained."""
    graph = load("writlix").at("steady")

    def cpu_ms(memory_mb: int) -> float:
        option = Option("lambda_content", "", {"memory_mb": memory_mb})
        return float(traffic(applied(graph, [option])).load("lambda_content").monthly_cpu_ms)

    assert cpu_ms(256) == pytest.approx(2 * cpu_ms(512))
    assert cpu_ms(3008) == pytest.approx(cpu_ms(1769))
    others = applied(graph, [Option("lambda_content", "", {"memory_mb": 256})])
    assert float(traffic(others).load("rds").monthly_cpu_ms) == float(traffic(graph).load("rds").monthly_cpu_ms)


def test_what_a_cache_answered_falls_to_the_database(growing: SizedGraph) -> None:
    """Without the cache every lookup is a miss."""
    without = applied(growing, [Option("redis", "no cache", removed=True)])
    assert "redis" not in without.components
    assert all("redis" not in (edge.source, edge.target) for edge in without.connections)
    assert traffic(without).load("rds").monthly_calls > traffic(growing).load("rds").monthly_calls


def test_code_needs_what_any_stage_gives_it_and_data_what_any_gives_per_user() -> None:
    """The floors come from the document's own stages, and can be stated."""
    architecture = load("vertical-vibing")
    few, many = (floors_of(architecture, users) for users in (1_000, 50_000))
    assert few["ecs_backend"].gb == many["ecs_backend"].gb == 1.0
    assert many["rds"].gb == pytest.approx(50 * few["rds"].gb)
    assert floors_of(architecture, 1_000, {"rds": 32.0})["rds"].gb == 32.0
    for stage in architecture.stage_names:
        graph = architecture.at(stage)
        floors = floors_of(architecture, float(graph.likely["monthly_active_users"]))
        for name, component in graph.components.items():
            gb = memory_gb(component)
            assert gb is None or gb >= floors[name].gb - 1e-9, "what the document has is never below its own floor"


@pytest.mark.parametrize(
    "name", ["lexohub", "socialclub", "tabi-script-ecs", "tabi-script-serverless", "vertical-vibing", "writlix"]
)
def test_every_option_is_one_that_the_kind_accepts(name: str) -> None:
    """Menus hold the documented option once, no two alike, and nothing that a kind refuses."""
    architecture = load(name)
    graph = architecture.at(architecture.stage_names[-1])
    bounds, prices = Bounds(graph), load_prices(architecture.region)
    for component in graph.components:
        options = menu(bounds, component, prices)
        assert [option.documented for option in options].count(True) == 1
        assert len({(option.label, repr(option.lost_patch)) for option in options}) == len(options)
        for option in options:
            if not option.removed:
                option.of(graph.components[component], worst=True)


def test_bounds_are_what_a_simulation_shows_of_utilisation(growing: SizedGraph) -> None:
    """The utilisation law: the share of processors in use is the same by closed form and by simulation."""
    from simulations.stage import simulate

    result = simulate(growing, replications=2, precision=0.2, most_requests=20_000)
    seen = {component.component: component for component in result.components}
    bounds = Bounds(growing)
    for name in ("ecs_backend",):
        bound = bounds.of(Option(name, "as documented"), lambda _: growing)
        cpu = next(place for place in seen[name].places if place.place.what == "cpu")
        assert bound.load == pytest.approx(cpu.utilisation, rel=0.1)


def test_a_smaller_size_is_never_better(growing: SizedGraph) -> None:
    """More of the same never makes the bound worse; full is where the work is more than the processors."""
    bounds = Bounds(growing)

    def bound(vcpu: float, tasks: int) -> Bound:
        patch = {"vcpu": vcpu, "memory_gb": 2.0, "tasks": {"min": tasks, "max": tasks}}
        return bounds.of(Option("ecs_backend", "", patch), lambda _: growing)

    for less, more in ((bound(0.25, 2), bound(0.25, 3)), (bound(0.5, 2), bound(1.0, 2))):
        assert more.as_good_as(less)
        assert not less.as_good_as(more)
    work = bound(1.0, 1).load
    assert bound(0.25, 1).load == pytest.approx(4 * work)
    assert bound(0.25, 1).full is (4 * work >= 1)
