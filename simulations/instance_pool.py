"""The instances of one function in steady state: how many are there, how long the idle ones still live, how many calls
start cold.

A call takes the idle instance that was used last. Number the instances by how deep they lie: the n-th works whenever n
or more calls run at once, so that it is idle from the moment when the number running falls below n until it comes back
to n. Calls that come at random and take exponential times make that number a birth-death process: the time from n - 1
to n is independent of what was before, and its first two moments follow from those one level below (Keilson, Markov
Chain Models: Rarity and Exponentiality, 1979). In place of its exact law stands a mixture of two exponentials with both
moments: brief where the next call comes before any ends, else long. The process looks the same backwards, so the same
times, one upon another, say how long ago each level was last reached. No event is simulated: the effort grows with the
instances, not with the rate.

Where calls wait together for something behind the function, the number running varies by more than chance: `spread`
makes it negative binomial instead of Poisson, and `tail` geometric far above the mean, as a queue is. Calls that come
many at once are another matter (`batched_calls`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulations.arrivals import log_of, uniforms
from simulations.batched_calls import Batch, History, history
from simulations.distributions import Distribution
from simulations.idle_lives import alive, drawn, outlived
from simulations.program import UNLIMITED

__all__ = ["InstancePool"]

_STREAM = 1000
"""Of the draws of the first function; each has four of its own."""
_NEGLIGIBLE = 1e-15
_BEYOND = 1e7
"""Mean idle lives after which a level comes so seldom that it is left out."""
_LEAST_S = 1e-9
_LOOK_BACK = 3.0
"""Mean idle lives after which nothing is left of what was before."""
_MOST_CALLS = 5000
"""Calls that are looked back at one by one; more of them mix, and only their spread matters."""
_LOOKS = 64
"""At the instances, for their mean number."""
_MANY_CALLS = 12_000
"""Calls that tell the share of cold starts among batched ones."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Returns:
    """A time for each level: exponential of mean `long_s` with probability `often`, else of mean `brief_s`."""

    often: Floats
    long_s: Floats
    brief_s: Floats

    def longer_than(self, life: Distribution) -> Floats:
        """The chance, by level, that the time is longer than an idle life."""
        brief, long = (outlived(life, mean_s) for mean_s in (self.brief_s, self.long_s))
        return brief + self.often * (long - brief)


