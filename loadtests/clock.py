"""An asyncio event loop whose sleeps are not rounded up to the next millisecond."""

from __future__ import annotations

import asyncio
import select
import selectors
import sys

if sys.platform == "linux":

    class FineSelector(selectors.EpollSelector):
        """Waits in `select`, which counts microseconds, on the one descriptor of epoll, which counts milliseconds."""

        def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
            if timeout is not None and timeout > 0:
                select.select([self.fileno()], [], [], timeout)
                timeout = 0.0
            return super().select(timeout)

else:
    FineSelector = selectors.DefaultSelector


def fine_loop() -> asyncio.AbstractEventLoop:
    """A new loop that wakes up on time."""
    return asyncio.SelectorEventLoop(FineSelector())
