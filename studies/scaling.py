"""A stage at another number of users or requests: what follows the users, and what is scaled outright."""

from __future__ import annotations

from dataclasses import dataclass, replace

from model.assumptions import Assumption
from model.problems import BadInput
from model.quantity import Formula, Quantity, evaluate
from model.sizing import SizedGraph


@dataclass(frozen=True)
class Users:
    """Users active in a month, with their range."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.likely <= self.high < float("inf"):
            raise BadInput(f"users {self.low:g} / {self.likely:g} / {self.high:g}: low <= likely <= high is needed")

    @classmethod
    def exactly(cls, count: float) -> Users:
        return cls(count, count, count)


def likely_users(graph: SizedGraph) -> float:
    """Users of the stage with every assumption at its likely value."""
    return float(graph.likely["monthly_active_users"])


def driver(graph: SizedGraph) -> str | None:
    """The assumption that stands for the number of users: the workload's users rise in step with it.

    Of several, the one that the requests follow too; None when the document states the users as a number.
    """
    users, requests = graph.workload.monthly_active_users, graph.workload.monthly_requests
    if not isinstance(users, Formula):
        return None
    known = [name for name in sorted(users.names) if name in graph.assumptions and _in_step(graph, users, name)]
    shared = [name for name in known if isinstance(requests, Formula) and name in requests.names]
    return next(iter(shared or known), None)


def _in_step(graph: SizedGraph, quantity: Formula, name: str) -> bool:
    once, twice = (float(quantity({**graph.likely, name: factor * graph.likely[name]})) for factor in (1.0, 2.0))
    return once > 0 and abs(twice - 2 * once) < 1e-9 * twice


def at_users(graph: SizedGraph, users: Users) -> SizedGraph:
    """The stage as it is sized, serving `users`.

    The assumption behind the users takes their range, and all that is written in terms of it follows: requests,
    storage per user, sign-ins. Requests that the document states as a number are scaled per user. Sizes that a stage
    states as numbers stay.
    """
    base = likely_users(graph)
    if base <= 0:
        raise BadInput(f"{graph.architecture.name}, {graph.stage.name}: without users there is nothing to scale")
    name = driver(graph)
    if name is None:
        return _outright(graph, users, base)
    old = graph.assumptions[name]
    new = old.model_copy(update={
        "low": old.likely * users.low / base,
        "likely": old.likely * users.likely / base,
        "high": old.likely * users.high / base,
        "whole": False,
    })  # fmt: skip
    scaled = replace(graph, assumptions={**graph.assumptions, name: new})
    if _follows(graph.workload.monthly_requests, name):
        return scaled
    per_user = f"({graph.workload.monthly_requests}) * ({name} / {old.likely!r})"
    return replace(scaled, workload=graph.workload.model_copy(update={"monthly_requests": Formula.parse(per_user)}))


_NAME = "forecast_users"


def _outright(graph: SizedGraph, users: Users, base: float) -> SizedGraph:
    """For a document that states its users as a number: an assumption of our own takes their place."""
    ours = Assumption(
        low=users.low,
        likely=users.likely,
        high=users.high,
        unit="users",
        why="The users that were asked for, in place of the document's number.",
    )
    requests = Formula.parse(f"({graph.workload.monthly_requests}) * ({_NAME} / {base!r})")
    workload = graph.workload.model_copy(
        update={"monthly_active_users": Formula.parse(_NAME), "monthly_requests": requests}
    )
    return replace(graph, workload=workload, assumptions={**graph.assumptions, _NAME: ours})


def at_requests(graph: SizedGraph, monthly_requests: float) -> SizedGraph:
    """The stage as it is sized, serving exactly so many requests a month; its users rise in step and keep their range.

    Raise BadInput for a stage without requests.
    """
    base = float(graph.likely["monthly_requests"])
    if base <= 0 or not 0 < monthly_requests < float("inf"):
        raise BadInput(f"{graph.architecture.name}, {graph.stage.name}: {monthly_requests:g} requests cannot be")
    times, name = monthly_requests / base, driver(graph)
    work: dict[str, Quantity] = {"monthly_requests": float(monthly_requests)}
    assumptions = dict(graph.assumptions)
    if name is not None:
        old = assumptions[name]
        ends = {end: getattr(old, end) * times for end in ("low", "likely", "high")}
        assumptions[name] = old.model_copy(update={**ends, "whole": False})
    else:
        work["monthly_active_users"] = Formula.parse(f"({graph.workload.monthly_active_users}) * {times!r}")
    workload = graph.workload.model_copy(update=work)
    return replace(graph, workload=workload, assumptions=assumptions)


def _follows(quantity: Quantity, name: str) -> bool:
    return isinstance(quantity, Formula) and name in quantity.names


def users_of(graph: SizedGraph) -> Users:
    """The stage's users with the range of the assumption that stands for them."""
    likely, name = likely_users(graph), driver(graph)
    if name is None:
        return Users.exactly(likely)
    assumption = graph.assumptions[name]
    return Users(likely * assumption.low / assumption.likely, likely, likely * assumption.high / assumption.likely)


def with_work(graph: SizedGraph, other: SizedGraph) -> SizedGraph:
    """The graph with the users and the requests of another one: the same work on both.

    What is written in terms of its own users follows them. The other's assumptions behind its workload come along, so
    that both see the same draws of them.
    """
    graph = at_users(graph, users_of(other))
    names: set[str] = set()
    for quantity in (other.workload.monthly_active_users, other.workload.monthly_requests, other.workload.peak_factor):
        names |= quantity.names if isinstance(quantity, Formula) else set()
    brought = {name: other.assumptions[name] for name in names if name in other.assumptions}
    fields = ("monthly_active_users", "monthly_requests", "peak_factor", "shape")
    work = {field: getattr(other.workload, field) for field in fields}
    workload = graph.workload.model_copy(update=work)
    return replace(graph, workload=workload, assumptions={**graph.assumptions, **brought})


def same_work(one: SizedGraph, other: SizedGraph) -> bool:
    """Whether two graphs serve the same users and requests."""
    pairs = ((float(evaluate(getattr(graph.workload, field), graph.likely)) for graph in (one, other))
             for field in ("monthly_active_users", "monthly_requests"))  # fmt: skip
    return all(abs(first - second) <= 1e-6 * max(first, second, 1.0) for first, second in pairs)
