"""Simulations as pandas tables, for notebooks: endpoints, places, verdicts, where the time goes, the day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from simulations.stage_result import StageResult
from simulations.usage import DayUsage

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["day_frame", "endpoints_frame", "hours_frame", "places_frame", "times_frame", "verdicts_frame"]


def endpoints_frame(results: Iterable[StageResult]) -> pd.DataFrame:
    """One row per stage and endpoint: requests, errors, cold starts, percentiles with both ends of their intervals."""
    import pandas as pd

    rows = []
    for result in results:
        for e in result.endpoints:
            row = {"stage": result.stage, "endpoint": e.endpoint, "per_s": e.per_s, "requests": e.requests}
            row |= {"errors": sum(e.errors.values()), "cold_share": e.cold_share.value}
            row |= {"cold_low_share": e.cold_share.low, "cold_high_share": e.cold_share.high}
            for name, found in (("p50", e.p50_ms), ("p95", e.p95_ms), ("p99", e.p99_ms)):
                row |= {f"{name}_ms": found.value, f"{name}_low_ms": found.low, f"{name}_high_ms": found.high}
            rows.append(row)
    return pd.DataFrame(rows).set_index(["stage", "endpoint"])


def verdicts_frame(results: Iterable[StageResult]) -> pd.DataFrame:
    """One row per stage and target that was judged."""
    import pandas as pd

    rows = [{"stage": result.stage, **verdict.as_json()} for result in results for verdict in result.verdicts]
    return pd.DataFrame(rows).set_index(["stage", "target"]) if rows else pd.DataFrame(rows)


def places_frame(results: Iterable[StageResult]) -> pd.DataFrame:
    """One row per stage and place where requests meet a limit, the fullest first."""
    import pandas as pd

    rows = [
        {
            "stage": result.stage,
            "component": place.place.component,
            "what": place.place.what,
            "in_use": place.busy,
            "there": place.slots,
            "utilisation": place.utilisation,
            "of_the_most": place.pressure,
            "wait_ms": place.wait_ms,
            "refused": place.refused,
        }
        for result in results
        for component in result.components
        for place in component.places
    ]
    frame = pd.DataFrame(rows).set_index(["stage", "component", "what"])
    return frame.sort_values("of_the_most", ascending=False, kind="stable").sort_index(level=0, sort_remaining=False)


def times_frame(result: StageResult) -> pd.DataFrame:
    """One row per endpoint, one column per component: mean milliseconds of a request, all ways together."""
    import pandas as pd

    rows = pd.DataFrame([vars(part) for part in result.times])
    return rows.pivot_table(index="endpoint", columns="component", values="mean_ms", aggfunc="sum", fill_value=0.0)


def hours_frame(day: DayUsage) -> pd.DataFrame:
    """One row per hour of the mean day."""
    import pandas as pd

    rows = [
        {name: value for name, value in hour.items() if name != "tasks"}
        | {f"tasks of {name}": count for name, count in hour["tasks"].items()}
        for hour in day.hours
    ]
    return pd.DataFrame(rows).set_index("hour")


def day_frame(day: DayUsage) -> pd.DataFrame:
    """One row per minute: load, what waits, and the tasks of each service, paid for and open."""
    import pandas as pd

    columns: dict[str, Any] = {"per_s": day.per_s, "waiting": day.waiting}
    for name, item in day.tasks.items():
        columns |= {f"tasks of {name}": item.tasks, f"open tasks of {name}": item.ready}
    return pd.DataFrame(columns).rename_axis("minute")
