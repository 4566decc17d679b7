"""Chance by a seed: the same seed, the same draws."""

from __future__ import annotations

import random


def seeded(*parts: int | str) -> random.Random:
    """A generator that belongs to these parts."""
    return random.Random(":".join(map(str, parts)))  # noqa: S311 - chance for a load, not for a secret
