"""The generator as a process of its own: Locust without its web interface, running a plan and leaving a recording."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from loadtests.plan import Plan
from loadtests.recording import Recording, read_recording
from model.problems import StageplanError

PLANNED: Final = Path(__file__).with_name("planned.py")
START_S: Final = 20.0
END_S: Final = 30.0
STOP_S: Final = 5.0
AUTH_VARIABLE: Final = "STAGEPLAN_AUTH_HEADER"
"""`Name: value`, sent with every request to the host and written nowhere."""


class GeneratorFailed(StageplanError):
    """The generator ended without a recording."""


class Generator:
    """A started generator: its processes, and how to wait for what it recorded."""

    def __init__(self, plan: Plan, process: subprocess.Popen[str], recording: Path) -> None:
        self.plan = plan
        self.process = process
        self._recording = recording

    @property
    def pid(self) -> int:
        return self.process.pid

    def finished(self) -> Recording:
        """Wait for the end, at most as long as the plan can take; raise GeneratorFailed with what it said."""
        longest_s = self.plan.load.duration_s + 2 * self.plan.timeout_s + START_S + END_S
        try:
            said = self.process.communicate(timeout=longest_s)[1]
        except subprocess.TimeoutExpired:
            raise GeneratorFailed(f"the generator did not end within {longest_s:.0f} s") from None
        if not self._recording.exists():
            raise GeneratorFailed(f"the generator failed: {said.strip() or f'it ended with {self.process.returncode}'}")
        return read_recording(json.loads(self._recording.read_text(encoding="utf-8")))


@contextmanager
def generator(
    plan: Plan, host: str, *, auth_header: str = "", locust_options: Sequence[str] = ()
) -> Iterator[Generator]:
    """Run a plan against a host around a block; nothing is left behind, whatever happens in it.

    `locust_options` are handed to Locust, for its own files: `("--csv", "out/run", "--html", "out/run.html")`.
    """
    with tempfile.TemporaryDirectory(prefix="stageplan-") as folder:
        written, recording = Path(folder, "plan.json"), Path(folder, "recording.json")
        written.write_text(plan.model_dump_json(), encoding="utf-8")
        process = subprocess.Popen(  # noqa: S603 - Locust with our own suite
            [*_command(plan, host, written, recording), *locust_options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, AUTH_VARIABLE: auth_header},
        )
        try:
            yield Generator(plan, process, recording)
        finally:
            _stop(process)


def _command(plan: Plan, host: str, written: Path, recording: Path) -> list[str]:
    command = [sys.executable, "-m", "locust", "-f", str(PLANNED), "--headless", "--only-summary", "--skip-log-setup"]
    command += ["--host", host, "--plan", str(written), "--recording", str(recording), "--yes"]
    many = ["--processes", str(plan.workers), *_own_port()] if plan.workers > 1 else []
    return [*command, *many, "--users", str(plan.workers), "--spawn-rate", "100"]


def _own_port() -> list[str]:
    """Where master and workers of one run meet: on the loopback address, at a port that no other run has."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    return ["--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--master-port", port]


def _stop(process: subprocess.Popen[str]) -> None:
    """End the generator: kindly, then by force."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)
    if process.stderr is not None:
        process.stderr.close()
