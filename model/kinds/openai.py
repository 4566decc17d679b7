"""The OpenAI API: language models by the token."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity


class OpenAi(Component):
    """Language models by the token."""

    service: ClassVar[str] = "OpenAI API"
    category: ClassVar[Category] = "external"
    provider: ClassVar[str] = "openai"

    class Usage(Fact):
        """Tokens of a month."""

        monthly_input_tokens: MaybeQuantity = None
        monthly_output_tokens: MaybeQuantity = None

    kind: Literal["openai"]
    usage: Usage | None = None
    models: dict[Literal["gpt_4o", "gpt_4o_mini"], Quantity] = {"gpt_4o_mini": 1.0}
    """Share of the calls by model."""
    input_tokens: Quantity = 1000.0
    """Per call."""
    output_tokens: Quantity = 500.0
    """Per call."""
    requests_per_s: float | None = None

    def size(self) -> str:
        return " + ".join(self.models).replace("_", "-")
