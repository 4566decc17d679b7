"""Twilio: text messages and verifications."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity


class Twilio(Component):
    """Text messages and verifications."""

    service: ClassVar[str] = "Twilio"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "twilio"

    class Usage(Fact):
        """Messages of a month."""

        monthly_sms: MaybeQuantity = None
        monthly_verifications: MaybeQuantity = None

    kind: Literal["twilio"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
