"""Secrets Manager."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, counted
from model.quantity import MaybeQuantity, Quantity


class SecretsManagerUsage(Fact):
    """What is read in a month."""

    monthly_api_calls: MaybeQuantity = None


class SecretsManager(Component):
    """Stored secrets."""

    service: ClassVar[str] = "AWS Secrets Manager"
    category: ClassVar[Category] = "operations"

    kind: Literal["secrets_manager"]
    usage: SecretsManagerUsage | None = None
    secrets: Quantity = 1.0

    def size(self) -> str:
        return counted(self.secrets, "secret")
