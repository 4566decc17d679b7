"""Stations: who waits for what, and until when."""

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.chance import seeded
from loadtests.standin.stations import Bucket, Cpus, Failed, Instances, Slots
from loadtests.standin.waits import Wait
from simulations.distributions import Constant, Distribution, Empirical, Exponential, Gamma, Uniform, lognormal
from simulations.program import Function


def test_one_cpu_serves_one_after_another() -> None:
    """Three jobs of a second that come together are done after one, two and three seconds."""
    cpus = Cpus(1)
    assert [cpus.serve(10.0, 1.0) for _ in range(3)] == [11.0, 12.0, 13.0]


def test_two_cpus_serve_two_at_once() -> None:
    """The third job begins when the first is done."""
    cpus = Cpus(2)
    assert [cpus.serve(0.0, work) for work in (1.0, 3.0, 1.0)] == [1.0, 3.0, 2.0]


@given(st.lists(st.tuples(st.floats(0, 5), st.floats(0.01, 2)), min_size=1, max_size=30), st.integers(1, 4))
def test_cpus_lose_no_work(jobs: list[tuple[float, float]], count: int) -> None:
    """No job is done before its own work, none waits while a CPU is free, and busy time is the sum of the work."""
    cpus, now, ends = Cpus(count), 0.0, []
    for gap, work in jobs:
        now += gap
        busy = sum(end > now for end in ends)
        ends.append(cpus.serve(now, work))
        assert ends[-1] >= now + work
        if busy < count:
            assert ends[-1] == now + work
    assert cpus.busy_s == pytest.approx(sum(work for _, work in jobs))


def test_slots_go_to_who_waits_longest() -> None:
    """With two slots the third waits for the first that is given back, and holds it from that moment."""

    async def timetable() -> list[tuple[str, float]]:
        slots, log = Slots(2), []

        async def holder(name: str, at: float, held_s: float) -> None:
            got = await slots.take(at)
            log.append((name, got))
            await asyncio.sleep(0)
            slots.give(got + held_s)

        await asyncio.gather(holder("a", 0, 5), holder("b", 0, 3), holder("c", 1, 1), holder("d", 2, 1))
        assert slots.in_use == 0
        return log

    assert asyncio.run(timetable()) == [("a", 0), ("b", 0), ("c", 5), ("d", 3)]


def test_a_waiter_that_gives_up_takes_no_slot() -> None:
    """A cancelled wait is passed over, also when its turn had just come."""

    async def story() -> int:
        slots = Slots(1)
        await slots.take(0.0)
        waiting = asyncio.ensure_future(slots.take(0.0))
        await asyncio.sleep(0)
        slots.give(1.0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return slots.in_use

    assert asyncio.run(story()) == 0


def test_an_empty_bucket_throttles_until_it_refills() -> None:
    """Two at once pass, the third is throttled, half a second later one more passes at two per second."""
    bucket = Bucket(per_s=2, burst=2)
    bucket.pass_at(0.0)
    bucket.pass_at(0.0)
    with pytest.raises(Failed, match="throttled") as failed:
        bucket.pass_at(0.0)
    assert failed.value.status == 429
    bucket.pass_at(0.5)


def instances(**fields: Any) -> Instances:
    times = {"init": Constant(0.4), "first_run": Constant(0.1), "keep_alive": Constant(60.0), "limit": 2}
    return Instances.of(Function("f", **(times | fields)), seeded(1))


def test_a_function_starts_cold_then_warm() -> None:
    """The first request waits for initialisation and first run, the next finds the instance idle."""
    function = instances()
    assert function.take(0.0) == 0.5
    function.give(1.0)
    assert function.take(2.0) == 2.0
    assert function.cold_starts == 1


def test_one_request_more_than_the_limit_is_throttled() -> None:
    """Two run; the third is turned away with 429."""
    function = instances()
    function.take(0.0)
    function.take(0.0)
    with pytest.raises(Failed) as failed:
        function.take(0.0)
    assert failed.value.status == 429


def test_an_instance_idle_for_too_long_is_gone_and_a_provisioned_one_is_not() -> None:
    """After the keep-alive a request meets a cold start; a provisioned instance is always warm."""
    function = instances()
    function.take(0.0)
    function.give(1.0)
    assert function.take(100.0) == 100.5
    provisioned = instances(provisioned=1)
    for at in (100.0, 1000.0):
        assert provisioned.take(at) == at
        provisioned.give(at)


def test_the_newest_idle_instance_is_taken() -> None:
    """With two idle, the one that answered last serves, so that the other may go."""
    function = instances()
    function.take(0.0)
    function.take(0.0)
    function.give(1.0)
    function.give(30.0)
    assert function.take(50.0) == 50.0
    assert function.idle == [61.0]


@pytest.mark.parametrize(
    "distribution",
    [
        Constant(0.02),
        Exponential(0.02),
        lognormal(0.02, 0.5),
        Gamma(0.02, 3),
        Uniform(0.01, 0.03),
        Empirical((0.0, 0.02, 0.04)),
    ],
)
def test_waits_have_the_mean_of_their_distribution(distribution: Distribution) -> None:
    """Many draws of each kind come to its mean."""
    chance = seeded(5)
    wait = Wait(distribution)
    drawn = [wait.drawn(chance) for _ in range(4000)]
    assert sum(drawn) / len(drawn) == pytest.approx(distribution.mean, rel=0.08)
