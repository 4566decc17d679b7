"""Amplify Hosting: front-end builds and delivery."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class AmplifyUsage(Fact):
    """What an app counts in a month."""

    monthly_transfer_gb: MaybeQuantity = None
    monthly_ssr_requests: MaybeQuantity = None
    ssr_duration_ms: MaybeQuantity = None


class Amplify(Component):
    """A hosted front end: build minutes, stored gigabytes, bytes served, rendered requests."""

    service: ClassVar[str] = "AWS Amplify Hosting"
    category: ClassVar[Category] = "edge"

    kind: Literal["amplify"]
    usage: AmplifyUsage | None = None
    monthly_build_minutes: Quantity = 0.0
    storage_gb: Quantity = 0.5
    server_side_rendering: bool = False
    ssr_memory_gb: Quantity = 1.0
    """Memory of the compute that renders pages, assumed."""
