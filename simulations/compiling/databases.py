"""Databases: connections that run out, and CPUs that queue; replicas take the reads; a proxy lets callers wait."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from model.catalog.instances import InstanceClass, instance_classes
from model.component import Component
from model.kinds.aurora import Aurora
from model.kinds.opensearch import OpenSearch
from model.kinds.rds import Rds
from model.kinds.rds_proxy import RdsProxy
from simulations.builder import Slots
from simulations.compiling.capacity_units import follow_load
from simulations.compiling.compilation import Compilation, Place, Visit
from simulations.compiling.credits import Offer, burstable
from simulations.program import UNLIMITED, Policy

MOST_CONNECTIONS = 5000
_GIB = 2**30
_GIB_PER_ACU = 2
_SMALL_ACU, _SMALL_ACU_CONNECTIONS = 0.5, 2000
"""A cluster that may shrink to half a unit has at most 2,000 connections. Source: Aurora user guide, Serverless v2."""


@dataclass(frozen=True)
class Engine:
    """A database as far as its queues are concerned."""

    cores: int
    connections: int
    readers: int = 0
    reader_cores: int = 0
    waits: bool = False
    """Whether a caller without a connection waits (a pooler) or is refused."""
    sold: InstanceClass | None = None
    """The class of the primary."""
    reader_sold: InstanceClass | None = None
    offer: Offer = "rds"
    nodes: float = 1
    """Instances of that class whose CPUs are one station."""


class Database:
    """A primary, and replicas that take what only reads."""

    def __init__(self, at: Compilation, name: str, engine: Engine) -> None:
        self.at, self.name, self.engine = at, name, engine
        build = at.build
        queue = UNLIMITED if engine.waits else 0
        self.connections = build.station(f"{name}.connections", engine.connections, queue=queue)
        self.cpu = build.station(f"{name}.cpu", engine.cores)
        at.places.append(Place(name, "connections", "station", (f"{name}.connections",)))
        at.places.append(Place(name, "cpu", "station", (f"{name}.cpu",)))
        self.readers = None
        if engine.readers:
            readers = f"{name}.readers"
            self.readers = build.group(
                readers, engine.readers, policy=Policy.RANDOM, cpu=engine.reader_cores, connections=engine.connections
            )
            for what in ("cpu", "connections"):
                names = tuple(f"{readers}[{k}].{what}" for k in range(engine.readers))
                at.places.append(Place(name, f"reader {what}", "station", names))
            at.note(f"{name}: reads go to the replicas, spread at random")
        self._govern()

    def _govern(self) -> None:
        """Credits and capacity units: what changes the speed of the CPUs while a run goes on."""
        at, name, engine = self.at, self.name, self.engine
        readers = tuple(f"{name}.readers[{k}].cpu" for k in range(engine.readers))
        if engine.sold is not None:
            burstable(at, name, f"{name}.cpu", engine.sold, engine.offer, engine.nodes)
        for station in readers:
            if engine.reader_sold is not None:
                burstable(at, name, station, engine.reader_sold, engine.offer)
        cluster = at.component(name)
        if isinstance(cluster, Aurora):
            follow_load(at, name, cluster, (f"{name}.cpu", *readers))

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """A connection is held through queueing for CPU and the rest of the query."""
        build = self.at.build
        with pool_of(self.at, visit.caller):
            if self.readers is not None and visit.op in ("read", "query"):
                with build.balanced(self.readers) as replica, build.hold(replica["connections"]):
                    self._work(visit, replica["cpu"])
                    yield
            else:
                with build.hold(self.connections):
                    self._work(visit, self.cpu)
                    yield

    def _work(self, visit: Visit, cpu: Slots) -> None:
        if visit.cpu.mean > 0:
            self.at.build.serve(cpu, visit.cpu)
        self.at.build.delay(visit.time)


class Proxy:
    """RDS Proxy: callers share its connections and wait for one for a while."""

    def __init__(self, at: Compilation, name: str, proxy: RdsProxy) -> None:
        self.at = at
        behind = engine_of(at, at.component(proxy.database))
        most = max(1, int((behind.connections if behind else MOST_CONNECTIONS) * proxy.max_connections_percent / 100))
        self.connections = at.build.station(f"{name}.connections", most)
        at.places.append(Place(name, "connections", "station", (f"{name}.connections",)))

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """A connection of the proxy is held around the query."""
        build = self.at.build
        patience = self.at.parameters.value("proxy_borrow_timeout_s") if self.at.conditions.timeouts else math.inf
        with pool_of(self.at, visit.caller):
            build.delay(visit.time)
            with build.hold(self.connections, timeout_s=patience):
                build.delay(visit.cpu)
                yield


@contextmanager
def pool_of(at: Compilation, caller: str) -> Iterator[None]:
    """A connection of the calling task's own pool, where it has one."""
    task = at.inside.get(caller)
    pooled = task is not None and getattr(at.component(caller), "connection_pool", None) is not None
    with at.build.hold(task["pool"]) if task is not None and pooled else nullcontext():
        yield


def engine_of(at: Compilation, component: Component) -> Engine | None:
    """The queues of a database by class, capacity or plan; None for what is not one."""
    match component:
        case Rds():
            sold = instance_classes("rds")[component.instance_class]
            replica = instance_classes("rds")[component.replica_class or component.instance_class]
            connections = component.max_connections or _connections(at, component.engine, sold.memory_gb)
            replicas = round(at.value(component.replicas))
            return Engine(sold.vcpu, connections, replicas, replica.vcpu, sold=sold, reader_sold=replica)
        case Aurora(instance_class=str(name)):
            sold = instance_classes("aurora")[name]
            connections = _connections(at, component.engine, sold.memory_gb)
            readers = round(at.value(component.readers))
            return Engine(sold.vcpu, connections, readers, sold.vcpu, sold=sold, reader_sold=sold, offer="aurora")
        case Aurora():
            return _serverless(at, component)
        case OpenSearch():
            sold, nodes = instance_classes("opensearch")[component.instance_class], at.value(component.nodes)
            cores = max(1, int(sold.vcpu * nodes))
            return Engine(cores, UNLIMITED, sold=sold, offer="opensearch", nodes=max(nodes, 1.0))
        case _:
            return None


def _connections(at: Compilation, engine: str, memory_gb: float) -> int:
    """The default `max_connections` of a class; engines other than MySQL's family count as PostgreSQL does."""
    family = "mysql" if engine in ("mysql", "mariadb") else "postgres"
    per_connection = at.parameters.value(f"connection_bytes_{family}")
    return max(1, min(MOST_CONNECTIONS, int(memory_gb * _GIB / per_connection)))


def _serverless(at: Compilation, cluster: Aurora) -> Engine:
    most = cluster.acu.max if cluster.acu is not None else 1.0
    least = cluster.acu.min if cluster.acu is not None else 1.0
    cores = max(1, math.ceil(most * at.parameters.value("aurora_vcpu_per_acu")))
    connections = _connections(at, cluster.engine, most * _GIB_PER_ACU)
    if least <= _SMALL_ACU:
        connections = min(connections, _SMALL_ACU_CONNECTIONS)
    return Engine(cores, connections, round(at.value(cluster.readers)), cores)
