"""External services without a kind of their own: those that are free, and those whose price is stated."""

from typing import ClassVar, Literal

from model.component import Category, Component, NoUsage
from model.quantity import MaybeQuantity


class FreeApi(Component):
    """An external API that asks no money for what the architecture does with it."""

    service: ClassVar[str] = "External API"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = ""

    kind: Literal["social_network", "oauth_provider", "recaptcha"]
    usage: NoUsage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""


class ExternalApi(Component):
    """Any other external service: what it costs is stated here, with its source."""

    service: ClassVar[str] = "External API"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "stated"

    kind: Literal["external_api"]
    usage: NoUsage | None = None
    usd_per_call: MaybeQuantity = None
    usd_per_month: MaybeQuantity = None
    price_source: str | None = None
    """Where the price was read; a priced service needs one."""
    requests_per_s: float | None = None
    included: bool = False
    """Part of another component's price, or free: not billed here."""
