"""What an account tells of cold starts and of scaling, as series to fit by; and what it does not tell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from account.alarm_metrics import NAMESPACES
from account.cloudwatch import Span, Values, read_series
from account.cloudwatch_series import Figure, Series
from account.deployed_scaling import deployed_scaling
from account.errors import AccountRefusal, NoCredentials
from account.function_logs import log_group, logged_starts
from model.sizing import SizedGraph
from studies.calibration_data import Measurements
from studies.calibration_series import MINUTE_S, Array, FunctionSeries, ServiceSeries

if TYPE_CHECKING:
    import boto3

Read = Mapping[Series, Values]
Resources = Mapping[str, Mapping[str, str]]
KEPT_DAYS: Final = 15
"""For which CloudWatch keeps metrics by the minute."""
_INSIGHTS: Final = "ECS/ContainerInsights"


def with_behaviour(
    aws: boto3.Session, graph: SizedGraph, resources: Resources, read: Read, span: Span, measurements: Measurements
) -> Measurements:
    """The measurements with cold starts and scaling; a refusal of the account leaves one out and says so.

    Raises NoCredentials when nobody is signed in.
    """
    told = _Told(aws, graph, span, {})
    functions = [
        told.function(name, where, read) for name, where in resources.items() if _kind(graph, name) == "lambda"
    ]
    services = [told.service(name, where) for name, where in resources.items() if _kind(graph, name) == "fargate"]
    return replace(
        measurements,
        functions=tuple(one for one in functions if one is not None),
        services=tuple(one for one in services if one is not None),
        not_told={**measurements.not_told, **told.not_told},
    )


def _kind(graph: SizedGraph, name: str) -> str:
    return graph.components[name].kind


@dataclass
class _Told:
    """An account that is asked, and what it did not tell."""

    aws: boto3.Session
    graph: SizedGraph
    span: Span
    not_told: dict[str, str]

    def function(self, name: str, where: Mapping[str, str], read: Read) -> FunctionSeries | None:
        """A function's intervals: cold starts by Lambda Insights where it is on, else by the log group."""
        starts = list(self.span.starts)
        calls = _values(read, name, "calls", starts, 0.0)
        if not calls.sum():
            return None
        cold, init = _values(read, name, "cold", starts, 0.0), _values(read, name, "cold_ms", starts, math.nan)
        told_by = "Lambda Insights"
        if not cold.sum():
            logged = self._logged(name, where["FunctionName"])
            if logged is None:
                return None
            cold, init = _counted(logged, starts, self.span.period_s)
            told_by = f"REPORT lines of {log_group(where['FunctionName'])}"
        held = _values(read, name, "held_ms", starts, math.nan)
        known = ~np.isnan(held)
        return FunctionSeries(
            component=name,
            period_s=float(self.span.period_s),
            start_s=self._since_first(starts),
            calls=calls,
            cold=np.minimum(cold, calls),
            init_ms=np.where(cold > 0, init, math.nan),
            held_ms=float(held[known] @ calls[known] / calls[known].sum()) if calls[known].sum() else 0.0,
            told_by=told_by,
        )

    def _logged(self, name: str, function: str) -> list[tuple[datetime, float]] | None:
        what = f"cold starts of {name}"
        try:
            found = logged_starts(self.aws.client("logs"), function, self.span)
        except NoCredentials:
            raise
        except AccountRefusal as error:
            self.not_told[what] = f"Lambda Insights tells none, and {error}"
            return None
        if found is None:
            self.not_told[what] = f"Lambda Insights tells none, and there is no log group {log_group(function)}"
        elif not found:
            self.not_told[what] = f"neither Lambda Insights nor {log_group(function)} reports one in these days"
        return found or None

    def service(self, name: str, where: Mapping[str, str]) -> ServiceSeries | None:
        """A service's minutes, with the scaling that the account has for it."""
        minutes = Span(self.span.first, self.span.after, int(MINUTE_S))
        read = read_series(self.aws.client("cloudwatch"), minute_series(name, where), minutes)
        by_figure = {one.figure: values for one, values in read.items()}
        starts = [at for at in minutes.starts if at in by_figure["cpu_percent"]]
        if not starts:
            self.not_told[f"scaling of {name}"] = (
                f"no metrics by the minute in these days: CloudWatch keeps them for {KEPT_DAYS} days"
            )
            return None
        cluster, service = where["ClusterName"], where["ServiceName"]
        deployed, refused = deployed_scaling(self.aws.client("application-autoscaling"), cluster, service)
        if refused:
            self.not_told[f"scaling of {name} as the account has it"] = "; ".join(refused)
        running: Figure = "running" if by_figure["running"] else "task_minutes"
        return ServiceSeries(
            component=name,
            start_s=self._since_first(starts),
            running=_values(read, name, running, starts, math.nan),
            wanted=np.rint(_values(read, name, "wanted", starts, math.nan)),
            cpu=_values(read, name, "cpu_percent", starts, math.nan) / 100,
            deployed=deployed,
        )

    def _since_first(self, starts: Sequence[datetime]) -> Array:
        first = self.span.at(self.span.first)
        return np.array([(at - first).total_seconds() for at in starts])


def minute_series(name: str, where: Mapping[str, str]) -> tuple[Series, ...]:
    """The metrics of a service that tell its scaling, by the minute; wanted tasks need Container Insights."""
    held, space = tuple(where.items()), NAMESPACES["fargate"]
    return (
        Series(name, "cpu_percent", space, "CPUUtilization", "Average", held),
        Series(name, "task_minutes", space, "CPUUtilization", "SampleCount", held),
        Series(name, "running", _INSIGHTS, "RunningTaskCount", "Average", held),
        Series(name, "wanted", _INSIGHTS, "DesiredTaskCount", "Average", held),
    )


def _values(read: Read, name: str, figure: Figure, starts: Sequence[datetime], absent: float) -> Array:
    """A component's own series of a figure at some times."""
    found: Values = next(
        (values for one, values in read.items() if (one.component, one.figure) == (name, figure) and values), {}
    )
    return np.array([found.get(at, absent) for at in starts], dtype=np.float64)


def _counted(
    logged: Sequence[tuple[datetime, float]], starts: Sequence[datetime], period_s: int
) -> tuple[Array, Array]:
    """Cold starts of each interval, and their mean time; nan without any."""
    at = np.array([(when - starts[0]).total_seconds() for when, _ in logged])
    place = np.clip((at // period_s).astype(int), 0, len(starts) - 1)
    count = np.bincount(place, minlength=len(starts)).astype(np.float64)
    total = np.bincount(place, weights=[init for _, init in logged], minlength=len(starts))
    return count, np.divide(total, count, out=np.full(len(starts), math.nan), where=count > 0)
