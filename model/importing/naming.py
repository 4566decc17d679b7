"""Names of components: stable from one import to the next, whatever else the file holds."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from model.importing.found import Found

MAX_LENGTH: Final = 60
_GENERIC: Final = frozenset({"this", "main", "default", "it", "resource"})
_CDK_HASH = re.compile(r"(?<=[A-Za-z0-9])[0-9A-F]{8}$")


def snake(text: str) -> str:
    """A name in small letters and underscores.

    >>> snake("CreateOrderFunction"), snake("DBInstanceClass"), snake("my-api.v2")
    ('create_order_function', 'db_instance_class', 'my_api_v2')
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", text)
    return re.sub(r"[^a-z0-9]+", "_", spaced.lower()).strip("_")


def without_cdk_hash(logical_id: str) -> str:
    """A logical id of the CDK without the hash that it ends with.

    >>> without_cdk_hash("OrdersTable315BB997"), without_cdk_hash("Table")
    ('OrdersTable', 'Table')
    """
    stripped = _CDK_HASH.sub("", logical_id)
    return stripped or logical_id


def component_name(found: Found, kind: str) -> str:
    """The name of a resource's component: its modules, its own name, its kind when that is not in the name, its index.

    It depends on the resource alone, so that an overlay fits the next import too.
    """
    parts = [snake(module) for module in found.module]
    own = snake(found.name)
    if own not in _GENERIC or not parts:
        parts.append(own)
    text = "_".join(part for part in parts if part)
    if text in _GENERIC:
        text = kind
    elif not found.seen_as and kind not in text:
        text = f"{text}_{kind}"
    if found.index not in (None, "0"):
        text = f"{text}_{snake(str(found.index))}"
    return valid_name(text, found.address)


def valid_name(text: str, address: str) -> str:
    """A text made fit for a name: a letter first, not too long; a cut one ends with a hash of the address."""
    name = text if re.match(r"[a-z]", text) else f"r_{text}".rstrip("_")
    if len(name) <= MAX_LENGTH:
        return name
    digest = hashlib.sha256(address.encode()).hexdigest()[:6]
    return f"{name[: MAX_LENGTH - 7]}_{digest}"


def unique(name: str, taken: set[str]) -> str:
    """The name, with a number when it is taken."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name[: MAX_LENGTH - 4]}_{number}", number + 1
    return candidate
