"""App Runner: containers from source, with a paused floor."""

from typing import ClassVar, Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.base import Fact
from model.component import Category, Component, Scaling
from model.nearest import neighbours
from model.quantity import MaybeQuantity

VCPU: Final = (0.25, 0.5, 1, 2, 4)
MEMORY_GB: Final = (0.5, 1, 2, 3, 4, 6, 8, 10, 12)


class AppRunnerUsage(Fact):
    """What a service counts in a month."""

    active_vcpu_hours: MaybeQuantity = None


class AppRunner(Component):
    """A service: memory is billed while provisioned, CPU only while it serves requests."""

    service: ClassVar[str] = "AWS App Runner"
    category: ClassVar[Category] = "compute"

    kind: Literal["app_runner"]
    usage: AppRunnerUsage | None = None
    vcpu: float = 1
    memory_gb: float = 2
    instances: Scaling = Field(default_factory=lambda: Scaling(min=1, max=25))
    concurrency: int = 100

    @field_validator("vcpu", "memory_gb")
    @classmethod
    def _sold(cls, size: float, info: ValidationInfo) -> float:
        sold = VCPU if info.field_name == "vcpu" else MEMORY_GB
        if size not in sold:
            raise ValueError(f"{size:g} is not an App Runner size ({neighbours(size, sold)})")
        return size

    def size(self) -> str:
        return f"{self.vcpu:g} vCPU {self.memory_gb:g} GB"
