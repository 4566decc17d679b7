"""The limits of a stage's components, read from the simulator's own program."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from model.sizing import SizedGraph
from simulations.compiling.demand import day_of, demand_at
from simulations.compiling.functions import ACCOUNT
from simulations.compiling.stage_program import CompiledStage, compile_stage
from simulations.program import UNLIMITED, Function, Group, RateLimit


@dataclass(frozen=True)
class Limits:
    """What a component can do at once; None or 0 where nothing limits it."""

    tasks: int = 1
    """Copies behind a balancer, each with its own CPUs and its own pool of connections."""
    cpus: int = 0
    """Jobs of CPU time that one copy serves at once; 0: its CPU time queues nowhere."""
    cpu_stretch: float = 1.0
    """Factor on CPU time: above 1 for a share of a CPU."""
    pool: int | None = None
    """Database connections of one task: its calls to databases wait for one."""
    connections: int | None = None
    """Calls at once to one copy of a database."""
    connections_wait: bool = False
    """Whether a call beyond them waits or is refused."""
    readers: int = 0
    """Replicas that take what only reads."""
    reader_cpus: int = 0
    functions: tuple[Function, ...] = ()
    """The functions that stand for a component; endpoints share them out among themselves."""
    rates: tuple[RateLimit, ...] = ()
    """Token buckets: one for all calls, or one for reads and one for writes."""
    shares_account: bool = False
    """Whether its instances count against those of the account."""
    timeout_s: float | None = None
    """The caller has its answer by then, or a failure."""

    @property
    def most(self) -> int | None:
        """Connections or instances at once, of all copies together."""
        if self.functions:
            return sum(function.limit for function in self.functions)
        return None if self.connections is None else self.connections * (1 + self.readers)


def compiled(graph: SizedGraph, scale: float = 1.0) -> CompiledStage:
    """The simulator's program of a stage at `scale` times the rate of its busiest hour."""
    return compile_stage(graph, demand_at(graph, float(day_of(graph).max()), scale))


def limits_of(name: str, stage: CompiledStage) -> Limits:
    """The limits of one component, as the program has them."""
    component: Any = stage.graph.components[name]
    program = stage.program
    stations = {station.name: station for station in program.stations}
    groups = {group.name: group for group in program.groups}
    group, readers = groups.get(name), groups.get(f"{name}.readers")
    connections = stations.get(f"{name}.connections")
    return Limits(
        tasks=group.open if group is not None else 1,
        cpus=_servers(stage, group, "cpu") or (stations[f"{name}.cpu"].servers if f"{name}.cpu" in stations else 0),
        cpu_stretch=max(1.0, 1.0 / component.vcpu) if group is not None and hasattr(component, "vcpu") else 1.0,
        pool=_servers(stage, group, "pool") or None,
        connections=connections.servers if connections is not None and connections.servers < UNLIMITED else None,
        connections_wait=connections is not None and connections.queue > 0,
        readers=readers.open if readers is not None else 0,
        reader_cpus=_servers(stage, readers, "cpu"),
        functions=tuple(program.functions[program.function(label)] for label in stage.functions.get(name, ())),
        rates=tuple(limit for limit in program.limits if limit.name.partition(".")[0] == name),
        shares_account=component.kind == "lambda" and component.reserved_concurrency is None,
        timeout_s=float(component.timeout_s) if component.kind in ("lambda", "api_gateway") else None,
    )


def account_of(stage: CompiledStage) -> int | None:
    """Instances at once of all functions without a reservation together; None where no two share."""
    return next((station.servers for station in stage.program.stations if station.name == ACCOUNT), None)


def _servers(stage: CompiledStage, group: Group | None, resource: str) -> int:
    """Slots of a resource of each task; 0 when there is none."""
    first = dict(group.resources).get(resource) if group is not None else None
    return stage.program.stations[first].servers if first is not None else 0
