"""Amazon CloudFront: bytes and requests by the viewers' region, uploads, functions, or a flat-rate plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from model.kinds.cloudfront import CloudFront
from model.quantity import Num, some_positive
from pricing.metering.site import Included, Metered, Site, Unpriced, Usage

REGION_OF: Final = {"asia": "asia_pacific", "middle_east": "africa_middle_east", "africa": "africa_middle_east"}
SHIELD_OF: Final = {"asia_pacific": "singapore", "africa_middle_east": "europe"}
"""The Origin Shield region that viewers without one of their own use."""


def meter_cloudfront(site: Site[CloudFront]) -> Iterator[Usage]:
    """Bytes to viewers, requests, and bytes sent to origins, by the provider's region of the viewers.

    What origins within AWS send to CloudFront is free. A flat-rate plan has no overage: requests and bytes beyond
    its allowance may be served slower, not billed. Source: Amazon CloudFront pricing page.
    """
    if site.component.pricing != "pay_as_you_go":
        plan = site.component.pricing.removeprefix("flat_")
        yield Metered(f"cloudfront.plan.{plan}", 1.0)
        yield Included("requests and bytes", f"part of the flat-rate {plan} plan")
        return
    yield from _by_region(site)
    yield Included("origin fetches", "AWS origins send to CloudFront free of charge")
    yield from _rare(site)


def viewer_shares(site: Site[CloudFront]) -> dict[str, Num]:
    """Share of the traffic by the meter's name of a region."""
    shares: defaultdict[str, Num] = defaultdict(float)
    for viewers, share in site.component.viewers.items():
        region = REGION_OF.get(viewers, viewers)
        shares[region] = shares[region] + site.value(share)
    return dict(shares)


def _by_region(site: Site[CloudFront]) -> Iterator[Usage]:
    load = site.load
    uploads = sum((flow.request_gb for _, _, flow in site.neighbours_out()), start=0.0)
    counted = {
        "transfer": site.usage("monthly_transfer_gb", load.response_gb),
        "requests.https": site.usage("monthly_https_requests", load.monthly_calls),
        "requests.http": site.usage("monthly_http_requests", 0.0),
        "to_origin": site.usage("monthly_origin_upload_gb", uploads),
    }
    for region, share in viewer_shares(site).items():
        for meter, quantity in counted.items():
            if meter in ("transfer", "requests.https") or some_positive(quantity):
                yield Metered(f"cloudfront.{meter}.{region}", quantity * share)
        if site.is_stated("monthly_origin_shield_requests"):
            shield = SHIELD_OF.get(region, region)
            asked = site.usage("monthly_origin_shield_requests", 0.0) * share
            yield Metered(f"cloudfront.origin_shield.{shield}", asked, f"viewers: {region.replace('_', ' ')}")


def _rare(site: Site[CloudFront]) -> Iterator[Usage]:
    for usage, meter in (
        ("monthly_invalidation_paths", "invalidations"),
        ("monthly_function_invocations", "functions"),
        ("monthly_realtime_log_lines", "realtime_logs"),
        ("monthly_encryption_requests", "field_encryption"),
        ("dedicated_ip_certificates", "dedicated_ip_certificates"),
    ):
        if site.is_stated(usage):
            yield Metered(f"cloudfront.{meter}", site.usage(usage, 0.0))
    if site.is_stated("monthly_lambda_edge_requests") or site.is_stated("monthly_lambda_edge_gb_seconds"):
        yield Unpriced("Lambda@Edge", "its requests and duration are not in the price tables")
