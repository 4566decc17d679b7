"""Vercel: front-end hosting."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class Vercel(Component):
    """Front-end hosting by seat and by transfer."""

    service: ClassVar[str] = "Vercel"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "vercel"

    class Usage(Fact):
        """What a team counts in a month."""

        monthly_transfer_gb: MaybeQuantity = None
        monthly_edge_requests: MaybeQuantity = None

    kind: Literal["vercel"]
    usage: Usage | None = None
    plan: Literal["hobby", "pro"] = "pro"
    seats: Quantity = 1.0

    def size(self) -> str:
        return self.plan
