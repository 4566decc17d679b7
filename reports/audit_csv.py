"""The audit's findings as CSV: one row per finding, errors first."""

from __future__ import annotations

import csv
import io

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
    """The findings with a header; lists are separated by commas, the numbers are those of the page."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for number, finding in enumerate(audit.findings, start=1):
        row = {name: ", ".join(item) if isinstance(item, list) else item for name, item in finding.as_json().items()}
        writer.writerow({"architecture": audit.architecture, "number": number, **row})
    return text.getvalue()
