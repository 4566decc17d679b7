"""Bedrock: hosted language models."""

from typing import ClassVar, Literal

from model.base import Fact
from model.component import Category, Component
from model.quantity import MaybeQuantity, Quantity

BedrockModel = Literal[
    "claude_3_haiku",
    "claude_3_sonnet",
    "claude_3_opus",
    "claude_3_5_haiku",
    "claude_3_5_sonnet",
    "llama_2_13b",
    "llama_2_70b",
    "llama_3_8b",
    "llama_3_70b",
    "claude_haiku_4_5",
    "claude_sonnet_4_5",
    "nova_lite",
    "titan_text_lite",
    "titan_text_express",
    "titan_embeddings",
]


class BedrockUsage(Fact):
    """Tokens of a month."""

    monthly_input_tokens: MaybeQuantity = None
    monthly_output_tokens: MaybeQuantity = None


class Bedrock(Component):
    """One model on demand."""

    service: ClassVar[str] = "Amazon Bedrock"
    category: ClassVar[Category] = "external"

    kind: Literal["bedrock"]
    usage: BedrockUsage | None = None
    requests_per_s: float | None = None
    """Rate limit of the provider."""
    model: BedrockModel
    input_tokens: Quantity = 1000.0
    """Per call."""
    output_tokens: Quantity = 500.0
    """Per call."""

    def size(self) -> str:
        return self.model.replace("_", " ")