@dataclass(frozen=True)
class InstancePool:
    """A function under a steady load; times in seconds. `provisioned` instances serve first and never go."""

    calls_per_s: float
    busy_s: float
    """Of one call, with all that it waits for."""
    keep_alive: Distribution
    limit: int = UNLIMITED
    provisioned: int = 0
    spread: float = 1.0
    """Variance of the number running over its mean."""
    tail: float = 0.0
    """How likely one more running is, at least, over one less."""
    batches: tuple[Batch, ...] = ()
    """All that calls it, where some come many at once."""

    @property
    def load(self) -> float:
        """Calls that would run at once without a limit."""
        return self.calls_per_s * max(self.busy_s, _LEAST_S)

    @property
    def one_by_one(self) -> bool:
        """Whether its calls come in batches too rare to mix."""
        return bool(self.batches) and self.calls_per_s * _LOOK_BACK * self.keep_alive.mean <= _MOST_CALLS

    def _ratio(self, n: int) -> float:
        """How likely n running are over n - 1."""
        usual = (self.load + (n - 1) * (self.spread - 1)) / self.spread / n
        return max(usual, self.tail)

    @cached_property
    def _running(self) -> tuple[int, Floats]:
        """The least number running that matters, and the probabilities from it on."""
        top = min(int(self.load), self.limit)
        up, down = [1.0], [1.0]
        while up[-1] > _NEGLIGIBLE and top + len(up) <= self.limit:
            up.append(up[-1] * self._ratio(top + len(up)))
        while down[-1] > _NEGLIGIBLE and top - len(down) >= 0:
            down.append(down[-1] / self._ratio(top - len(down) + 1))
        weights = np.array([*down[:0:-1], *up])
        return top - len(down) + 1, weights / np.cumsum(weights)[-1]

    @cached_property
    def _returns(self) -> _Returns:
        """From n running to n + 1, for n = 0, 1, ..."""
        often, long_s, brief_s = [], [], []
        mean = square = 0.0
        most = _BEYOND * max(self.keep_alive.mean, _LEAST_S)
        n = 0
        while n < self.limit:
            ends = self.calls_per_s / self._ratio(n) if n else 0.0
            rate = self.calls_per_s + ends
            fall = ends / rate
            below, below_square = mean, square
            mean = (1 + ends * below) / self.calls_per_s
            both = 2 / rate**2 + 2 * fall / rate * (below + mean) + fall * (below_square + 2 * below * mean)
            square = both * rate / self.calls_per_s
            brief_s.append(1 / rate)
            more = mean - brief_s[-1]
            if more > _NEGLIGIBLE * mean:
                often.append(min(more**2 / (square / 2 + brief_s[-1] ** 2 - 2 * brief_s[-1] * mean), 1.0))
                long_s.append(brief_s[-1] + more / often[-1])
            else:
                often.append(1.0)
                long_s.append(mean)
            n += 1
            if long_s[-1] > most and n > self.load:
                break
        return _Returns(np.array(often), np.array(long_s), np.array(brief_s))

    @cached_property
    def _history(self) -> History:
        long_s = max(_MANY_CALLS / self.calls_per_s, 10 * self.keep_alive.mean)
        return self._past(1, 0, long_s)

    def _past(self, seed: int, stream: int, lasts_s: float) -> History:
        return history(self.batches, self.busy_s, self.keep_alive, self.limit, self.provisioned, lasts_s, seed, stream)

    @cached_property
    def cold_share(self) -> float:
        """Calls that start cold over all that start: at n running, the n + 1st instance was idle for longer than it
        lives.
        """
        if self.calls_per_s <= 0:
            return 0.0
        if self.one_by_one:
            return self._history.cold / max(self._history.started, 1)
        first, shares = self._running
        gone = np.ones(first + len(shares))
        known = self._returns.longer_than(self.keep_alive)[: len(gone)]
        gone[: len(known)] = known
        levels = np.arange(max(first, self.provisioned), min(len(gone), self.limit))
        started = float(shares[: max(self.limit - first, 0)].sum())
        return float((shares[levels - first] * gone[levels]).sum()) / started if started > 0 else 0.0

    @cached_property
    def instances(self) -> float:
        """How many there are on average, at work or idle, without the provisioned ones."""
        if self.calls_per_s <= 0:
            return 0.0
        if self.one_by_one:
            return self._history.instances
        ages = self._ages(0, 0, _LOOKS)
        return float(alive(self.keep_alive, ages).sum()) / _LOOKS

    def idle_s(self, seed: int, function: int) -> tuple[float, ...]:
        """How long each idle instance still lives that a run finds at its start, the one used last at the end.

        Those that would be at work are idle since now: a run starts empty. `function` separates the draws.
        """
        if self.calls_per_s <= 0:
            return ()
        stream = _STREAM + 4 * function
        if self.one_by_one:
            return self._past(seed, stream, _LOOK_BACK * self.keep_alive.mean).idle_s
        ages = self._ages(seed, stream, 1)[0]
        left = drawn(self.keep_alive, seed, stream + 2, len(ages)) - ages
        return tuple(float(one) for one in left[::-1] if one > 0)

    def _ages(self, seed: int, stream: int, looks: int) -> Floats:
        """How long ago each instance that is not provisioned was last used, the newest first, as if all lived on;
        shape (looks, instances).
        """
        first, shares = self._running
        returns = self._returns
        levels = len(returns.often)
        chosen = uniforms(seed, stream, 0, looks)
        running = np.minimum(first + np.searchsorted(np.cumsum(shares), chosen), levels)
        chance = uniforms(seed, stream + 1, 0, 2 * levels * looks).reshape(2, looks, levels)
        means_s = np.where(chance[0] < returns.often, returns.long_s, returns.brief_s)
        took = np.where(np.arange(levels) < running[:, None], 0.0, -log_of(chance[1]) * means_s)
        return np.asarray(np.cumsum(took, axis=1)[:, self.provisioned :])
