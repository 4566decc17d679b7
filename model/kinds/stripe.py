"""Stripe: card payments."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity


class Stripe(Component):
    """Card payments: a share and a fixed fee of each payment."""

    service: ClassVar[str] = "Stripe"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "stripe"

    class Usage(Fact):
        """Payments of a month."""

        monthly_payments: MaybeQuantity = None

    kind: Literal["stripe"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
    mean_payment_usd: MaybeQuantity = None
    """Absent: fees depend on a revenue that the document does not give; they are shown per payment."""
