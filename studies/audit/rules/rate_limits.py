"""Calls of outside services against the rate that their providers allow."""

from __future__ import annotations

from collections.abc import Iterator

from studies.amounts import plain, span
from studies.audit.case import Case
from studies.audit.finding import Finding, about
from studies.audit.load import peak_calls_per_s

NAME = "rate_limits"


def check(case: Case) -> Iterator[Finding]:
    """The busiest hour stays below a stated rate limit of an outside service."""
    for stage in case.stages.values():
        for name, component in stage.graph.components.items():
            limit = getattr(component, "requests_per_s", None)
            if limit is None or component.category != "external":
                continue
            calls = peak_calls_per_s(stage, name)
            if calls.high > limit:
                yield about(
                    NAME,
                    "error" if calls.likely > limit else "warning",
                    [component],
                    claim=f"{component.label or name} takes the calls of {stage.name}",
                    stated=f"{plain(limit)} a second",
                    computed=f"{plain(calls.likely)} a second at the peak ({span(calls.low, calls.high)})",
                    calculation="mean rate x peak factor",
                    components=[name],
                    stages=[stage.name],
                )
