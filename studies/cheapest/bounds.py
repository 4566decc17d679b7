"""What an option can do by closed forms: how full it gets in the busiest hour, and the time that a request takes there.

Rates and means are exact (Little's law, the utilisation law); waits are those of M/M/c (`simulations.queueing`),
halved for times that vary less. Only what is exact throws an option out; waits put options in order.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from model.component import Component
from model.kinds.app_runner import AppRunner
from model.kinds.ec2 import Ec2
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.sizing import SizedGraph
from model.traffic import Traffic, traffic
from simulations.builder import ProgramBuilder
from simulations.compiling.compilation import Compilation, Conditions
from simulations.compiling.databases import Engine, engine_of
from simulations.compiling.demand import Demand, HourlyLoad, peak_demand
from simulations.compiling.facts import Parameters
from simulations.compiling.functions import ACCOUNT
from simulations.compiling.tasks import Fleet, fleet_of
from simulations.program import UNLIMITED
from simulations.queueing import mean_wait_servers
from studies.cheapest.options import Option, cpu_speed

READS = ("read", "query")


@dataclass(frozen=True)
class Bound:
    """One option: lower is better in every figure."""

    time_ms: float
    """Per request of a client: its work here with the wait for it; infinite where it is full."""
    load: float
    """Of its fullest resource in the busiest hour; 1 is full."""
    fullest: str = ""
    cold: bool = False
    """Whether requests may meet a cold start."""

    def as_good_as(self, other: Bound) -> bool:
        return self.time_ms <= other.time_ms and self.load <= other.load and self.cold <= other.cold

    @property
    def full(self) -> bool:
        return self.load >= 1


class Bounds:
    """The busiest hour of a stage, and what options of its components make of it."""

    def __init__(self, graph: SizedGraph) -> None:
        self.graph = graph
        self.demand: Demand = peak_demand(graph)
        self.at = self._compilation(graph)
        self.plain = self._mean_ms(self.at.traffic)

    @cached_property
    def per_request(self) -> float:
        """Requests of clients per second."""
        return max(self.demand.client_per_s, 1e-12)

    def of(self, option: Option, without: Callable[[Option], SizedGraph]) -> Bound:
        """The bound of an option; `without` gives the stage that lacks a component which the option removes."""
        component = self.graph.components[option.component]
        if option.removed:
            return Bound(self._mean_ms(traffic(without(option))) - self.plain, 0.0)
        return self._bound(option.component, component, option.of(component, worst=True))

    def _bound(self, name: str, old: Component, new: Component) -> Bound:
        if isinstance(new, LambdaFunction) and isinstance(old, LambdaFunction):
            return self._function(name, old, new)
        if isinstance(new, Fargate | AppRunner | Ec2):
            return self._fleet(name, fleet_of(self.at, name, new))
        engine = engine_of(self.at, new)
        return self._database(name, engine) if engine is not None else Bound(0.0, 0.0)

    def _function(self, name: str, old: LambdaFunction, new: LambdaFunction) -> Bound:
        slower = cpu_speed(old.memory_mb) / cpu_speed(new.memory_mb)
        cpu_s = self.at.hourly.cores(name, self.demand.factor)
        at_once = self.at.hourly.in_service(name, self.demand.factor) + cpu_s * (slower - 1)
        limit = new.reserved_concurrency
        most = float(self.at.parameters.value("lambda_account_concurrency") if limit is None else limit)
        warm = self.at.value(new.provisioned_concurrency) >= at_once > 0
        return Bound(cpu_s * slower / self.per_request * 1000, at_once / most if most else math.inf, ACCOUNT, not warm)

    def _fleet(self, name: str, fleet: Fleet) -> Bound:
        cores, slower = max(1, int(fleet.vcpu)), max(1.0, 1.0 / fleet.vcpu)
        offered = self.at.hourly.cores(name, self.demand.factor) * slower
        return self._cpu(name, offered, fleet.open, cores, "cpu")

    def _database(self, name: str, engine: Engine) -> Bound:
        offered = self.at.hourly.cores(name, self.demand.factor)
        held = self.at.hourly.in_service(name, self.demand.factor)
        load = self.at.load(name)
        calls = float(load.monthly_calls)
        reads = sum(float(load.of(op)) for op in READS) / calls if calls and engine.readers else 0.0
        primary = self._cpu(name, offered * (1 - reads), 1, engine.cores, "cpu")
        found = [primary]
        if engine.readers:
            found.append(self._cpu(name, offered * reads, engine.readers, engine.reader_cores, "reader cpu"))
        if 0 < engine.connections < UNLIMITED:
            found.append(Bound(0.0, held * (1 - reads) / engine.connections, "connections"))
        worst = max(found, key=lambda bound: bound.load)
        return Bound(sum(bound.time_ms for bound in found), worst.load, worst.fullest)

    def _cpu(self, name: str, offered: float, places: int, cores: int, what: str) -> Bound:
        """`offered` processors' worth of work on places of so many cores each: its own time and the wait of M/M/c."""
        load = offered / (places * cores)
        if offered <= 0:
            return Bound(0.0, 0.0, what)
        if load >= 1:
            return Bound(math.inf, load, what)
        calls_per_s = self.at.hourly.calls_per_s(name, self.demand.factor)
        service_s = offered / calls_per_s
        scv = self.at.parameters.value("cpu_scv")
        wait_s = mean_wait_servers(cores, calls_per_s / places, service_s) * (1 + scv) / 2
        return Bound((service_s + wait_s) * calls_per_s / self.per_request * 1000, load, what)

    def _mean_ms(self, around: Traffic) -> float:
        """The mean unloaded answer over all requests of clients."""
        rates = {name: rate for name, rate in self.demand.per_s.items() if name not in self.demand.background}
        return sum(rate * float(around.endpoint_ms[name]) for name, rate in rates.items()) / self.per_request

    def _compilation(self, graph: SizedGraph) -> Compilation:
        """What the simulator's own rules of sizes ask of: nothing is compiled with it."""
        return Compilation(
            graph,
            self.demand,
            traffic(graph),
            HourlyLoad.of(graph),
            Parameters.of(graph),
            Conditions(),
            ProgramBuilder("bounds"),
        )
