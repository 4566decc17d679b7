"""What keeps a configuration from being taken, or a stage from holding its targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Cause = Literal["price", "memory", "redundancy", "recovery", "availability", "saturation", "target", "unstable"]


@dataclass(frozen=True)
class Reason:
    """What keeps an option or a whole configuration from being taken."""

    cause: Cause
    what: str
    """The target, the resource or the memory in question."""
    sentence: str
    by: float | None = None
    """How far beyond its limit, as a share of the limit."""

    def as_json(self) -> dict[str, object]:
        return {
            "cause": self.cause,
            "what": self.what,
            "why": self.sentence,
            "by": None if self.by is None else round(self.by, 4),
        }
