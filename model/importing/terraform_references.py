"""Which resource a setting of a plan points to: the plan's configuration, followed through variables and outputs.

The configuration says which names an expression reads, not what it makes of them; names of locals are not in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from model.importing.found import Found, Reference
from model.importing.values import Path, mapping, mappings

MAX_HOPS: Final = 30
_PART = re.compile(r'[^.\[]+(?:\[(?:"[^"]*"|[^\]]*)\])*')


@dataclass(frozen=True)
class _Scope:
    """A module of the configuration, with the call that made it and the module of that call."""

    module: Mapping[str, Any]
    path: tuple[str, ...] = ()
    call: Mapping[str, Any] | None = None
    parent: _Scope | None = None


Key = tuple[tuple[str, ...], str]
"""Modules without index, and `type.name`: what the configuration calls a resource."""


def configured_references(configuration: Any, resources: tuple[Found, ...]) -> tuple[Found, ...]:
    """The resources with the references that a plan's configuration shows; as they are without one."""
    root = configuration.get("root_module") if isinstance(configuration, Mapping) else None
    if not isinstance(root, Mapping):
        return resources
    instances: defaultdict[Key, list[Found]] = defaultdict(list)
    for found in resources:
        instances[_key(found)].append(found)
    pointed: defaultdict[str, list[Reference]] = defaultdict(list)
    for scope in _scopes(_Scope(root)):
        for resource in mappings(scope.module.get("resources")):
            sources = instances.get((scope.path, f"{resource.get('type')}.{resource.get('name')}"), [])
            each = _names_in(resource.get("for_each_expression"))
            for path, name in _expressions(resource.get("expressions")):
                names = each if name.startswith("each.") else [name]
                for key, index in (end for item in names for end in _resolved(item, scope, 0)):
                    for source in sources:
                        targets = _matching(source, instances.get(key, []), index)
                        pointed[source.address].extend(Reference(path, target.address) for target in targets)
    return tuple(replace(found, references=tuple(dict.fromkeys(pointed[found.address]))) for found in resources)


def _key(found: Found) -> Key:
    return tuple(part.split("[")[0] for part in found.module), f"{found.type}.{found.name}"


def _scopes(scope: _Scope) -> Iterator[_Scope]:
    yield scope
    for name, call in mapping(scope.module.get("module_calls")).items():
        if isinstance(call, Mapping) and isinstance(call.get("module"), Mapping):
            yield from _scopes(_Scope(call["module"], (*scope.path, str(name)), call, scope))


def _expressions(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """(path of the setting, name that it reads) for every reference below an expression."""
    if isinstance(value, Mapping):
        names = value.get("references")
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            yield from ((path, name) for name in names)
            return
        for key, item in value.items():
            if key != "constant_value":
                yield from _expressions(item, (*path, str(key)))
    elif isinstance(value, list):
        for item in value:
            yield from _expressions(item, path)


def _names_in(expression: Any) -> list[str]:
    return [name for _, name in _expressions(expression)]


def _resolved(name: str, scope: _Scope, hops: int) -> Iterator[tuple[Key, str | None]]:
    """The resources that a name stands for, with the index where it is written."""
    parts = _PART.findall(name)
    if hops > MAX_HOPS or len(parts) < 2:
        return
    head, index = parts[0], None
    if head == "module":
        yield from _of_output(parts, scope, hops)
    elif head == "var" and scope.call is not None and scope.parent is not None:
        argument = mapping(scope.call.get("expressions")).get(parts[1].split("[")[0])
        for inner in _names_in(argument):
            yield from _resolved(inner, scope.parent, hops + 1)
    elif head == "data" and len(parts) > 2:
        for inner in _read_by_data(scope, f"{parts[1]}.{parts[2].split('[')[0]}"):
            yield from _resolved(inner, scope, hops + 1)
    elif head not in ("var", "local", "each", "count", "path", "terraform", "self"):
        own = re.fullmatch(r'([^\[]+)(?:\["?([^"\]]*)"?\])?', parts[1])
        if own is not None:
            index = own.group(2)
            yield (scope.path, f"{head}.{own.group(1)}"), index


def _read_by_data(scope: _Scope, name: str) -> list[str]:
    """The names that a data source of the module reads: the resources of a policy document."""
    data = (item for item in mappings(scope.module.get("resources")) if item.get("mode") == "data")
    sources = (item for item in data if f"{item.get('type')}.{item.get('name')}" == name)
    return [inner for source in sources for inner in _names_in(source.get("expressions"))]


def _of_output(parts: list[str], scope: _Scope, hops: int) -> Iterator[tuple[Key, str | None]]:
    """What an output of a module reads; all its outputs when the name says none."""
    name = parts[1].split("[")[0]
    call = mapping(scope.module.get("module_calls")).get(name)
    if not isinstance(call, Mapping) or not isinstance(call.get("module"), Mapping) or len(parts) < 3:
        return
    inner_scope = _Scope(call["module"], (*scope.path, name), call, scope)
    output = mapping(mapping(call["module"].get("outputs")).get(parts[2].split("[")[0]))
    for inner in _names_in(output.get("expression")):
        yield from _resolved(inner, inner_scope, hops + 1)


def _matching(source: Found, targets: list[Found], index: str | None) -> list[Found]:
    """The instances that a source means: of the written index, else of its own index and nearest module instance."""
    if index is not None and any(target.index == index for target in targets):
        targets = [target for target in targets if target.index == index]
    elif source.index is not None and len(targets) > 1 and any(t.index == source.index for t in targets):
        targets = [target for target in targets if target.index == source.index]
    shared = [_shared(source.module, target.module) for target in targets]
    return [target for target, common in zip(targets, shared, strict=True) if common == max(shared)]


def _shared(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """How many modules two resources have in common, from the root."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
