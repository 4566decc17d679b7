"""API Gateway: REST, HTTP and WebSocket APIs."""

from typing import ClassVar, Literal

from pydantic import Field, field_validator

from model.base import Fact
from model.component import Category, Component
from model.nearest import neighbours
from model.quantity import MaybeQuantity, Quantity

CACHE_SIZES_GB = (0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237)


class ApiGatewayUsage(Fact):
    """What an API counts in a month."""

    monthly_requests: MaybeQuantity = None
    mean_request_kb: MaybeQuantity = None
    """Request and response together; HTTP APIs are metered by 512 KB."""
    monthly_messages: MaybeQuantity = None
    mean_message_kb: MaybeQuantity = None
    """WebSocket messages are metered by 32 KB."""
    monthly_connection_minutes: MaybeQuantity = None


class ApiGateway(Component):
    """One API: its type, cache, and limits."""

    service: ClassVar[str] = "Amazon API Gateway"
    category: ClassVar[Category] = "edge"

    kind: Literal["api_gateway"]
    usage: ApiGatewayUsage | None = None
    api: Literal["rest", "http", "websocket"] = "rest"
    cache_gb: float | None = None
    websocket_connections: Quantity = 0.0
    """Connections open on average, beside a REST API or alone."""
    websocket_messages_per_minute: Quantity = 0.0
    """Messages per connection."""
    timeout_s: float = Field(default=29, gt=0, le=29)
    requests_per_s: float = Field(default=10_000, gt=0)
    burst: float = Field(default=5_000, gt=0)

    @field_validator("cache_gb")
    @classmethod
    def _sold_cache(cls, size: float | None) -> float | None:
        if size is not None and size not in CACHE_SIZES_GB:
            raise ValueError(f"{size:g} GB is not a cache size ({neighbours(size, CACHE_SIZES_GB)})")
        return size

    def size(self) -> str:
        name = {"rest": "REST", "http": "HTTP", "websocket": "WebSocket"}[self.api]
        return f"{name}, cache {self.cache_gb:g} GB" if self.cache_gb else name
