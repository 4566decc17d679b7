"""The import report: what became of every resource, how sure every connection is, what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from model.importing.connecting import Link


@dataclass(frozen=True)
class Told:
    """What became of one resource."""

    address: str
    type: str
    became: str
    """The component, what it was folded into, or why it was left out."""


@dataclass(frozen=True)
class ImportReport:
    """Everything that a reader must know before trusting a draft."""

    source: str
    architecture: str
    region: str
    mapped: tuple[Told, ...]
    folded: tuple[Told, ...]
    ignored: tuple[Told, ...]
    unpriced: tuple[Told, ...]
    connections: tuple[Link, ...]
    components: int
    endpoints: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    partial: bool = False

    @property
    def seen(self) -> int:
        """Resources that were read."""
        return len(self.mapped) + len(self.folded) + len(self.ignored) + len(self.unpriced)

    def as_json(self) -> dict[str, Any]:
        """The report as plain data, for `--json`."""
        return {
            "source": self.source,
            "architecture": self.architecture,
            "region": self.region,
            "partial": self.partial,
            "resources": self.seen,
            "components": self.components,
            "endpoints": self.endpoints,
            "mapped": [_told(item, "component") for item in self.mapped],
            "folded": [_told(item, "into") for item in self.folded],
            "ignored": [_told(item, "why") for item in self.ignored],
            "unpriced": [_told(item, "why") for item in self.unpriced],
            "connections": [
                {
                    "from": link.source,
                    "to": link.target,
                    "kind": link.kind,
                    "certainty": link.certainty,
                    "why": link.why,
                }
                for link in self.connections
            ],
            "assumptions": list(self.assumptions),
            "warnings": list(self.warnings),
        }


def _told(item: Told, became: str) -> dict[str, str]:
    return {"resource": item.address, "type": item.type, became: item.became}


def report_text(report: ImportReport) -> str:
    """The report as people read it on a terminal."""
    sure = Counter(link.certainty for link in report.connections)
    lines = [
        f"{report.architecture} from {report.source}{' (partial)' if report.partial else ''}: {report.seen} resources",
        f"  mapped    {len(report.mapped):>4}  to {report.components} components",
        f"  folded    {len(report.folded):>4}  into edges and fields",
        f"  ignored   {len(report.ignored):>4}  cost nothing by themselves",
        f"  unpriced  {len(report.unpriced):>4}  may cost something that is not known here",
        f"connections: {sure['certain']} certain, {sure['likely']} likely, {sure['guessed']} guessed",
    ]
    lines += _part("unpriced", {item.address: f"{item.type}: {item.became}" for item in report.unpriced})
    unsure = [link for link in report.connections if link.certainty != "certain"]
    lines += _part(
        "to look at", {f"{link.source} -> {link.target}": f"{link.certainty}: {link.why}" for link in unsure}
    )
    lines += _part("assumed", dict.fromkeys(report.assumptions, ""))
    lines += _part("warnings", dict.fromkeys(report.warnings, ""))
    return "\n".join(lines) + "\n"


def _part(title: str, items: Mapping[str, str]) -> list[str]:
    if not items:
        return []
    return [f"{title}:", *(f"  {name}{'  ' + text if text else ''}" for name, text in items.items())]
