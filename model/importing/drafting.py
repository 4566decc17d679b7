"""The draft: a document in our format from an inventory, valid at once, and the report beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from model.importing.components import Components, components_of, resolved
from model.importing.connecting import CLIENT, Link, links_of, needs_client
from model.importing.found import Found, Inventory, Scene
from model.importing.naming import unique, valid_name
from model.importing.planning import Planner
from model.importing.report import ImportReport, Told
from model.importing.routes import routes_of
from model.kinds.registry import kind_class

REGIONS: Final = ("us-east-1", "eu-west-1")
"""Regions that have price tables."""
Document = dict[str, Any]


@dataclass(frozen=True)
class Drafted:
    """A draft document as data, and the report on how it came about."""

    document: Document
    report: ImportReport


def draft(inventory: Inventory) -> Drafted:
    """The document that an inventory comes to; components, connections, endpoints, one stage."""
    scene = Scene(inventory)
    made = components_of(scene)
    routes = list(routes_of(scene))
    links = links_of(scene, made, routes)
    _dead_letters(made, links)
    if needs_client(links):
        made.fields = {CLIENT: {"kind": "web_client", "label": "Users", "group": "clients"}, **made.fields}
    _trace(scene, made)
    _imply(made, links)
    planner = Planner(made, links)
    endpoints = planner.endpoints(routes)
    assumptions = {**made.assumptions, **planner.assumptions}
    region, warnings = _region(inventory)
    name = valid_name(inventory.name or "imported", inventory.name)
    document: Document = {
        "architecture": name,
        "title": name.replace("_", " ").capitalize(),
        "summary": f"Imported from a {inventory.source}; a draft: see the notes and what is inferred.",
        "document": {"title": f"Imported from a {inventory.source}", "id": name},
        "region": region,
        "groups": dict(_groups(made)),
        "components": {name: _component(fields, made) for name, fields in made.fields.items()},
        "connections": [_connection(link) for link in links],
        "endpoints": endpoints,
        "assumptions": assumptions,
        "stages": [{"name": "imported", "title": "As imported"}],
    }
    report = _report(inventory, made, links, document, (*warnings, *inventory.warnings))
    return Drafted({key: value for key, value in document.items() if value}, replace(report, region=region))


def _region(inventory: Inventory) -> tuple[str, list[str]]:
    if inventory.region in REGIONS:
        return str(inventory.region), []
    if inventory.region is None:
        return REGIONS[0], [f"the region is not in the file: priced as {REGIONS[0]}"]
    return REGIONS[0], [f"there is no price table for {inventory.region}: priced as {REGIONS[0]}"]


def _dead_letters(made: Components, links: list[Link]) -> None:
    for link in links:
        if link.why == "dead letters" and made.kind(link.source) == "sqs":
            made.fields[link.source]["dead_letter"] = link.target


def _trace(scene: Scene, made: Components) -> None:
    """Traces, where functions or APIs are told to send them."""
    traced = [
        found.address for found in scene.inventory.resources if found.address in made.mapped and _is_traced(found)
    ]
    if traced and "xray" not in {fields["kind"] for fields in made.fields.values()}:
        made.fields[unique("xray", set(made.fields))] = {"kind": "xray", "note": f"tracing is on: {', '.join(traced)}"}


def _is_traced(found: Found) -> bool:
    values = found.values
    mode = values.block("tracing_config").text("mode") or values.text("tracing")
    return mode == "Active" or values.flag("tracing_enabled") or values.flag("xray_tracing_enabled")


def _imply(made: Components, links: list[Link]) -> None:
    """What the provider bills besides, and no file names: public addresses, bytes to the internet."""
    kinds = {str(fields["kind"]) for fields in made.fields.values()}
    public = any(fields.get("public_ip") or _is_public_balancer(fields) for fields in made.fields.values())
    if "public_ipv4" not in kinds and (public or "nat_gateway" in kinds):
        made.fields["public_ipv4"] = {
            "kind": "public_ipv4",
            "implied": True,
            "why": "balancers, NAT gateways and public tasks hold addresses that are billed by the hour",
        }
    if needs_client(links) and "data_transfer" not in kinds:
        made.fields["data_transfer"] = {
            "kind": "data_transfer",
            "implied": True,
            "why": "answers to clients leave the region and are billed by the gigabyte",
        }


def _is_public_balancer(fields: Mapping[str, Any]) -> bool:
    return fields["kind"] in ("alb", "nlb", "clb") and bool(fields.get("internet_facing", True))


_LABELS: Final = {
    "clients": {"label": "Clients", "style": "clients"},
    "region": {"label": "AWS", "style": "region"},
    "vpc": {"label": "VPC", "style": "vpc", "parent": "region"},
    "public_subnets": {"label": "Public subnets", "style": "public", "parent": "vpc"},
    "private_subnets": {"label": "Private subnets", "style": "private", "parent": "vpc"},
    "operations": {"label": "Operations", "style": "operations", "parent": "region"},
    "external": {"label": "Without a price", "style": "external"},
}


def _group(fields: Mapping[str, Any]) -> str:
    """The frame that a component is drawn in."""
    category = kind_class(str(fields["kind"])).category
    if "subnet" in fields:
        return f"{fields['subnet']}_subnets"
    if category == "external":
        return "external"
    if category == "client":
        return "clients"
    return "operations" if category in ("operations", "security", "development") else "region"


def _groups(made: Components) -> Iterator[tuple[str, dict[str, str]]]:
    used = {_group(fields) for fields in made.fields.values()}
    if used & {"public_subnets", "private_subnets"}:
        used.add("vpc")
    if used & {"vpc", "operations"}:
        used.add("region")
    yield from ((name, group) for name, group in _LABELS.items() if name in used)


def _component(fields: Mapping[str, Any], made: Components) -> Document:
    ordered = {"kind": fields["kind"], "label": fields.get("label"), "group": _group(fields), **fields}
    known = {key: resolved(value, made.owner) for key, value in ordered.items()}
    return {key: value for key, value in known.items() if value is not None}


def _connection(link: Link) -> Document:
    note = {"inferred": True, "note": f"{link.certainty}: {link.why}"} if link.certainty != "certain" else {}
    hidden = {"hidden": True} if link.kind == "telemetry" else {}
    return {"from": link.source, "to": link.target, "kind": link.kind, **note, **hidden}


def _report(
    inventory: Inventory, made: Components, links: list[Link], document: Document, warnings: tuple[str, ...]
) -> ImportReport:
    types = {found.address: found.type_shown for found in inventory.resources}

    def told(fates: Mapping[str, str]) -> tuple[Told, ...]:
        return tuple(Told(address, types[address], became) for address, became in fates.items())

    return ImportReport(
        source=inventory.source,
        architecture=str(document["architecture"]),
        region=str(document["region"]),
        mapped=told(made.mapped),
        folded=told(made.folded),
        ignored=told(made.ignored),
        unpriced=told(made.unpriced),
        connections=tuple(links),
        components=len(made.fields),
        endpoints=len(document["endpoints"]),
        assumptions=tuple(document["assumptions"]),
        warnings=warnings,
        partial=inventory.partial,
    )


def document_text(document: Document) -> str:
    """The document as YAML, in the order of its parts."""
    text: str = yaml.safe_dump(_plain(document), sort_keys=False, allow_unicode=True, width=120)
    return text


def _plain(value: Any) -> Any:
    """The value with whole numbers as people write them: 2, not 2.0."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
