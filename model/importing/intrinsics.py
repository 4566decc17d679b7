"""CloudFormation's functions as plain values: parameters by their defaults, other resources as references."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from model.importing.values import UNKNOWN, Unknown, mapping, token

_PSEUDO: Final = {"AWS::Region": "region", "AWS::AccountId": "000000000000", "AWS::Partition": "aws"}
_MAX_CONDITIONS: Final = 50
_IN_TEXT = re.compile(r"\$\{([^!][^}]*)\}")


class Intrinsics:
    """Evaluates the functions of one template, as far as the template alone tells."""

    def __init__(self, template: Mapping[str, Any]) -> None:
        self.resources = mapping(template.get("Resources"))
        self.parameters = mapping(template.get("Parameters"))
        self.mappings = mapping(template.get("Mappings"))
        self.conditions = mapping(template.get("Conditions"))

    def value(self, raw: Any) -> Any:
        """The value; UNKNOWN where the template does not tell, a token where it names a resource."""
        if isinstance(raw, Mapping):
            if len(raw) == 1:
                (name, argument), *_ = raw.items()
                if name in _FUNCTIONS:
                    return _FUNCTIONS[name](self, argument)
            return {str(key): self.value(item) for key, item in raw.items()}
        return [self.value(item) for item in raw] if isinstance(raw, list | tuple) else raw

    def named(self, name: Any) -> Any:
        """What `Ref` gives for a name; nobody knows what it gives for anything else."""
        if not isinstance(name, str):
            return UNKNOWN
        if name in self.resources:
            return token(str(name))
        if name in _PSEUDO:
            return _PSEUDO[str(name)]
        parameter = self.parameters.get(name)
        if isinstance(parameter, Mapping) and "Default" in parameter:
            default = parameter["Default"]
            return UNKNOWN if "SSM" in str(parameter.get("Type", "")) else default
        return None if name == "AWS::NoValue" else UNKNOWN

    def attribute(self, argument: Any) -> Any:
        """What `Fn::GetAtt` gives: a reference to the resource."""
        name = str(argument[0]) if isinstance(argument, list) and argument else str(argument).partition(".")[0]
        return token(name) if name in self.resources else UNKNOWN

    def substituted(self, argument: Any) -> str:
        """A text with its names filled in; those that nobody knows stay out."""
        pair = isinstance(argument, list) and len(argument) == 2
        text, own = (argument[0], mapping(argument[1])) if pair else (argument, {})

        def filled(match: re.Match[str]) -> str:
            name = match[1].strip()
            value = self.value(own[name]) if name in own else self.named(name.partition(".")[0])
            return "" if value is None or isinstance(value, Unknown) else str(value)

        return _IN_TEXT.sub(filled, str(text))

    def joined(self, argument: Any) -> Any:
        """The parts of `Fn::Join` one after another."""
        if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[1], list):
            return UNKNOWN
        parts = [self.value(part) for part in argument[1]]
        return str(argument[0]).join("" if isinstance(part, Unknown) or part is None else str(part) for part in parts)

    def chosen(self, argument: Any) -> Any:
        """The branch of `Fn::If` that its condition chooses; the first that says something when nothing tells."""
        if not isinstance(argument, list) or len(argument) != 3:
            return UNKNOWN
        holds = self.holds({"Condition": argument[0]})
        if holds is not None:
            return self.value(argument[1] if holds else argument[2])
        known = [value for value in map(self.value, argument[1:]) if value is not None and value is not UNKNOWN]
        return known[0] if known else UNKNOWN

    def holds(self, condition: Any, depth: int = 0) -> bool | None:
        """Whether a condition holds with the parameters at their defaults; None when the template does not tell."""
        if not isinstance(condition, Mapping) or len(condition) != 1 or depth > _MAX_CONDITIONS:
            return None
        (name, argument), *_ = condition.items()
        if name == "Condition":
            return self.holds(self.conditions.get(str(argument)), depth + 1)
        if name == "Fn::Equals" and isinstance(argument, list) and len(argument) == 2:
            left, right = map(self.value, argument)
            return None if UNKNOWN in (left, right) else str(left) == str(right)
        parts = [self.holds(part, depth + 1) for part in argument] if isinstance(argument, list) else []
        if name == "Fn::Not" and len(parts) == 1:
            return None if parts[0] is None else not parts[0]
        if name in ("Fn::And", "Fn::Or") and parts:
            decisive = name == "Fn::Or"
            return decisive if decisive in parts else None if None in parts else not decisive
        return None

    def looked_up(self, argument: Any) -> Any:
        """An entry of `Mappings`."""
        keys = self.value(argument)
        entry: Any = self.mappings
        for key in keys if isinstance(keys, list) else []:
            entry = entry.get(str(key), UNKNOWN) if isinstance(entry, Mapping) else UNKNOWN
        return self.value(entry) if keys else UNKNOWN

    def selected(self, argument: Any) -> Any:
        """One of a list."""
        index, items = (
            (argument[0], self.value(argument[1]))
            if isinstance(argument, list) and len(argument) == 2
            else (0, UNKNOWN)
        )
        position = int(index) if str(index).isdigit() else 0
        return items[position] if isinstance(items, list) and position < len(items) else UNKNOWN


def _unknown(intrinsics: Intrinsics, argument: Any) -> Any:
    return UNKNOWN


_FUNCTIONS: Final[Mapping[str, Any]] = {
    "Ref": Intrinsics.named,
    "Fn::GetAtt": Intrinsics.attribute,
    "Fn::Sub": Intrinsics.substituted,
    "Fn::Join": Intrinsics.joined,
    "Fn::If": Intrinsics.chosen,
    "Fn::FindInMap": Intrinsics.looked_up,
    "Fn::Select": Intrinsics.selected,
    "Fn::Base64": Intrinsics.value,
    "Fn::ImportValue": _unknown,
    "Fn::GetAZs": _unknown,
    "Fn::Split": _unknown,
    "Fn::Cidr": _unknown,
    "Fn::Transform": _unknown,
}
