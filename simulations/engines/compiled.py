"""The kernel compiled by numba: the same functions, two orders of magnitude faster.

Compiled at first use and kept on disk beside the source (or in numba's own cache where that is read-only); the name
of the cached function carries a fingerprint of every function inside, so that a changed source is compiled again.
Runs without the interpreter lock: replications run in threads.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Callable
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from simulations import draws
from simulations.engines import codes, event_heap, kernel, shared_jobs, timers, token_lists
from simulations.engines.array_engine import ArrayEngine

_PARTS: tuple[tuple[ModuleType, tuple[str, ...]], ...] = (
    (draws, ("mix64", "word", "unit", "log", "exp", "normal", "exponential", "gamma", "erlang", "sample")),
    (event_heap, ("push", "wake", "pop")),
    (token_lists, ("rouse", "enlist", "append", "remove")),
    (timers, ("arm_timer", "set_timer")),
    (shared_jobs, ("shared_rate", "job_before", "job_push", "job_pop")),
    (kernel, ("touch", "refill", "advance")),
)
"""Modules and their compiled functions, each before those that call it."""

_OWN = ("advance", "gamma", "erlang")
"""Functions not worth repeating wherever they are called."""

_OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
"""No counting of references: nothing is allocated inside, and counting cost a third of the time."""


def available() -> bool:
    """Whether numba is installed."""
    from importlib.util import find_spec

    return find_spec("numba") is not None


@cache
def compiled_advance() -> Callable[..., int]:
    """`kernel.advance` and all it calls as one compiled function; the first call with arrays compiles or loads it."""
    from numba import njit

    _leave_blas_alone()
    here = sys.modules[__name__]
    modules = [module for module, _ in _PARTS]
    sources = "".join(inspect.getsource(module) for module in (codes, *modules, here))
    mark = hashlib.sha256(sources.encode()).hexdigest()[:12]
    scope: dict[str, Any] = {name: value for module in modules for name, value in vars(module).items()}
    for module, names in _PARTS:
        for name in names:
            original = getattr(module, name)
            copy = FunctionType(original.__code__, scope, name)
            copy.__qualname__ = f"{name}_{mark}"
            scope[name] = njit(copy, **_OPTIONS, cache=name == "advance", forceinline=name not in _OWN)
    advance: Callable[..., int] = scope["advance"]
    return advance


def _leave_blas_alone() -> None:
    """Keeps numba from importing scipy when it loads its array functions, to see whether there is a BLAS: that takes as
    long as everything else it loads, and the kernel multiplies no matrices. Whoever does still gets scipy then.
    """
    from importlib.util import find_spec

    if find_spec("scipy") is None:
        return
    from numba.np import linalg

    look, linalg.ensure_blas = linalg.ensure_blas, lambda: None
    try:
        import numba.np.arraymath  # noqa: F401
    finally:
        linalg.ensure_blas = look


class CompiledEngine(ArrayEngine):
    """The engine for every day."""

    def kernel(self) -> Callable[..., int]:
        return compiled_advance()
