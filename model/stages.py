"""Stages: the steps of growth, and how each changes the base of the document."""

from typing import Any

from pydantic import SerializeAsAny

from model.assumptions import Assumption
from model.base import Name, Stated
from model.component import Component


class Stage(Stated):
    """A step of growth: the base of the document, or an earlier stage, with components resized, added or removed."""

    name: Name
    title: str | None = None
    builds_on: Name | None = None
    """An earlier stage that this one starts from; the base of the document when absent."""
    components: dict[Name, dict[str, Any]] = {}
    """Fields of components that are there, as they are at this stage."""
    add: dict[Name, SerializeAsAny[Component]] = {}
    remove: tuple[Name, ...] = ()
    workload: dict[str, Any] = {}
    """Fields of the workload, as they are at this stage."""
    assumptions: dict[Name, Assumption] = {}
    """Assumptions with another range at this stage."""
