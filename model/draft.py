"""A document as far as it could be read: its valid parts, and the problems of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from model.assumptions import Assumption
from model.claims import Claim
from model.component import Component
from model.connections import Connection, DrawnArrow
from model.endpoints import Endpoint
from model.graph import Architecture, Document, Group, Heading, Remark
from model.journeys import Journey
from model.kinds.registry import KINDS, kind_class
from model.nearest import did_you_mean
from model.problems import Loc, Problem, place, problems_of
from model.sizing import SizedGraph, size_at
from model.stages import Stage
from model.targets import Target
from model.workload import Workload

M = TypeVar("M", bound=BaseModel)
_KEYED: Mapping[str, type[BaseModel]] = {
    "groups": Group,
    "endpoints": Endpoint,
    "journeys": Journey,
    "targets": Target,
    "assumptions": Assumption,
}
_LISTED: Mapping[str, type[BaseModel]] = {
    "connections": Connection,
    "drawn_arrows": DrawnArrow,
    "claims": Claim,
    "remarks": Remark,
    "stages": Stage,
}


@dataclass
class Draft:
    """The parts of a document that are valid one by one; graph rules are checked over them.

    Lists hold None where an item was refused, so that an item's position is its place in the file.
    """

    raw: Mapping[str, Any]
    problems: list[Problem] = field(default_factory=list)
    components: dict[str, Component] = field(default_factory=dict)
    component_names: set[str] = field(default_factory=set)
    """All names of the base and of every stage's additions, valid or not."""
    keyed: dict[str, dict[str, Any]] = field(default_factory=dict)
    listed: dict[str, list[Any]] = field(default_factory=dict)
    heads: dict[str, Any] = field(default_factory=dict)

    def refuse(self, loc: Loc, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(place(loc), message))

    @property
    def stages(self) -> list[Stage | None]:
        return self.listed.get("stages", [])

    @property
    def stage_names(self) -> list[str]:
        """Names of all stages, valid or not."""
        raw = self.raw.get("stages")
        items = raw if isinstance(raw, list) else []
        return [str(item["name"]) for item in items if isinstance(item, Mapping) and "name" in item]

    @cached_property
    def graphs(self) -> tuple[SizedGraph, ...]:
        """The graph of each stage; only a draft without problems has them."""
        architecture = self.architecture()
        return tuple(size_at(architecture, stage) for stage in architecture.stages)

    def architecture(self) -> Architecture:
        """The whole; only a draft without problems has one."""
        lists = {key: tuple(items) for key, items in self.listed.items()}
        parts: dict[str, Any] = {**self.heads, **self.keyed, **lists, "components": self.components}
        return Architecture.model_construct(None, **parts)


def read_draft(raw: Any) -> Draft:
    """Validate every part of a document by itself."""
    if not isinstance(raw, Mapping):
        draft = read_draft({})
        draft.problems = [Problem("", "is not a mapping with components, connections, endpoints and stages")]
        return draft
    draft = Draft(raw)
    _read_heads(draft)
    _read_components(draft)
    for key, model in _KEYED.items():
        draft.keyed[key] = {
            name: value
            for name, item in _mapping(draft, key).items()
            if (value := _one(draft, model, item, (key, str(name)))) is not None
        }
    for key, model in _LISTED.items():
        draft.listed[key] = [
            _one(draft, model, _with_components(draft, key, index, item), (key, index))
            for index, item in enumerate(_list(draft, key))
        ]
    return draft


def read_component(draft: Draft, raw: Any, loc: Loc) -> Component | None:
    """The component that `raw` describes, or None with its problems noted."""
    if isinstance(raw, Component):
        return raw
    if not isinstance(raw, Mapping):
        draft.refuse(loc, "is not a component: a mapping with a kind")
        return None
    kind = raw.get("kind")
    if kind is None:
        draft.refuse((*loc, "kind"), "is required")
        return None
    if kind not in KINDS:
        draft.refuse((*loc, "kind"), f"{kind!r} is not a component kind{did_you_mean(str(kind), KINDS)}")
        return None
    component = _one(draft, kind_class(kind), raw, loc)
    if component is not None and component.implied and not component.why:
        draft.refuse((*loc, "why"), "is required: an implied component says why it is needed")
    return component


def _read_heads(draft: Draft) -> None:
    known = list(Architecture.model_fields)
    for key in draft.raw:
        if key not in known:
            draft.refuse((str(key),), f"is not a part of a document{did_you_mean(str(key), known)}")
    for key in ("architecture", "title", "components", "stages"):
        if not draft.raw.get(key):
            draft.refuse((key,), "is required")
    present = {key: draft.raw[key] for key in Heading.model_fields if key in draft.raw}
    heading = _one(draft, Heading, {"architecture": "x", "title": "x", **present}, ())
    if heading is not None:
        draft.heads.update(heading.model_dump())
    name = str(draft.raw.get("architecture", "x"))
    own = {"title": str(draft.raw.get("title", name)), "id": name}
    for key, model, default in (("document", Document, own), ("workload", Workload, {})):
        value = _one(draft, model, draft.raw.get(key, default), (key,))
        if value is not None:
            draft.heads[key] = value


def _read_components(draft: Draft) -> None:
    for name, raw in _mapping(draft, "components").items():
        draft.component_names.add(str(name))
        component = read_component(draft, raw, ("components", str(name)))
        if component is not None:
            draft.components[str(name)] = component
    for stage in _list(draft, "stages"):
        if isinstance(stage, Mapping) and isinstance(stage.get("add"), Mapping):
            draft.component_names.update(map(str, stage["add"]))


def _with_components(draft: Draft, key: str, index: int, item: Any) -> Any:
    """A stage with its added components read by kind; any other item as it is."""
    if key != "stages" or not isinstance(item, Mapping) or not isinstance(item.get("add"), Mapping):
        return item
    loc = ("stages", index, "add")
    added = {str(name): read_component(draft, raw, (*loc, str(name))) for name, raw in item["add"].items()}
    return {**item, "add": {name: component for name, component in added.items() if component is not None}}


def _one(draft: Draft, model: type[M], raw: Any, loc: Loc) -> M | None:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        draft.problems.extend(problems_of(error, loc, model))
        return None


def _mapping(draft: Draft, key: str) -> Mapping[Any, Any]:
    value = draft.raw.get(key) or {}
    if not isinstance(value, Mapping):
        draft.refuse((key,), "is not a mapping of names")
        return {}
    return value


def _list(draft: Draft, key: str) -> list[Any]:
    value = draft.raw.get(key) or []
    if not isinstance(value, list):
        if key not in ("stages",) or not any(p.place == key for p in draft.problems):
            draft.refuse((key,), "is not a list")
        return []
    return value
