"""Claims as CSV: every number that a document states, with our figure beside it where there is one."""

from __future__ import annotations

import csv
import io

from model.claims import Claim
from reports.claim_checks import CheckedClaim
from reports.report_model import ArchitectureReport

COLUMNS = (
    "architecture",
    "id",
    "kind",
    "subject",
    "stage",
    "components",
    "comparator",
    "low",
    "high",
    "text",
    "unit",
    "our_low",
    "our_likely",
    "our_high",
    "verdict",
    "section",
    "lines",
    "note",
)


def claims_csv(report: ArchitectureReport) -> str:
    """One row per claim and stage that it is checked at; one row for a claim that nothing is compared with."""
    checked: dict[str, list[CheckedClaim | None]] = {}
    for item in report.claims:
        checked.setdefault(item.claim.id, []).append(item)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for claim in report.architecture.claims:
        for found in checked.get(claim.id, [None]):
            writer.writerow({"architecture": report.name, **_stated(claim), **_compared(found)})
    return text.getvalue()


def _stated(claim: Claim) -> dict[str, object]:
    fields = ("id", "kind", "subject", "comparator", "low", "high", "text", "unit", "section", "note")
    lists = {"components": claim.components, "lines": claim.lines, "stage": claim.stages}
    joined = {name: ", ".join(values) for name, values in lists.items()}
    return {name: getattr(claim, name) for name in fields} | joined


def _compared(found: CheckedClaim | None) -> dict[str, object]:
    if found is None:
        return {}
    ours = {f"our_{name}": round(getattr(found.ours, name), 4) for name in ("low", "likely", "high")}
    return {"stage": " + ".join(found.stages), "verdict": found.verdict, **ours}
