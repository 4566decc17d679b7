"""Every name that a part of the document refers to must exist."""

from __future__ import annotations

from collections.abc import Iterable

from model.claims import Claim
from model.connections import Connection
from model.draft import Draft
from model.endpoints import Call, Choice, Endpoint, Parallel, Step
from model.nearest import did_you_mean
from model.problems import Loc
from model.targets import Target


def check_names(draft: Draft) -> None:
    """Components, stages, endpoints and groups that are referred to are there."""
    names = _Names(draft)
    for index, edge in enumerate(draft.listed["connections"]):
        if isinstance(edge, Connection):
            names.component(edge.source, ("connections", index, "from"))
            names.component(edge.target, ("connections", index, "to"))
            names.stages(edge.stages, ("connections", index, "stages"))
    for name, endpoint in draft.keyed["endpoints"].items():
        _check_endpoint(names, name, endpoint)
    for name, target in draft.keyed["targets"].items():
        _check_target(names, draft, name, target)
    for index, claim in enumerate(draft.listed["claims"]):
        if isinstance(claim, Claim):
            names.stages(claim.stages, ("claims", index, "stages"))
            for position, component in enumerate(claim.components):
                names.component(component, ("claims", index, "components", position))
    _check_claim_ids(draft)
    _check_groups(names, draft)


class _Names:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.stage_names = draft.stage_names

    def component(self, name: str, loc: Loc) -> None:
        if name not in self.draft.component_names:
            self.draft.refuse(loc, f"'{name}' is not a component{did_you_mean(name, self.draft.component_names)}")

    def stages(self, stages: Iterable[str], loc: Loc) -> None:
        for position, name in enumerate(stages):
            if name not in self.stage_names:
                hint = did_you_mean(name, self.stage_names)
                self.draft.refuse((*loc, position), f"'{name}' is not a stage{hint}")

    def group(self, name: str | None, loc: Loc) -> None:
        groups = self.draft.keyed["groups"]
        if name is not None and name not in groups:
            self.draft.refuse(loc, f"'{name}' is not a group{did_you_mean(name, groups)}")


def _check_endpoint(names: _Names, name: str, endpoint: Endpoint) -> None:
    loc: Loc = ("endpoints", name)
    names.component(endpoint.client, (*loc, "client"))
    names.stages(endpoint.stages, (*loc, "stages"))
    if endpoint.share is None and endpoint.monthly_calls is None:
        names.draft.refuse(loc, "has neither a share of the requests nor monthly_calls")
    _check_steps(names, endpoint.calls, (*loc, "calls"))


def _check_steps(names: _Names, steps: tuple[Step, ...], loc: Loc) -> None:
    for index, step in enumerate(steps):
        here = (*loc, index)
        match step:
            case Call():
                if step.to not in names.draft.component_names:
                    hint = did_you_mean(step.to, names.draft.component_names)
                    names.draft.refuse(here, f"'{step.to}' is not a component{hint}")
                for part in ("calls", "on_miss", "delivers"):
                    _check_steps(names, getattr(step, part), (*here, part))
            case Parallel(parallel=branches):
                for position, branch in enumerate(branches):
                    _check_steps(names, branch, (*here, "parallel", position))
            case Choice(choice=branches):
                for position, choice in enumerate(branches):
                    _check_steps(names, choice.calls, (*here, "choice", position, "calls"))


def _check_target(names: _Names, draft: Draft, name: str, target: Target) -> None:
    loc: Loc = ("targets", name)
    names.stages(target.stages, (*loc, "stages"))
    if target.component is not None:
        names.component(target.component, (*loc, "component"))
    for position, endpoint in enumerate(target.endpoints):
        known = draft.raw.get("endpoints") or {}
        if endpoint not in known:
            message = f"'{endpoint}' is not an endpoint{did_you_mean(endpoint, known)}"
            draft.refuse((*loc, "endpoints", position), message)


def _check_claim_ids(draft: Draft) -> None:
    ids = [claim.id for claim in draft.listed["claims"] if isinstance(claim, Claim)]
    for index, claim in enumerate(draft.listed["claims"]):
        if isinstance(claim, Claim):
            if ids.index(claim.id) < index and claim.id in ids[:index]:
                draft.refuse(("claims", index, "id"), f"'{claim.id}' is the id of another claim too")
            for position, part in enumerate(claim.sums):
                if part not in ids:
                    message = f"'{part}' is not a claim{did_you_mean(part, ids)}"
                    draft.refuse(("claims", index, "sums", position), message)


def _check_groups(names: _Names, draft: Draft) -> None:
    for name, component in draft.components.items():
        names.group(component.group, ("components", name, "group"))
    for name, group in draft.keyed["groups"].items():
        names.group(group.parent, ("groups", name, "parent"))
        if _encloses_itself(draft, name):
            draft.refuse(("groups", name, "parent"), "is inside itself")
    for index, stage in enumerate(draft.stages):
        for name, component in (stage.add if stage is not None else {}).items():
            names.group(component.group, ("stages", index, "add", name, "group"))


def _encloses_itself(draft: Draft, name: str) -> bool:
    groups = draft.keyed["groups"]
    seen = set()
    current: str | None = name
    while current is not None and current in groups:
        if current in seen:
            return True
        seen.add(current)
        current = groups[current].parent
    return False
