"""CloudTrail: the account's audit."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity


class CloudTrailUsage(Fact):
    """What is recorded in a month."""

    monthly_management_events: MaybeQuantity = None
    """Of additional trails; the first copy is free."""
    monthly_data_events: MaybeQuantity = None
    monthly_insights_events: MaybeQuantity = None


class CloudTrail(Component):
    """Trails: the first copy of management events is free."""

    service: ClassVar[str] = "AWS CloudTrail"
    category: ClassVar[Category] = "operations"

    kind: Literal["cloudtrail"]
    usage: CloudTrailUsage | None = None
    trails: int = 1
