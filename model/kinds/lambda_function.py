"""Lambda: functions."""

from typing import ClassVar, Final, Literal

from pydantic import Field

from model.base import Fact
from model.component import Category, Component, InVpc
from model.quantity import MaybeQuantity, Quantity

MB_PER_VCPU: Final = 1769
"""Memory at which a function has one vCPU; CPU is proportional to memory. Source: AWS Lambda developer guide."""


class LambdaUsage(Fact):
    """What a function counts in a month."""

    monthly_requests: MaybeQuantity = None
    duration_ms: MaybeQuantity = None
    """Mean billed duration, rounded up to 1 ms."""
    monthly_streamed_gb: MaybeQuantity = None
    """Streamed beyond 6 MB per request."""
    cold_start_share: MaybeQuantity = None
    init_ms: MaybeQuantity = None
    """Initialisation, billed since August 2025 for every runtime and package."""
    snapstart_restores: MaybeQuantity = None
    snapstart_cached_s: MaybeQuantity = None
    """Seconds that snapshot versions stay cached."""
    kafka_poller_hours: MaybeQuantity = None
    """Event-poller units of a provisioned Kafka event source."""


class LambdaFunction(Component, InVpc):
    """One function, or several of one purpose and size."""

    service: ClassVar[str] = "AWS Lambda"
    category: ClassVar[Category] = "compute"

    kind: Literal["lambda"]
    usage: LambdaUsage | None = None
    memory_mb: int = Field(default=128, ge=128, le=10240)
    architecture: Literal["x86", "arm"] = "x86"
    runtime: str = "nodejs"
    package: Literal["zip", "image"] = "zip"
    timeout_s: float = Field(default=3, gt=0, le=900)
    ephemeral_storage_mb: int = Field(default=512, ge=512, le=10240)
    provisioned_concurrency: Quantity = 0.0
    provisioned_hours: Quantity = 730.0
    """Hours of the month in which it is switched on."""
    provisioned_share: Quantity = 1.0
    """Share of the invocations that provisioned instances serve, when there are any."""
    reserved_concurrency: int | None = Field(default=None, ge=0)
    functions: int = Field(default=1, ge=1)
    """How many functions of the document stand behind this component."""
    cold_start_share: Quantity = 0.0
    init_ms: Quantity = 0.0
    """Time of one cold start; billed and added to the latency."""
    keep_alive_min: MaybeQuantity = None
    """Mean idle life of an instance, in minutes; the simulator's own when absent."""
    snapstart: bool = False

    @property
    def vcpu(self) -> float:
        """CPU share that the memory brings."""
        return self.memory_mb / MB_PER_VCPU

    def size(self) -> str:
        return f"{self.memory_mb} MB {'arm64' if self.architecture == 'arm' else 'x86'}"
