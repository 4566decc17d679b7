"""What nobody waits for: queues with workers, redelivery and dead letters; topics, buses and streams."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from model.endpoints import Call, Step
from model.kinds.sqs import Sqs
from simulations.builder import Slots
from simulations.compiling.compilation import Compilation, Part
from simulations.compiling.tasks import Tasks
from simulations.distributions import Distribution, Lognormal
from simulations.program import UNLIMITED

DEAD_LETTER = "dead letter"
_STREAM_SIGMA = 0.4
_LEAST_VISIBILITY_S = 1e-3
_FANS_OUT = ("sns", "eventbridge", "sqs", "s3", "dynamodb", "supabase")
"""Kinds that hand every delivery on by itself; others (a workflow) do one step after another."""


class Deliveries:
    """What a callee sets off later."""

    def __init__(
        self, at: Compilation, walk: Callable[[tuple[Step, ...], str, str], None], part: Callable[[str], Part]
    ) -> None:
        self.at, self.walk, self.part = at, walk, part
        self.pollers: dict[str, Slots] = {}

    def deliver(self, source: str, steps: tuple[Step, ...], endpoint: str) -> None:
        """Sends a message for each delivery, or one for a workflow's steps together."""
        if not steps:
            return
        kind = self.at.component(source).kind
        apart = [(step,) for step in steps] if kind in _FANS_OUT else [steps]
        for some in apart:
            self._send(source, some, endpoint)

    def _send(self, source: str, steps: tuple[Step, ...], endpoint: str) -> None:
        component = self.at.component(source)
        first = steps[0]
        target = first.to if isinstance(first, Call) else source

        def write() -> None:
            self.at.build.delay(self.at.time(self._delay(source)))
            if isinstance(component, Sqs):
                workers = self._workers(source, target)
                visible_s = max(component.visibility_timeout_s, _LEAST_VISIBILITY_S)
                with self.at.build.received(workers, visible_s, component.max_receives, DEAD_LETTER):
                    self.walk(steps, source, endpoint)
                return
            with self._again() if self.at.component(target).kind == "lambda" else nullcontext():
                self.walk(steps, source, endpoint)

        self.at.send(f"{endpoint}: {source} to {target}", write)

    def _again(self) -> AbstractContextManager[None]:
        """The attempts of an asynchronous invocation."""
        facts = self.at.parameters
        return self.at.build.retry(
            int(facts.value("lambda_async_attempts")), facts.value("lambda_async_wait_s"), jitter=False
        )

    def _workers(self, queue: str, target: str) -> Slots:
        """Who takes from a queue: idle tasks of a fleet, or as many invocations as a queue may start."""
        part = self.part(target) if target != queue else None
        if isinstance(part, Tasks) and part.workers is not None:
            return part.workers
        if queue not in self.pollers:
            lambda_behind = self.at.component(target).kind == "lambda"
            most = int(self.at.parameters.value("lambda_event_source_concurrency")) if lambda_behind else UNLIMITED
            self.pollers[queue] = self.at.build.station(f"{queue}.receivers", most)
        return self.pollers[queue]

    def _delay(self, source: str) -> Distribution:
        component, fact_s = self.at.component(source), self.at.fact_s
        match component.kind:
            case "sqs" if isinstance(component, Sqs) and component.fifo:
                return Lognormal(fact_s("sqs_fifo_delivery_ms"), 0.6)
            case "sqs":
                return Lognormal(fact_s("sqs_delivery_ms"), 1.0, shift=fact_s("sqs_delivery_shift_ms"))
            case "eventbridge":
                return Lognormal(fact_s("eventbridge_delivery_ms"), 0.4)
            case "dynamodb":
                return Lognormal(fact_s("stream_delivery_ms"), _STREAM_SIGMA)
            case _:
                return Lognormal(fact_s("sns_delivery_ms"), 0.45)
