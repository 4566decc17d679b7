"""Savings in percent against the document's own totals, our bills, and the commitments that are sold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from model.claims import Claim
from pricing.bill import Range
from pricing.commitments import commitments_for
from studies.amounts import percent
from studies.audit.case import Case, spread
from studies.audit.claim_values import Bounds, bounds, stated, usd_per_month
from studies.audit.finding import Finding, about

NAME = "savings"
SLACK = 0.02
"""A share: what "about a third" may hide."""


def check(case: Case) -> Iterator[Finding]:
    """A saving against another architecture follows from the two totals; one by a purchase from its price."""
    for claim in case.claims("saving_pct"):
        said = Bounds(0, 100) if claim.comparator == "qualitative" else bounds(claim)
        if said is None or claim.unit not in ("percent", "qualitative"):
            continue
        share = Bounds(said.low / 100, said.high / 100)
        if claim.meter is not None and ".spot." in claim.meter:
            yield from _spot(case, claim, share)
        elif claim.components:
            yield from _committed(case, claim, share)
        else:
            yield from _against_siblings(case, claim, share)


def _spot(case: Case, claim: Claim, share: Bounds) -> Iterator[Finding]:
    """The discount of a spot meter on the meter that it stands for."""
    spot, full = str(claim.meter), str(claim.meter).replace(".spot.", ".")
    if spot in case.prices and full in case.prices:
        ours = 1 - case.prices.rate(spot).usd_per_unit / case.prices.rate(full).usd_per_unit
        if not share.low - SLACK <= ours <= share.high + SLACK:
            why = f"1 - {case.prices.rate(spot).usd_per_unit:g} / {case.prices.rate(full).usd_per_unit:g}"
            yield _finding(claim, Range(ours, ours, ours), f"{why} ({spot}, {full})", ())


def _committed(case: Case, claim: Claim, share: Bounds) -> Iterator[Finding]:
    """The discounts sold on the meters that the components are billed by."""
    for stage in case.stages_of(claim.stages)[-1:]:
        lines = [line for line in stage.bill.lines if line.component in claim.components and line.cost.likely > 0]
        offers = [
            (line.cost.likely, max(line.cost.likely - item.monthly_usd(line.cost.likely).low, 0.0),
             max(line.cost.likely - item.monthly_usd(line.cost.likely).high, 0.0), item)
            for line in lines
            for item in commitments_for(line.meter, case.architecture.region, case.prices_date)[:1]
        ]  # fmt: skip
        whole = sum(line.cost.likely for line in lines)
        covered = sum(cost for cost, *_ in offers)
        if not offers or not covered:
            yield _unknown(claim, [line.meter for line in lines], stage.name)
            continue
        best, least = sum(saved for _, saved, *_ in offers) / covered, sum(saved for *_, saved, _ in offers) / covered
        if share.low > best + SLACK or share.high < least - SLACK:
            names = ", ".join(sorted({item.name for *_, item in offers}))
            why = (
                f"{names}: {percent(least)} to {percent(best)} off what is covered, "
                f"which is {percent(covered / whole)} of what these components cost"
            )
            yield _finding(claim, Range(least, (least + best) / 2, best), why, [stage.name])


def _unknown(claim: Claim, meters: list[str], stage: str) -> Finding:
    return about(
        NAME,
        "note",
        [claim],
        claim=claim.subject,
        stated=stated(claim),
        computed="cannot be said: the tables hold no commitment for it",
        calculation=f"no row of commitments.csv lowers {', '.join(dict.fromkeys(meters)) or 'anything here'}",
        components=claim.components,
        stages=[stage],
    )


def _against_siblings(case: Case, claim: Claim, share: Bounds) -> Iterator[Finding]:
    """The saving against the architecture that the claim names, or the one that it fits best."""
    named = [other for other in case.sibling_cases if _names(claim, other)]
    nearest = sorted(case.sibling_cases, key=lambda other: -_in_common(case, other))[:1]
    compared = [found for other in named or nearest for found in _savings(case, claim, other)]
    if not compared:
        return
    stage, other, tables, ours = min(compared, key=lambda item: _gap(share, item[2] or _bounds(item[3])))
    vague = claim.comparator == "qualitative"
    wrong_tables = tables is not None and _gap(share, tables) > SLACK and not vague
    inside = ours.low - SLACK <= share.high and share.low <= ours.high + SLACK
    if not wrong_tables and inside:
        return
    own = f"its own totals give {percent(tables.low)} to {percent(tables.high)}; " if tables is not None else ""
    bills = f"our bills of {case.architecture.name} and {other} at {stage}"
    why = f"{own}{bills} give {percent(ours.low)} to {percent(ours.high)}"
    yield _finding(claim, ours, why, [stage])


def _savings(case: Case, claim: Claim, other: Case) -> Iterator[tuple[str, str, Bounds | None, Range]]:
    """(stage, other architecture, saving by the document's totals, saving by our bills) at every stage of the claim."""
    both = [name for name in case.stages if name in other.stages]
    for name in claim.stages or both or list(case.stages)[-1:]:
        there = name if name in other.stages else list(other.stages)[-1]
        mine, theirs = _total(case, name), _total(other, there)
        tables = None
        if mine is not None and theirs is not None and min(theirs) > 0:
            ends = (1 - mine.low / theirs.low, 1 - mine.high / theirs.high)
            tables = Bounds(min(ends), max(ends))
        yield name, other.architecture.name, tables, _ours(case, name, other, there)


def _total(case: Case, stage: str) -> Bounds | None:
    """The document's total of a stage."""
    stated_ones = (claim for claim in case.claims("cost_total") if claim.stages == (stage,))
    totals = (claim for claim in stated_ones if not case.is_worked_example(claim))
    return next((found for claim in totals if (found := usd_per_month(claim)) is not None), None)


def _ours(case: Case, stage: str, other: Case, there: str) -> Range:
    mine, theirs = case.stages[stage].bill, other.stages[there].bill
    drawn = 1 - sum(mine.component_draws.values()) / sum(theirs.component_draws.values())
    return spread(1 - mine.total.likely / theirs.total.likely, drawn)


def _names(claim: Claim, other: Case) -> bool:
    """Whether the claim's subject names a service that the other architecture is built on."""
    words = {word.lower() for word in re.findall(r"[A-Za-z]{4,}", claim.subject)}
    services = {word.lower() for item in other.architecture.every_component().values() for word in item.service.split()}
    return bool(words & (services | set(other.architecture.name.split("-")[1:])))


def _in_common(case: Case, other: Case) -> float:
    """Services that two architectures share, of all that they have."""
    mine, theirs = ({item.service for item in one.architecture.every_component().values()} for one in (case, other))
    return len(mine & theirs) / len(mine | theirs)


def _gap(share: Bounds, found: Bounds) -> float:
    """How far the two ends of a claimed saving lie from the ends of a computed one."""
    return max(abs(share.low - found.low), abs(share.high - found.high), 0.0) if found else 0.0


def _bounds(found: Range) -> Bounds:
    return Bounds(found.low, found.high)


def _finding(claim: Claim, ours: Range, why: str, stages: Sequence[str]) -> Finding:
    said = bounds(claim) or Bounds(0.0, 0.0)
    return about(
        NAME,
        "error" if ours.high < said.low / 100 - 0.1 else "warning",
        [claim],
        claim=claim.subject,
        stated=stated(claim),
        computed=f"{percent(ours.likely)} ({percent(ours.low)} to {percent(ours.high)})",
        calculation=why,
        components=claim.components,
        stages=stages or claim.stages,
    )
