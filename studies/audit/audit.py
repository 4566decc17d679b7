"""The audit of a document: every rule over it, the findings in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from model.graph import Architecture
from pricing.price import DRAWS
from studies.audit.case import Case, siblings_of
from studies.audit.finding import SEVERITIES, Finding, Severity, merged
from studies.audit.registry import RULES


@dataclass(frozen=True)
class Audit:
    """The findings about one architecture of a document."""

    architecture: str
    document: str
    claims: int
    """Statements of the document."""
    findings: tuple[Finding, ...]

    @property
    def counts(self) -> dict[Severity, int]:
        """Findings by severity."""
        found = Counter(item.severity for item in self.findings)
        return {severity: found[severity] for severity in SEVERITIES}

    def about_claim(self, claim: str) -> tuple[Finding, ...]:
        """The findings on one claim."""
        return tuple(item for item in self.findings if claim in item.claims)

    def as_json(self) -> dict[str, Any]:
        """The audit as `audit --json` prints it."""
        return {
            "architecture": self.architecture,
            "document": self.document,
            "claims": self.claims,
            "counts": dict(self.counts),
            "findings": [item.as_json() for item in self.findings],
        }

    def _repr_html_(self) -> str:
        """The findings as a table in a notebook."""
        from html import escape

        rows = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in
                             (item.severity, item.place, item.claim, item.stated, item.computed)) + "</tr>"
            for item in self.findings
        )  # fmt: skip
        head = "<tr><th>severity</th><th>place</th><th>statement</th><th>stated</th><th>computed</th></tr>"
        return f"<h4>{escape(self.document)}: {self.architecture}</h4><table>{head}{rows}</table>"


def audit(
    architecture: Architecture,
    siblings: Iterable[Architecture] | None = None,
    *,
    prices_date: str | None = None,
    draws: int = DRAWS,
    seed: int = 0,
    rules: Iterable[str] | None = None,
) -> Audit:
    """Hold a document to every rule; `siblings` are the other architectures of it, the bundled ones when absent."""
    others = siblings_of(architecture) if siblings is None else tuple(siblings)
    case = Case(architecture, others, prices_date, draws, seed)
    chosen = list(RULES) if rules is None else list(rules)
    findings = [finding for name in chosen for finding in RULES[name](case)]
    ordered = sorted(merged(findings), key=lambda item: item.order)
    return Audit(architecture.name, architecture.document.title, len(architecture.claims), tuple(ordered))
