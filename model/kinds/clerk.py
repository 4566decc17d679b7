"""Clerk: sign-in as a service."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity


class Clerk(Component):
    """Sign-in as a service: a plan with included users, then per user."""

    service: ClassVar[str] = "Clerk"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "clerk"

    class Usage(Fact):
        """Users of a month."""

        monthly_active_users: MaybeQuantity = None

    kind: Literal["clerk"]
    usage: Usage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
    plan: Literal["free", "pro", "pro_2024"] = "pro"
    """pro_2024: the plan with 10,000 included users that documents of 2024 and 2025 quote."""

    def size(self) -> str:
        return self.plan.replace("_", " ")
