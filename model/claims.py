"""Claims: the numbers that the document does give, to be checked and never repeated as ours."""

from typing import Literal

from pydantic import Field

from model.base import Name, Stated

ClaimKind = Literal[
    "cost_line",
    "cost_total",
    "cost_target",
    "price",
    "free_tier",
    "saving_pct",
    "capacity",
    "scaling_rule",
    "latency_target",
    "throughput_target",
    "error_rate",
    "cache_hit",
    "availability",
    "rto_rpo",
    "alarm",
    "budget_alert",
    "retention",
    "other",
]


class Claim(Stated):
    """A number that the document states, in our words, with its place."""

    id: str = Field(pattern=r"^[A-Z0-9-]+$")
    kind: ClaimKind
    subject: str
    low: float | None = None
    high: float | None = None
    text: str | None = None
    """The value when it is not a number."""
    comparator: Literal["=", "<", "<=", ">", ">=", "~", "range", "text", "qualitative"] = "="
    unit: str = ""
    stages: tuple[Name, ...] = ()
    """Our stages that it speaks of; all when empty."""
    components: tuple[Name, ...] = ()
    """Our components that it speaks of."""
    meter: str | None = None
    """The meter of the price tables that a price or a free allowance is about."""
    sums: tuple[str, ...] = ()
    """For a total: the claims that it adds up."""
