"""What a stated cost is compared with: the stages that it speaks of, and what its components cost there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from model.claims import Claim
from pricing.bill import Bill, Range, range_of


def spans_stages(claim: Claim, parts: Iterable[Claim]) -> bool:
    """Whether a cost adds up lines of several stages, and so is about these stages together."""
    return len(claim.stages) > 1 and any(part.stages != claim.stages for part in parts)


def cost_of(bills: Sequence[Bill], names: Collection[str]) -> Range | None:
    """What some components (all when none are named) cost over some bills together, added draw by draw.

    None when none of them is there.
    """
    chosen = [(bill, name) for bill in bills for name in bill.components if not names or name in names]
    if not chosen:
        return None
    likely = sum(bill.components[name].likely for bill, name in chosen)
    return range_of(likely, [bill.component_draws[name] for bill, name in chosen if name in bill.component_draws])
