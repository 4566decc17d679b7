"""Reading a CloudFormation template, plain, SAM or from the CDK; references are those of cfn-lint's graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.importing.files import MAX_TEMPLATE_BYTES, check_yaml, read_text
from model.importing.found import Found, Inventory, Reference
from model.importing.intrinsics import Intrinsics
from model.importing.naming import snake, without_cdk_hash
from model.importing.sam import expand, with_globals
from model.importing.template_names import left_out, undefined_names
from model.importing.template_types import terraform_type, terraform_values
from model.importing.values import mapping
from model.problems import BadInput


def read_cloudformation(path: Path) -> Inventory:
    """The resources of a template's file; raise BadInput when it is none, cut off, or hostile."""
    text = read_text(path, MAX_TEMPLATE_BYTES)
    check_yaml(text, str(path))
    template = _decoded(text, path)
    if not isinstance(template.get("Resources"), Mapping) or not template["Resources"]:
        raise BadInput(f"{path}: is not a CloudFormation template: it has no Resources")
    _refuse_half(template, text, path)
    return cloudformation(template, path.stem, _graph_references(template, path))


def _refuse_half(template: Mapping[str, Any], text: str, path: Path) -> None:
    """YAML that is cut off mostly remains YAML: its last line has no end, and it refers to what was cut off."""
    missing = undefined_names(template)
    if missing and not text.endswith("\n"):
        owner, name = missing[0]
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise BadInput(
            f"{path}: the file seems to be cut off: its last line has no end, and {owner} refers to '{name}'{more}, "
            "which it does not hold"
        )


def _decoded(text: str, path: Path) -> Mapping[str, Any]:
    """The template as plain data, its short functions (`!Ref`) written out."""
    try:
        from cfnlint.decode import decode_str
    except ImportError:
        raise BadInput("reading templates needs cfn-lint: install stageplan[import]") from None
    template, faults = decode_str(text)
    if faults or not isinstance(template, Mapping):
        told = f"line {faults[0].linenumber}: {faults[0].message}" if faults else "it is not a mapping"
        raise BadInput(f"{path}: is not a CloudFormation template: {told}")
    return template


def _graph_references(template: Mapping[str, Any], path: Path) -> dict[str, list[Reference]]:
    """References between resources by cfn-lint's graph; none when it cannot draw one."""
    from cfnlint.template import Template

    pointed: defaultdict[str, list[Reference]] = defaultdict(list)
    try:
        graph = Template(str(path), template, ["us-east-1"]).graph.graph
    except Exception:  # the graph is a help: a template that it stumbles over is still read by its functions
        return pointed
    for source, target, edge in graph.edges(data=True):
        if edge.get("label") == "DependsOn":
            continue
        steps = [snake(step) for step in edge.get("source_paths") or () if isinstance(step, str)]
        pointed[str(source)].append(Reference(tuple(steps), str(target)))
    return pointed


def cloudformation(
    template: Mapping[str, Any], name: str, graph: Mapping[str, list[Reference]] | None = None
) -> Inventory:
    """The resources of a template; SAM's events become edges and routes, and the APIs that they imply are added."""
    intrinsics = Intrinsics(template)
    from_cdk = _is_cdk(template)
    resources = []
    for logical_id, resource in template["Resources"].items():
        absent = isinstance(resource, Mapping) and intrinsics.holds({"Condition": resource.get("Condition")}) is False
        if isinstance(resource, Mapping) and isinstance(resource.get("Type"), str) and not absent:
            found = _found(str(logical_id), resource, template, intrinsics, from_cdk)
            resources.append(found)
    listed = {found.address: found for found in resources}
    expanded = expand(template, intrinsics, listed)
    missing = [
        f"{owner}: refers to '{name}', which the template does not hold" for owner, name in undefined_names(template)
    ]
    told = (*left_out(template), *missing)
    linked = tuple(_with_graph(found, graph or {}) for found in (*resources, *expanded.added))
    return Inventory(
        source="CDK template" if from_cdk else "SAM template" if expanded.is_sam else "CloudFormation template",
        name=snake(name),
        resources=linked,
        edges=expanded.edges,
        routes=expanded.routes,
        warnings=told,
        partial=bool(told),
    )


def _is_cdk(template: Mapping[str, Any]) -> bool:
    resources = template["Resources"].values()
    marks = (item.get("Metadata") for item in resources if isinstance(item, Mapping))
    return any(isinstance(mark, Mapping) and "aws:cdk:path" in mark for mark in marks)


def _found(
    logical_id: str, resource: Mapping[str, Any], template: Mapping[str, Any], intrinsics: Intrinsics, from_cdk: bool
) -> Found:
    type_ = str(resource["Type"])
    own = terraform_type(type_)
    raw = resource.get("Properties")
    properties = mapping(intrinsics.value(with_globals(type_, mapping(raw), template)))
    return Found(
        address=logical_id,
        type=_instance_of_cluster(own, properties),
        name=without_cdk_hash(logical_id) if from_cdk else logical_id,
        values=terraform_values(own, properties),
        seen_as=type_,
    )


def _instance_of_cluster(type_: str, properties: Mapping[str, Any]) -> str:
    """An instance of a cluster has the same type as one that stands alone."""
    return "aws_rds_cluster_instance" if type_ == "aws_db_instance" and "DBClusterIdentifier" in properties else type_


def _with_graph(found: Found, graph: Mapping[str, list[Reference]]) -> Found:
    return replace(found, references=tuple(graph.get(found.address, ()))) if found.address in graph else found
