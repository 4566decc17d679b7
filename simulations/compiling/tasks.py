"""Containers: tasks behind a balancer, each with its own CPU queue and its own pool of connections."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from model.catalog.instances import instance_classes
from model.component import Component
from model.kinds.app_runner import AppRunner
from model.kinds.ec2 import Ec2
from model.kinds.fargate import Fargate
from model.kinds.load_balancer import LoadBalancer
from model.quantity import Values, evaluate
from model.units import MB_PER_GB
from simulations.compiling.compilation import Compilation, Place, Visit
from simulations.compiling.credits import burstable
from simulations.compiling.demand import HourlyLoad
from simulations.distributions import Constant, Distribution, Exponential, Gamma, Lognormal
from simulations.program import Policy

_SECONDS_PER_MINUTE = 60


@dataclass(frozen=True)
class Fleet:
    """A service of containers or machines, as far as its queues are concerned."""

    vcpu: float
    least: int
    most: int
    open: int
    resources: dict[str, int]
    """Slots of each task besides its CPU: connections, memory, requests at once."""


def workers_of(name: str) -> str:
    """The name of the station where a fleet's tasks take from a queue."""
    return f"{name}.workers"


class Tasks:
    """A fleet behind its balancer."""

    def __init__(self, at: Compilation, name: str, fleet: Fleet) -> None:
        self.at, self.name, self.fleet = at, name, fleet
        cores = max(1, int(fleet.vcpu))
        self.slower = max(1.0, 1.0 / fleet.vcpu)
        self.group = at.build.group(name, fleet.open, fleet.most, _policy(at, name), cpu=cores, **fleet.resources)
        at.tasks[name] = fleet.open
        machine = at.component(name)
        if isinstance(machine, Ec2):
            sold = instance_classes("ec2")[machine.instance_type]
            for k in range(fleet.most):
                burstable(at, name, f"{name}[{k}].cpu", sold, "ec2")
        self.workers = at.build.station(workers_of(name), fleet.open) if _takes_from_a_queue(at, name) else None
        for what in ("cpu", *fleet.resources):
            at.places.append(Place(name, what, "station", tuple(f"{name}[{k}].{what}" for k in range(fleet.open))))

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """The balancer chooses a task; CPU time queues there, other waiting holds no CPU.

        A part of a vCPU is one server that is slower by as much.
        """
        build = self.at.build
        with build.balanced(self.group, breakable=self.name in self.at.breakable) as task:
            outer = self.at.inside.get(self.name)
            self.at.inside[self.name] = task
            limits = [task[what] for what in self.fleet.resources if what != "pool"]
            with (
                build.hold(limits[0]) if limits else nullcontext(),
                build.hold(limits[1]) if len(limits) > 1 else nullcontext(),
            ):
                if visit.cpu.mean > 0:
                    build.serve(task["cpu"], stretched(visit.cpu, self.slower))
                build.delay(visit.time)
                yield
            if outer is None:
                del self.at.inside[self.name]
            else:
                self.at.inside[self.name] = outer


def stretched(time: Distribution, factor: float) -> Distribution:
    """A CPU time on a processor that is slower by `factor`."""
    if factor == 1:
        return time
    match time:
        case Exponential(mean):
            return Exponential(mean * factor)
        case Gamma(mean, shape):
            return Gamma(mean * factor, shape)
        case Lognormal(median, sigma, shift):
            return Lognormal(median * factor, sigma, shift * factor)
        case _:
            return Constant(time.mean * factor)


def fleet_of(at: Compilation, name: str, component: Component) -> Fleet:
    """The fleet that a component stands for, with as many open tasks as its rule settles on in this hour."""
    match component:
        case Fargate():
            tasks = component.tasks
            return Fleet(
                component.vcpu,
                tasks.min,
                tasks.max,
                int(min(max(_settled(at, name, component), tasks.min, 1), tasks.max)),
                _resources(at, component),
            )
        case AppRunner():
            bounds = component.instances
            needed = math.ceil(at.hourly.in_service(name, at.demand.factor) / component.concurrency)
            resources = {"requests": component.concurrency}
            open_now = min(max(needed, bounds.min, 1), bounds.max)
            return Fleet(component.vcpu, bounds.min, bounds.max, open_now, resources)
        case Ec2():
            count = max(1, round(at.value(component.count)))
            vcpu = instance_classes("ec2")[component.instance_type].vcpu
            return Fleet(float(vcpu), count, count, count, {})
        case _:
            raise TypeError(f"{component.kind} is not a fleet")


def _resources(at: Compilation, service: Fargate) -> dict[str, int]:
    resources = {}
    per_request_mb = at.value(service.memory_per_request_mb)
    if per_request_mb > 0:
        resources["memory"] = max(1, int(service.memory_gb * MB_PER_GB / per_request_mb))
    if service.connection_pool is not None:
        resources["pool"] = service.connection_pool
    return resources


def _settled(at: Compilation, name: str, service: Fargate) -> int:
    """Tasks that keep the scaling metric at its target in this hour, before the bounds."""
    if service.scaling.kind == "none" or service.tasks.min == service.tasks.max:
        return service.tasks.min
    at.note(f"{name}: as many tasks as its scaling rule settles on at this load")
    wanted = scaling_metric(at.hourly, name, service, at.demand.factor, at.graph.likely) / at.value(
        service.scaling.target
    )
    return math.ceil(round(wanted, 6))


def scaling_metric(hourly: HourlyLoad, name: str, service: Fargate, factor: float, values: Values) -> float:
    """What the scaling rule looks at, of one task if it had all the load: percent, or a count."""
    match service.scaling.metric:
        case "cpu":
            return hourly.cores(name, factor) / service.vcpu * 100
        case "memory":
            per_request_mb = float(evaluate(service.memory_per_request_mb, values))
            held_gb = hourly.in_service(name, factor) * per_request_mb / MB_PER_GB
            return held_gb / service.memory_gb * 100
        case "requests_per_task":
            return hourly.calls_per_s(name, factor) * _SECONDS_PER_MINUTE
        case "backlog_per_task":
            return hourly.in_service(name, factor)


def _policy(at: Compilation, name: str) -> Policy:
    """The algorithm of the balancer that calls the fleet; round robin when none does."""
    callers = (at.component(edge.source) for edge in at.graph.connections if edge.target == name)
    balancer = next((c for c in callers if isinstance(c, LoadBalancer)), None)
    least = balancer is not None and balancer.algorithm == "least_outstanding"
    return Policy.LEAST_OUTSTANDING if least else Policy.ROUND_ROBIN


def _takes_from_a_queue(at: Compilation, name: str) -> bool:
    return any(edge.target == name and at.component(edge.source).kind == "sqs" for edge in at.graph.connections)
