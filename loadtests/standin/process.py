"""The stand-in as a process of its own: started, found to answer, and stopped with nothing left behind."""

from __future__ import annotations

import json
import select
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, Final

from model.problems import StageplanError

START_S: Final = 30.0
STOP_S: Final = 15.0


class StandInNotStarted(StageplanError):
    """The stand-in did not come up."""


class StandInLost(StageplanError):
    """The stand-in came up and was gone, or stuck, at the end."""


@dataclass(frozen=True)
class Running:
    """A stand-in that answers."""

    url: str
    notice: str
    pid: int

    def counters(self) -> dict[str, Any]:
        """What its components and endpoints have counted until now; raise StandInLost when it does not answer."""
        return self._told("counters")

    def figures(self) -> dict[str, Any]:
        """What each of its components has seen, by name."""
        components: dict[str, Any] = self._told("figures")["components"]
        return components

    def _told(self, what: str) -> dict[str, Any]:
        try:
            with urllib.request.urlopen(f"{self.url}/_stand_in/{what}", timeout=10) as answer:  # noqa: S310 - loopback
                told: dict[str, Any] = json.load(answer)
        except OSError as error:
            raise StandInLost(f"the stand-in no longer answers: {error}") from None
        return told


@contextmanager
def stand_in(
    source: str, stage: str, seed: int = 1, *, port: int = 0, real: bool = False, scale: float = 1.0
) -> Iterator[Running]:
    """Run the stand-in of an architecture around a block; raise StandInNotStarted with what it said.

    With `real`, PostgreSQL and Redis stand behind its data components. All stops at the end of the block, also on
    failure; and by itself when this process is gone, as the stand-in's input closes.
    """
    command = [sys.executable, "-m", "loadtests.standin", source, "--stage", stage, "--seed", str(seed)]
    command += ["--port", str(port), "--scale", str(scale), "--with-parent"]
    with (
        tempfile.TemporaryDirectory(prefix="stand-in-", ignore_cleanup_errors=True) as folder,
        tempfile.TemporaryFile("w+", encoding="utf-8") as said,
    ):
        process = subprocess.Popen(  # noqa: S603 - our own module
            [*command, *(("--real", "--folder", folder) if real else ())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
            start_new_session=True,
        )
        try:
            yield _announced(process, said)
        finally:
            _stop(process)


def _announced(process: subprocess.Popen[str], said: IO[str]) -> Running:
    """Wait for the line that says where it listens."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    ready, _, _ = select.select([process.stdout], [], [], START_S)
    line = process.stdout.readline() if ready else ""
    if not line:
        process.kill()
        process.wait(STOP_S)
        said.seek(0)
        lines = said.read().strip().splitlines() or ["it said nothing"]
        raise StandInNotStarted(f"the stand-in did not start: {lines[-1]}")
    told = json.loads(line)
    return Running(told["url"], told["notice"], process.pid)


def _stop(process: subprocess.Popen[str]) -> None:
    """End it: first by closing its input, then by force."""
    if process.poll() is None and process.stdin is not None:
        process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
