"""Metrics from CloudWatch through GetMetricData: many series at once, page by page.

Source: CloudWatch API reference, GetMetricData: at most 500 metrics a request; USD 0.01 per thousand metrics.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from account.cloudwatch_series import Series
from account.session import told
from model.problems import BadInput
from pricing.staleness import day_of

if TYPE_CHECKING:
    from types_boto3_cloudwatch import CloudWatchClient
    from types_boto3_cloudwatch.type_defs import MetricDataQueryTypeDef, MetricStatTypeDef, MetricTypeDef

MOST_METRICS: Final = 500
MOST_POINTS: Final = 100_800
"""Data points in one answer."""
PERIODS_S: Final = (60, 300, 900, 3600)
MOST_DAYS: Final = 62
Values = Mapping[datetime, float]


@dataclass(frozen=True)
class Span:
    """Days to read, in UTC, the last one excluded, and how long one interval is."""

    first: date
    after: date
    period_s: int

    @property
    def starts(self) -> Iterator[datetime]:
        """The beginning of every interval."""
        start = self.at(self.first)
        while start < self.at(self.after):
            yield start
            start += timedelta(seconds=self.period_s)

    @staticmethod
    def at(day: date) -> datetime:
        return datetime.combine(day, time(), UTC)


def span_of(text: str, period_s: int) -> Span:
    """`FIRST/AFTER` as typed, like 2026-11-01/2026-11-08; raise BadInput for what is none.

    >>> len(list(span_of("2026-11-01/2026-11-03", 3600).starts))
    48
    """
    first, slash, after = text.partition("/")
    if not slash:
        raise BadInput(f"--from-cloudwatch: '{text}' is not FIRST/AFTER, like 2026-11-01/2026-11-08")
    span = Span(day_of(first), day_of(after), period_s)
    if period_s not in PERIODS_S:
        raise BadInput(f"--period {period_s} is not one of {', '.join(map(str, PERIODS_S))}")
    if not 1 <= (span.after - span.first).days <= MOST_DAYS:
        raise BadInput(f"--from-cloudwatch: {text} is not 1 to {MOST_DAYS} days")
    return span


def read_series(client: CloudWatchClient, wanted: Sequence[Series], span: Span) -> dict[Series, Values]:
    """The values of every series by the start of their interval; a series without data has none.

    Raises AccountRefusal for what the account refuses, BadInput when CloudWatch could not read a metric.
    """
    found: dict[Series, dict[datetime, float]] = {one: {} for one in wanted}
    points = sum(1 for _ in span.starts)
    batch = max(1, min(MOST_METRICS, MOST_POINTS // points))
    for start in range(0, len(wanted), batch):
        part = wanted[start : start + batch]
        queries = [_query(number, one, span.period_s) for number, one in enumerate(part)]
        with told("cloudwatch:GetMetricData"):
            pages = client.get_paginator("get_metric_data").paginate(
                MetricDataQueries=queries,
                StartTime=span.at(span.first),
                EndTime=span.at(span.after),
                ScanBy="TimestampAscending",
            )
            for page in pages:
                for result in page["MetricDataResults"]:
                    one = part[int(result["Id"].removeprefix("m"))]
                    if result.get("StatusCode") in ("InternalError", "Forbidden"):
                        raise BadInput(f"CloudWatch could not read {one.metric} of {one.component}: try again later")
                    values = zip(result.get("Timestamps", []), result.get("Values", []), strict=True)
                    found[one] |= {at.astimezone(UTC): float(value) * one.scale for at, value in values}
    return {one: dict(values) for one, values in found.items()}


def _query(number: int, one: Series, period_s: int) -> MetricDataQueryTypeDef:
    metric: MetricTypeDef = {
        "Namespace": one.namespace,
        "MetricName": one.metric,
        "Dimensions": [{"Name": name, "Value": value} for name, value in one.dimensions],
    }
    stat: MetricStatTypeDef = {"Metric": metric, "Period": period_s, "Stat": one.statistic}
    return {"Id": f"m{number}", "MetricStat": stat, "ReturnData": True}
