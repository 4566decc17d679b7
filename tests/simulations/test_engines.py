"""The three engines are one: the same program and seed give the same rows, integrals and timeline."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from simulations.arrivals import Poisson, Regular, Replay
from simulations.builder import ProgramBuilder
from simulations.distributions import Distribution, constant, exponential
from simulations.engines.interface import Change, Kind, Snapshot
from simulations.examples import PROGRAMS
from simulations.program import Program
from simulations.results import Result
from simulations.run import ENGINES, Timed, run


def everywhere(program: Program, ties: bool, seed: int = 5, changes: tuple[Timed, ...] = ()) -> list[Result]:
    arrivals = Regular(1.0, 180.0) if ties else Poisson(1.2, 180.0)
    until = 150.0 if any(entry.clients for entry in program.entries) else None
    return [run(program, arrivals, seed, engine, until, interval_s=7.0, changes=changes) for engine in ENGINES]


def assert_same(first: Result, other: Result) -> None:
    for name in (
        "start",
        "end",
        "flow",
        "status",
        "cold",
        "retries",
        "op_tries",
        "op_passes",
        "op_wait",
        "op_hold",
        "peak",
        "peak_queue",
        "peak_running",
        "waiting",
    ):
        np.testing.assert_array_equal(getattr(other.raw, name), getattr(first.raw, name), err_msg=name)
    for ours, theirs in zip((*first.timeline, first.raw.final), (*other.timeline, other.raw.final), strict=True):
        for name in Snapshot.__dataclass_fields__:
            np.testing.assert_array_equal(getattr(theirs, name), getattr(ours, name), err_msg=f"{name} at {ours.at}")
    assert other.digest == first.digest


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("ties", [True, False], ids=["ties", "drawn"])
def test_engines_agree_bit_for_bit(name: str, ties: bool) -> None:
    """Every kind of station gives the same request-by-request result in all engines, with ties and without."""
    time = constant if ties else exponential
    compiled, interpreted, reference = everywhere(PROGRAMS[name](time), ties)
    assert len(compiled.raw.end) >= 150
    assert_same(compiled, interpreted)
    assert_same(compiled, reference)


@pytest.mark.parametrize("ties", [True, False], ids=["ties", "drawn"])
def test_engines_agree_when_stations_change(ties: bool) -> None:
    """Fewer servers, a station down, slowness, draining, a forgotten function act alike in all engines."""

    def change(at: float, kind: Kind, index: int, value: float = 0.0) -> Timed:
        return Timed(at, Change(kind, index, value))

    def time(mean: float) -> Distribution:
        return constant(mean) if ties else exponential(mean)

    plans = {
        "nested": [change(20, Kind.SERVERS, 1, 1), change(50, Kind.SERVERS, 1, 4), change(70, Kind.SLOWNESS, 2, 3.0)],
        "fifo": [
            change(30, Kind.SERVERS, 0, 0),
            change(36, Kind.STATE, 0, 2),
            change(45, Kind.STATE, 0, 0),
            change(46, Kind.SERVERS, 0, 3),
        ],
        "sharing": [
            change(20, Kind.SLOWNESS, 1, 4.0),
            change(40, Kind.SERVERS, 1, 1),
            change(60, Kind.SLOWNESS, 1, 0.5),
        ],
        "breakable": [
            change(30, Kind.STATE, 0, 2),
            change(40, Kind.STATE, 0, 1),
            change(50, Kind.STATE, 0, 0),
            change(70, Kind.STATE, 4, 2),
            change(75, Kind.STATE, 4, 0),
            change(90, Kind.SERVERS, 4, 0),
            change(95, Kind.SERVERS, 4, 1 << 40),
        ],
        "serverless": [
            change(25, Kind.FORGET, 0, 0.5),
            change(40, Kind.FORGET, 0),
            change(60, Kind.LIMIT, 0, 1),
            change(90, Kind.LIMIT, 0, 9),
        ],
        "least outstanding": [
            change(30, Kind.STATE, 1, 1),
            change(40, Kind.STATE, 3, 0),
            change(60, Kind.STATE, 0, 2),
            change(80, Kind.STATE, 0, 0),
        ],
    }
    for name, changes in plans.items():
        first, *others = everywhere(PROGRAMS[name](time), ties, changes=tuple(changes))
        for other in others:
            assert_same(first, other)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_station_held_when_it_went_down_is_lost(engine: str) -> None:
    """A breakable hold fails at its end; who comes while the station is down fails at once; later ones are served."""
    build = ProgramBuilder("broken")
    with build.endpoint("get"), build.hold(build.station("partner"), breakable=True):
        build.delay(constant(10.0))
    down, up = (Timed(at, Change(Kind.STATE, 0, state)) for at, state in ((5.0, 2), (6.0, 0)))
    result = run(build.build(), Replay((1.0, 5.5, 7.0)), 1, engine, changes=(down, up))
    assert [result.program.causes[status] for status in result.raw.status] == ["aborted", "unavailable", "done"]
    np.testing.assert_allclose(result.raw.end, [11.0, 5.5, 17.0])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_share_of_the_idle_instances_can_be_lost(engine: str) -> None:
    """Of four idle instances half are forgotten: four requests at once then meet two cold starts."""
    build = ProgramBuilder("zones")
    with build.endpoint("get"), build.invoke(build.function("f", init=constant(1.0))):
        build.delay(constant(2.0))
    lost = Timed(10.0, Change(Kind.FORGET, 0, 0.5))
    result = run(build.build(), Replay((1.0,) * 4 + (20.0,) * 4), 1, engine, changes=(lost,))
    assert result.raw.cold.tolist() == [1, 1, 1, 1, 0, 0, 1, 1]


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_run_keeps_the_identities(name: str) -> None:
    """Little's law, conservation and busy seconds hold at every station of every program."""
    for result in everywhere(PROGRAMS[name](exponential), ties=False)[:1]:
        broken = [identity for identity in result.identities() if not identity.holds]
        assert not broken


