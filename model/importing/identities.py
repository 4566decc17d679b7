"""Finding references by value: a setting that holds another resource's id, ARN, URL or DNS name points to it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from model.importing.found import Found, Inventory, Reference
from model.importing.mapping.registry import OWN, SHARED
from model.importing.values import leaves, parsed

_NAMES: Final = (
    "id", "arn", "url", "invoke_arn", "dns_name", "domain_name", "bucket_regional_domain_name", "bucket_domain_name",
    "execution_arn", "stream_arn", "name", "function_name", "bucket", "qualified_arn", "identifier",
)  # fmt: skip
"""Settings that may name a resource; a plain word does only where it is unmistakable."""
_DISTINCT = re.compile(r"^(?=.*[\d:/_-])[^\s]{6,}$")
_ARN_IN_TEXT = re.compile(r"(?=(arn:aws[a-z-]*:[^\s\"',]+))")
"""ARNs wherever they begin, one inside another too."""


def with_identities(inventory: Inventory) -> Inventory:
    """The inventory with references added where a value names exactly one other resource."""
    owners = _owners(inventory.resources)
    return replace(inventory, resources=tuple(_linked(found, owners) for found in inventory.resources))


def _owners(resources: tuple[Found, ...]) -> dict[str, str]:
    """Identity to address: a component's before that of a setting which names it; of two components it is nobody's."""
    claims: dict[str, set[str]] = {}
    for component in (True, False):
        taken = set(claims)
        for found in resources:
            if (found.type in OWN or found.type in SHARED) is component:
                for value in _identities(found) - taken:
                    claims.setdefault(value, set()).add(found.address)
    return {value: next(iter(addresses)) for value, addresses in claims.items() if len(addresses) == 1}


def _identities(found: Found) -> set[str]:
    values = (found.values.get(name) for name in _NAMES)
    return {value for value in values if isinstance(value, str) and _DISTINCT.match(value)}


def _linked(found: Found, owners: dict[str, str]) -> Found:
    added: dict[Reference, None] = dict.fromkeys(found.references)
    for path, leaf in leaves(found.values):
        if not isinstance(leaf, str):
            continue
        for target in _named(leaf, owners):
            if target != found.address:
                added[Reference(path, target)] = None
    return replace(found, references=tuple(added))


def _named(text: str, owners: dict[str, str]) -> list[str]:
    """The resources that a text names: as a whole, or by an ARN inside it, with or without what follows the ARN."""
    if text in owners:
        return [owners[text]]
    inner = parsed(text)
    texts = [text] if not isinstance(inner, dict | list) else [str(leaf) for _, leaf in leaves(inner)]
    found = []
    for arn in (arn for item in texts for arn in _ARN_IN_TEXT.findall(item)):
        candidates = (arn, arn.rstrip("*").rstrip("/:"), arn.removesuffix("/invocations"), arn.partition("/index/")[0])
        found += [owners[candidate] for candidate in candidates if candidate in owners][:1]
    return found
