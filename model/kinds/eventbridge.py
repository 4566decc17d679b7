"""EventBridge: buses, rules, schedules, pipes."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class EventBridgeUsage(Fact):
    """What the buses count in a month."""

    monthly_custom_events: MaybeQuantity = None
    event_kb: MaybeQuantity = None
    """Each 64 KB counts as one event."""
    monthly_scheduler_invocations: MaybeQuantity = None
    monthly_pipe_requests: MaybeQuantity = None
    monthly_archived_gb: MaybeQuantity = None
    monthly_schema_events: MaybeQuantity = None


class EventBridge(Component):
    """A bus with rules, or a scheduler; events of AWS services on the default bus are free."""

    service: ClassVar[str] = "Amazon EventBridge"
    category: ClassVar[Category] = "integration"

    kind: Literal["eventbridge"]
    usage: EventBridgeUsage | None = None
    bus: str | None = None
    archive_gb: Quantity = 0.0
