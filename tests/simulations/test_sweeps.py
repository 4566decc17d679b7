"""Sweeps: every combination in order, the same results whoever finds them, and nothing lost with a worker."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from model.problems import BadInput
from simulations.sweeps import Point, points_of, sweep, sweep_frame

NAME = "vertical-vibing"


def digests(points: tuple[Point, ...], **options: object) -> list[str]:
    found = list(sweep(points, requests=4000, **options))  # type: ignore[arg-type]
    assert [item.point for item in found] == list(points)
    return [item.result.digest for item in found if item.result is not None]


def test_points_are_all_combinations_in_order() -> None:
    """Stages, then loads, then seeds; all stages when none is named; a name given twice counts once."""
    assert len(points_of([NAME, NAME], loads=(0.5, 2), seeds=3)) == 5 * 2 * 3
    first, second, third, *_ = points_of([NAME], ["stage2"], (0.5, 2), 2)
    assert first == Point(NAME, "stage2", 0.5, 1)
    assert (second.load, second.seed) == (0.5, 2)
    assert (third.load, third.seed) == (2, 1)


def test_impossible_sweeps_are_refused_at_once() -> None:
    """Every wrong load, stage, name and number of seeds in one message."""
    with pytest.raises(BadInput) as told:
        points_of([NAME, "no-such"], ["stage9"], (-1, float("nan"), 0), 0)
    for part in ("--load -1", "--load nan", "--load 0", "--seeds 0", "no-such", "stage9"):
        assert part in str(told.value)


def test_a_sweep_is_a_table() -> None:
    """A row per point and endpoint, with percentiles, intervals and what is fullest."""
    found = list(sweep(points_of([NAME], ["stage4"], (0.5, 1)), requests=4000, jobs=1))
    frame = sweep_frame(found)
    assert set(frame["load"]) == {0.5, 1}
    assert {"p95_ms", "p95_low_ms", "p95_high_ms", "fullest", "held"} <= set(frame.columns)
    assert "wall_s" not in found[0].as_json()


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process of its own."""
    distributed = pytest.importorskip("distributed")
    from distributed.utils import open_port

    port = open_port()
    address = f"tcp://127.0.0.1:{port}"
    assert distributed
    python = [sys.executable, "-m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    scheduler = subprocess.Popen(
        [*python, "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
        **quiet,  # type: ignore[call-overload]
    )
    one = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--death-timeout", "120"]
    workers = [
        subprocess.Popen([*python, "distributed.cli.dask_worker", address, *one], **quiet)  # type: ignore[call-overload]
        for _ in range(2)
    ]
    yield address, workers
    for process in (*workers, scheduler):
        process.kill()
        process.wait()


def test_a_worker_killed_midway_loses_nothing(
    cluster: tuple[str, list[subprocess.Popen[bytes]]],
) -> None:
    """On a cluster of two, one of which dies, every point comes, in order, with the result that one process finds."""
    from distributed import Client

    address, workers = cluster
    points = points_of([NAME], ["stage3", "stage4"], (0.5, 1, 2), 2)
    with Client(address, timeout=120) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(2, timeout=120)
    swept = sweep(points, requests=4000, scheduler=address)
    first = next(swept)
    workers[0].kill()
    began = time.monotonic()
    found = [first, *swept]
    assert time.monotonic() - began < 300
    assert workers[0].wait() != 0
    assert [item.point for item in found] == list(points)
    assert [item.result.digest for item in found if item.result is not None] == digests(points, jobs=1)


def test_no_scheduler_is_one_sentence() -> None:
    """An address where nobody answers is refused with the address."""
    pytest.importorskip("distributed")
    with pytest.raises(BadInput, match=r"tcp://127\.0\.0\.1:1: no Dask scheduler answers there"):
        list(sweep(points_of([NAME], ["stage4"]), requests=1000, scheduler="tcp://127.0.0.1:1"))
