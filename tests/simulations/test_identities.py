"""Every run proves itself: the laws of one sample path hold to the last digits, and a wrong count is noticed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.loading import bundled_names, load
from simulations.arrivals import Poisson
from simulations.builder import ProgramBuilder
from simulations.building.things import Slots
from simulations.compiling.stage_program import compile_stage
from simulations.distributions import Uniform, constant, exponential
from simulations.engines.interface import Change, Kind, Raw
from simulations.identities import BrokenIdentity, prove
from simulations.program import Program
from simulations.replications import replicate, window_for
from simulations.results import Result
from simulations.run import Timed, run

Block = Callable[[ProgramBuilder], None]
FUNCTIONS = 2


@dataclass(frozen=True)
class Part:
    """A block of a program, with the text that made it."""

    text: str
    write: Block

    def __repr__(self) -> str:
        return self.text


def _both(parts: list[Part]) -> Part:
    def write(build: ProgramBuilder) -> None:
        for part in parts:
            part.write(build)

    return Part("; ".join(map(str, parts)), write)


def _around(name: str, open_block: Callable[[ProgramBuilder], AbstractContextManager[None]], inner: Part) -> Part:
    def write(build: ProgramBuilder) -> None:
        with open_block(build):
            inner.write(build)

    return Part(f"{name}({inner})", write)


def _parallel(inner: list[Part], timeout_s: float) -> Part:
    def write(build: ProgramBuilder) -> None:
        with build.parallel(timeout_s) as both:
            for part in inner:
                with both.branch():
                    part.write(build)

    return Part(f"parallel {timeout_s}({' | '.join(map(str, inner))})", write)


def _containers(parts: st.SearchStrategy[Part]) -> st.SearchStrategy[Part]:
    short = st.sampled_from([0.2, 1.0, 3.0])
    return st.one_of(
        st.builds(lambda f, p: _around(f"invoke {f}", lambda b: b.invoke(f), p), st.integers(0, FUNCTIONS - 1), parts),
        st.builds(lambda s, p: _around(f"call {s}", lambda b: b.call(s), p), short, parts),
        st.builds(lambda s, p: _around(f"retry {s}", lambda b: b.retry(3, backoff_s=s), p), short, parts),
        st.builds(lambda p: _around("chance", lambda b: b.chance(0.5), p), parts),
        st.builds(lambda p: _around("twice", lambda b: b.repeat(2), p), parts),
        st.builds(lambda p: _around("forgiven", lambda b: b.ignore_failure(), p), parts),
        st.builds(_parallel, st.lists(parts, min_size=1, max_size=2), short),
        st.lists(parts, min_size=2, max_size=3).map(_both),
    )


LEAVES = st.one_of(
    st.sampled_from([0.1, 0.5, 2.0]).map(lambda s: Part(f"delay {s}", lambda b: b.delay(exponential(s)))),
    st.just(Part("tick", lambda b: b.delay(constant(0.5)))),
    st.just(Part("desk", lambda b: b.serve(Slots(0), exponential(0.3), timeout_s=1.0))),
    st.just(Part("send", lambda b: b.send("after"))),
)
BODIES = st.recursive(LEAVES, _containers, max_leaves=8)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    """One endpoint whose plan invokes functions of drawn habits, and a flow of messages that invokes one too."""
    build = ProgramBuilder("drawn")
    build.station("desk", 1)
    for f in range(FUNCTIONS):
        idle_s = draw(st.sampled_from([(), (2.5,), (8.0, 0.5, 4.0)]))
        build.function(
            f"function {f}",
            init=exponential(draw(st.sampled_from([0.1, 1.0]))),
            keep_alive=Uniform(0.5, draw(st.sampled_from([1.0, 5.0, 50.0]))),
            max_age=constant(draw(st.sampled_from([3.0, 1e6]))),
            scale_per_s=draw(st.sampled_from([0.2, 100.0])),
            scale_burst=draw(st.sampled_from([1.0, 10.0])),
            provisioned=draw(st.sampled_from([0, 0, 1] if idle_s else [0, 0, 1, 3])),
            limit=draw(st.sampled_from([4, 5, 1000])) if idle_s else draw(st.sampled_from([1, 4, 1000])),
            idle_s=idle_s,
        )
    with build.endpoint("get"), build.invoke(0):
        draw(BODIES).write(build)
        if draw(st.booleans()):
            build.reply()
            build.delay(exponential(1.0))
    with build.flow("after"), build.invoke(1):
        draw(BODIES.filter(lambda part: "send" not in part.text)).write(build)
    return build.build()


@settings(max_examples=60, deadline=None)
@given(program=programs(), until_s=st.sampled_from([None, 7.3, 20.0]), seed=st.integers(0, 1000))
def test_functions_keep_their_laws_in_any_program(program: Program, until_s: float | None, seed: int) -> None:
    """Little's law, starts, lifetimes hold in every engine at every sample, also cut off in the midst, and the engines
    count alike.
    """
    lost = (Timed(5.0, Change(Kind.FORGET, 0)), Timed(6.0, Change(Kind.LIMIT, 1, 2)))
    first, other = (
        run(program, Poisson(2.0, 15.0), seed, engine, until_s, interval_s=1.7, changes=lost)
        for engine in ("interpreter", "simpy")
    )
    assert all(identity.holds for identity in first.identities())
    assert other.digest == first.digest
    np.testing.assert_array_equal(other.raw.running_for, first.raw.running_for)
    np.testing.assert_array_equal(other.raw.lifetimes, first.raw.lifetimes)


@pytest.mark.parametrize(
    ("architecture", "stage"), [(name, stage) for name in bundled_names() for stage in load(name).stage_names]
)
def test_bundled_stages_keep_the_laws(architecture: str, stage: str) -> None:
    """Every place of every bundled stage; with functions also what their instances did."""
    compiled = compile_stage(load(architecture).at(stage))
    result = replicate(compiled, window_for(compiled, 500), 1, 1, "compiled")[0].result
    rules = [identity.rule for identity in result.identities() if identity.holds]
    for function in result.program.functions:
        assert any(rule.startswith(f"{function.name}: busy time + idle time") for rule in rules)
    assert len(rules) == len(result.identities())


@pytest.fixture(scope="module")
def served() -> Result:
    """A run of a function with provisioned, cold, warm and throttled starts, some requests still running."""
    build = ProgramBuilder("served")
    function = build.function("f", init=exponential(1.0), keep_alive=constant(2.0), limit=3, provisioned=1)
    with build.endpoint("get"), build.invoke(function):
        build.delay(exponential(1.0))
    return run(build.build(), Poisson(2.0, 60.0), 3, "interpreter", until_s=50.0)


ONE = np.array([1])
PLANTED = {
    "asked = started + throttled": lambda raw: _final(raw, "throttled", ONE),
    "starts = cold + warm": lambda raw: _final(raw, "warm", ONE),
    "instances that came = gone": lambda raw: _final(raw, "gone", ONE),
    "in existence >= busy": lambda raw: _final(raw, "running", 100 * ONE),
    "starts of requests = starts of instances": lambda raw: _final(raw, "invoked", ONE),
    "Little's law": lambda raw: replace(raw, op_hold=raw.op_hold * (1 + 1e-6)),
    "busy time + idle time": lambda raw: _final(raw, "idle_area", np.array([1e-5])),
    "sum of their lifetimes": lambda raw: replace(raw, lifetimes=raw.lifetimes - 1e-5),
}


def _final(raw: Raw, column: str, more: np.ndarray) -> Raw:
    return replace(raw, final=replace(raw.final, **{column: getattr(raw.final, column) + more}))


@pytest.mark.parametrize("rule", PLANTED)
def test_a_wrong_count_is_noticed(served: Result, rule: str) -> None:
    """One count off by one, or one integral by a millionth, and the run is refused with the law that it breaks."""
    prove(served.program, served.raw, served.end_s)
    assert all(getattr(served.raw.final, count)[0] > 0 for count in ("cold", "warm", "throttled", "gone", "running"))
    with pytest.raises(BrokenIdentity, match=re.escape(rule)):
        prove(served.program, PLANTED[rule](served.raw), served.end_s)
