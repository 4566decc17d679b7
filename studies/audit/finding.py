"""A finding: one thing in a document that is wrong, contradicts itself, or cannot hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from model.base import Stated
from model.claims import Claim

Severity = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
MEANINGS: Final[Mapping[Severity, str]] = {
    "error": "false, or cannot hold",
    "warning": "probably false, or against another statement",
    "note": "good to know",
}


@dataclass(frozen=True)
class Finding:
    """What the document says, what it should say, and the calculation between the two."""

    rule: str
    severity: Severity
    claim: str
    """What the document says, in our words."""
    stated: str
    computed: str
    """The corrected figure."""
    calculation: str
    claims: tuple[str, ...] = ()
    """Ids of the claims that it is about."""
    components: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    section: str | None = None
    lines: tuple[str, ...] = ()
    """Lines of the document; none when the statement is an omission."""

    def as_json(self) -> dict[str, Any]:
        """The finding as `audit --json` prints it."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "lines": list(self.lines),
            "section": self.section,
            "claim": self.claim,
            "stated": self.stated,
            "computed": self.computed,
            "calculation": self.calculation,
            "claims": list(self.claims),
            "components": list(self.components),
            "stages": list(self.stages),
        }

    @property
    def place(self) -> str:
        """Where in the document, as people say it: `lines 26, 86-90`."""
        if not self.lines:
            return "nowhere"
        return f"line{'s' if len(self.lines) > 1 or '-' in self.lines[0] else ''} {', '.join(self.lines)}"

    @property
    def order(self) -> tuple[int, int, str, str, tuple[str, ...]]:
        """Errors first, then by place in the document."""
        first = int(self.lines[0].split("-")[0]) if self.lines else 10**9
        return SEVERITIES.index(self.severity), first, self.rule, self.claim, self.stages


def lines_of(*facts: Stated) -> tuple[str, ...]:
    """The lines of several facts, each once, in the order of the document."""
    found = {line for fact in facts for line in fact.lines}
    return tuple(sorted(found, key=_line_order))


def _line_order(line: str) -> tuple[int, str]:
    return int(line.split("-")[0]), line


def section_of(*facts: Stated) -> str | None:
    """The section of the first fact that has one."""
    return next((fact.section for fact in facts if fact.section), None)


def about(
    rule: str,
    severity: Severity,
    facts: Iterable[Stated],
    *,
    claim: str,
    stated: str,
    computed: str,
    calculation: str,
    components: Iterable[str] = (),
    stages: Iterable[str] = (),
) -> Finding:
    """A finding about claims, targets or components, with their places in the document."""
    items = list(facts)
    return Finding(
        rule=rule,
        severity=severity,
        claim=claim,
        stated=stated,
        computed=computed,
        calculation=calculation,
        claims=tuple(item.id for item in items if isinstance(item, Claim)),
        components=tuple(dict.fromkeys(components)),
        stages=tuple(dict.fromkeys(stages)),
        section=section_of(*items),
        lines=lines_of(*items),
    )


def merged(findings: Iterable[Finding]) -> list[Finding]:
    """Findings that differ in their stage alone, made one; what differs between the stages is listed."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in _same_answers(findings):
        key = (finding.rule, finding.severity, _without_stage(finding), finding.lines, finding.components)
        groups.setdefault(key, []).append(finding)
    return [_one(group) for group in groups.values()]


def _same_answers(findings: Iterable[Finding]) -> list[Finding]:
    """Claims that say the same in other places, and have the same answer, made one."""
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for finding in dict.fromkeys(findings):
        same = finding.claims and (finding.components, finding.stages, finding.computed)
        groups.setdefault((finding.rule, finding.severity, same or finding), []).append(finding)
    return [_places(group) for group in groups.values()]


def _places(group: Sequence[Finding]) -> Finding:
    first = group[0]
    if len(group) == 1:
        return first
    lines = {line for item in group for line in item.lines}
    return replace(
        first,
        claim="; ".join(dict.fromkeys(item.claim for item in group)),
        stated=" and ".join(dict.fromkeys(item.stated for item in group)),
        claims=tuple(dict.fromkeys(name for item in group for name in item.claims)),
        lines=tuple(sorted(lines, key=_line_order)),
    )


def _without_stage(finding: Finding) -> str:
    text = finding.claim
    for stage in finding.stages:
        text = text.replace(f" at {stage}", "").replace(f" of {stage}", "").replace(f" ({stage})", "")
    return text


def _one(group: Sequence[Finding]) -> Finding:
    first = group[0]
    if len(group) == 1:
        return first
    return replace(
        first,
        claim=_without_stage(first),
        stated=_listed([(item.stages, item.stated) for item in group]),
        computed=_listed([(item.stages, item.computed) for item in group]),
        calculation=_listed([(item.stages, item.calculation) for item in group]),
        claims=tuple(dict.fromkeys(name for item in group for name in item.claims)),
        stages=tuple(dict.fromkeys(name for item in group for name in item.stages)),
    )


def _listed(values: Sequence[tuple[tuple[str, ...], str]]) -> str:
    """One text when all are alike, else each with its stages."""
    if len({text for _, text in values}) == 1:
        return values[0][1]
    return "; ".join(f"{', '.join(stages)}: {text}" for stages, text in values)
