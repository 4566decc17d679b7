"""Many simulations side by side: in processes of this machine, or on a Dask cluster, always with results in order.

A worker that loses its machine loses nothing: the scheduler hands its work to another, and as a simulation is a
function of its arguments the result is the same.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from model.problems import BadInput

__all__ = ["compile_once", "side_by_side"]

A = TypeVar("A")
B = TypeVar("B")


def side_by_side(
    work: Callable[[A], B], items: Sequence[A], *, jobs: int | None = None, scheduler: str | None = None
) -> Iterator[B]:
    """The result of `work` on each item, in order, as they come; begins at once, whether or not anyone asks.

    `jobs` processes (all cores when absent), or the workers of the Dask scheduler at an address like
    `tcp://host:8786`. `work` and what it gives back are pickled. Raises BadInput when the scheduler does not answer.
    """
    if scheduler is not None:
        return _on_cluster(work, items, scheduler)
    from joblib import Parallel, delayed

    count = min(jobs or os.cpu_count() or 1, max(len(items), 1))
    if count == 1:
        return map(work, items)
    return iter(Parallel(n_jobs=count, return_as="generator", batch_size=1)(delayed(work)(item) for item in items))


def _on_cluster(work: Callable[[A], B], items: Iterable[A], scheduler: str) -> Iterator[B]:
    try:
        from distributed import Client
    except ImportError:
        raise BadInput("--scheduler needs Dask: pip install 'stageplan[cluster]'") from None
    try:
        client: Any = Client(scheduler, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TimeoutError) as error:
        raise BadInput(f"--scheduler {scheduler}: no Dask scheduler answers there ({error})") from None
    return _from_cluster(client, work, items)


def _from_cluster(client: Any, work: Callable[[A], B], items: Iterable[A]) -> Iterator[B]:
    with client:
        futures = [client.submit(work, item, pure=False, retries=3) for item in items]
        for future in futures:
            yield future.result()


@cache
def compile_once() -> None:
    """Compiles the engine, or loads it, in this process; of several processes one compiles and the others wait."""
    from simulations.builder import ProgramBuilder
    from simulations.distributions import Constant
    from simulations.engines.compiled import CompiledEngine, available

    if not available():
        return
    import numpy as np

    build = ProgramBuilder("one")
    desk = build.station("desk")
    with build.endpoint("visit"):
        build.serve(desk, Constant(1.0))
    with _alone("stageplan-compiling.lock"):
        CompiledEngine(build.build(), np.zeros(1), np.zeros(1, np.int16), 1).advance()


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """One process of this user at a time, where the system can tell."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    path = Path(tempfile.gettempdir()) / f"{os.getuid()}-{name}"
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
