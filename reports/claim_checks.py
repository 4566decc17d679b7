"""The costs that a document states, beside what the same components cost in our bill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from model.claims import Claim
from model.graph import Architecture
from pricing.bill import Bill, Range
from studies.audit.claim_values import usd_per_month
from studies.audit.stated_costs import cost_of, spans_stages

Verdict = Literal["within our range", "below our range", "above our range"]


@dataclass(frozen=True)
class CheckedClaim:
    """A cost that the document states, beside what the same components cost at that stage, or at those together."""

    claim: Claim
    stages: tuple[str, ...]
    low: float
    """USD a month, as the document says."""
    high: float
    ours: Range
    verdict: Verdict

    @property
    def is_stage_total(self) -> bool:
        """Whether it speaks of everything that one stage costs."""
        return self.claim.kind == "cost_total" and not self.claim.components and len(self.stages) == 1

    def stage_text(self, titles: Mapping[str, str]) -> str:
        """Its stages as people read them."""
        return " + ".join(titles.get(stage, stage) for stage in self.stages)


def check_costs(architecture: Architecture, bills: Mapping[str, Bill]) -> Iterable[CheckedClaim]:
    """Every cost line and total of the document beside our range.

    A line is compared with the components it names, a total with the whole stage unless it names components; stage by
    stage, but a total that adds up claims of several stages with these stages together. A line that names no stage
    speaks of every stage; a total that names none is of no one stage and is left out.
    """
    claims = {claim.id: claim for claim in architecture.claims}
    for claim in architecture.claims:
        bounds = usd_per_month(claim)
        if bounds is None or claim.kind not in ("cost_line", "cost_total"):
            continue
        if claim.kind == "cost_line" and not claim.components:
            continue
        for stages in _stage_groups(claim, claims, architecture.stage_names):
            ours = cost_of([bills[stage] for stage in stages], claim.components)
            if ours is not None:
                yield CheckedClaim(claim, stages, *bounds, ours, _verdict(*bounds, ours))


def _stage_groups(claim: Claim, claims: Mapping[str, Claim], every: Iterable[str]) -> Iterable[tuple[str, ...]]:
    """The stages that a claim is about: one by one, or together where it adds up claims of several stages."""
    if spans_stages(claim, [claims[part] for part in claim.sums]):
        return [claim.stages]
    return [(stage,) for stage in claim.stages or (every if claim.kind == "cost_line" else ())]


def _verdict(low: float, high: float, ours: Range) -> Verdict:
    """Where the document's figure lies; a rounding cent decides nothing."""
    if high < ours.low - 0.005:
        return "below our range"
    return "above our range" if low > ours.high + 0.005 else "within our range"
