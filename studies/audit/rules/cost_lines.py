"""Stated costs against what the configuration costs by the price tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from model.claims import Claim
from pricing.bill import Bill, Line, Range, by_cost
from studies.amounts import dollars, dollars_a_month
from studies.audit.case import Case, StageCase
from studies.audit.claim_values import Bounds, at, stated, usd_per_month
from studies.audit.finding import Finding, Severity, about
from studies.audit.stated_costs import cost_of, spans_stages

NAME = "cost_lines"
NOTHING = Range(0.0, 0.0, 0.0)
LEAST_USD = 0.5
"""A difference below this decides nothing."""
LARGE_USD = 5.0
"""From here on a cost that is half of ours is an error, and one that is too high a warning."""


def check(case: Case) -> Iterator[Finding]:
    """A stated cost lies within the range of the components it names; a total within that of the whole stage."""
    for claim in case.claims("cost_line", "cost_total"):
        said = usd_per_month(claim)
        if said is None or not _is_comparable(case, claim):
            continue
        for stages in _groups(case, claim):
            found = _compare(claim, said, stages, year_is_free(case, claim, stages))
            if found is not None:
                yield found


def _is_comparable(case: Case, claim: Claim) -> bool:
    """Whether the claim says what it is the cost of, and no line below it has said the same already."""
    if "idle" in claim.subject.lower() or case.is_worked_example(claim):
        return False
    return not claim.sums if claim.components else claim.kind == "cost_total"


def year_is_free(case: Case, claim: Claim, stages: Sequence[StageCase]) -> bool:
    """Whether the document counts on twelve months of free use for what the claim is about."""
    return any(
        allowance.meter in case.prices
        and case.prices.rate(allowance.meter).free_kind == "12_months"
        and set(allowance.stages) & {stage.name for stage in stages}
        and (not claim.components or set(allowance.components) & set(claim.components))
        for allowance in case.claims("free_tier")
        if allowance.meter
    )


def _groups(case: Case, claim: Claim) -> Iterator[list[StageCase]]:
    """The stages that a claim is about, one by one; together where it adds up lines of several stages."""
    if spans_stages(claim, case.parts(claim)):
        yield case.stages_of(claim.stages)
    elif claim.stages:
        yield from ([stage] for stage in case.stages_of(claim.stages))
    elif claim.components:
        yield from _any_stage(case, claim)


def _any_stage(case: Case, claim: Claim) -> Iterator[list[StageCase]]:
    """A claim that names no stage holds when it holds at one: the nearest is compared."""
    said = usd_per_month(claim)
    priced = [stage for stage in case.stages.values() if set(claim.components) & set(stage.graph.components)]
    if priced and said is not None:
        yield [min(priced, key=lambda stage: _distance(said, _ours([stage], claim.components, False)))]


def _compare(claim: Claim, said: Bounds, stages: list[StageCase], free_year: bool) -> Finding | None:
    names = [name for name in claim.components if any(name in stage.graph.components for stage in stages)]
    if claim.components and not names:
        return None
    ours = _ours(stages, names, free_year)
    severity = judge(said, ours)
    if severity is None:
        return None
    return about(
        NAME,
        severity,
        [claim],
        claim=at(claim),
        stated=stated(claim),
        computed=dollars_a_month(ours.low, ours.likely, ours.high),
        calculation=_explained([stage.bill for stage in stages], names, free_year),
        components=names,
        stages=[stage.name for stage in stages],
    )


def _ours(stages: Sequence[StageCase], names: Sequence[str], free_year: bool) -> Range:
    """Our range, widened to the first year's where the document counts on it."""
    ours = cost_of([stage.bill for stage in stages], names) or NOTHING
    if not free_year:
        return ours
    first = cost_of([stage.first_year_bill for stage in stages], names) or NOTHING
    return Range(min(ours.low, first.low), ours.likely, ours.high)


def judge(said: Bounds, ours: Range) -> Severity | None:
    """How wrong a stated cost is: None within our range; too high is never worse than a warning."""
    missing = _distance(said, ours)
    if missing < max(LEAST_USD, 0.02 * ours.likely):
        return None
    too_low = said.high < ours.low
    ratio = ours.low / max(said.high, 0.01) if too_low else said.low / max(ours.high, 0.01)
    if ratio < 1.25 or (missing < LARGE_USD and not too_low):
        return "note"
    return "error" if too_low and ratio >= 2 and missing >= LARGE_USD else "warning"


def _distance(said: Bounds, ours: Range) -> float:
    return max(ours.low - said.high, said.low - ours.high, 0.0)


def _times(line: Line) -> str:
    """Quantity x unit price = cost."""
    each = "" if line.unit_price is None else f" at {line.unit_price:.6g}"
    return f"{line.component} {line.meter}: {line.quantity:,.6g} {line.unit}{each} = {dollars(line.cost.likely)}"


def _explained(bills: Sequence[Bill], names: Sequence[str], free_year: bool) -> str:
    """The dearest lines, quantity x unit price."""
    lines = [line for bill in bills for line in bill.lines if not names or line.component in names]
    dearest = sorted((line for line in lines if line.cost.likely > 0), key=lambda line: -line.cost.likely)
    shown = [_times(line) for line in dearest[:3]]
    if not names:
        largest = [(name, cost) for bill in bills for name, cost in by_cost(bill.components)]
        shown = [f"{name} {dollars(cost.likely)}" for name, cost in largest[:6]]
    rest = len([line for line in dearest if names]) - len(shown)
    more = [f"and {rest} smaller lines"] if names and rest > 0 else []
    year = ["with the free allowances of a first year the low end counts them"] if free_year else []
    return "; ".join([*shown, *more, *year]) or "nothing here is billed"
