"""The break-even of a pair: targets held by simulation, crossings, the same answer twice; a published one checked."""

from __future__ import annotations

import csv
import io
import json
from functools import cache

import pytest

from model.loading import load
from model.problems import BadInput, UnknownName
from model.units import SECONDS_PER_MONTH
from simulations.engines.compiled import available
from studies.breakeven.asserted import (
    PUBLISHED_TASKS,
    Asserted,
    check_asserted,
    published_peak,
    published_shape,
)
from studies.breakeven.breakeven import BreakEven, breakeven
from studies.breakeven.fleets import services_of
from studies.breakeven.text import breakeven_csv, breakeven_markdown
from studies.breakeven.trials import Bench, Effort
from studies.breakeven.work import Span, Work, read_work, work_pair

SHORT = Effort(replications=3, most_requests=6_000 if available() else 1_500)


@cache
def tabi() -> BreakEven:
    pair = [load("tabi-script-serverless"), load("tabi-script-ecs")]
    return breakeven(pair, ["development"], points=17, draws=60, effort=SHORT, with_surface=False)


def test_serverless_is_cheaper_for_few_requests_and_tasks_for_many() -> None:
    """One crossing of the whole bills and one of compute, near the known places, each with its range."""
    for crossings, low, high in ((tabi().crossings, 2e6, 5e6), (tabi().compute_crossings, 4e6, 7e6)):
        (found,) = crossings
        assert low < found.likely < high
        assert found.low < found.likely <= found.high
        assert tabi().cheaper(found) == "tabi-script-ecs"


def test_each_simulated_load_holds_the_same_targets_on_both_sides() -> None:
    """The tasks of the curve are those that a simulation showed to hold; both sides are judged by one target."""
    for side in tabi().sides:
        assert side.sizing.holds
        assert all(trial.holds for trial in side.sizing.trials)
        assert [set(trial.latencies_ms) for trial in side.sizing.trials] == [{"p95"}] * len(side.sizing.trials)
    assert tabi().targets.targets["p95"].threshold == 500
    assert tabi().targets.origin == "assumed"
    assert "generate_blog" in tabi().targets.left_out


def test_fewer_tasks_than_the_curve_needs_do_not_hold() -> None:
    """At the highest simulated load: as many tasks as found hold, three quarters of them do not."""
    side = tabi().sides[1]
    trial = side.sizing.trials[-1]
    bench = Bench(side.graph, tabi().targets.targets, 1, tabi().scene.basis.engine, SHORT)
    fewer = {name: int(count * 0.75) for name, count in trial.tasks.items()}
    assert trial.tasks["ecs_api"] > 4
    assert not bench.trial(trial.monthly_requests, fewer, {}).holds


def test_the_same_question_has_the_same_answer() -> None:
    """Byte for byte, with the fixed keys for other programs."""
    pair = [load("tabi-script-serverless"), load("tabi-script-ecs")]
    again = breakeven(pair, ["development"], points=17, draws=60, effort=SHORT, with_surface=False)
    answer = tabi().as_json()
    assert json.dumps(again.as_json()) == json.dumps(answer)
    assert answer["architectures"] == ["tabi-script-serverless", "tabi-script-ecs"]
    assert set(answer["crossings"][0]["monthly_requests"]) == {"low", "likely", "high"}
    assert answer["crossings"][0]["usd_per_month"] > 0
    assert len(answer["points"]) == 17
    assert [item["held"] for item in answer["crossings"] + answer["compute_crossings"]] == [[True, True]] * 2


def test_text_and_table_say_the_same() -> None:
    """The Markdown names the crossing and its basis; the CSV has a row per load and side."""
    text = breakeven_markdown(tabi())
    assert "- whole bills: tabi-script-ecs is cheaper beyond" in text
    assert "target for both, assumed: p95 of 7 endpoints together at most 500 ms" in text
    rows = list(csv.DictReader(io.StringIO(breakeven_csv(tabi()))))
    assert len(rows) == 2 * 17
    assert float(rows[0]["usd_low"]) <= float(rows[0]["usd_likely"]) <= float(rows[0]["usd_high"])


