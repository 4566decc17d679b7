"""CloudFront: the content delivery network."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class CloudFrontUsage(Fact):
    """What a distribution counts in a month."""

    monthly_transfer_gb: MaybeQuantity = None
    """Sent to viewers."""
    monthly_https_requests: MaybeQuantity = None
    monthly_http_requests: MaybeQuantity = None
    monthly_origin_upload_gb: MaybeQuantity = None
    """Sent to the origin (uploads through the distribution)."""
    monthly_invalidation_paths: MaybeQuantity = None
    monthly_function_invocations: MaybeQuantity = None
    monthly_lambda_edge_requests: MaybeQuantity = None
    monthly_lambda_edge_gb_seconds: MaybeQuantity = None
    monthly_realtime_log_lines: MaybeQuantity = None
    monthly_origin_shield_requests: MaybeQuantity = None
    monthly_encryption_requests: MaybeQuantity = None
    """Field-level encryption."""
    dedicated_ip_certificates: MaybeQuantity = None


class CloudFront(Component):
    """A distribution; viewers by billing region, price class, default time to live."""

    service: ClassVar[str] = "Amazon CloudFront"
    category: ClassVar[Category] = "edge"

    kind: Literal["cloudfront"]
    usage: CloudFrontUsage | None = None
    viewers: dict[
        Literal["us", "europe", "asia", "japan", "india", "south_america", "australia", "middle_east", "africa"],
        Quantity,
    ] = {"us": 1.0}
    """Share of the traffic by the provider's billing region."""
    ttl_s: float | None = None
    pricing: Literal["pay_as_you_go", "flat_free", "flat_pro", "flat_business", "flat_premium"] = "pay_as_you_go"

    def size(self) -> str:
        return f"TTL {self.ttl_s:g} s" if self.ttl_s else "CDN"
