"""Names that a template uses and does not define, and parts of it that stand in other files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from model.importing.values import mapping

_IN_TEXT: Final = re.compile(r"\$\{\s*([A-Za-z0-9]+)(?:\.[^}]*)?\s*\}")
_SAM: Final = "AWS::Serverless-2016-10-31"
_NESTED: Final = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
_INCLUDE: Final = "AWS::Include"


def undefined_names(template: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(resource, name) of what resources refer to and the template does not hold.

    Nothing is said of templates that macros or included files add resources to; what SAM makes of a function or an
    API bears that one's name.
    """
    resources = mapping(template.get("Resources"))
    if _has_macros(template) or "Fn::Transform" in resources:
        return []
    defined = {*resources, *mapping(template.get("Parameters"))}
    made_by_sam = tuple(
        str(name) for name, item in resources.items() if "Serverless" in str(mapping(item).get("Type", ""))
    )
    starts = (*made_by_sam, "Serverless") if made_by_sam else ()
    found = {
        (str(owner), name): None
        for owner, item in resources.items()
        for name in _names_in(item)
        if name not in defined and not name.startswith(starts)
    }
    return list(found)


def _has_macros(template: Mapping[str, Any]) -> bool:
    transform = template.get("Transform")
    names = transform if isinstance(transform, list) else [transform] if transform else []
    return any(name != _SAM for name in names)


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "Ref" and isinstance(item, str) and len(value) == 1:
                yield from [item] if "::" not in item else []
            elif key == "Fn::GetAtt":
                first = item[0] if isinstance(item, list) and item else item
                yield from [first.partition(".")[0]] if isinstance(first, str) else []
            elif key == "Fn::Sub":
                text, own = item if isinstance(item, list) and len(item) == 2 else (item, {})
                names = _IN_TEXT.findall(text) if isinstance(text, str) else []
                yield from (name for name in names if name not in mapping(own))
                yield from _names_in(own)
            else:
                yield from _names_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from _names_in(item)


def left_out(template: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each part of a template that is written elsewhere, and for each that is no resource."""
    for owner, item in mapping(template.get("Resources")).items():
        if owner == "Fn::Transform":
            yield f"the resources of {_location(item)} are in another file, which is not read"
        elif not isinstance(item, Mapping) or not isinstance(item.get("Type"), str):
            yield f"{owner}: has no Type: it is not in the draft"
        elif item["Type"] in _NESTED:
            yield f"{owner}: a nested stack or application: what it makes is not in the draft"
        else:
            properties = mapping(item.get("Properties"))
            files = [*_included(properties)]
            if isinstance(properties.get("DefinitionUri"), str):
                files.append(properties["DefinitionUri"])
            yield from (
                f"{owner}: {file} is another file, which is not read: what it defines is missing" for file in files
            )


def _included(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if mapping(value.get("Fn::Transform")).get("Name") == _INCLUDE:
            yield _location(value["Fn::Transform"])
        for item in value.values():
            yield from _included(item)
    elif isinstance(value, list):
        for item in value:
            yield from _included(item)


def _location(transform: Any) -> str:
    return str(mapping(mapping(transform).get("Parameters")).get("Location", "a transform"))
