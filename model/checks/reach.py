"""Every component must be reached: by a client, a schedule or an event, or by what reports and belongs to it."""

from __future__ import annotations

from model.component import Component
from model.draft import Draft

_STANDS_ALONE = frozenset({"client", "network", "security", "operations", "development"})
"""Categories that serve without being called: gateways, audit, pipelines."""


def check_reach(draft: Draft) -> None:
    """Components of the running system are on at least one connection."""
    ends = {name for edge in draft.listed["connections"] if edge is not None for name in (edge.source, edge.target)}
    if not draft.listed["connections"] and len(draft.component_names) <= 1:
        return
    for name, component in draft.components.items():
        if name not in ends and _must_be_reached(component):
            draft.refuse(("components", name), "is not reached: no connection leads to it or from it")
    for index, stage in enumerate(draft.stages):
        for name, component in (stage.add if stage is not None else {}).items():
            if name not in ends and _must_be_reached(component):
                draft.refuse(("stages", index, "add", name), "is not reached: no connection leads to it or from it")


def _must_be_reached(component: Component) -> bool:
    stated = getattr(component, "usage", None) is not None
    return component.category not in _STANDS_ALONE and not component.implied and not stated
