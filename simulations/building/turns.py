"""Which way a request goes: chances, choices, repetitions, attempts, forks, calls with a deadline."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

from simulations.building.things import Patience, Slots
from simulations.building.ways import Choice, Parallel
from simulations.building.work import Work
from simulations.program import (
    Code,
    Op,
)

__all__ = ["Turns"]


class Turns(Work):
    """Every method is a turn that a request may take."""

    @contextmanager
    def chance(self, probability: float) -> Iterator[None]:
        """What is inside happens with this probability."""
        self._check_probability("chance", probability)
        after = self._label()
        self._emit(Op(Code.BRANCH, x=1.0 - probability, jump=after))
        yield
        self._place(after)

    @contextmanager
    def choice(self, *probabilities: float) -> Iterator[Choice]:
        """One of several ways: `with choice(0.7, 0.3) as way: with way(0): ...; with way(1): ...`."""
        total = sum(probabilities)
        self._check(abs(total - 1) < 1e-9, f"ops[{len(self._ops)}].choice: probabilities sum to {total}, not 1")
        chosen = Choice(self, probabilities)
        yield chosen
        self._place(chosen.after)

    @contextmanager
    def repeat(self, times: int | None = None, mean: float | None = None) -> Iterator[None]:
        """What is inside happens `times` times, or a geometric number of times (from zero) of the given mean."""
        begin, after, register = self._label(), self._label(), self._take_register()
        if mean is not None:
            self._check(mean >= 0 and math.isfinite(mean), f"ops[{len(self._ops)}].repeat: mean {mean} is below 0")
            self._place(begin)
            self._emit(Op(Code.BRANCH, x=1.0 / (1.0 + mean), jump=after))
            yield
            self._jump(begin)
        else:
            count = 1 if times is None else times
            self._check(count >= 1, f"ops[{len(self._ops)}].repeat: times {count} is below 1")
            self._emit(Op(Code.SET, register=register, count=count))
            self._place(begin)
            yield
            self._emit(Op(Code.LOOP, register=register, jump=begin))
        self._place(after)
        self._registers -= 1

    @contextmanager
    def retry(
        self,
        attempts: int,
        backoff_s: float = 0.0,
        factor: float = 2.0,
        most_s: float = math.inf,
        jitter: bool = True,
    ) -> Iterator[None]:
        """Tries what is inside up to `attempts` times; waits `backoff_s`, then `factor` times as long; full jitter
        draws from 0 to that.
        """
        self._check(attempts >= 1, f"ops[{len(self._ops)}].retry: attempts {attempts} is below 1")
        self._check(
            min(backoff_s, factor, most_s) >= 0,
            f"ops[{len(self._ops)}].retry: backoff_s {backoff_s}, factor {factor}, most_s {most_s}: below 0",
        )
        begin, after, register, outer = self._label(), self._label(), self._take_register(), self._handler()
        self._emit(Op(Code.SET, register=register, count=attempts - 1))
        self._place(begin)
        with self._scope() as failed:
            yield
            self._jump(after)
            self._place(failed)
            self._emit(
                Op(
                    Code.RETRY,
                    register=register,
                    jump=begin,
                    fail=outer,
                    count=int(jitter),
                    x=float(backoff_s),
                    y=float(factor),
                    z=float(most_s),
                    station=attempts - 1,
                )
            )
        self._place(after)
        self._registers -= 1

    @contextmanager
    def ignore_failure(self) -> Iterator[None]:
        """A failure inside ends the block and is forgotten: a fallback."""
        after = self._label()
        self._handlers.append(after)
        yield
        self._handlers.pop()
        self._place(after)

    @contextmanager
    def parallel(self, timeout_s: Patience = math.inf) -> Iterator[Parallel]:
        """Branches run at the same time, the request waits for all: `with parallel() as p: with p.branch(): ...`."""
        limit, patience = self._patience("parallel", timeout_s)
        fork = self._emit(Op(Code.FORK, fail=self._handler(), x=limit, dist=patience))
        after = self._label()
        branches = Parallel(self, after)
        self._held.append((fork, Slots(-1)))
        self._jump(after)
        yield branches
        self._held.pop()
        self._check(bool(branches.targets), f"ops[{fork}].parallel: has no branch")
        self._ops[fork] = self._ops[fork].but(targets=tuple(branches.targets))
        self._place(after)

    @contextmanager
    def call(self, timeout_s: Patience = math.inf) -> Iterator[None]:
        """A call below with a deadline: after `timeout_s` the caller goes on as failed, the work below goes on."""
        with self.parallel(timeout_s) as below, below.branch():
            yield
