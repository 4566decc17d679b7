"""From resources to components: mapped by themselves or together, folded, ignored, or kept without a price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from model.importing.found import Found, Scene
from model.importing.mapping.case import Case, Mapped
from model.importing.mapping.compute import ecs_task, is_run_by_rules
from model.importing.mapping.registry import FOLDED, OWN, SHARED, ignored_because
from model.importing.mapping.shared import shared_fields
from model.importing.naming import component_name, unique, valid_name
from model.importing.values import UNKNOWN
from model.kinds.registry import kind_class


@dataclass
class Components:
    """The components of a draft, whose resources they are, and what became of every resource."""

    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By component: its fields as a document writes them."""
    owner: dict[str, str] = field(default_factory=dict)
    """Address of a resource to its component."""
    assumptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    mapped: dict[str, str] = field(default_factory=dict)
    """Address to component, of what is a component or a counted part of one."""
    folded: dict[str, str] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)
    unpriced: dict[str, str] = field(default_factory=dict)
    """Address to the reason why nothing can be priced."""

    times_ms: dict[str, str] = field(default_factory=dict)
    """Component to how long one call takes, where that is no usual guess."""

    def kind(self, name: str) -> str:
        return str(self.fields[name]["kind"])


_COUNTED: Final = frozenset({"ec2", "alb", "nlb", "clb"})
"""Kinds whose `count` can stand for several equal resources."""


def components_of(scene: Scene) -> Components:
    """Sort every resource of the scene; one that cannot be mapped never stops the others."""
    made = Components()
    shared: defaultdict[tuple[str, str], list[Found]] = defaultdict(list)
    for found in scene.inventory.resources:
        if found.type in OWN:
            _map_own(found, scene, made, OWN[found.type])
        elif found.type == "aws_ecs_task_definition" and is_run_by_rules(found, scene):
            _map_own(found, scene, made, ecs_task)
        elif found.type in SHARED:
            shared[SHARED[found.type]].append(found)
        elif found.type in FOLDED:
            made.folded[found.address] = FOLDED[found.type]
        elif (why := ignored_because(found.type)) is not None:
            made.ignored[found.address] = why
        else:
            _keep_unpriced(found, f"no component kind for {found.type_shown}", made)
    for (name, kind), members in shared.items():
        _map_shared(name, kind, members, scene, made)
    _merge_equal(scene, made)
    _fold_parts(scene, made)
    return made


def _map_own(found: Found, scene: Scene, made: Components, mapper: Callable[[Case], Mapped]) -> None:
    """Map one resource; what its mapper or its kind refuses is kept without a price."""
    try:
        kind = mapper(Case(found, scene, "x")).kind
        name = unique(component_name(found, kind), set(made.fields))
        case = Case(found, scene, name)
        mapped = mapper(case)
        fields = _checked(mapped)
    except (ValueError, TypeError, KeyError) as error:
        _keep_unpriced(found, _reason(error), made)
        return
    note = "; ".join([*case.notes, *_unknown_settings(found)])
    made.fields[name] = {"kind": mapped.kind, "label": _label(found), **fields, **({"note": note} if note else {})}
    made.assumptions.update(case.assumptions)
    made.owner[found.address] = made.mapped[found.address] = name
    if mapped.time_ms:
        made.times_ms[name] = mapped.time_ms


def _checked(mapped: Mapped) -> dict[str, Any]:
    """The fields, once the kind has accepted them; references to other components are checked with the document."""
    fields = {key: value for key, value in mapped.fields.items() if value is not None}
    trial = {key: "x" if isinstance(value, str) and value.startswith("${") else value for key, value in fields.items()}
    kind_class(mapped.kind).model_validate({"kind": mapped.kind, **trial})
    return fields


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg'].removeprefix('Value error, ')}"
    return str(error)


