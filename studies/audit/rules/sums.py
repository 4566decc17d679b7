"""Stated totals against the lines that they add up."""

from __future__ import annotations

from collections.abc import Iterator

from model.claims import Claim
from studies.amounts import dollar_span, span
from studies.audit.case import Case
from studies.audit.claim_values import Bounds, at, bounds, is_approximate, rounding, stated
from studies.audit.finding import Finding, about

NAME = "sums"
APPROXIMATE = 0.005
"""Of its value: what "about" may hide besides rounding."""


def check(case: Case) -> Iterator[Finding]:
    """A total is the sum of its lines, and does not carry over the slip of a total below it."""
    for claim in case.architecture.claims:
        said = bounds(claim)
        if not claim.sums or said is None:
            continue
        parts = case.parts(claim)
        unknown = [name for name in claim.sums if case.claim(name) is None]
        total, leaves = _sum(parts), _leaf_sum(case, claim)
        if unknown:
            yield _finding(claim, parts, total, f"adds up {', '.join(unknown)}, which the document does not state")
        elif _differs(claim, said, total):
            sum_of = " + ".join(_value(part) for part in parts)
            yield _finding(claim, parts, total, f"{sum_of} = {_shown(claim, total)}")
        elif _differs(claim, said, leaves):
            why = (
                f"adds up its parts but carries over a slip in one of them; their lines sum to {_shown(claim, leaves)}"
            )
            yield _finding(claim, parts, leaves, why)


def _sum(parts: list[Claim]) -> Bounds:
    found = [values for part in parts if (values := bounds(part)) is not None]
    return Bounds(sum(value.low for value in found), sum(value.high for value in found))


def _leaf_sum(case: Case, claim: Claim, depth: int = 0) -> Bounds:
    """The sum of the lines at the bottom of a total of totals."""
    if not claim.sums or depth > len(case.architecture.claims):
        return bounds(claim) or Bounds(0.0, 0.0)
    below = [_leaf_sum(case, part, depth + 1) for part in case.parts(claim)]
    return Bounds(sum(value.low for value in below), sum(value.high for value in below))


def _differs(claim: Claim, said: Bounds, computed: Bounds) -> bool:
    return any(
        abs(one - other) > rounding(one) + 1e-9 + (APPROXIMATE * abs(one) if is_approximate(claim) else 0.0)
        for one, other in zip(said, computed, strict=True)
    )


def _value(claim: Claim) -> str:
    found = bounds(claim) or Bounds(0.0, 0.0)
    return span(found.low, found.high)


def _shown(claim: Claim, value: Bounds) -> str:
    return dollar_span(*value) if claim.unit.startswith("USD") else span(value.low, value.high)


def _finding(claim: Claim, parts: list[Claim], total: Bounds, calculation: str) -> Finding:
    return about(
        NAME,
        "error",
        [claim],
        claim=at(claim),
        stated=stated(claim),
        computed=_shown(claim, total),
        calculation=calculation,
        components=[name for part in parts for name in part.components],
        stages=claim.stages,
    )
