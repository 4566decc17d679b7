"""The draft overlay: a user's own changes to a draft, in a file of their own, laid over every new import.

add:        {name: a component}
remove:     [name]
resize:     {name: {field: value}}
connect:    [{from, to, kind}]
disconnect: [{from, to}]
workload, endpoints, journeys, assumptions, targets, groups, title, architecture, region: as in a document
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from model.importing.files import MAX_TEMPLATE_BYTES, read_text
from model.nearest import did_you_mean
from model.problems import BadDocument, Problem
from model.sizing import merged
from model.yaml_text import read_yaml

Document = dict[str, Any]
_LISTS: Final = ("remove", "connect", "disconnect")
_MAPPINGS: Final = ("add", "resize", "workload", "endpoints", "journeys", "assumptions", "targets", "groups")
_TEXTS: Final = ("title", "architecture", "region", "summary")


def read_draft_overlay(path: Path) -> Mapping[str, Any]:
    """An overlay's parts; raise BadDocument with every part that is unknown or of the wrong form."""
    overlay = read_yaml(read_text(path, MAX_TEMPLATE_BYTES), path.name)
    if overlay is None:
        return {}
    if not isinstance(overlay, Mapping):
        raise BadDocument(path.name, [Problem("", "is not a mapping of changes: add, remove, resize, connect")])
    known = (*_LISTS, *_MAPPINGS, *_TEXTS)
    problems = [
        Problem(str(key), f"is not a part of a draft overlay{did_you_mean(str(key), known)}")
        for key in overlay
        if key not in known
    ]
    for keys, kind, what in ((_LISTS, list, "a list"), (_MAPPINGS, Mapping, "a mapping")):
        problems += [
            Problem(key, f"is not {what}")
            for key in keys
            if overlay.get(key) is not None and not isinstance(overlay[key], kind)
        ]
    names = overlay.get("remove")
    problems += [
        Problem(f"remove[{number}]", f"{name!r} is not a component's name")
        for number, name in enumerate(names if isinstance(names, list) else ())
        if not isinstance(name, str)
    ]
    if problems:
        raise BadDocument(path.name, problems)
    return overlay


def laid_over(document: Document, overlay: Mapping[str, Any]) -> tuple[Document, list[str]]:
    """The document with the overlay's changes, and a sentence for each that found nothing to change."""
    components = dict(document.get("components", {}))
    missing: list[str] = []
    for name, component in (overlay.get("add") or {}).items():
        components[str(name)] = component
    removed = _present(overlay.get("remove") or (), "remove", components, missing)
    for name in _present(overlay.get("resize") or {}, "resize", components, missing):
        components[name] = merged(components[name], overlay["resize"][name])
    connections = [edge for edge in document.get("connections", ()) if not _cut(edge, overlay, removed)]
    new_ends = {(edge.get("from"), edge.get("to")) for edge in _mappings(overlay.get("connect"))}
    connections = [edge for edge in connections if (edge["from"], edge["to"]) not in new_ends]
    connections += list(overlay.get("connect") or ())
    changed: Document = {
        **document,
        "components": {name: item for name, item in components.items() if name not in removed},
        "connections": connections,
    }
    for part in ("journeys", "assumptions", "targets", "groups"):
        changed[part] = {**document.get(part, {}), **(overlay.get(part) or {})}
    changed["endpoints"] = _endpoints(document, overlay, changed)
    if overlay.get("workload"):
        drafted: Document = document.get("workload", {})
        changed["workload"] = merged(drafted, overlay["workload"])
    changed.update({key: overlay[key] for key in _TEXTS if key in overlay})
    return {key: value for key, value in _ordered(changed).items() if value}, missing


def _ordered(document: Document) -> Document:
    """The parts in the order of a document: the workload stands before the stages."""
    return {key: document[key] for key in sorted(document, key=lambda key: key == "stages")}


def _present(names: Any, part: str, components: Mapping[str, Any], missing: list[str]) -> list[str]:
    """The names that the draft has; the others are told with the nearest."""
    for name in names:
        if name not in components:
            missing.append(f"overlay: {part}: there is no component '{name}'{did_you_mean(str(name), components)}")
    return [str(name) for name in names if name in components]


def _mappings(items: Any) -> list[Mapping[str, Any]]:
    return [item for item in items or () if isinstance(item, Mapping)]


def _cut(edge: Mapping[str, Any], overlay: Mapping[str, Any], removed: list[str]) -> bool:
    cuts = {(item.get("from"), item.get("to")) for item in _mappings(overlay.get("disconnect"))}
    return (edge["from"], edge["to"]) in cuts or edge["from"] in removed or edge["to"] in removed


def _endpoints(document: Document, overlay: Mapping[str, Any], changed: Document) -> Document:
    """Drafted endpoints without the calls that no connection carries any more; with the overlay's own in their place.

    An overlay with endpoints replaces the drafted ones as a whole: shares are shared out anew by whoever writes them.
    """
    if overlay.get("endpoints"):
        return dict(overlay["endpoints"])
    ends = {(edge.get("from"), edge.get("to")) for edge in _mappings(changed["connections"])}
    kept: Document = {}
    for name, endpoint in document.get("endpoints", {}).items():
        calls = _kept_calls(endpoint["calls"], endpoint["client"], ends)
        if calls:
            kept[name] = {**endpoint, "calls": calls}
    shared = [name for name, endpoint in kept.items() if "share" in endpoint]
    for name in shared:
        kept[name]["share"] = 1.0 if len(shared) == 1 else f"1 / {len(shared)}"
    return kept


def _kept_calls(calls: list[Document], caller: str, ends: set[tuple[Any, Any]]) -> list[Document]:
    kept = []
    for call in calls:
        if (caller, call["to"]) not in ends:
            continue
        whole: Document = dict(call)
        for part in ("calls", "delivers"):
            if part in call:
                whole[part] = _kept_calls(call[part], call["to"], ends)
        kept.append({key: value for key, value in whole.items() if value != []})
    return kept