def _label(found: Found) -> str:
    for name in ("function_name", "bucket", "identifier", "cluster_identifier", "table_name", "name"):
        text = found.values.text(name)
        if text and "${" not in text and len(text) <= 40:
            return text
    return found.name[:40]


_TELLING: Final = frozenset(
    {"memory_size", "instance_type", "instance_class", "allocated_storage", "node_type", "desired_count", "engine"}
)


def _unknown_settings(found: Found) -> Iterator[str]:
    names = sorted(name for name in _TELLING if found.values.get(name) is UNKNOWN)
    if names:
        yield f"known only after apply: {', '.join(names)}"


def _keep_unpriced(found: Found, why: str, made: Components) -> None:
    """A component that makes the bill say 'at least': the resource may cost money, and nobody here knows what."""
    name = unique(component_name(found, found.type.removeprefix("aws_")), set(made.fields))
    made.fields[name] = {
        "kind": "external_api",
        "label": _label(found),
        "usage": {},
        "note": f"{found.type_shown}: {why}; state its price with usd_per_month and price_source, or included: true",
    }
    made.owner[found.address] = name
    made.unpriced[found.address] = why


def _map_shared(name: str, kind: str, members: list[Found], scene: Scene, made: Components) -> None:
    own = valid_name(unique(name, set(made.fields)), name)
    fields = shared_fields(kind, members, scene)
    if kind == "public_ipv4" and not fields["count"]:
        made.folded.update({found.address: "the NAT gateway that holds it" for found in members})
        return
    made.fields[own] = {"kind": kind, **fields}
    for found in members:
        made.owner[found.address] = made.mapped[found.address] = own


def _merge_equal(scene: Scene, made: Components) -> None:
    """Instances of one resource (count, for_each) that are alike become one component with a count."""
    groups: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for found in scene.inventory.resources:
        name = made.mapped.get(found.address)
        if found.index is None or name is None or made.kind(name) not in _COUNTED:
            continue
        same = {key: value for key, value in made.fields[name].items() if key not in ("label", "note")}
        groups[(found.address.rsplit("[", 1)[0], repr(same))].append(found.address)
    for addresses in groups.values():
        _merge(addresses, made)


def _merge(addresses: list[str], made: Components) -> None:
    first, *others = [made.mapped[address] for address in addresses]
    if not others or not isinstance(made.fields[first].get("count", 1.0), float | int):
        return
    made.fields[first]["count"] = float(made.fields[first].get("count", 1.0)) * len(addresses)
    for address, name in zip(addresses[1:], others, strict=True):
        del made.fields[name]
        made.mapped[address] = made.owner[address] = first


_PART_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "aws_rds_cluster_instance": ("aws_rds_cluster",),
    "aws_lambda_alias": ("aws_lambda_function",),
    "aws_cloudwatch_event_rule": ("aws_cloudwatch_event_bus",),
    "aws_ebs_volume": (),
}


def _fold_parts(scene: Scene, made: Components) -> None:
    """Parts whose whole has a component belong to it; a rule of a bus of one's own is that bus's."""
    for found in scene.inventory.resources:
        wholes = [item for item in scene.targets(found) if item.type in _PART_OF.get(found.type, ())]
        if wholes and wholes[0].address in made.owner:
            name = made.owner[wholes[0].address]
            left = made.owner.get(found.address)
            made.owner[found.address] = name
            if found.address in made.mapped:
                made.mapped[found.address] = name
            if left is not None and left != name and left not in made.owner.values():
                del made.fields[left]
        elif found.type == "aws_ebs_volume" and not scene.pointing_to(found, ["aws_volume_attachment"]):
            del made.folded[found.address]
            _keep_unpriced(found, "a volume that is attached to nothing in the file", made)


def resolved(value: Any, owner: Mapping[str, str]) -> Any:
    """A field's value with references replaced by the names of components."""
    if isinstance(value, str) and value.startswith("${") and value.endswith("}"):
        return owner.get(value[2:-1], value)
    return value