def test_a_run_repeats_itself() -> None:
    """The same seed gives the same digest five times, another seed another."""
    program = PROGRAMS["queued"](exponential)
    digests = {run(program, Poisson(1.0, 100.0), seed=3).digest for _ in range(5)}
    assert len(digests) == 1
    assert run(program, Poisson(1.0, 100.0), seed=4).digest not in digests


def test_the_digest_is_the_same_on_any_machine() -> None:
    """A digest written down on one machine is found on another."""
    known = {
        name: run(PROGRAMS[name](exponential), Poisson(1.0, 60.0), seed=9, engine="interpreter", until_s=80.0).digest[
            :16
        ]
        for name in ("drawn", "queued", "serverless")
    }
    assert known == KNOWN_DIGESTS


def test_arrays_grow_without_a_trace() -> None:
    """A run that outgrows every array gives the reference's result."""
    build = ProgramBuilder("crowd")
    desk, cpu = build.station("desk", 1), build.station("cpu", 1, sharing=True)
    function = build.function("function", init=exponential(1.0))
    with build.endpoint("get"):
        with build.invoke(function):
            build.delay(exponential(5.0))
        build.send("after")
        build.serve(cpu, exponential(0.02))
        build.serve(desk, exponential(0.02), timeout_s=9.0)
    with build.flow("after"):
        build.delay(exponential(1.0))
    first, other, reference = (run(build.build(), Poisson(150.0, 8.0), 2, engine) for engine in ENGINES)
    assert_same(first, other)
    assert_same(first, reference)


def test_a_run_leaves_scipy_to_whoever_multiplies_matrices() -> None:
    """The compiled engine loads without scipy's linear algebra; numba's matrix product still finds it afterwards."""
    pytest.importorskip("scipy")
    code = """
import sys
import numpy as np
from numba import njit
from simulations.arrivals import Replay
from simulations.distributions import constant
from simulations.examples import PROGRAMS
from simulations.run import run
assert run(PROGRAMS["fifo"](constant), Replay((1.0,))).raw.end.tolist() == [2.5]
assert "scipy.linalg" not in sys.modules
square = np.arange(9.0).reshape(3, 3)
assert (njit(lambda a: np.dot(a, a))(square) == square @ square).all()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


KNOWN_DIGESTS = {"drawn": "a766c1ef0fdad8c8", "queued": "6b00c74cbd4648fe", "serverless": "b90ac103aaa271e5"}
