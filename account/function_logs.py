"""Cold starts of a function from its log group: the lines that report an initialisation.

Sources: AWS Lambda developer guide, "Logs" (REPORT lines have `Init Duration` after a cold start; in JSON logs
`platform.report` has `initDurationMs`); CloudWatch Logs API reference, FilterLogEvents (patterns are terms, pages of
at most 10,000 events). Metrics have no such count without Lambda Insights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from account.session import told
from model.problems import BadInput

if TYPE_CHECKING:
    from account.cloudwatch import Span

PATTERNS: Final = ('"Init Duration"', '"initDurationMs"')
MOST_STARTS: Final = 1_000_000
_INIT: Final = re.compile(r'Init Duration: ([\d.]+) ms|"initDurationMs"\s*:\s*([\d.]+)')
_PER_S: Final = 1000


def log_group(function: str) -> str:
    """The group that a function writes to unless it is told another."""
    return f"/aws/lambda/{function}"


def logged_starts(client: Any, function: str, span: Span) -> list[tuple[datetime, float]] | None:
    """When each cold start was reported and how many milliseconds it took; None when there is no such log group.

    `client` is one of CloudWatch Logs. Raises AccountRefusal for what the account refuses, BadInput for more starts
    than can be read.
    """
    first, after = (int(span.at(day).timestamp()) * _PER_S for day in (span.first, span.after))
    for pattern in PATTERNS:
        found: list[tuple[datetime, float]] = []
        with told("logs:FilterLogEvents"):
            pages = client.get_paginator("filter_log_events").paginate(
                logGroupName=log_group(function), startTime=first, endTime=after - 1, filterPattern=pattern
            )
            try:
                for page in pages:
                    found += _starts_of(page["events"])
                    if len(found) > MOST_STARTS:
                        many = f"more than {MOST_STARTS:,} cold starts: ask for fewer days"
                        raise BadInput(f"{log_group(function)} has {many}")
            except client.exceptions.ResourceNotFoundException:
                return None
        if found:
            return found
    return []


def _starts_of(events: Iterable[Mapping[str, Any]]) -> Iterator[tuple[datetime, float]]:
    for event in events:
        match = _INIT.search(event.get("message", ""))
        if match:
            yield datetime.fromtimestamp(event["timestamp"] / _PER_S, UTC), float(match[1] or match[2])
