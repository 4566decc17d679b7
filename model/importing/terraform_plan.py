"""Reading a Terraform plan: the output of `terraform show -json PLAN`, nested modules, counts and unknowns included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from model.importing.files import read_json
from model.importing.found import Found, Inventory
from model.importing.identities import with_identities
from model.importing.naming import snake
from model.importing.terraform_references import configured_references
from model.importing.values import UNKNOWN, Unknown, Values, leaves, mapping, mappings
from model.problems import BadInput


def read_terraform_plan(path: Path) -> Inventory:
    """The resources of a plan's file; raise BadInput when it is none, or of another format."""
    return terraform_plan(read_json(path), str(path), path.stem)


def terraform_plan(plan: Any, place: str, name: str) -> Inventory:
    """The resources of a plan (or of a state in the same form), as they will be after apply."""
    root = _root_module(plan, place)
    unknown = _unknown_after_apply(plan)
    resources = tuple(
        Found(
            address=str(resource["address"]),
            type=str(resource["type"]),
            name=str(resource.get("name", resource["type"])),
            values=_values(resource, unknown),
            module=module_path(module),
            index=None if resource.get("index") is None else str(resource["index"]),
        )
        for module, resource in _resources(root, "")
    )
    linked = configured_references(plan.get("configuration"), resources)
    inventory = Inventory(source="terraform plan", name=snake(name), resources=linked, region=_region(plan, resources))
    return with_identities(inventory)


def _root_module(plan: Any, place: str) -> Mapping[str, Any]:
    """The planned root module; every reason to refuse a plan is here."""
    if not isinstance(plan, Mapping):
        raise BadInput(f"{place}: is not a Terraform plan: not a mapping")
    version = plan.get("format_version")
    if version is None:
        hint = "a raw state? " if "terraform_version" in plan and "version" in plan else ""
        raise BadInput(
            f"{place}: is not a Terraform plan: no format_version ({hint}make it with `terraform show -json`)"
        )
    if not re.fullmatch(r"[01]\.\d+", str(version)):
        raise BadInput(f"{place}: format_version '{version}' is not one that can be read: 0.x and 1.x are")
    planned = plan.get("planned_values") or plan.get("values")
    root = planned.get("root_module") if isinstance(planned, Mapping) else None
    if not isinstance(root, Mapping):
        raise BadInput(f"{place}: has no planned_values.root_module: it is no plan, or an empty one")
    for name, kind in _PARTS.items():
        if plan.get(name) is not None and not isinstance(plan[name], kind):
            raise BadInput(f"{place}: is not a Terraform plan: {name} is {_kind_of(plan[name])}")
    return root


_PARTS: Final = {"configuration": Mapping, "resource_changes": list, "variables": Mapping}


def _kind_of(value: Any) -> str:
    return "a mapping" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else repr(value)[:40]


def _resources(module: Mapping[str, Any], address: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(module address, resource) of a module and of the modules inside it; what is malformed is passed over."""
    for resource in mappings(module.get("resources")):
        managed = resource.get("mode", "managed") == "managed"
        if managed and "address" in resource and "type" in resource:
            yield address, resource
    for child in mappings(module.get("child_modules")):
        yield from _resources(child, str(child.get("address", address)))


def module_path(address: str) -> tuple[str, ...]:
    """The modules of an address, each with its index.

    >>> module_path('module.shop["eu"].module.queue')
    ('shop["eu"]', 'queue')
    """
    return tuple(re.findall(r"module\.((?:[^.\[]|\[[^\]]*\])+)", address))


def _unknown_after_apply(plan: Mapping[str, Any]) -> dict[str, Any]:
    changes = mappings(plan.get("resource_changes"))
    return {
        str(change["address"]): mapping(mapping(change.get("change")).get("after_unknown"))
        for change in changes
        if "address" in change
    }


def _values(resource: Mapping[str, Any], unknown: Mapping[str, Any]) -> Values:
    values = resource.get("values")
    known = values if isinstance(values, Mapping) else {}
    return Values(_with_unknown(known, unknown.get(str(resource["address"]), {})))


def _with_unknown(value: Any, unknown: Any) -> Any:
    """The value with UNKNOWN where `unknown`, of the same shape, says true."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, Mapping):
        known = value if isinstance(value, Mapping) else {}
        names = [*known, *(name for name in unknown if name not in known)]
        merged = {name: _with_unknown(known.get(name), unknown.get(name)) for name in names}
        return {name: item for name, item in merged.items() if item is not None}
    if isinstance(unknown, list) and isinstance(value, list):
        padded = [*unknown, *([None] * len(value))]
        return [_with_unknown(item, lack) for item, lack in zip(value, padded, strict=False)]
    return value


def _region(plan: Mapping[str, Any], resources: tuple[Found, ...]) -> str | None:
    """The region of the AWS provider, else the one that zones and names of resources tell."""
    providers = mapping(mapping(plan.get("configuration")).get("provider_config"))
    for provider in providers.values():
        if not isinstance(provider, Mapping) or provider.get("name") != "aws":
            continue
        region = mapping(mapping(provider.get("expressions")).get("region"))
        if isinstance(region.get("constant_value"), str):
            return str(region["constant_value"])
        references = region.get("references")
        for reference in references if isinstance(references, list) else ():
            variable = (plan.get("variables") or {}).get(str(reference).removeprefix("var."))
            if isinstance(variable, Mapping) and isinstance(variable.get("value"), str):
                return str(variable["value"])
    return told_region(resources)


_ZONE = re.compile(r"\b((?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-\d)[a-z]?\b")


def told_region(resources: tuple[Found, ...]) -> str | None:
    """The region that zones and ARNs of resources name most often."""
    counts: dict[str, int] = {}
    for found in resources:
        for _, leaf in leaves(found.values):
            if isinstance(leaf, str) and not isinstance(leaf, Unknown):
                for region in _ZONE.findall(leaf[:2000]):
                    counts[region] = counts.get(region, 0) + 1
    return max(sorted(counts), key=lambda region: counts[region]) if counts else None
