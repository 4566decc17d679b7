"""API Gateway: a token bucket at the door, and an answer cut at the integration's time limit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from model.kinds.api_gateway import ApiGateway
from simulations.compiling.compilation import Compilation, Place, Visit


class Gateway:
    """A gateway in front of whatever it calls."""

    def __init__(self, at: Compilation, name: str, gateway: ApiGateway) -> None:
        self.at, self.gateway = at, gateway
        self.bucket = at.build.rate_limit(name, gateway.requests_per_s, max(gateway.burst, 1.0))
        at.places.append(Place(name, "requests", "limit", (name,), gateway.requests_per_s))

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """429 when the bucket is empty; 504 when the integration takes longer than the limit, while it goes on."""
        build = self.at.build
        build.limit(self.bucket)
        build.delay(visit.time)
        build.delay(visit.cpu)
        limited = self.at.conditions.timeouts and bool(visit.call.calls)
        with build.call(self.gateway.timeout_s) if limited else nullcontext():
            yield
