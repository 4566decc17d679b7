"""The stand-in's figures in the text form that Prometheus reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_SHOWN: Final = {
    "calls": ("stand_in_calls_total", "counter", "Calls that a component received."),
    "rejected": ("stand_in_rejected_total", "counter", "Calls that a component turned away."),
    "hits": ("stand_in_cache_hits_total", "counter", "Calls that a cache answered."),
    "misses": ("stand_in_cache_misses_total", "counter", "Calls that a cache could not answer."),
    "cold_starts": ("stand_in_cold_starts_total", "counter", "Instances that were started for a request."),
    "most_in_use": ("stand_in_most_in_use", "gauge", "Calls or instances at once, at most."),
    "utilisation": ("stand_in_utilisation", "gauge", "Busy share of a component's CPUs since the start."),
}


def metrics_text(architecture: str, figures: Mapping[str, Mapping[str, Any]]) -> str:
    """One block per metric, one line per component; what a component does not have is left out."""
    lines: list[str] = []
    for field, (name, kind, text) in _SHOWN.items():
        lines += [f"# HELP {name} {text}", f"# TYPE {name} {kind}"]
        lines += [
            f'{name}{{architecture="{architecture}",component="{component}"}} {figure[field]:g}'
            for component, figure in figures.items()
            if figure[field] is not None
        ]
    return "\n".join(lines) + "\n"
