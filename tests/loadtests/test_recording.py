"""What a run saw, kept small however long the run."""

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hypothesis import given
from hypothesis import strategies as st

from loadtests.recording import Recording, read_recording

WINDOW_S = 5.0
RATE_PER_S = 100
MOST_BYTES_A_SECOND = 1000
"""Of a run at 100 requests per second and one endpoint; a histogram alone is 140 kB a window."""
HISTOGRAM_BYTES = 140_000

Asked = tuple[float, float]


def recorded(asked: list[Asked]) -> Recording:
    """Requests of one endpoint, each with when it was due and how long it took, in the order of their answers."""
    recording = Recording(window_s=WINDOW_S)
    for at_s, response_s in asked:
        recording.arrival(at_s, 0.001)
        recording.due("read", at_s)
        recording.answer("read", at_s, response_s, response_s)
    return recording


@contextmanager
def allocated() -> Iterator[Callable[[], int]]:
    """The bytes that a block holds of memory so far, nothing of it left to a garbage collection."""
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        yield lambda: tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
        gc.enable()


def kept_bytes(duration_s: int) -> int:
    """What a recording of so many seconds holds."""
    with allocated() as held:
        recording = recorded([(k / RATE_PER_S, 0.02 + k % 997 / 10_000) for k in range(duration_s * RATE_PER_S)])
        assert recording.arrivals == duration_s * RATE_PER_S
        return held()


def worker_bytes(reports: int) -> int:
    """What a worker's recording holds after so many reports to its master, who merged them."""
    with allocated() as held:
        worker, master = Recording(window_s=WINDOW_S), Recording(window_s=WINDOW_S)
        for k in range(reports):
            worker.due("read", float(k))
            worker.answer("read", float(k), 0.02, 0.02)
            master.merge(worker.take())
        assert master.whole().ended == reports
        return held()


def test_what_a_worker_told_is_kept_no_more() -> None:
    """A worker that reports holds as much after many reports as after a few."""
    few, many = (worker_bytes(reports) for reports in (15, 60))
    assert many < few + HISTOGRAM_BYTES


def test_a_longer_run_keeps_little_more() -> None:
    """Each further second adds its packed share of a window, not a histogram's."""
    assert (kept_bytes(100) - kept_bytes(20)) / 80 < MOST_BYTES_A_SECOND


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(1e-6, 50)), max_size=60))
def test_late_answers_count_in_the_window_in_which_they_were_due(asked: list[Asked]) -> None:
    """In whatever order answers come, each window shows the same."""
    late, sorted_out = recorded(asked), recorded(sorted(asked))
    assert late.windows.keys() == sorted_out.windows.keys()
    for number, seen in late.windows.items():
        there = sorted_out.windows[number]
        assert (seen.due, seen.ended) == (there.due, there.ended)
        assert seen.times.text() == there.times.text()


@given(st.lists(st.tuples(st.floats(0, 60), st.floats(1e-6, 50)), min_size=1, max_size=60))
def test_a_recording_told_is_read_as_it_was(asked: list[Asked]) -> None:
    """What goes to the file and comes back shows every window and the whole as they were."""
    recording = recorded(asked)
    read = read_recording(recording.message())
    assert read.message() == recording.message()
    assert read.whole().times.percentile_ms(50) == recording.whole().times.percentile_ms(50)
