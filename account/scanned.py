"""From an answer of the account to a found resource; paging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from model.importing.found import Edge, Found, Route
from model.importing.template_types import terraform_values

if TYPE_CHECKING:
    import boto3

Part = Found | Edge | Route
"""What a scan comes upon."""


@lru_cache(maxsize=32)
def client_of(aws: boto3.Session, service: str) -> Any:
    """The session's client of a service, made once: making one reads a large file."""
    return aws.client(service)  # type: ignore[call-overload]


def pages(aws: boto3.Session, service: str, operation: str, key: str, **arguments: Any) -> Iterator[Any]:
    """Every item below `key` of an operation's answer, over all its pages; dots lead inside."""
    client = client_of(aws, service)
    if client.can_paginate(operation):
        answers = client.get_paginator(operation).paginate(**arguments)
    else:
        answers = [getattr(client, operation)(**arguments)]
    for answer in answers:
        value: Any = answer
        for step in key.split("."):
            value = (value or {}).get(step)
        yield from value or ()


def found(type_: str, name: str, address: str, answer: Mapping[str, Any], /, **more: Any) -> Found:
    """A resource of an answer; `more` are settings that the answer names otherwise."""
    plain = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
    values = terraform_values(type_, plain)
    values.update({"arn": address, **more})
    return Found(address=address, type=type_, name=name, values=values)


def named(answer: Mapping[str, Any], otherwise: str) -> str:
    """The name tag of an answer, or another name."""
    tags = {item.get("Key"): item.get("Value") for item in answer.get("Tags") or ()}
    return str(tags.get("Name") or otherwise)
