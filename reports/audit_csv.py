"""The audit's findings as CSV: one row per finding, errors first."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from studies.audit.audit import Audit

COLUMNS = (
    "architecture",
    "number",
    "severity",
    "rule",
    "lines",
    "section",
    "claim",
    "stated",
    "computed",
    "calculation",
    "claims",
    "components",
    "stages",
)


def audit_csv(audit: Audit) -> str:
    """The findings of one architecture with a header."""
    return audits_csv([audit])


def audits_csv(audits: Iterable[Audit]) -> str:
    """The findings of several with one header; lists are separated by commas, the numbers are those of the page."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for audit in audits:
        for number, finding in enumerate(audit.findings, start=1):
            row = {name: ", ".join(it) if isinstance(it, list) else it for name, it in finding.as_json().items()}
            writer.writerow({"architecture": audit.architecture, "number": number, **row})
    return text.getvalue()
