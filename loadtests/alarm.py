"""Waking up on time: a greenlet's sleep that is not rounded up to the next millisecond, as an event loop's is."""

from __future__ import annotations

import ctypes
import os
import sys
from typing import Final

import gevent

_MONOTONIC: Final = 1
_NANOSECONDS: Final = 1_000_000_000


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Timer(ctypes.Structure):
    _fields_ = (("interval", _Time), ("value", _Time))


class Alarm:
    """The sleep of one greenlet: on Linux a timer of the kernel's, which the event loop watches; elsewhere gevent's.

    Python 3.13 has `os.timerfd_create`; until it is the oldest one supported, the C library is asked.
    """

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None) if sys.platform == "linux" else None
        flags = os.O_NONBLOCK | os.O_CLOEXEC
        self._timer = -1 if self._libc is None else self._libc.timerfd_create(_MONOTONIC, flags)
        if self._timer >= 0:
            self._hub = gevent.get_hub()
            self._watcher = self._hub.loop.io(self._timer, 1)

    def sleep(self, seconds: float) -> None:
        """Let others work for so long; once, where nothing is left to wait."""
        if seconds <= 0 or self._timer < 0:
            gevent.sleep(max(seconds, 0.0))
            return
        whole, rest = divmod(round(seconds * _NANOSECONDS) or 1, _NANOSECONDS)
        wanted = _Timer(_Time(0, 0), _Time(whole, rest))
        if self._libc.timerfd_settime(self._timer, 0, ctypes.byref(wanted), None):  # type: ignore[union-attr]
            gevent.sleep(seconds)
            return
        self._hub.wait(self._watcher)
        os.read(self._timer, 8)

    def close(self) -> None:
        """Give the timer back."""
        if self._timer >= 0:
            self._watcher.close()
            os.close(self._timer)
            self._timer = -1
