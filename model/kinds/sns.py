"""SNS: topics and deliveries."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class SnsUsage(Fact):
    """What a topic counts in a month."""

    monthly_publishes: MaybeQuantity = None
    message_kb: MaybeQuantity = None
    """Each 64 KB counts as one request."""
    monthly_http_deliveries: MaybeQuantity = None
    monthly_email_deliveries: MaybeQuantity = None
    monthly_sms_deliveries: MaybeQuantity = None
    monthly_push_deliveries: MaybeQuantity = None
    monthly_lambda_deliveries: MaybeQuantity = None
    monthly_sqs_deliveries: MaybeQuantity = None
    monthly_firehose_deliveries: MaybeQuantity = None
    monthly_fifo_publishes: MaybeQuantity = None
    monthly_fifo_deliveries: MaybeQuantity = None


class Sns(Component):
    """A topic that passes each message on to its subscribers."""

    service: ClassVar[str] = "Amazon SNS"
    category: ClassVar[Category] = "integration"

    kind: Literal["sns"]
    usage: SnsUsage | None = None
    fifo: bool = False
    sms_usd: MaybeQuantity = None
    """Price of one text message; it depends on the country and the carrier."""
    sms_price_source: str | None = None
    """Where that price was read."""
    email_share: Quantity = 0.0
    """Share of what arrives here that goes out by e-mail (alarms to people)."""
