"""SQS: queues, with their dead-letter queue."""

from typing import ClassVar, Literal

from pydantic import Field

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class SqsUsage(Fact):
    """What a queue counts in a month."""

    monthly_requests: MaybeQuantity = None
    """API requests; each 64 KB of payload counts as one."""
    message_kb: MaybeQuantity = None


class Sqs(Component):
    """A queue that holds messages until a worker takes them."""

    service: ClassVar[str] = "Amazon SQS"
    category: ClassVar[Category] = "integration"

    kind: Literal["sqs"]
    usage: SqsUsage | None = None
    fifo: bool = False
    message_kb: Quantity = 2.0
    batch_size: int = Field(default=10, ge=1, le=10_000)
    """Messages per receive at most; how full batches are follows from the load."""
    mean_batch: Quantity = 1.0
    """Messages that one receive and one delete carry on average."""
    pollers: Quantity = 0.0
    """Long-polling consumers: each makes empty receives, one per 20 s, when the queue is idle (Lambda: 5)."""
    visibility_timeout_s: float = Field(default=30, ge=0, le=43_200)
    max_receives: int = Field(default=3, ge=1, le=1000)
    dead_letter: str | None = None
    """The queue that takes what was received too often."""

    def size(self) -> str:
        return "FIFO" if self.fifo else "standard"
