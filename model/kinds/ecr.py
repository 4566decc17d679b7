"""ECR: container images."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, shown
from model.quantity import MaybeQuantity, Quantity


class EcrUsage(Fact):
    """What a registry counts in a month."""

    monthly_transfer_out_gb: MaybeQuantity = None
    """Pulled from outside the region."""


class Ecr(Component):
    """Private repositories."""

    service: ClassVar[str] = "Amazon ECR"
    category: ClassVar[Category] = "operations"

    kind: Literal["ecr"]
    usage: EcrUsage | None = None
    storage_gb: Quantity = 1.0

    def size(self) -> str:
        return shown(self.storage_gb, "GB")
