"""ECS on Fargate: a service of containers without servers."""

from typing import ClassVar, Final, Literal

from pydantic import Field, ValidationInfo, field_validator

from model.base import Fact
from model.component import Category, Component, InVpc, Scaling
from model.nearest import neighbours
from model.quantity import MaybeQuantity, Quantity

MEMORY_GB: Final[dict[float, tuple[float, ...]]] = {
    0.25: (0.5, 1, 2),
    0.5: tuple(range(1, 5)),
    1: tuple(range(2, 9)),
    2: tuple(range(4, 17)),
    4: tuple(range(8, 31)),
    8: tuple(range(16, 61, 4)),
    16: tuple(range(32, 121, 8)),
}
"""vCPU to the memory sizes sold with it. Source: Amazon ECS developer guide, Fargate task sizes."""


class ScalingPolicy(Fact):
    """When the service adds or removes tasks."""

    kind: Literal["target_tracking", "step", "none"] = "target_tracking"
    metric: Literal["cpu", "memory", "requests_per_task", "backlog_per_task"] = "cpu"
    target: Quantity = 70.0
    """Percent for cpu and memory, else the count per task."""
    scale_in: MaybeQuantity = None
    """For step scaling: the threshold below which tasks are removed."""
    out_cooldown_s: float = Field(default=60, ge=0)
    in_cooldown_s: float = Field(default=300, ge=0)
    start_s: Quantity = 60.0
    """From the decision until a task takes requests."""


class FargateUsage(Fact):
    """What a service counts in a month."""

    task_hours: MaybeQuantity = None
    """Hours of all tasks together; replaces the derived mean task count."""


class Fargate(Component, InVpc):
    """A service: task size, bounds of the task count, scaling rule, Spot share."""

    service: ClassVar[str] = "AWS Fargate"
    category: ClassVar[Category] = "compute"

    kind: Literal["fargate"]
    usage: FargateUsage | None = None
    vcpu: float
    memory_gb: float
    tasks: Scaling
    architecture: Literal["x86", "arm"] = "x86"
    os: Literal["linux", "windows"] = "linux"
    scaling: ScalingPolicy = Field(default_factory=ScalingPolicy)
    spot_share: Quantity = 0.0
    """Share of the task-hours on Fargate Spot."""
    ephemeral_storage_gb: float = Field(default=20, ge=20, le=200)
    public_ip: bool = False
    connection_pool: int | None = Field(default=None, ge=1)
    """Database connections that one task holds."""
    memory_per_request_mb: Quantity = 0.0

    @field_validator("vcpu")
    @classmethod
    def _sold_vcpu(cls, vcpu: float) -> float:
        if vcpu not in MEMORY_GB:
            raise ValueError(f"{vcpu:g} vCPU is not a Fargate size ({neighbours(vcpu, list(MEMORY_GB))})")
        return vcpu

    @field_validator("memory_gb")
    @classmethod
    def _sold_memory(cls, memory_gb: float, info: ValidationInfo) -> float:
        vcpu = info.data.get("vcpu")
        if vcpu is not None and memory_gb not in MEMORY_GB[vcpu]:
            near = neighbours(memory_gb, MEMORY_GB[vcpu])
            raise ValueError(f"{memory_gb:g} GB is not sold with {vcpu:g} vCPU ({near})")
        return memory_gb

    @field_validator("tasks")
    @classmethod
    def _some_tasks(cls, tasks: Scaling) -> Scaling:
        if tasks.min < 0 or tasks.max < 1:
            raise ValueError(f"{tasks.min} to {tasks.max} tasks is not a service: min 0 or more, max 1 or more")
        return tasks

    def size(self) -> str:
        low, high = self.tasks.min, self.tasks.max
        count = f"x{low}" if low == high else f"x{low}-{high}"
        return f"{self.vcpu:g} vCPU {self.memory_gb:g} GB {count}"
