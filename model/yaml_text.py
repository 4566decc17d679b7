"""Reading YAML as data only: no aliases, no duplicate keys, no code, no huge or deeply nested files."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from model.problems import BadDocument, Problem

MAX_BYTES: Final = 2_000_000
MAX_DEPTH: Final = 40

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LoaderError = yaml.YAMLError


class _Loader(_Base):  # type: ignore[misc]
    """The safe loader, where a date stays the text that was written, and a word met again keeps its tag."""

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._tags: dict[tuple[Any, ...], str] = {}

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        """The tag of a node that has none written."""
        if kind is not yaml.ScalarNode:
            return super().resolve(kind, value, implicit)  # type: ignore[no-any-return]
        tag = self._tags.get((value, implicit))
        if tag is None:
            tag = self._tags[(value, implicit)] = super().resolve(kind, value, implicit)
        return tag


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


def read_yaml(text: str, name: str) -> Any:
    """The data of a YAML text; raise BadDocument with one sentence, and the line, when it is refused."""
    if len(text.encode()) > MAX_BYTES:
        size_mb = len(text.encode()) / 1e6
        raise BadDocument(name, [Problem("", f"{size_mb:.1f} MB is too large: a document has at most 2 MB")])
    try:
        if _may_be_hostile(text):
            _refuse_aliases_and_depth(text, name)
        return _data_of(text)
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise BadDocument(name, [Problem(line, _said(error))]) from None
    except yaml.YAMLError as error:
        raise BadDocument(name, [Problem("", f"is not valid YAML: {error}".splitlines()[0])]) from None
    except ValueError:
        raise BadDocument(name, [Problem("", "holds a number with too many digits")]) from None


def _said(error: yaml.MarkedYAMLError) -> str:
    """What is wrong, with a tag as it was written."""
    problem = error.problem or "is not valid YAML"
    tag = re.search(r"constructor for the tag '([^']*)'", problem)
    if tag is None:
        return problem
    why = "would run code and is refused" if "python/" in tag[1] else "is no plain data and is refused"
    return f"the tag {tag[1].replace('tag:yaml.org,2002:', '!!')} {why}"


def _data_of(text: str) -> Any:
    """The data of the one document in a text, built straight from its nodes: a quarter quicker than by constructors."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        return None if node is None else _data(loader, node)
    finally:
        loader.dispose()


def _data(loader: _Loader, node: yaml.Node) -> Any:
    """The data of a node; raise ConstructorError for a key written twice, for one that is a collection, and for a tag
    that is not plain data.
    """
    tag = node.tag
    if isinstance(node, yaml.ScalarNode):
        return node.value if tag == "tag:yaml.org,2002:str" else loader.construct_object(node)
    if isinstance(node, yaml.SequenceNode) and tag == "tag:yaml.org,2002:seq":
        return [_data(loader, item) for item in node.value]
    if isinstance(node, yaml.MappingNode) and tag == "tag:yaml.org,2002:map":
        return _mapping(loader, node)
    return loader.construct_object(node, deep=True)


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    seen: set[str] = set()
    for key, value in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            raise _refusal("merge keys are not allowed", key)
        if not isinstance(key, yaml.ScalarNode):
            raise _refusal("a key is a word, not a list or a mapping", key)
        if key.value in seen:
            raise _refusal(f"'{key.value}' is written twice in the same mapping", key)
        seen.add(key.value)
        found[_data(loader, key)] = _data(loader, value)
    return found


def _refusal(problem: str, node: yaml.Node) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(problem=problem, problem_mark=node.start_mark)


_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])[&*][^\s*&]", re.MULTILINE)
_BRACKETS = re.compile(r"[\[\]{}]")
_INDENT = re.compile(r"^[ -]*", re.MULTILINE)


def _may_be_hostile(text: str) -> bool:
    """A quick look that may err to one side only: whether the text could have an alias or nest too deeply."""
    if _ANCHOR.search(text):
        return True
    depth = deepest = 0
    for bracket in _BRACKETS.findall(text):
        depth += 1 if bracket in "[{" else -1 if depth else 0
        deepest = max(deepest, depth)
    indent = max((len(match) for match in _INDENT.findall(text)), default=0)
    return deepest + indent > MAX_DEPTH


def _refuse_aliases_and_depth(text: str, name: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Base):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            place = f"line {_line(event)}"
            raise BadDocument(name, [Problem(place, "anchors and aliases are not allowed: write the value out")])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            place = f"line {_line(event)}"
            raise BadDocument(name, [Problem(place, f"is nested more than {MAX_DEPTH} levels deep")])


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark is not None else 0
