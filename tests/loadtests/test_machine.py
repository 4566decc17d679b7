"""Windows that the machine disturbed are marked."""

import pytest

from loadtests.machine import Second, contamination, watched


def quiet(at: float, **fields: float) -> Second:
    return Second(**({"at": at, "stalled_s": 0.0, "longest_stall_s": 0.0, "steal": 0.0, "other": 0.1} | fields))


def test_a_quiet_window_is_clean() -> None:
    """Seconds without stalls, theft or neighbours say nothing."""
    assert contamination([quiet(k) for k in range(1, 6)], 0, 5) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stalled_s": 0.08, "longest_stall_s": 0.08}, "stalled for 80 ms"),
        ({"steal": 0.5}, "the host took 10%"),
        ({"other": 1.0}, "other processes took 28%"),
    ],
)
def test_a_disturbed_window_says_why(fields: dict[str, float], said: str) -> None:
    """One bad second in five is enough where it can move the window's p99."""
    assert said in (contamination([quiet(1, **fields), *(quiet(k) for k in range(2, 6))], 0, 5) or "")


def test_other_windows_stay_clean() -> None:
    """A stall before the window does not mark it."""
    assert contamination([quiet(1, stalled_s=0.5, longest_stall_s=0.5), quiet(12)], 10, 12) is None


def test_the_watch_ends_with_its_block() -> None:
    """The probe runs beside a block and no longer."""
    with watched() as watch:
        pass
    seen = len(watch.seconds)
    assert len(watch.seconds) == seen