@pytest.mark.parametrize(
    ("names", "stages", "said"),
    [
        (["tabi-script-ecs"], [], "between two architectures, not 1"),
        (["tabi-script-ecs", "tabi-script-serverless"], ["a", "b", "c"], "3 stages for two architectures"),
        (["tabi-script-ecs", "tabi-script-serverless"], ["produktion"], "did you mean 'production'"),
        (["vertical-vibing", "socialclub"], [], "not the same work"),
    ],
)
def test_what_makes_no_pair_is_refused(names: list[str], stages: list[str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        breakeven([load(name) for name in names], stages)


# a unit of work


def published(**work: object) -> tuple[Work, BreakEven]:
    mean = sum(published_shape()) / 24
    described = Work(
        memory_mb=256, door="none", requests=mean * SECONDS_PER_MONTH,
        peak=Span.exactly(published_peak()), shape=published_shape(), **work,
    )  # fmt: skip
    found = breakeven(
        work_pair(described), p95_ms=described.target_ms, points=9, draws=10, effort=SHORT, with_surface=False
    )
    return described, found


@cache
def cpu_bound() -> Asserted:
    """200 ms of CPU per request."""
    work, found = published(cpu_ms=Span.exactly(200))
    return check_asserted(found, work, PUBLISHED_TASKS)


def test_two_vcpu_do_not_do_a_hundred_seconds_of_work_in_a_second() -> None:
    """The published count cannot hold whatever the target: 500 x 0.2 s are 100 vCPU-seconds a second."""
    found = cpu_bound()
    assert found.work.vcpu_at_peak == pytest.approx(100)
    assert found.vcpu == 2
    assert not found.holds
    assert "a queue grows" in found.trial.why
    assert found.trial.busy > 0.95


def test_what_can_hold_it_has_more_than_a_hundred_vcpu_and_a_price() -> None:
    """As many tasks as hold the target in the busiest hour; following the day costs less than all day."""
    found = cpu_bound()
    assert 100 < found.needed < 150
    assert found.usd == pytest.approx(99, abs=3)
    assert found.needed_usd > 3_500
    assert 500 < found.followed_usd < found.needed_usd
    assert "do not hold" in "\n".join(found.sentences())


def test_two_tasks_would_do_for_work_that_hardly_computes() -> None:
    """Two vCPU at 500 requests a second have 4 ms each: below that they hold, and no further."""
    assert 2 < cpu_bound().cpu_ms < 4


def test_even_as_billed_time_the_published_count_is_too_low() -> None:
    """200 ms at 256 MB are 29 ms of a vCPU: 14.5 vCPU-seconds a second, on two."""
    work, found = published(cpu_ms=Span.exactly(200 * 256 / 1769))
    checked = check_asserted(found, work, PUBLISHED_TASKS)
    assert work.vcpu_at_peak == pytest.approx(14.47, abs=0.01)
    assert not checked.holds
    assert 15 <= checked.needed <= 25
    assert checked.functions_usd == pytest.approx(232, abs=3)


def test_work_is_read_with_every_problem() -> None:
    """Names with the nearest, numbers with what is wanted."""
    work = read_work("cpu_ms=5/15/40,wait_ms=100,memory_mb=1024,door=http")
    assert work.cpu_ms == Span(5, 15, 40)
    assert (work.memory_mb, work.door, work.wait_ms) == (1024, "http", Span.exactly(100))
    with pytest.raises(UnknownName, match="did you mean 'cpu_ms'"):
        read_work("cpu_m=5")
    with pytest.raises(BadInput, match=r"memory_mb: 'x' is not a whole number\n.*p95_ms: 'fast' is not a number"):
        read_work("cpu_ms=1,memory_mb=x,p95_ms=fast")
    with pytest.raises(BadInput, match=r"door of a function"):
        read_work("cpu_ms=1,door=grpc")
    with pytest.raises(BadInput, match="cpu_ms is needed"):
        read_work("wait_ms=1")


def test_both_sides_of_a_work_do_the_same_cpu_work() -> None:
    """The function takes as much longer as its memory brings less of a vCPU; the tasks are those described."""
    functions, tasks = work_pair(read_work("cpu_ms=20,memory_mb=512,vcpu=2,memory_gb=4,min_tasks=3"))
    call = functions.endpoints["work"].calls[0].calls[0]  # type: ignore[union-attr]
    assert call.cpu_ms({"cpu_ms": 20.0}) == pytest.approx(20 * 1769 / 512)
    service = services_of(tasks.at("work"))["service"]
    assert (service.vcpu, service.memory_gb, service.tasks.min) == (2, 4, 3)


def test_cold_starts_that_break_a_target_are_paid_for() -> None:
    """A function that is called rarely starts cold: to hold a tight p95 some instances are kept warm."""
    work = read_work("cpu_ms=5,memory_mb=1769,requests=20000,door=none,min_tasks=1")
    found = breakeven(work_pair(work), p95_ms=60, points=5, draws=0, effort=SHORT, with_surface=False)
    functions = found.sides[0]
    trial = functions.sizing.trials[0]
    assert functions.sizing.holds
    assert trial.kept["function"] >= 1
    assert functions.kept(0) >= 1
    assert functions.usd(0).likely > 5
