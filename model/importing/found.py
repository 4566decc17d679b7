"""What a reader finds: resources with their settings and references, and what it noticed on the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from model.connections import ConnectionKind
from model.importing.values import Path, Values, leaves, parsed, tokens

Certainty = Literal["certain", "likely", "guessed"]


@dataclass(frozen=True)
class Reference:
    """That a setting of a resource points to another resource."""

    path: Path
    target: str


@dataclass(frozen=True)
class Found:
    """A resource as it was read; `type` is in Terraform's vocabulary, whatever the file was."""

    address: str
    type: str
    name: str
    values: Values = field(default_factory=Values)
    module: tuple[str, ...] = ()
    index: str | None = None
    references: tuple[Reference, ...] = ()
    """References that the settings do not show as tokens: a plan's configuration, a template's graph."""
    seen_as: str | None = None
    """The provider's own name of the type, where it is another one."""

    @property
    def type_shown(self) -> str:
        return self.seen_as or self.type


@dataclass(frozen=True)
class Edge:
    """A connection between two resources, how sure it is, and what says so."""

    source: str
    target: str
    kind: ConnectionKind
    certainty: Certainty
    why: str


@dataclass(frozen=True)
class Route:
    """A way into the system that the file names: who answers it, and how often when that is written."""

    method: str
    path: str
    entry: str
    """Address of the resource that takes the request, or that sets off the event."""
    handler: str
    """Address of the resource that does the work."""
    monthly_calls: float | None = None


@dataclass(frozen=True)
class Inventory:
    """Everything that was read from one place."""

    source: str
    """What was read, as people call it: `terraform plan`."""
    name: str
    """A name for the architecture."""
    resources: tuple[Found, ...]
    region: str | None = None
    edges: tuple[Edge, ...] = ()
    routes: tuple[Route, ...] = ()
    warnings: tuple[str, ...] = ()
    """What the reader could not read, and why; permissions that are missing."""
    partial: bool = False
    """Something is known to be missing."""


class Scene:
    """The resources of an inventory with their references in both directions."""

    def __init__(self, inventory: Inventory) -> None:
        self.inventory = inventory
        self.by_address: Mapping[str, Found] = {found.address: found for found in inventory.resources}

    @cached_property
    def _out(self) -> dict[str, list[Reference]]:
        return {found.address: list(self._references(found)) for found in self.inventory.resources}

    @cached_property
    def _into(self) -> dict[str, list[tuple[Found, Path]]]:
        into: defaultdict[str, list[tuple[Found, Path]]] = defaultdict(list)
        for address, references in self._out.items():
            for reference in references:
                into[reference.target].append((self.by_address[address], reference.path))
        return into

    def _references(self, found: Found) -> Iterator[Reference]:
        seen: set[tuple[Path, str]] = set()
        shown = (Reference(path, target) for path, target in _tokens_in(found.values))
        for reference in (*shown, *found.references):
            key = (reference.path, reference.target)
            known = reference.target in self.by_address and reference.target != found.address
            if known and key not in seen:
                seen.add(key)
                yield reference

    def of_type(self, *types: str) -> list[Found]:
        """The resources of some types, in the order of the file."""
        return [found for found in self.inventory.resources if found.type in types]

    def targets(self, found: Found, *attributes: str) -> list[Found]:
        """What a resource points to, from settings below some names; from all when none is given."""
        ends = {
            reference.target: None
            for reference in self._out[found.address]
            if not attributes or any(part in attributes for part in reference.path)
        }
        return [self.by_address[address] for address in ends]

    def pointing_to(self, found: Found, types: Iterable[str] = (), *attributes: str) -> list[Found]:
        """What points to a resource: of some types, from settings below some names; all when none is given."""
        wanted = set(types)
        sources = {
            source.address: source
            for source, path in self._into.get(found.address, ())
            if (not wanted or source.type in wanted) and (not attributes or any(part in attributes for part in path))
        }
        return list(sources.values())

    def neighbours(self, found: Found) -> list[Found]:
        """What a resource points to or is pointed to by."""
        both = [*self.targets(found), *self.pointing_to(found)]
        return list({item.address: item for item in both}.values())


def _tokens_in(values: Values) -> Iterator[tuple[Path, str]]:
    for path, leaf in leaves(values):
        if not isinstance(leaf, str):
            continue
        inner = parsed(leaf)
        if isinstance(inner, dict | list):
            yield from ((path + below, target) for below, target in _tokens_in(Values({"": inner})))
        else:
            yield from ((path, target) for target in tokens(leaf))
