"""DynamoDB: no queue; provisioned tables throttle what goes beyond their capacity and its burst."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from model.kinds.dynamodb import DynamoDb
from simulations.compiling.compilation import Compilation, Place, Visit

BURST_S = 300
"""Unused capacity that a table keeps, in seconds of it. Source: DynamoDB developer guide, burst capacity."""
_KB_PER_READ, _KB_PER_WRITE = 4, 1
_WRITES = ("write", "delete")


class Table:
    """Tables of one purpose."""

    def __init__(self, at: Compilation, name: str, table: DynamoDb) -> None:
        self.at = at
        self.buckets: dict[bool, int] = {}
        if table.mode == "provisioned":
            item_kb = at.value(table.item_kb)
            strong = at.value(table.consistent_read_share)
            read_units = math.ceil(item_kb / _KB_PER_READ) * (0.5 + 0.5 * strong)
            write_units = float(math.ceil(item_kb / _KB_PER_WRITE))
            self._bucket(name, "reads", at.value(table.read_capacity) / read_units)
            self._bucket(name, "writes", at.value(table.write_capacity) / write_units)

    def _bucket(self, name: str, what: str, per_s: float) -> None:
        if per_s > 0:
            label = f"{name}.{what}"
            self.buckets[what == "writes"] = self.at.build.rate_limit(label, per_s, max(per_s * BURST_S, 1.0))
            self.at.places.append(Place(name, what, "limit", (label,), per_s))

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """Throttled beyond the capacity, else the time it takes."""
        bucket = self.buckets.get(visit.op in _WRITES)
        if bucket is not None:
            self.at.build.limit(bucket)
        self.at.own_times.setdefault(visit.call.to, []).append(visit.time)
        self.at.build.delay(visit.time)
        self.at.build.delay(visit.cpu)
        yield
