"""More errors to plant: those that a rule finds by the load, the graph or a simulation rather than by a claim alone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from model.claims import Claim
from model.endpoints import Call
from model.graph import Architecture
from model.kinds.api_gateway import ApiGateway
from model.kinds.fargate import Fargate
from model.kinds.lambda_function import LambdaFunction
from model.loading import load
from model.targets import Target
from pricing.bill import Bill
from pricing.price import price
from studies.audit.case import Case
from studies.audit.rules.gateway import waited_calls
from studies.audit.rules.latency import is_asked
from studies.audit.rules.redundancy import REDUNDANT
from studies.audit.slas import spans_zones
from tests.studies.plants import Plant, first, with_claim, with_fields, with_target


def with_new_claim(architecture: Architecture, claim: Claim) -> Architecture:
    """The document with one more claim."""
    return architecture.model_copy(update={"claims": (*architecture.claims, claim)})


@cache
def _last_bill(name: str) -> Bill:
    architecture = load(name)
    graph = architecture.at(architecture.stage_names[-1])
    return price(graph, free_tier="12_months", draws=0, explain=False)


def free_when_idle(architecture: Architecture) -> tuple[Architecture, str] | None:
    claim = first(architecture, lambda item: item.kind == "cost_line" and item.unit.startswith("USD/month"))
    if claim is None or not _standing(architecture):
        return None
    return with_claim(architecture, claim, subject="Cost when idle", low=0.0, high=0.01, components=()), "idle"


def _standing(architecture: Architecture) -> bool:
    return any(c.kind in ("alb", "rds", "nat_gateway", "supabase") for c in architecture.every_component().values())


def free_beyond_the_allowance(architecture: Architecture) -> tuple[Architecture, str] | None:
    lines = [line for line in _last_bill(architecture.name).lines if line.free_quantity > 0 and line.cost.likely > 0.1]
    if not lines:
        return None
    last = architecture.stage_names[-1]
    claim = Claim(
        id="PLANT-2", kind="free_tier", subject="Within the allowance", low=1, meter=lines[0].meter, stages=(last,),
        lines=("1",),
    )  # fmt: skip
    return with_new_claim(architecture, claim), "allowance_use"


def forgotten_line(architecture: Architecture) -> tuple[Architecture, str] | None:
    bill = _last_bill(architecture.name)
    last = architecture.stage_names[-1]
    single = [
        claim.components[0] for claim in architecture.claims
        if claim.kind == "cost_line" and len(claim.components) == 1 and last in claim.stages
        and bill.components.get(claim.components[0]) is not None and bill.components[claim.components[0]].likely > 1
    ]  # fmt: skip
    if len(set(single)) < 2:
        return None
    kept = tuple(claim for claim in architecture.claims if single[0] not in claim.components)
    return architecture.model_copy(update={"claims": kept}), "unlisted"


def other_users(architecture: Architecture) -> tuple[Architecture, str] | None:
    last = architecture.stage_names[-1]
    claim = Claim(id="PLANT-3", kind="capacity", subject="Monthly users", low=9e12, unit="MAU", stages=(last,))
    return with_new_claim(architecture, claim.model_copy(update={"lines": ("1",)})), "workload"


def single_zone(architecture: Architecture) -> tuple[Architecture, str] | None:
    for stage in Case(architecture).stages.values():
        for name, component in stage.graph.components.items():
            if component.kind in REDUNDANT and not spans_zones(component, stage):
                claim = Claim(
                    id="PLANT-4", kind="availability", subject="Planted: it is Multi-AZ", comparator="qualitative",
                    stages=(stage.name,), components=(name,), lines=("1",),
                )  # fmt: skip
                return with_new_claim(architecture, claim), "redundancy"
    return None


def narrow_gateway(architecture: Architecture) -> tuple[Architecture, str] | None:
    name = next((name for name, item in architecture.components.items() if isinstance(item, ApiGateway)), None)
    return None if name is None else (with_fields(architecture, name, requests_per_s=1e-6), "gateway")


def hasty_function(architecture: Architecture) -> tuple[Architecture, str] | None:
    calls = {call.to for endpoint in architecture.endpoints.values() for call in waited_calls(endpoint.calls)}
    functions = (name for name, item in architecture.components.items() if isinstance(item, LambdaFunction))
    name = next((name for name in functions if name in calls), None)
    return None if name is None else (with_fields(architecture, name, timeout_s=0.001), "timeouts")


def stingy_service(architecture: Architecture) -> tuple[Architecture, str] | None:
    calls = {call.to for endpoint in architecture.endpoints.values() for call in waited_calls(endpoint.calls)}
    names = [
        name for name, item in architecture.components.items()
        if item.category == "external" and "requests_per_s" in type(item).model_fields and name in calls
    ]  # fmt: skip
    return (with_fields(architecture, names[0], requests_per_s=1e-6), "rate_limits") if names else None


def timid_scaling(architecture: Architecture) -> tuple[Architecture, str] | None:
    name = next((name for name, item in architecture.components.items() if isinstance(item, Fargate)), None)
    if name is None:
        return None
    service = architecture.components[name]
    assert isinstance(service, Fargate)
    scaling = service.scaling.model_copy(update={"kind": "target_tracking", "metric": "cpu", "target": 1e-4})
    return with_fields(architecture, name, scaling=scaling), "cpu"


def perfect_cache(architecture: Architecture) -> tuple[Architecture, str] | None:
    hits = [call.to for call in _calls(architecture) if call.hit_ratio is not None]
    if not hits:
        return None
    wanted = Target(metric="cache_hit_ratio", threshold=0.99999, at_most=False, component=hits[0])
    return with_target(architecture, wanted), "caches"


def _calls(architecture: Architecture) -> Iterator[Call]:
    for endpoint in architecture.endpoints.values():
        yield from waited_calls(endpoint.calls)


def no_room_for_chance(architecture: Architecture) -> tuple[Architecture, str] | None:
    """A p99.9 hardly above the mean: no closed form is against it, and no queue keeps it."""
    stage = Case(architecture).stages[architecture.stage_names[-1]]
    asked = [name for name in stage.graph.endpoints if is_asked(stage, name)]
    busiest = max(asked, key=lambda name: float(stage.likely.endpoint_calls[name]))
    threshold = 1.01 * float(stage.likely.endpoint_ms[busiest])
    wanted = Target(
        metric="latency_ms", threshold=threshold, percentile=99.9, endpoints=(busiest,), stages=(stage.name,)
    )
    return with_target(architecture, wanted), "simulation"


LOAD_PLANTS: tuple[Plant, ...] = (
    free_when_idle, free_beyond_the_allowance, forgotten_line, other_users, single_zone, narrow_gateway,
    hasty_function, stingy_service, timid_scaling, perfect_cache, no_room_for_chance,
)  # fmt: skip
