"""What there is: stations, functions, groups of tasks, rate limits, circuit breakers, caches."""

from __future__ import annotations

from dataclasses import replace

from simulations.building.assembly import Assembly
from simulations.building.things import Slots
from simulations.program import (
    UNLIMITED,
    Breaker,
    Function,
    Group,
    Policy,
    RateLimit,
    Station,
)

__all__ = ["Equipment"]


class Equipment(Assembly):
    """Every method makes one thing that requests meet."""

    def station(self, name: str, servers: int = UNLIMITED, queue: int = UNLIMITED, sharing: bool = False) -> Slots:
        """Slots with one queue; `queue` 0 is a loss station, `sharing` a processor that all jobs share."""
        self._check_name(name, self._station_names, "station")
        self._station_names.add(name)
        self._check(servers >= 0, f"stations.{name}.servers: {servers} is below 0")
        self._check(queue >= 0, f"stations.{name}.queue: {queue} is below 0")
        self._stations.append(Station(name, servers, queue, sharing))
        return Slots(len(self._stations) - 1)

    def function(self, name: str, **fields: object) -> int:
        """A serverless function; fields as in `simulations.program.Function`."""
        self._check_name(name, [f.name for f in self._functions], "function")
        function = replace(Function(name), **fields)  # type: ignore[arg-type]
        for field_name in ("init", "first_run", "keep_alive", "max_age"):
            self._check_dist(f"functions.{name}.{field_name}", getattr(function, field_name))
        for field_name in ("limit", "scale_per_s", "scale_burst", "provisioned"):
            value = getattr(function, field_name)
            self._check(value >= 0, f"functions.{name}.{field_name}: {value} is below 0")
        self._check(
            all(left_s > 0 for left_s in function.idle_s), f"functions.{name}.idle_s: each must live for some time"
        )
        self._check(
            len(function.idle_s) + function.provisioned <= function.limit or not function.idle_s,
            f"functions.{name}.idle_s: {len(function.idle_s)} idle instances are beyond the limit",
        )
        self._functions.append(function)
        return len(self._functions) - 1

    def group(
        self,
        name: str,
        tasks: int,
        most_tasks: int | None = None,
        policy: Policy = Policy.ROUND_ROBIN,
        **resources: int,
    ) -> Group:
        """Tasks behind a balancer, each with its own stations: `cpu=2` gives every task a station of two slots and
        its own queue.
        """
        self._check_name(name, [g.name for g in self._groups], "group")
        most = max(tasks, most_tasks or tasks)
        self._check(tasks >= 0, f"groups.{name}.tasks: {tasks} is below 0")
        first = len(self._stations)
        for resource, servers in {"": UNLIMITED, **resources}.items():
            for task in range(most):
                label = f"{name}[{task}]" + (f".{resource}" if resource else "")
                self.station(label, servers=servers)
        offsets = tuple((resource, first + most * (k + 1)) for k, resource in enumerate(resources))
        self._groups.append(Group(name, first, most, tasks, policy, offsets))
        return self._groups[-1]

    def rate_limit(self, name: str, per_s: float, burst: float) -> int:
        """A token bucket."""
        self._check(per_s > 0, f"limits.{name}.per_s: {per_s} must be above 0")
        self._check(burst >= 1, f"limits.{name}.burst: {burst} is below 1")
        self._limits.append(RateLimit(name, float(per_s), float(burst)))
        return len(self._limits) - 1

    def breaker(self, name: str, failures: int, open_s: float) -> int:
        """A circuit breaker."""
        self._check(failures >= 1, f"breakers.{name}.failures: {failures} is below 1")
        self._check(open_s > 0, f"breakers.{name}.open_s: {open_s} must be above 0")
        self._breakers.append(Breaker(name, failures, float(open_s)))
        return len(self._breakers) - 1

    def cache(self, name: str, keys: int) -> int:
        """A cache of `keys` possible keys, empty at first."""
        self._check(keys >= 1, f"caches.{name}.keys: {keys} is below 1")
        self._caches.append((name, keys))
        return len(self._caches) - 1
