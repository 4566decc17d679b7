"""Progress of long work: one line on standard error that is overwritten, and nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

PERCENT = 100
_BAR = 24
_CLEAR = "\r\x1b[K"


class Progress:
    """A bar over `total` steps (or percent): `with Progress(9) as step: step("price writlix")`. Silent unless on a
    terminal.
    """

    def __init__(self, total: int = PERCENT, stream: TextIO | None = None) -> None:
        self.total = total
        self.done = 0
        self.stream = stream or sys.stderr
        self.shown = self.stream.isatty()

    def __enter__(self) -> Progress:
        return self

    def __call__(self, step: str) -> None:
        """Say which step begins."""
        if self.shown:
            filled = _BAR * min(self.done, self.total) // max(self.total, 1)
            bar = "\N{BOX DRAWINGS HEAVY HORIZONTAL}" * filled + "\N{BOX DRAWINGS LIGHT HORIZONTAL}" * (_BAR - filled)
            self.stream.write(f"{_CLEAR}{bar} {self.done}/{self.total}  {step[:60]}")
            self.stream.flush()
        self.done += 1

    def share_of(self, step: str) -> Callable[[float], None]:
        """A callback that moves the bar to a share (0 to 1) of the whole while `step` goes on."""

        def tell(share: float) -> None:
            self.done = int(share * self.total)
            self(step)

        return tell

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.shown:
            self.stream.write(_CLEAR)
            self.stream.flush()
