"""`python -m loadtests.standin ARCH [--stage S] [--seed N] [--port P] [--real]`: a stand-in, on this machine only.

Prints one line of JSON with its address when it listens; stops on Ctrl-C, on a termination signal and, with
`--with-parent`, when its standard input closes because its starter is gone.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import socket
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

import uvicorn

from loadtests.clock import fine_loop
from loadtests.standin.app import StandIn
from model.loading import load
from model.problems import StageplanError

LOOPBACK = "127.0.0.1"


def main() -> int:
    """Serve until told to stop; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtests.standin", description="A stand-in API of an architecture"
    )
    parser.add_argument("architecture")
    parser.add_argument("--stage")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--scale", type=float, default=1.0, help="load over the busiest hour's, for scaled services")
    parser.add_argument("--real", action="store_true", help="PostgreSQL and Redis behind the data components")
    parser.add_argument("--folder", help="an empty folder for their data; a temporary one when absent")
    parser.add_argument("--with-parent", action="store_true", help="stop when standard input closes")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, _terminated)
    try:
        with ExitStack() as opened:
            serve(options, opened)
    except (StageplanError, OSError, OverflowError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def _terminated(number: int, _: object) -> None:
    """End as on an error, so that what was opened is closed."""
    raise SystemExit(128 + number)


def serve(options: argparse.Namespace, opened: ExitStack) -> None:
    """Build the stand-in, listen, answer until the end."""
    architecture = load(options.architecture)
    graph = architecture.at(options.stage or architecture.stage_names[-1])
    listening = opened.enter_context(listen(options.port))
    folder = None
    if options.real:
        folder = options.folder or mkdtemp(prefix="stand-in-")
        opened.callback(rmtree, folder, ignore_errors=True)
    stand_in = StandIn(graph, options.seed, Path(folder) if folder else None, options.scale)
    with asyncio.Runner(loop_factory=fine_loop) as runner:
        runner.run(answer(stand_in, listening, options.with_parent))


def listen(port: int) -> socket.socket:
    """A listening socket on the loopback address.

    It names its protocol: asyncio turns Nagle's algorithm off only where it sees TCP, and with it each answer in two
    pieces would wait 40 ms for the client's delayed acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen(2048)
    except BaseException:
        listening.close()
        raise
    return listening


async def answer(stand_in: StandIn, listening: socket.socket, with_parent: bool) -> None:
    """Announce the address once everything behind it is up, and answer."""
    application = stand_in.application()
    config = uvicorn.Config(
        application, http="httptools", lifespan="off", log_level="error", access_log=False, timeout_graceful_shutdown=1
    )
    server = uvicorn.Server(config)
    if with_parent:
        threading.Thread(target=stop_with_parent, args=(server,), daemon=True).start()
    async with stand_in.running():
        address = f"http://{LOOPBACK}:{listening.getsockname()[1]}"
        sys.stdout.write(json.dumps({"stand_in": stand_in.name, "url": address, "notice": stand_in.notice}) + "\n")
        sys.stdout.flush()
        await server.serve(sockets=[listening])


def stop_with_parent(server: uvicorn.Server) -> None:
    """End the server when whoever started it is gone."""
    sys.stdin.read()
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(main())
