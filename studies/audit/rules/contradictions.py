"""Numbers of one document that contradict each other."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from model.claims import Claim
from studies.audit.case import Case
from studies.audit.claim_values import Bounds, bounds, rounding, stated
from studies.audit.finding import Finding, about

NAME = "contradictions"
_REMARK = re.compile(r"\s*\(.*?\)|,.*$")
_Key = tuple[object, ...]


def check(case: Case) -> Iterator[Finding]:
    """One thing has one value wherever the document states it."""
    groups: defaultdict[_Key, list[Claim]] = defaultdict(list)
    for claim in case.architecture.claims:
        for key in _keys(case, claim):
            groups[key].append(claim)
    seen: set[tuple[str, ...]] = set()
    for claims in groups.values():
        first = claims[0]
        others = [claim for claim in claims[1:] if _differ(first, claim)]
        ids = tuple(claim.id for claim in (first, *others))
        if others and ids not in seen:
            seen.add(ids)
            yield _finding([first, *others])


def _keys(case: Case, claim: Claim) -> Iterator[_Key]:
    """What a claim is about: claims that share a key must agree."""
    if bounds(claim) is None and claim.comparator != "text":
        return
    unit = claim.unit.split(" ")[0]
    if (
        claim.kind in ("cost_line", "cost_total")
        and unit.startswith("USD/month")
        and "idle" not in claim.subject.lower()
    ):
        where = claim.components or _metered(case, claim)
        if claim.kind == "cost_total" and not where:
            yield ("total", claim.stages) if claim.stages else ("total", claim.subject)
        elif where and not _is_part(claim):
            yield ("cost", frozenset(where), claim.stages)
    elif claim.kind not in ("saving_pct", "price", "free_tier", "budget_alert"):
        yield (claim.kind, _REMARK.sub("", claim.subject).lower(), claim.components, claim.stages, unit)
    else:
        yield (claim.kind, claim.subject.lower(), claim.components, claim.stages, unit)


def _is_part(claim: Claim) -> bool:
    """A worked line that names a meter and no component is a part of what its components cost."""
    return bool(claim.meter) and not claim.components


def _metered(case: Case, claim: Claim) -> tuple[str, ...]:
    """For the total of a worked example: the components whose bill stands on the meters it adds up."""
    parts = case.parts(claim)
    meters = {part.meter for part in parts if part.meter and not part.components}
    if len(meters) < len(parts) or not parts:
        return ()
    found = [
        line.component
        for stage in case.stages_of(claim.stages)
        for line in stage.bill.lines
        if line.meter in meters and claim.stages
    ]
    return tuple(dict.fromkeys(found))


def _differ(one: Claim, other: Claim) -> bool:
    if "text" in (one.comparator, other.comparator):
        return (one.text or "") != (other.text or "")
    first, second = bounds(one) or Bounds(0, 0), bounds(other) or Bounds(0, 0)
    return any(
        abs(a - b) > max(rounding(a), rounding(b), 0.005 * abs(a)) + 1e-9 for a, b in zip(first, second, strict=True)
    )


def _finding(claims: list[Claim]) -> Finding:
    found = [value for claim in claims if (value := bounds(claim)) is not None]
    lows, highs = [value.low for value in found], [value.high for value in found]
    apart = max((max(side) / max(min(side), 1e-9) for side in (lows, highs) if side), default=10.0)
    return about(
        NAME,
        "note" if apart < 1.05 else "warning",
        claims,
        claim="; ".join(dict.fromkeys(claim.subject for claim in claims)),
        stated=" and ".join(dict.fromkeys(stated(claim) for claim in claims)),
        computed="one value",
        calculation="; ".join(f"lines {', '.join(claim.lines)}: {stated(claim)}" for claim in claims),
        components=claims[0].components,
        stages=claims[0].stages,
    )
