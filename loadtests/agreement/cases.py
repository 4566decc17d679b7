"""What is compared: every architecture at a stage whose capacity one machine can drive, or made so by named changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from model.loading import document_text
from model.yaml_text import read_yaml

SHARES: Final = (0.5, 0.8)
"""Of the capacity."""


@dataclass(frozen=True)
class Case:
    """One architecture at one stage."""

    architecture: str
    stage: str
    heavier: Mapping[str, float] = field(default_factory=dict)
    """Assumptions times a factor."""
    limits: Mapping[str, float] = field(default_factory=dict)
    """Facts of the simulator, stated as assumptions."""

    @property
    def changes(self) -> str:
        """What differs from the document, for the reader; empty when nothing does."""
        told = [f"{name} x {factor:g}" for name, factor in self.heavier.items()]
        return ", ".join(told + [f"{name} {value:g}" for name, value in self.limits.items()])

    def document(self) -> str:
        """The architecture's document with the changes in it."""
        raw = read_yaml(document_text(self.architecture), self.architecture)
        assumed = raw.setdefault("assumptions", {})
        for name, factor in self.heavier.items():
            assumed[name] = _times(assumed[name], factor)
        for name, value in self.limits.items():
            why = "Lowered so that one machine can drive the stage to its capacity."
            assumed[name] = {"low": value, "likely": value, "high": value, "unit": "as the fact's", "why": why}
        return yaml.safe_dump(raw, sort_keys=False, allow_unicode=True)


def _times(assumption: Mapping[str, Any], factor: float) -> dict[str, Any]:
    return {**assumption, **{key: assumption[key] * factor for key in ("low", "likely", "high")}}


CASES: Final = (
    Case("lexohub", "phase1", {"count_query_cpu_ms": 4, "row_query_cpu_ms": 4, "write_cpu_ms": 4}),
    Case("lexohub-supabase", "current", {"count_query_cpu_ms": 3, "row_query_cpu_ms": 3, "write_cpu_ms": 3}),
    Case("socialclub", "staging"),
    Case("tabi-script-ecs", "development"),
    Case("tabi-script-serverless", "development", limits={"lambda_account_concurrency": 16}),
    Case("tabi-script-vercel-supabase", "development", {"db_cpu_ms": 15}),
    Case("vertical-vibing", "stage2"),
    Case("writlix", "steady", {"query_cpu_ms": 8, "query_ms": 8}),
    Case("writlix-supabase", "steady", {"query_cpu_ms": 6, "query_ms": 6}),
)
