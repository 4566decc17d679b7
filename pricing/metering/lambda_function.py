"""AWS Lambda: requests, GB-seconds by architecture, provisioned concurrency, storage, streaming, snapshots."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from model.kinds.lambda_function import LambdaFunction
from model.quantity import Num
from model.units import MB_PER_GB, SECONDS_PER_HOUR, SECONDS_PER_MONTH
from pricing.metering.site import Included, Metered, Site, Usage

_FREE_STORAGE_MB = 512


def meter_lambda(site: Site[LambdaFunction]) -> Iterator[Usage]:
    """Requests, and memory times duration rounded up to 1 ms; waiting inside the handler is billed like working.

    A cold start's initialisation is billed too, for every runtime and package, since 2025-08-01. Invocations on
    provisioned concurrency pay a lower duration price besides the hours that the concurrency is kept; ephemeral
    storage above 512 MB pays by GB-second of its own volume. Source: AWS Lambda pricing page.
    """
    function = site.component
    requests = site.usage("monthly_requests", site.load.monthly_calls)
    handler_ms = np.ceil(np.round(site.usage("duration_ms", site.load.mean_busy_ms), 6))
    cold_share = site.usage("cold_start_share", site.value(function.cold_start_share))
    billed_ms = handler_ms + cold_share * site.usage("init_ms", site.value(function.init_ms))
    memory_gb = function.memory_mb / MB_PER_GB
    gb_seconds = requests * billed_ms / 1000 * memory_gb
    yield Metered("lambda.requests", requests)
    concurrency = site.value(function.provisioned_concurrency)
    if np.any(np.asarray(concurrency) > 0):
        warm = site.value(function.provisioned_share)
        kept = concurrency * site.value(function.provisioned_hours) * SECONDS_PER_HOUR * memory_gb
        yield Metered(f"lambda.provisioned.{function.architecture}", kept, f"{function.memory_mb} MB kept warm")
        yield Metered(f"lambda.provisioned_duration.{function.architecture}", gb_seconds * warm)
        gb_seconds = gb_seconds * (1 - warm)
    yield Metered(f"lambda.duration.{function.architecture}", gb_seconds, f"{function.memory_mb} MB")
    if function.ephemeral_storage_mb > _FREE_STORAGE_MB:
        extra_gb = (function.ephemeral_storage_mb - _FREE_STORAGE_MB) / MB_PER_GB
        yield Metered("lambda.ephemeral", requests * billed_ms / 1000 * extra_gb)
    if function.snapstart:
        yield from _snapshots(site, requests * cold_share, memory_gb)
    yield from _rare(site)


def _snapshots(site: Site[LambdaFunction], cold_starts: Num, memory_gb: float) -> Iterator[Usage]:
    """Snapshots kept for one version of each function, and restored at each cold start; free for Java."""
    if site.component.runtime.startswith("java"):
        yield Included("SnapStart", "snapshots of Java functions are free")
        return
    kept_s = site.usage("snapstart_cached_s", float(site.component.functions * SECONDS_PER_MONTH))
    yield Metered("lambda.snapstart.cache", kept_s * memory_gb)
    yield Metered("lambda.snapstart.restore", site.usage("snapstart_restores", cold_starts) * memory_gb)


def _rare(site: Site[LambdaFunction]) -> Iterator[Usage]:
    if site.is_stated("monthly_streamed_gb"):
        yield Metered("lambda.stream", site.usage("monthly_streamed_gb", 0.0))
    if site.is_stated("kafka_poller_hours"):
        yield Metered("lambda.event_pollers", site.usage("kafka_poller_hours", 0.0))
