"""The import report: what became of every resource, how sure every connection is, what could not be read."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

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


_WIDTH: Final = 120
_MOST_ENDS: Final = 6
"""Ends of one component's unsure connections that are named; the JSON report has them all."""


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
    lines += _part("folded into", _together(report.folded))
    lines += _part("ignored because", _together(report.ignored))
    lines += _part("unpriced", [f"{item.address}  {item.type}: {item.became}" for item in report.unpriced])
    lines += _part("to look at", _unsure(report.connections))
    lines += _part("assumed", [", ".join(report.assumptions)] if report.assumptions else [])
    lines += _part("warnings", report.warnings)
    return "\n".join(lines) + "\n"


def _together(told: Iterable[Told]) -> list[str]:
    """Resources that met the same fate in one line."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for item in told:
        groups[item.became].append(item.address)
    return [f"{became}: {', '.join(addresses)}" for became, addresses in groups.items()]


def _unsure(links: Iterable[Link]) -> list[str]:
    """Connections that are not certain: those of one component for one reason in one line."""
    groups: defaultdict[tuple[str, str, str], list[str]] = defaultdict(list)
    for link in links:
        if link.certainty != "certain":
            groups[(link.source, link.certainty, link.why)].append(link.target)
    return [f"{source} -> {_some(ends)}  {certainty}: {why}" for (source, certainty, why), ends in groups.items()]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _MOST_ENDS} more" if len(names) > _MOST_ENDS else ""
    return ", ".join(names[:_MOST_ENDS]) + more


def _part(title: str, items: Iterable[str]) -> list[str]:
    lines = [
        line
        for item in items
        for line in textwrap.wrap(
            item, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
        )
    ]
    return [f"{title}:", *lines] if lines else []
