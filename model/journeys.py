"""Journeys: what one user does in a row."""

from __future__ import annotations

from pydantic import Field

from model.base import Name, Stated
from model.quantity import Quantity


class Journey(Stated):
    """Endpoints that one user calls one after another, each after the answer before it and a time to think.

    What an answer gives, the later requests of the same user take.
    """

    title: str | None = None
    steps: tuple[Name, ...] = Field(min_length=1, max_length=50)
    """Endpoints, in order; an endpoint that comes twice is called twice."""
    think_s: Quantity = 1.0
    """Mean time between an answer and the next request, exponential."""
    inferred: bool = False
    """Ours: the document names the calls, not their order."""
