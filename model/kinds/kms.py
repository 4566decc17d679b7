"""KMS: encryption keys."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, counted
from model.quantity import MaybeQuantity, Quantity


class KmsUsage(Fact):
    """What the keys count in a month."""

    monthly_requests: MaybeQuantity = None
    """Symmetric requests."""
    monthly_rsa_2048_requests: MaybeQuantity = None
    monthly_asymmetric_requests: MaybeQuantity = None
    """Other asymmetric requests."""
    monthly_ecc_key_pairs: MaybeQuantity = None
    monthly_rsa_key_pairs: MaybeQuantity = None


class Kms(Component):
    """Customer-managed keys."""

    service: ClassVar[str] = "AWS KMS"
    category: ClassVar[Category] = "operations"

    kind: Literal["kms"]
    usage: KmsUsage | None = None
    keys: Quantity = 1.0

    def size(self) -> str:
        return counted(self.keys, "key")
