"""Mapbox: maps by load and by request."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity


class Mapbox(Component):
    """Maps by load and by request."""

    service: ClassVar[str] = "Mapbox"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "mapbox"

    class Usage(Fact):
        """What is drawn and asked in a month."""

        monthly_map_loads: MaybeQuantity = None
        monthly_geocoding_requests: MaybeQuantity = None
        monthly_mobile_users: MaybeQuantity = None

    kind: Literal["mapbox"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
