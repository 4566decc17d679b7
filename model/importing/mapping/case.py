"""One resource on its way to a component: its settings, what stands around it, and the assumptions it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from model.importing.found import Found, Scene
from model.importing.naming import MAX_LENGTH
from model.importing.values import Values


@dataclass(frozen=True)
class Mapped:
    """A component as a document writes it, with the assumptions that its fields read."""

    kind: str
    fields: Mapping[str, Any]
    time_ms: str = ""
    """How long one call takes, as a formula, where the kind's usual guess does not fit."""


@dataclass
class Case:
    """The resource `found`, to become the component `name`."""

    found: Found
    scene: Scene
    name: str
    assumptions: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def values(self) -> Values:
        return self.found.values

    def assume(self, suffix: str, low: float, likely: float, high: float, unit: str, why: str) -> str:
        """Take an assumption of this component; its name, to be read by a formula."""
        name = f"{self.name[: MAX_LENGTH - len(suffix) - 1]}_{suffix}"
        self.assumptions[name] = {"low": low, "likely": likely, "high": high, "unit": unit, "why": why}
        return name

    def note(self, text: str) -> None:
        """Say something that a reader of the draft should know."""
        self.notes.append(text)

    def quantity(
        self, setting: str, default: float, spread: tuple[float, float, float], unit: str, what: str
    ) -> float | str:
        """A setting as a number; `default` when it is not set, and an assumption when it is known only after apply."""
        if not self.values.unknown(setting):
            return self.values.number(setting, default)
        return self.assume(setting, *spread, unit, f"{what} is known only after apply")

    def part_of_hours(self, hours: float | str, spread: tuple[float, float, float], why: str) -> str:
        """Instance hours that stand for an unknown size: hours of the class that is written, times what it may be."""
        factor = self.assume("size", *spread, "times the class written", why)
        return f"{hours if isinstance(hours, str) else format(hours, 'g')} * {factor}"
