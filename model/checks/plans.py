"""Call plans run over connections that exist, hold no cycle, and their shares and probabilities are sound."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from model.caching import time_to_live_s
from model.checks.numbers import no_amount
from model.checks.sizes import check_amounts
from model.draft import Draft
from model.endpoints import Call, Choice, Endpoint, Parallel, Step
from model.problems import Loc
from model.quantity import Formula, Num, evaluate
from model.sizing import SizedGraph


def check_plans(draft: Draft) -> None:
    """Check plans at every stage; only a draft without other problems can be sized."""
    if draft.problems:
        _check_base(draft)
        return
    for index, graph in enumerate(draft.graphs):
        _check_shares(draft, graph, ("stages", index))
        check_amounts(draft, graph, index)
        for name, endpoint in graph.endpoints.items():
            _Plan(draft, graph, name).steps(endpoint.calls, endpoint.client, (), ("endpoints", name, "calls"))


def _check_base(draft: Draft) -> None:
    """With other problems about: still say what is wrong whatever those come to."""
    _check_plain_shares(draft)
    for name, endpoint in draft.keyed["endpoints"].items():
        _check_held(draft, endpoint.calls, (), ("endpoints", name, "calls"))
    if None not in draft.listed["connections"]:
        _check_edges(draft)


def _check_plain_shares(draft: Draft) -> None:
    """Shares that are numbers, of endpoints that are there at every stage and all in order."""
    endpoints, raw = draft.keyed["endpoints"].values(), draft.raw.get("endpoints")
    in_order = isinstance(raw, Mapping) and len(endpoints) == len(raw)
    whole = in_order and not any(item.stages for item in endpoints)
    shares = [item.share for item in endpoints if item.share is not None]
    if whole and shares and not any(isinstance(share, Formula) for share in shares):
        total = math.fsum(float(share) for share in shares)
        if not math.isclose(total, 1, abs_tol=1e-6):
            draft.refuse(("endpoints",), f"the shares sum to {total:g}, not 1")


def _check_held(draft: Draft, steps: tuple[Step, ...], held: tuple[str, ...], loc: Loc) -> None:
    """No component is called while it is held by the same request."""
    for index, step in enumerate(steps):
        here = (*loc, index)
        match step:
            case Call():
                inside = () if step.asynchronous else held
                if step.to in inside:
                    draft.refuse(here, _held_again(step.to, held))
                _check_held(draft, step.calls, (*inside, step.to), (*here, "calls"))
                _check_held(draft, step.on_miss, inside, (*here, "on_miss"))
                _check_held(draft, step.delivers, (), (*here, "delivers"))
            case Parallel(parallel=branches):
                for position, branch in enumerate(branches):
                    _check_held(draft, branch, held, (*here, "parallel", position))
            case Choice(choice=choices):
                for position, choice in enumerate(choices):
                    _check_held(draft, choice.calls, held, (*here, "choice", position, "calls"))


def _held_again(name: str, held: tuple[str, ...]) -> str:
    way = " -> ".join([*held[held.index(name) :], name])
    return f"'{name}' is held while it is called again: {way}"


def _check_edges(draft: Draft) -> None:
    """Calls without a connection, where both ends are there."""
    edges = {(edge.source, edge.target) for edge in draft.listed["connections"]}
    for name, endpoint in draft.keyed["endpoints"].items():
        for loc, caller, call in _calls(endpoint, ("endpoints", name, "calls")):
            known = caller in draft.component_names and call.to in draft.component_names
            if known and (caller, call.to) not in edges:
                draft.refuse(loc, f"'{caller}' has no connection to '{call.to}'")


def _calls(endpoint: Endpoint, loc: Loc) -> Iterator[tuple[Loc, str, Call]]:
    yield from _calls_in(endpoint.calls, endpoint.client, loc)


def _calls_in(steps: tuple[Step, ...], caller: str, loc: Loc) -> Iterator[tuple[Loc, str, Call]]:
    for index, step in enumerate(steps):
        here = (*loc, index)
        match step:
            case Call():
                yield here, caller, step
                yield from _calls_in(step.calls, step.to, (*here, "calls"))
                yield from _calls_in(step.delivers, step.to, (*here, "delivers"))
                yield from _calls_in(step.on_miss, caller, (*here, "on_miss"))
            case Parallel(parallel=branches):
                for position, branch in enumerate(branches):
                    yield from _calls_in(branch, caller, (*here, "parallel", position))
            case Choice(choice=choices):
                for position, choice in enumerate(choices):
                    yield from _calls_in(choice.calls, caller, (*here, "choice", position, "calls"))


def _check_shares(draft: Draft, graph: SizedGraph, loc: Loc) -> None:
    architecture = graph.architecture
    of_stage = {
        name: endpoint
        for name, endpoint in architecture.endpoints.items()
        if not endpoint.stages or graph.stage.name in endpoint.stages
    }
    shares = [evaluate(item.share, graph.likely) for item in of_stage.values() if item.share is not None]
    total = sum(shares, start=0.0)
    if shares and not math.isclose(float(total), 1, abs_tol=1e-6):
        draft.refuse(
            (*loc, "name"),
            f"'{graph.stage.name}': the shares of its endpoints sum to {float(total):g}, not 1",
        )
    for name in ("monthly_requests", "monthly_active_users", "peak_factor"):
        message = no_amount(float(graph.likely[name]), getattr(graph.workload, name))
        if message is not None:
            draft.refuse((*loc, "workload", name), message)
    peak = float(graph.likely["peak_factor"])
    if not 1 <= peak <= 24:
        draft.refuse((*loc, "workload", "peak_factor"), f"{peak:g} is not between 1 and 24")


class _Plan:
    """The walk over one endpoint's plan at one stage."""

    def __init__(self, draft: Draft, graph: SizedGraph, endpoint: str) -> None:
        self.draft = draft
        self.graph = graph

    def steps(self, steps: tuple[Step, ...], caller: str, held: tuple[str, ...], loc: Loc) -> None:
        for index, step in enumerate(steps):
            here = (*loc, index)
            match step:
                case Call():
                    self.call(step, caller, held, here)
                case Parallel(parallel=branches):
                    for position, branch in enumerate(branches):
                        self.steps(branch, caller, held, (*here, "parallel", position))
                case Choice(choice=choices):
                    self.choice(step, here)
                    for position, choice in enumerate(choices):
                        self.steps(choice.calls, caller, held, (*here, "choice", position, "calls"))

    def call(self, call: Call, caller: str, held: tuple[str, ...], loc: Loc) -> None:
        if self.graph.connection(caller, call.to) is None:
            stage = self.graph.stage.name
            self.draft.refuse(loc, f"'{caller}' has no connection to '{call.to}' (at stage '{stage}')")
        if not call.asynchronous and call.to in held:
            self.draft.refuse(loc, _held_again(call.to, held))
        for name in ("probability", "hit_ratio"):
            quantity = getattr(call, name)
            if quantity is not None:
                self.within(quantity, 1, (*loc, name))
        for name in ("count", "time_ms", "cpu_ms", "request_kb", "response_kb"):
            self.within(getattr(call, name), math.inf, (*loc, name))
        if call.keys is not None:
            self.keys(call, loc)
        inside = () if call.asynchronous else held
        self.steps(call.calls, call.to, (*inside, call.to), (*loc, "calls"))
        self.steps(call.on_miss, caller, inside, (*loc, "on_miss"))
        self.steps(call.delivers, call.to, (), (*loc, "delivers"))

    def keys(self, call: Call, loc: Loc) -> None:
        """Keys need a time to live, and take the place of a stated hit ratio."""
        if call.to in self.graph.components and time_to_live_s(self.graph.components[call.to]) is None:
            self.draft.refuse((*loc, "keys"), f"'{call.to}' has no ttl_s: the time that it keeps what it fetched")
        self.within(call.keys or 0.0, math.inf, (*loc, "keys"))

    def choice(self, step: Choice, loc: Loc) -> None:
        total = sum((self.value(branch.probability) for branch in step.choice), start=0.0)
        if not math.isclose(float(total), 1, abs_tol=1e-6):
            self.draft.refuse((*loc, "choice"), f"the probabilities sum to {float(total):g}, not 1")

    def within(self, quantity: float | Formula, limit: float, loc: Loc) -> None:
        value = float(self.value(quantity))
        if not 0 <= value <= limit or not math.isfinite(value):
            rule = "between 0 and 1" if limit == 1 else "a number of zero or more"
            self.draft.refuse(loc, f"{value:g} is not {rule}")

    def value(self, quantity: float | Formula) -> Num:
        return evaluate(quantity, self.graph.likely)
