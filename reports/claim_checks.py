"""The costs that a document states, beside what the same components cost in our bill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from model.claims import Claim
from model.graph import Architecture
from pricing.bill import Bill, Range

Verdict = Literal["within our range", "below our range", "above our range"]


@dataclass(frozen=True)
class CheckedClaim:
    """A cost that the document states, beside what the same components cost at that stage."""

    claim: Claim
    stage: str
    low: float
    """USD a month, as the document says."""
    high: float
    ours: Range
    verdict: Verdict

    @property
    def is_stage_total(self) -> bool:
        """Whether it speaks of everything that the stage costs."""
        return self.claim.kind == "cost_total" and not self.claim.components


def check_costs(architecture: Architecture, bills: Mapping[str, Bill]) -> Iterable[CheckedClaim]:
    """Every cost line and total of the document beside our range, stage by stage.

    A line is compared with the components it names, a total with the whole stage unless it names components. A line
    that names no stage speaks of every stage; a total that names none is of no one stage and is left out.
    """
    for claim in architecture.claims:
        bounds = _usd_per_month(claim)
        if bounds is None or claim.kind not in ("cost_line", "cost_total"):
            continue
        if claim.kind == "cost_line" and not claim.components:
            continue
        for stage in claim.stages or (architecture.stage_names if claim.kind == "cost_line" else ()):
            bill = bills[stage]
            present = [name for name in claim.components if name in bill.components]
            if claim.components and not present:
                continue
            ours = bill.range_of(present) if present else bill.total
            yield CheckedClaim(claim, stage, *bounds, ours, _verdict(*bounds, ours))


def _usd_per_month(claim: Claim) -> tuple[float, float] | None:
    if not claim.unit.startswith("USD/month") or (claim.low is None and claim.high is None):
        return None
    low = claim.low if claim.low is not None else 0.0
    return low, claim.high if claim.high is not None else low


def _verdict(low: float, high: float, ours: Range) -> Verdict:
    """Where the document's figure lies; a rounding cent decides nothing."""
    if high < ours.low - 0.005:
        return "below our range"
    return "above our range" if low > ours.high + 0.005 else "within our range"
