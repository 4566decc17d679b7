"""Step Functions: state machines."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component, shown
from model.quantity import MaybeQuantity, Quantity


class StepFunctionsUsage(Fact):
    """What a machine counts in a month."""

    monthly_transitions: MaybeQuantity = None
    monthly_executions: MaybeQuantity = None
    duration_ms: MaybeQuantity = None
    """Express workflows: mean duration, rounded up to 100 ms."""
    memory_mb: MaybeQuantity = None
    """Express workflows: mean memory, rounded up to 64 MB."""


class StepFunctions(Component):
    """A workflow: standard ones pay per transition, express ones per request and GB-second."""

    service: ClassVar[str] = "AWS Step Functions"
    category: ClassVar[Category] = "integration"

    kind: Literal["step_functions"]
    usage: StepFunctionsUsage | None = None
    type: Literal["standard", "express"] = "standard"
    states: Quantity = 1.0
    """Transitions of one execution, without retries."""
    retry_share: Quantity = 0.0
    """Transitions added by retries, as a share."""

    def size(self) -> str:
        return f"{self.type}, {shown(self.states)} states"
