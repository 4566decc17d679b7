"""`stageplan simulate`: a stage's busiest hour with full events, its verdicts, and what its day really ran."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Annotated

import typer

from model.measured_overlay import load_with_overlay
from model.problems import BadInput, UnknownName
from model.sizing import SizedGraph
from reports.progress import Progress
from simulations.capacity import capacity
from simulations.compiling.stage_program import compile_stage
from simulations.effort import LONG_S, duration_words, estimate_s
from simulations.run import ENGINES
from simulations.stage import simulate
from simulations.usage import measure_day
from stageplan.commands.simulation_text import capacity_text, day_text, result_text
from stageplan.options import Arch, Json, Overlay, StageNeeded
from stageplan.output import write_json

_INTERRUPTED = 130


def run(
    arch: Arch,
    stage: StageNeeded,
    seed: Annotated[int, typer.Option("--seed", help="Seed of the random draws.")] = 1,
    engine: Annotated[str, typer.Option(help="compiled, interpreter or simpy.")] = "compiled",
    overlay: Overlay = None,
    json: Json = False,
    with_capacity: Annotated[
        bool, typer.Option("--capacity", help="Search the highest load that still holds.")
    ] = False,
    requests: Annotated[
        int, typer.Option(help="Requests at most, on average over chance, in all replications.")
    ] = 400_000,
    facts: Annotated[
        list[str] | None,
        typer.Option("--fact", metavar="NAME=VALUE", help="Another value for a fact of the simulator."),
    ] = None,
    scenario: Annotated[
        str | None, typer.Option("--scenario", metavar="NAME", help="A bundled fault or surge, or the path of a file.")
    ] = None,
    component: Annotated[
        str | None, typer.Option("--component", metavar="C", help="What the scenario hits; what it finds when absent.")
    ] = None,
    trace: Annotated[
        str | None, typer.Option("--trace", metavar="FILE", help="Replay a CSV of times, perhaps with endpoints.")
    ] = None,
    users: Annotated[
        int | None, typer.Option("--users", metavar="N", help="A closed load: so many users who wait and think.")
    ] = None,
    think: Annotated[
        float | None, typer.Option("--think", metavar="S", help="Seconds that a user thinks; assumed when absent.")
    ] = None,
) -> None:
    """Print the result as a table or as JSON; exit with 1 when a target is missed or a queue grows."""
    chosen = usable_engine(engine)
    graph = load_with_overlay(arch, overlay).at(stage)
    overrides = overrides_of(facts or [])
    if requests < 1:
        raise BadInput(f"--requests {requests} is below 1")
    _check_together(scenario, trace, users, think, with_capacity)
    if component is not None and scenario is None:
        raise BadInput("--component says what a scenario hits: --scenario is missing")
    if scenario is not None:
        from stageplan.commands.playing import play_scenario

        play_scenario(graph, scenario, component, seed=seed, engine=chosen, overrides=overrides, json=json)
        return
    if trace is not None or users is not None:
        from stageplan.commands.other_loads import simulate_load

        simulate_load(graph, trace, users, think, seed=seed, engine=chosen, overrides=overrides, json=json)
        return
    _busiest_hour_and_day(
        graph, requests, seed=seed, engine=chosen, overrides=overrides, with_capacity=with_capacity, json=json
    )


def _busiest_hour_and_day(
    graph: SizedGraph,
    requests: int,
    *,
    seed: int,
    engine: str,
    overrides: dict[str, float],
    with_capacity: bool,
    json: bool,
) -> None:
    """Simulate and print; what is complete at Ctrl-C is printed too, marked partial."""
    _warn_if_long(graph, requests, engine, overrides)
    name, day, found = f"{graph.architecture.name} {graph.stage.name}", None, None
    with Progress() as progress:
        told = progress.share_of(f"{name}: busiest hour")
        result = simulate(graph, seed, engine, overrides=overrides, most_requests=requests, strict=True, progress=told)
        try:
            if not result.partial:
                told = progress.share_of(f"{name}: the day")
                day = measure_day(graph, seed, engine, overrides, told)
                result = replace(result, usage=day.rows())
            if with_capacity and not result.partial:
                told = progress.share_of(f"{name}: what more it can take")
                found = capacity(graph, seed, engine, overrides, told)
        except KeyboardInterrupt:
            result = replace(result, partial=True)
    if json:
        write_json(result.as_json() | ({} if found is None else {"capacity": found.as_json()}))
    else:
        told_day, told_more = day_text(day) if day else "", capacity_text(found) if found else ""
        sys.stdout.write(result_text(result) + told_day + told_more)
    if result.partial:
        sys.exit(_INTERRUPTED)
    if not result.held:
        sys.exit(1)


def _warn_if_long(graph: SizedGraph, requests: int, engine: str, overrides: dict[str, float]) -> None:
    """Say to standard error how long a long run may take, before it starts."""
    expected_s = estimate_s(compile_stage(graph, overrides=overrides), requests, engine)
    if expected_s >= LONG_S:
        sys.stderr.write(
            f"up to {requests:,} requests take {duration_words(expected_s)} with the {engine} engine; "
            "Ctrl-C ends it with what is complete by then\n"
        )


def _check_together(
    scenario: str | None, trace: str | None, users: int | None, think: float | None, with_capacity: bool
) -> None:
    """Raise BadInput for options that contradict each other."""
    given = {"--scenario": scenario, "--trace": trace, "--users": users, "--capacity": with_capacity or None}
    loads = [name for name, value in given.items() if value is not None]
    if len(loads) > 1:
        raise BadInput(f"{' and '.join(loads)} exclude each other: each says what arrives")
    if think is not None and users is None:
        raise BadInput("--think is the time between requests of --users, which is missing")


def usable_engine(engine: str) -> str:
    """The engine as asked for; the interpreter, with a word on standard error, where numba is missing."""
    if engine not in ENGINES:
        raise UnknownName("an engine", engine, ENGINES)
    if engine == "compiled":
        from simulations.engines.compiled import available

        if not available():
            sys.stderr.write("numba is not installed: the interpreter runs instead, with the same results, slowly\n")
            return "interpreter"
    return engine


def overrides_of(facts: list[str]) -> dict[str, float]:
    """`NAME=VALUE` as typed, into facts of the simulator; raise BadInput for what is not of that form."""
    overrides: dict[str, float] = {}
    for fact in facts:
        name, _, text = fact.partition("=")
        try:
            overrides[name] = float(text)
        except ValueError:
            raise BadInput(f"--fact {fact!r} is not NAME=NUMBER") from None
    return overrides
