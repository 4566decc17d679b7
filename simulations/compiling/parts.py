"""Which file a component's kind compiles with."""

from __future__ import annotations

from model.component import Component
from model.kinds.api_gateway import ApiGateway
from model.kinds.app_runner import AppRunner
from model.kinds.dynamodb import DynamoDb
from model.kinds.ec2 import Ec2
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.kinds.rds_proxy import RdsProxy
from model.kinds.supabase import Supabase
from simulations.compiling.breakable import Breakable
from simulations.compiling.compilation import Compilation, Part
from simulations.compiling.databases import Database, Engine, Proxy, engine_of
from simulations.compiling.externals import External
from simulations.compiling.functions import Account, Serverless
from simulations.compiling.gateways import Gateway
from simulations.compiling.hops import PATIENCE, Edge, Hop
from simulations.compiling.tables import Table
from simulations.compiling.tasks import Tasks, fleet_of


class Parts:
    """The components at work, each made when a plan first calls it."""

    def __init__(self, at: Compilation) -> None:
        self.at = at
        self.made: dict[str, Part] = {}
        present = at.graph.components.items()
        functions = {name: c for name, c in present if isinstance(c, LambdaFunction)}
        self.account = Account(at, functions)

    def __getitem__(self, name: str) -> Part:
        if name not in self.made:
            part = self._make(name, self.at.component(name))
            behind_switch = name in self.at.breakable and not isinstance(part, Tasks)
            self.made[name] = Breakable(self.at, name, part) if behind_switch else part
        return self.made[name]

    def _make(self, name: str, component: Component) -> Part:
        at = self.at
        match component:
            case LambdaFunction():
                return Serverless(at, self.account, name, component)
            case Fargate() | AppRunner() | Ec2():
                return Tasks(at, name, fleet_of(at, name, component))
            case ApiGateway():
                return Gateway(at, name, component)
            case DynamoDb():
                return Table(at, name, component)
            case RdsProxy():
                return Proxy(at, name, component)
            case Supabase(part="project" | "database") if float(at.load(name).monthly_cpu_ms) > 0:
                cores = max(1, int(at.parameters.value("supabase_vcpu")))
                return Database(at, name, Engine(cores, component.max_connections, waits=True))
        engine = engine_of(at, component)
        if engine is not None:
            return Database(at, name, engine)
        if component.kind in PATIENCE and at.conditions.edges_cut and at.conditions.timeouts:
            return Edge(at, name)
        limit = getattr(component, "requests_per_s", None)
        return External(at, name, float(limit)) if limit else Hop(at, name)
