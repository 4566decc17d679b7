"""Words for targets that are missed however light the load is: whoever says what a stage holds says these beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

__all__ = ["its_targets", "missed_clause", "plain_name"]


def plain_name(target: str) -> str:
    """A target's name as words.

    >>> plain_name("api_p95")
    'api p95'
    """
    return target.replace("_", " ")


def its_targets(missed: Sequence[str]) -> str:
    """What a stage still holds.

    >>> its_targets([]), its_targets(["generation"])
    ('its targets', 'its other targets')
    """
    return "its other targets" if missed else "its targets"


def missed_clause(missed: Sequence[str], said: Callable[[str], str] = plain_name) -> str:
    """A clause that names them, empty for none; `said` is what a target is called.

    >>> missed_clause(["api_p95"]), missed_clause(["search", "generation", "export"])
    ('api p95 is missed at any load', 'search, generation and export are missed at any load')
    """
    if not missed:
        return ""
    *first, last = map(said, missed)
    names = f"{', '.join(first)} and {last}" if first else last
    return f"{names} {'are' if first else 'is'} missed at any load"
