"""SES: e-mail."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class SesUsage(Fact):
    """What is sent in a month."""

    monthly_emails: MaybeQuantity = None
    monthly_attachment_gb: MaybeQuantity = None


class Ses(Component):
    """Outgoing mail."""

    service: ClassVar[str] = "Amazon SES"
    category: ClassVar[Category] = "integration"

    kind: Literal["ses"]
    usage: SesUsage | None = None
    attachment_kb: Quantity = 0.0
    dedicated_ips: Quantity = 0.0
