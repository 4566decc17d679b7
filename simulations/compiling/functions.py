"""Lambda: one request an instance, cold starts, limits that throttle, a time limit that ends the caller's wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from model.kinds.lambda_function import LambdaFunction
from simulations.builder import Slots
from simulations.compiling.compilation import Compilation, Place, Visit
from simulations.distributions import Constant, Distribution, Lognormal, Uniform, lognormal

ACCOUNT = "account concurrency"
_SMALL_MB = 128


class Account:
    """The concurrency that all functions without a reservation share: who finds none is throttled."""

    def __init__(self, at: Compilation, functions: dict[str, LambdaFunction]) -> None:
        self.at = at
        reserved = sum(f.reserved_concurrency or 0 for f in functions.values())
        self.limit = max(int(at.parameters.value("lambda_account_concurrency")) - reserved, 0)
        self.sharing = [name for name, f in functions.items() if f.reserved_concurrency is None]
        alone = len(self.sharing) == 1 and functions[self.sharing[0]].functions == 1
        self.slots: Slots | None = None
        if self.sharing and not alone:
            self.slots = at.build.station(ACCOUNT, self.limit, queue=0)
            at.places.append(Place("account", ACCOUNT, "station", (ACCOUNT,)))


class Serverless:
    """A function, or several of one purpose that endpoints share out among themselves."""

    def __init__(self, at: Compilation, account: Account, name: str, function: LambdaFunction) -> None:
        self.at, self.function = at, function
        self.account = account.slots if function.reserved_concurrency is None else None
        limit = account.limit if function.reserved_concurrency is None else function.reserved_concurrency
        several = function.functions > 1
        labels = self.labels = [f"{name}[{k}]" if several else name for k in range(function.functions)]
        self.numbers = [self._make(label, limit) for label in labels]
        self.served: dict[str, int] = {}
        at.functions[name] = labels
        at.sharing += labels if self.account is not None else []
        total = float(limit if function.reserved_concurrency is None else limit * len(labels))
        at.places.append(Place(name, "instances", "function", tuple(labels), total))

    def _make(self, label: str, limit: int) -> int:
        at, function = self.at, self.function
        facts = at.parameters
        warm = not at.conditions.cold_starts
        return at.build.function(
            label,
            init=Constant(0.0) if warm else self._init(),
            first_run=Constant(0.0) if warm else self._first_run(),
            keep_alive=self._keep_alive(),
            limit=limit,
            scale_per_s=facts.value("lambda_scale_per_s"),
            scale_burst=facts.value("lambda_scale_burst"),
            provisioned=round(at.value(function.provisioned_concurrency)),
        )

    def _keep_alive(self) -> Distribution:
        """As the document states the mean, else as the provider is known for; spread alike around either."""
        keep = self.at.parameters.fact("lambda_keep_alive_min")
        stated = self.function.keep_alive_min
        scale = 1.0 if stated is None else self.at.value(stated) / keep.value
        return Uniform(keep.low * scale * 60, keep.high * scale * 60)

    def _init(self) -> Distribution:
        """As the document states it; else by runtime, package and architecture, with the sandbox's set-up before."""
        at, function = self.at, self.function
        sigma = at.parameters.value("lambda_init_sigma")
        stated_s = at.value(function.init_ms) / 1000
        if stated_s > 0:
            return at.time(lognormal(stated_s, Lognormal(1.0, sigma).scv))
        runtime = next((r for r in ("python", "java", "dotnet") if function.runtime.startswith(r)), "nodejs")
        median = at.fact_s(f"lambda_init_{runtime}_{function.package}_{function.architecture}_ms")
        return at.time(Lognormal(median, sigma, shift=at.fact_s("lambda_sandbox_ms")))

    def _first_run(self) -> Distribution:
        small = self.function.memory_mb <= _SMALL_MB
        return Constant(self.at.fact_s("lambda_first_run_128mb_ms" if small else "lambda_first_run_ms"))

    def _turn(self, endpoint: str) -> int:
        """Which of the functions serves an endpoint."""
        if endpoint not in self.served:
            turn = self.served[endpoint] = len(self.served) % len(self.numbers)
            self.at.callers.setdefault(self.labels[turn], []).append(endpoint)
        return self.served[endpoint]

    @contextmanager
    def serving(self, visit: Visit) -> Iterator[None]:
        """An instance is held through its own work and everything below it; at the time limit it is taken away."""
        build, at = self.at.build, self.at
        number = self.numbers[self._turn(visit.endpoint)]
        limited = at.conditions.timeouts
        with (
            build.hold(self.account) if self.account is not None else nullcontext(),
            build.invoke(number),
            build.call(self.function.timeout_s) if limited else nullcontext(),
        ):
            build.delay(visit.cpu)
            build.delay(visit.time)
            yield
