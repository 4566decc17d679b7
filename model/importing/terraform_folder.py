"""Reading a folder of Terraform files without Terraform: tfparse evaluates them, local modules included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from model.importing.found import Found, Inventory, Reference
from model.importing.naming import snake
from model.importing.terraform_plan import module_path, told_region
from model.importing.values import UNKNOWN, Values, token
from model.importing.values import Path as Place
from model.problems import BadInput

MAX_FILES: Final = 2_000
MAX_BYTES: Final = 50_000_000
_ADDRESS = re.compile(
    r"^(?P<module>(?:module\.(?:[^.\[]|\[[^\]]*\])+\.)*)(?P<type>[a-z0-9_-]+)\.(?P<name>[^.\[]+)(?:\[(?P<index>.*)\])?$"
)
_OWN_KEYS: Final = ("__tfmeta", "id", "count", "for_each")


def read_terraform_folder(folder: Path) -> Inventory:
    """The resources of a folder's `.tf` files; raise BadInput when there are none, or when they cannot be read."""
    _check_folder(folder)
    blocks = _parsed(folder)
    addresses = {
        str(block["id"]): str(block["__tfmeta"]["path"]) for block in _resource_blocks(blocks) if "id" in block
    }
    resources = tuple(_found(block, addresses) for block in _resource_blocks(blocks))
    region = next(
        (str(block["region"]) for block in blocks.get("provider", ()) if isinstance(block.get("region"), str)), None
    )
    return Inventory(
        source="terraform folder",
        name=snake(folder.resolve().name),
        resources=tuple(sorted(resources, key=lambda found: found.address)),
        region=region or told_region(resources),
        warnings=tuple(_missing_modules(blocks)),
        partial=any(_missing_modules(blocks)),
    )


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise BadInput(f"{folder}: is not a folder")
    found = (path for pattern in ("*.tf", "*.tf.json") for path in folder.rglob(pattern))
    files = [path for path in found if ".terraform" not in path.parts][: MAX_FILES + 1]
    if not files:
        raise BadInput(f"{folder}: holds no .tf files")
    if len(files) > MAX_FILES or sum(path.stat().st_size for path in files) > MAX_BYTES:
        raise BadInput(f"{folder}: is too large: at most {MAX_FILES:,} files and {MAX_BYTES / 1e6:.0f} MB")


def _parsed(folder: Path) -> Mapping[str, Any]:
    """What tfparse makes of the folder: blocks by type. No module is downloaded."""
    try:
        import tfparse
    except ImportError:
        raise BadInput("reading .tf files needs tfparse: install stageplan[import]") from None
    try:
        return dict(tfparse.load_from_path(str(folder), stop_on_hcl_error=True))
    except tfparse.ParseError as error:
        raise BadInput(f"{folder}: is not valid Terraform: {str(error).splitlines()[0]}") from None


def _resource_blocks(blocks: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for items in blocks.values():
        for block in items if isinstance(items, list) else ():
            if isinstance(block, Mapping) and (block.get("__tfmeta") or {}).get("type") == "resource":
                yield block


def _missing_modules(blocks: Mapping[str, Any]) -> Iterator[str]:
    """Modules that are not in the folder: nothing is known of what they hold."""
    for block in blocks.get("module", ()):
        source = str(block.get("source", ""))
        if source and not source.startswith((".", "/")):
            yield f"{block['__tfmeta']['path']}: its source '{source}' is not local: what it makes is not in the draft"


def _found(block: Mapping[str, Any], addresses: Mapping[str, str]) -> Found:
    meta = block["__tfmeta"]
    address = str(meta["path"])
    match = _ADDRESS.match(address)
    index = (match["index"] or "").strip('"') if match else ""
    values = {key: _value(item, addresses) for key, item in block.items() if key not in _OWN_KEYS}
    return Found(
        address=address,
        type=str(meta["label"]),
        name=match["name"] if match else address,
        values=Values(values),
        module=module_path(match["module"] if match else ""),
        index=index or None,
        references=tuple(_references(block, addresses, ())),
    )


def _value(value: Any, addresses: Mapping[str, str]) -> Any:
    """A value with the parser's own ids as references, and what it could not evaluate as unknown."""
    if isinstance(value, Mapping):
        if "__attribute__" in value:
            return UNKNOWN
        return {key: _value(item, addresses) for key, item in value.items() if key not in ("__tfmeta", "id")}
    if isinstance(value, list):
        return [_value(item, addresses) for item in value]
    return _ID.sub(lambda found: _named(found[0], addresses), value) if isinstance(value, str) else value


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def _named(identity: str, addresses: Mapping[str, str]) -> str:
    return token(addresses[identity]) if identity in addresses else identity


def _references(block: Mapping[str, Any], addresses: Mapping[str, str], path: Place) -> Iterator[Reference]:
    """References that the parser notes for the block and the blocks inside it."""
    for reference in (block.get("__tfmeta") or {}).get("references") or ():
        target = addresses.get(str(reference.get("id")))
        if target is not None:
            yield Reference(path or ("block",), target)
    for key, item in block.items():
        for inner in item if isinstance(item, list) else [item]:
            if isinstance(inner, Mapping) and key != "__tfmeta":
                yield from _references(inner, addresses, (*path, str(key)))
