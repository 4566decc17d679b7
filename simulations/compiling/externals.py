"""External services: their own time, behind the provider's rate limit where one is stated."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from simulations.compiling.compilation import Compilation, Place, Visit


class External:
    """A service somewhere else with a rate limit; a second's worth of calls may come at once."""

    def __init__(self, at: Compilation, name: str, requests_per_s: float) -> None:
        self.at = at
        self.bucket = at.build.rate_limit(name, requests_per_s, max(requests_per_s, 1.0))
        at.places.append(Place(name, "requests", "limit", (name,), requests_per_s))

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """429 beyond the limit, else the time it takes."""
        self.at.build.limit(self.bucket)
        self.at.build.delay(visit.time)
        self.at.build.delay(visit.cpu)
        yield
