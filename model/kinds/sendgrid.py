"""SendGrid: mail."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity


class SendGrid(Component):
    """Mail by plan."""

    service: ClassVar[str] = "SendGrid"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "sendgrid"

    class Usage(Fact):
        """Mails of a month."""

        monthly_emails: MaybeQuantity = None

    kind: Literal["sendgrid"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
    plan: Literal["free", "essentials", "pro"] = "essentials"

    def size(self) -> str:
        return self.plan
