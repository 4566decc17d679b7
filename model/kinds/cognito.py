"""Cognito: user pools."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class CognitoUsage(Fact):
    """What a pool counts in a month."""

    monthly_active_users: MaybeQuantity = None
    monthly_federated_users: MaybeQuantity = None
    """Through SAML or OIDC."""
    monthly_sms: MaybeQuantity = None


class Cognito(Component):
    """A pool: the tier decides the free users and the price; pools from before November 2024 keep the old plan."""

    service: ClassVar[str] = "Amazon Cognito"
    category: ClassVar[Category] = "security"

    kind: Literal["cognito"]
    usage: CognitoUsage | None = None
    tier: Literal["lite", "essentials", "plus", "legacy"] = "essentials"
    advanced_security: bool = False
    """On the old plan: charged per user besides."""
    federated_share: Quantity = 0.0

    def size(self) -> str:
        return self.tier
