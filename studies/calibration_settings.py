"""Measured numbers in their places: the assumption that a component's field reads, or a new one that it will read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from model.assumptions import Assumption
from model.component import Component
from model.quantity import Formula
from model.sizing import SizedGraph, merged


@dataclass(frozen=True)
class Setting:
    """A measured value of a component's field, with its 95 % interval."""

    component: str
    path: tuple[str, ...]
    """Where the field is: `("scaling", "target")`."""
    low: float
    value: float
    high: float
    unit: str
    why: str
    weight: float = 1.0
    """Against others that set the same assumption: the calls behind it."""


@dataclass(frozen=True)
class Placed:
    """Settings as parts of an overlay."""

    assumptions: Mapping[str, Assumption] = field(default_factory=dict)
    resize: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    not_placed: Mapping[str, str] = field(default_factory=dict)
    """Fields that no one assumption sets, with the reason."""


def placed(graph: SizedGraph, settings: Iterable[Setting], source: str) -> Placed:
    """Each setting on the assumption that its field reads; a field with a plain number, or none, reads a new one.

    Several settings of one assumption are their weighted mean, between the lowest and the highest.
    """
    by_name: dict[str, list[Setting]] = {}
    resize: dict[str, dict[str, Any]] = {}
    not_placed: dict[str, str] = {}
    for one in settings:
        stated = _field(graph.components[one.component], one.path)
        if isinstance(stated, Formula) and stated.text not in graph.assumptions:
            not_placed[f"{one.component}.{'.'.join(one.path)}"] = (
                f"{one.value:.4g} {one.unit} was measured; the document has {stated}, which no one assumption sets"
            )
            continue
        if isinstance(stated, Formula):
            name = stated.text
        else:
            name = f"{one.component.replace('-', '_')[: 58 - len(one.path[-1])]}_{one.path[-1]}"
            resize[one.component] = merged(resize.get(one.component, {}), _nested(one.path, name))
        by_name.setdefault(name, []).append(one)
    told = {name: _assumption(graph, name, group, source) for name, group in sorted(by_name.items())}
    return Placed(told, resize, not_placed)


def _field(component: Component, path: tuple[str, ...]) -> Any:
    value: Any = component
    for step in path:
        value = getattr(value, step)
    return value


def _nested(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for step in reversed(path):
        value = {step: value}
    return dict(value)


def _assumption(graph: SizedGraph, name: str, group: list[Setting], source: str) -> Assumption:
    old = graph.assumptions.get(name)
    weight = sum(one.weight for one in group)
    value = sum(one.value * one.weight for one in group) / weight
    had = f" The document had {old.likely:g}." if old is not None else ""
    return Assumption(
        low=rounded(min(one.low for one in group)),
        likely=rounded(value),
        high=rounded(max(one.high for one in group)),
        unit=old.unit if old is not None else group[0].unit,
        why=" ".join(f"{one.component}: {one.why}" for one in group) + had,
        source=source,
    )


def rounded(value: float) -> float:
    """Four significant digits.

    >>> rounded(12.34567), rounded(0.00123456)
    (12.35, 0.001235)
    """
    return float(f"{value:.4g}")
