"""Reading the files of others: whole, of bounded size and depth, as data only; one sentence when refused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from model.problems import BadInput

MAX_PLAN_BYTES: Final = 100_000_000
MAX_TEMPLATE_BYTES: Final = 5_000_000
MAX_DEPTH: Final = 100
MAX_NODES: Final = 1_000_000


def read_text(path: Path, max_bytes: int) -> str:
    """The text of a file; raise BadInput when it is missing, too large or no text."""
    try:
        size = path.stat().st_size
        if size > max_bytes:
            raise BadInput(f"{path}: {size / 1e6:.1f} MB is too large (at most {max_bytes / 1e6:.0f} MB)")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is not UTF-8 text (a binary plan? run `terraform show -json` on it)") from None
    except OSError as error:
        raise BadInput(f"{path}: {(error.strerror or str(error)).lower()}") from None


def read_json(path: Path, max_bytes: int = MAX_PLAN_BYTES) -> Any:
    """The data of a JSON file; raise BadInput with the line when it is cut off or not JSON."""
    text = read_text(path, max_bytes)
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        at_end = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated")
        cut = " (the file seems to be cut off)" if at_end else ""
        raise BadInput(f"{path}: line {error.lineno}: is not JSON: {error.msg.lower()}{cut}") from None
    except RecursionError:
        raise BadInput(f"{path}: is nested too deeply") from None
    except ValueError:
        raise BadInput(f"{path}: holds a number with too many digits") from None
    if depth_of(data) > MAX_DEPTH:
        raise BadInput(f"{path}: is nested more than {MAX_DEPTH} levels deep")
    return data


def depth_of(data: Any) -> int:
    """How deeply mappings and lists are nested; counted without recursion, up to one more than is allowed."""
    level, depth = [data], 0
    while level and depth <= MAX_DEPTH:
        inner = [item for item in level if isinstance(item, Mapping | list)]
        if not inner:
            break
        depth += 1
        level = [child for item in inner for child in (item.values() if isinstance(item, Mapping) else item)]
    return depth


def check_yaml(text: str, name: str) -> None:
    """Refuse a YAML text that is invalid, too deep, grows when its aliases are written out, or would run code."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > MAX_DEPTH:
                raise BadInput(f"{name}: {_line(event)}: is nested more than {MAX_DEPTH} levels deep")
            tag = getattr(event, "tag", None)
            if tag and "python" in tag:
                raise BadInput(f"{name}: {_line(event)}: the tag {_tag_shown(tag)} would run code and is refused")
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise BadInput(f"{name}: {line}is not valid YAML: {error.problem or 'it cannot be read'}") from None
    except yaml.YAMLError as error:
        raise BadInput(f"{name}: is not valid YAML: {str(error).splitlines()[0]}") from None
    if node is not None and _written_out(node, name, {}, set()) > MAX_NODES:
        raise BadInput(f"{name}: grows beyond {MAX_NODES:,} values when its aliases are written out")


def _line(event: yaml.Event) -> str:
    return f"line {event.start_mark.line + 1}" if event.start_mark is not None else "somewhere"


def _tag_shown(tag: str) -> str:
    return tag.replace("tag:yaml.org,2002:", "!!")


def _written_out(node: Any, name: str, sizes: dict[int, int], inside: set[int]) -> int:
    """How many nodes a document has when every alias is written out; raise BadInput when one contains itself."""
    key = id(node)
    if key in inside:
        raise BadInput(f"{name}: line {node.start_mark.line + 1}: an anchor contains itself")
    if key not in sizes:
        inside.add(key)
        children: list[Any] = []
        if isinstance(node, yaml.MappingNode):
            children = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            children = list(node.value)
        sizes[key] = 1 + sum(_written_out(child, name, sizes, inside) for child in children)
        inside.discard(key)
    return sizes[key]
