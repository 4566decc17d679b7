"""What the search came to, read only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.verdicts import Verdict
from simulations.estimates import Estimate
from studies.cheapest.costs import Cost
from studies.reasons import Reason


@dataclass(frozen=True)
class Configuration:
    """A whole stage with its price and what a simulation of its busiest hour showed."""

    sizes: Mapping[str, str]
    """By component that has options."""
    cost: Cost
    p95_ms: Estimate
    """Of all requests of clients together."""
    reasons: tuple[Reason, ...]
    """Against it."""
    verdicts: tuple[Verdict, ...]
    not_judged: Mapping[str, str]

    @property
    def undecided(self) -> tuple[str, ...]:
        """Targets that are met as far as the simulation went, without proof."""
        return tuple(verdict.target for verdict in self.verdicts if verdict.state == "undecided")

    def as_json(self) -> dict[str, Any]:
        return {
            "sizes": dict(self.sizes),
            "usd_per_month": round(self.cost.usd, 2),
            "on_demand_usd_per_month": round(self.cost.on_demand_usd, 2),
            "commitments": [promise.as_json() for promise in self.cost.promises],
            "p95_ms": _finite(self.p95_ms.value),
            "p95_ms_ci": [_finite(self.p95_ms.low), _finite(self.p95_ms.high)],
            "holds": not self.reasons,
            "reasons": [reason.as_json() for reason in self.reasons],
            "undecided": list(self.undecided),
        }


@dataclass(frozen=True)
class Rejected:
    """A cheaper option of one component, the others as chosen, and what is against it."""

    component: str
    label: str
    usd: float
    """Against the chosen option: below 0."""
    reason: Reason

    def as_json(self) -> dict[str, Any]:
        return {
            "component": self.component,
            "option": self.label,
            "saves_usd_per_month": round(-self.usd, 2),
            **self.reason.as_json(),
        }


@dataclass(frozen=True)
class Unreachable:
    """A target that no option of this stage reaches."""

    target: str
    why: str

    def as_json(self) -> dict[str, str]:
        return {"target": self.target, "why": self.why}


@dataclass(frozen=True)
class Cheapest:
    """The least cost for so many users, beside the stage as documented."""

    architecture: str
    stage: str
    users: float
    documented: Configuration
    chosen: Configuration | None
    """The least cost that holds every target that can be reached; None when nothing does."""
    unreachable: tuple[Unreachable, ...]
    front: tuple[Configuration, ...]
    """None costs less and has a lower p95 than another; cheapest first."""
    rejected: tuple[Rejected, ...]
    options: int
    """Of all components together."""
    simulated: int
    """Configurations."""
    bounded: bool
    committed: bool

    @property
    def holds(self) -> bool:
        """Whether every target of the stage is reached."""
        return self.chosen is not None and not self.unreachable

    @property
    def saved_usd(self) -> float | None:
        """Against the documented stage under the same promises."""
        return None if self.chosen is None else self.documented.cost.usd - self.chosen.cost.usd

    @property
    def changes(self) -> tuple[tuple[str, str, str], ...]:
        """(component, documented, chosen) where they differ."""
        if self.chosen is None:
            return ()
        pairs = ((name, self.documented.sizes[name], size) for name, size in self.chosen.sizes.items())
        return tuple(pair for pair in pairs if pair[1] != pair[2])

    def as_json(self) -> dict[str, Any]:
        return {
            "architecture": self.architecture,
            "stage": self.stage,
            "users": self.users,
            "holds": self.holds,
            "chosen": None if self.chosen is None else self.chosen.as_json(),
            "documented": self.documented.as_json(),
            "saved_usd_per_month": None if self.saved_usd is None else round(self.saved_usd, 2),
            "unreachable": [item.as_json() for item in self.unreachable],
            "front": [item.as_json() for item in self.front],
            "rejected": [item.as_json() for item in self.rejected],
            "options": self.options,
            "simulated": self.simulated,
            "bounded": self.bounded,
            "commitments_counted": self.committed,
            "notes": list(NOTES),
        }


NOTES = (
    "ARM and x86 are taken to need the same CPU time",
    "a request in a function uses one thread: CPU time falls with memory up to 1,769 MB",
    "Spot tasks are judged by their absence: the rest must carry the busiest hour alone",
    "promises are for one year without payment upfront, at the smaller published discount, for use that never stops",
    "what the data need is not modelled: memory per user is not taken below what some stage of the document has",
)


def _finite(value: float) -> float | None:
    return round(value, 4) if math.isfinite(value) else None
