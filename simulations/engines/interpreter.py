"""The kernel as plain Python over lists: for where numba is missing."""

from __future__ import annotations

import numpy as np

from simulations.engines import memory
from simulations.engines.array_engine import ArrayEngine
from simulations.program import Program


class InterpreterEngine(ArrayEngine):
    """The same functions, uncompiled; lists because they are quicker than arrays one number at a time."""

    def __init__(self, program: Program, arrival_time: memory.Array, arrival_flow: memory.Array, seed: int) -> None:
        super().__init__(program, arrival_time, arrival_flow, seed)
        for name, value in self.memory.items():
            if isinstance(value, np.ndarray):
                self.memory[name] = value.tolist()
