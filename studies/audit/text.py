"""An audit as text for a terminal and as Markdown for a review."""

from __future__ import annotations

from collections.abc import Iterable

from studies.audit.audit import Audit
from studies.audit.finding import SEVERITIES, Finding

_MARKS = {"error": "ERROR", "warning": "WARN ", "note": "note "}


def audit_text(audit: Audit) -> str:
    """The findings, errors first: place, statement, stated and computed figure, calculation."""
    lines = [_head(audit), ""]
    for finding in audit.findings:
        lines += [
            f"{_MARKS[finding.severity]} {finding.rule}, {finding.place}: {finding.claim}",
            f"      stated   {finding.stated}",
            f"      computed {finding.computed}",
            f"      because  {finding.calculation}",
        ]
    return "\n".join(lines).rstrip() + "\n"


def audits_text(audits: Iterable[Audit]) -> str:
    """Several audits, one after the other."""
    return "\n".join(audit_text(item) for item in audits)


def audit_markdown(audit: Audit) -> str:
    """The findings as tables, one per severity."""
    parts = [f"## {audit.document}: {audit.architecture}", "", _counts(audit), ""]
    for severity in SEVERITIES:
        found = [item for item in audit.findings if item.severity == severity]
        if found:
            parts += [
                f"### {severity}s",
                "",
                "| place | statement | stated | computed | calculation |",
                "|---|---|---|---|---|",
            ]
            parts += [_row(item) for item in found]
            parts.append("")
    return "\n".join(parts)


def _row(finding: Finding) -> str:
    cells = (finding.place, finding.claim, finding.stated, finding.computed, finding.calculation)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _head(audit: Audit) -> str:
    return f"{audit.document} ({audit.architecture}): {_counts(audit)}"


def _counts(audit: Audit) -> str:
    found = [f"{count} {severity}{'s' if count != 1 else ''}" for severity, count in audit.counts.items()]
    return f"{', '.join(found)} on {audit.claims} statements"
