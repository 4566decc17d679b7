"""Amazon CloudWatch: logs ingested, stored and searched; metrics, alarms, dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.endpoints import Branch, Call, Choice, Endpoint, Parallel, Step
from model.kinds.cloudwatch import CloudWatch
from model.kinds.vpc import Vpc
from model.quantity import Num, some_positive
from model.units import DAYS_PER_MONTH, KB_PER_GB
from pricing.metering.rounding import above
from pricing.metering.site import Included, Metered, Site, Unpriced, Usage

STORED_SHARE: Final = 0.15
"""Size of archived logs, which are compressed. Source: Amazon CloudWatch pricing page, example 3."""
METRICS_PER_ANOMALY_ALARM: Final = 3
"""The metric and the two bounds of its band."""


def meter_cloudwatch(site: Site[CloudWatch]) -> Iterator[Usage]:
    """Logs of every request, those of Lambda and vended ones at their own tiers; what is kept, compressed; alarms.

    Metrics that AWS services publish are free. Source: Amazon CloudWatch pricing page.
    """
    yield from _logs(site)
    yield from _alarms(site)
    watch = site.component
    metrics = site.value(watch.metrics) + site.value(watch.container_insights_metrics)
    for meter, quantity in (
        ("metrics", metrics),
        ("dashboards", site.value(watch.dashboards)),
        ("contributor_rules", site.value(watch.contributor_rules)),
        ("contributor_events", site.value(watch.contributor_events)),
        ("canary_runs", site.value(watch.canary_runs)),
        ("api_requests", site.usage("monthly_api_requests", 0.0)),
    ):
        if some_positive(quantity):
            yield Metered(f"cloudwatch.{meter}", quantity)
    yield Included("service metrics", "basic metrics of AWS services are free")


def _logs(site: Site[CloudWatch]) -> Iterator[Usage]:
    all_gb, lambda_gb = log_gb(site)
    total = site.usage("monthly_log_gb", all_gb)
    of_lambda = site.usage("monthly_lambda_log_gb", lambda_gb if not site.is_stated("monthly_log_gb") else 0.0)
    vended = site.usage("monthly_vended_log_gb", _flow_log_gb(site))
    other = above(total, of_lambda)
    if some_positive(other):
        yield Metered("cloudwatch.logs.ingest", other)
    if some_positive(of_lambda):
        yield Metered("cloudwatch.logs.ingest.lambda", of_lambda, "logs of Lambda functions")
    if some_positive(vended):
        yield Metered("cloudwatch.logs.ingest.lambda", vended, "vended logs, on the same tiers as Lambda's")
    months_kept = site.value(site.component.retention_days) / DAYS_PER_MONTH
    kept = (other + of_lambda + vended) * STORED_SHARE * months_kept
    stored = site.usage("stored_log_gb", kept)
    if some_positive(stored):
        yield Metered("cloudwatch.logs.storage", stored, "compressed")
    if site.is_stated("monthly_insights_gb"):
        yield Metered("cloudwatch.logs.query", site.usage("monthly_insights_gb", 0.0))
    if site.is_stated("monthly_vended_log_s3_gb"):
        yield Unpriced("vended logs to S3", "their rate is not in the price tables")


def _alarms(site: Site[CloudWatch]) -> Iterator[Usage]:
    watch = site.component
    standard = site.value(watch.alarms) + site.value(watch.anomaly_alarms) * METRICS_PER_ANOMALY_ALARM
    for meter, quantity in (
        ("standard", standard),
        ("high_resolution", site.value(watch.high_resolution_alarms)),
        ("composite", site.value(watch.composite_alarms)),
    ):
        if some_positive(quantity):
            yield Metered(f"cloudwatch.alarms.{meter}", quantity)


def log_gb(site: Site[CloudWatch]) -> tuple[Num, Num]:
    """GB that all requests log in a month, and those of requests that pass a Lambda function."""
    per_request_gb = site.value(site.component.log_kb_per_request) / KB_PER_GB
    everything: Num = 0.0
    of_lambda: Num = 0.0
    for name, endpoint in site.graph.endpoints.items():
        logged = site.traffic.endpoint_calls[name] * per_request_gb
        everything = everything + logged
        if _passes_lambda(site, endpoint):
            of_lambda = of_lambda + logged
    return everything, of_lambda


def _flow_log_gb(site: Site[CloudWatch]) -> Num:
    return sum((site.value(vpc.flow_log_gb) for vpc in site.others(Vpc).values() if vpc.flow_logs), start=0.0)


def _passes_lambda(site: Site[CloudWatch], endpoint: Endpoint) -> bool:
    return any(site.graph.components[name].kind == "lambda" for name in _called(endpoint.calls))


def _called(steps: tuple[Step | Branch, ...]) -> Iterator[str]:
    """The names of all components in a plan."""
    for step in steps:
        match step:
            case Call():
                yield step.to
                yield from _called((*step.calls, *step.on_miss, *step.delivers))
            case Parallel(parallel=branches):
                for branch in branches:
                    yield from _called(branch)
            case Choice(choice=options):
                yield from _called(options)
            case Branch():
                yield from _called(step.calls)
