"""The metering rule of every component kind; a rule's module is imported when a graph first needs it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from pricing.metering.site import Rule

_WHERE: Final[Mapping[str, str]] = {
    "lambda": "lambda_function:meter_lambda",
}


@cache
def rule_of(kind: str) -> Rule:
    """The rule of a kind; KeyError when it has none."""
    module, name = _WHERE[kind].split(":")
    rule: Rule = getattr(import_module(f"pricing.metering.{module}"), name)
    return rule


KINDS: Final = tuple(sorted(_WHERE))
"""The kinds that have a rule."""
