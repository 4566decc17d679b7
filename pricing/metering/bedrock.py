"""Amazon Bedrock: tokens in and out, by model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from model.kinds.bedrock import Bedrock
from pricing.metering.site import Included, Metered, Site, Usage

METER_OF: Final = {
    "llama_2_13b": "llama2-13b-chat",
    "llama_2_70b": "llama2-70b-chat",
    "llama_3_8b": "llama3-8b-instruct",
    "llama_3_70b": "llama3-70b-instruct",
    "titan_embeddings": "titan-embed-text-v2",
}
"""Models whose meter is not their own name with dashes."""


def meter_bedrock(site: Site[Bedrock]) -> Iterator[Usage]:
    """Input and output tokens on demand; an embedding has no output tokens. Source: Amazon Bedrock pricing page."""
    model = site.component
    calls = site.load.monthly_calls
    meter = f"bedrock.{METER_OF.get(model.model, model.model.replace('_', '-'))}"
    read = calls * site.value(model.input_tokens)
    written = calls * site.value(model.output_tokens)
    yield Metered(f"{meter}.input", site.usage("monthly_input_tokens", read))
    if model.model == "titan_embeddings":
        yield Included("output", "an embedding has no output tokens")
    else:
        yield Metered(f"{meter}.output", site.usage("monthly_output_tokens", written))
