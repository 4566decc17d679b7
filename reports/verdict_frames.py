"""Verdicts and bottlenecks of a simulation as pandas tables, for notebooks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from model.targets import Target
from simulations.stage_result import StageResult
from simulations.verdicts import Verdict
from studies.amounts import percent, plain

if TYPE_CHECKING:
    import pandas as pd

_SHARES = ("error_rate", "availability", "cache_hit_ratio", "connections_ratio")


def promises_frame(targets: Mapping[str, Target]) -> pd.DataFrame:
    """One row per target: what is promised, of what, and where the document says it."""
    import pandas as pd

    rows = [
        {
            "target": name,
            "promise": _promise(target.metric, target.percentile, target.threshold, target.at_most),
            "for": target.component or ", ".join(target.endpoints) or "everything",
            "lines": ", ".join(target.lines),
        }
        for name, target in targets.items()
    ]
    return pd.DataFrame(rows).set_index("target")


def verdicts_frame(result: StageResult) -> pd.DataFrame:
    """One row per target: promised, simulated with its interval, the room to the promise, and the verdict."""
    import pandas as pd

    judged = [
        {
            "target": verdict.target,
            "promised": _promise(verdict.metric, verdict.percentile, verdict.threshold, verdict.at_most),
            "simulated": _figure(verdict.metric, verdict.predicted),
            "95 % interval": _interval(verdict),
            "room": percent(round(verdict.margin, 3)) if math.isfinite(verdict.margin) else "none",
            "verdict": verdict.state,
        }
        for verdict in result.verdicts
    ]
    others = [
        {
            "target": name,
            "promised": "",
            "simulated": "",
            "95 % interval": "",
            "room": "",
            "verdict": f"not judged: {why}",
        }
        for name, why in result.not_judged.items()
    ]
    return pd.DataFrame([*judged, *others]).set_index("target")


def places_frame(result: StageResult, most: int = 8) -> pd.DataFrame:
    """The places nearest to their limits: how much there is, how much is used, how long requests wait."""
    import pandas as pd

    places = [place for component in result.components for place in component.places if place.pressure > 0]
    rows = [
        {
            "component": place.place.component,
            "what": place.place.what,
            "there is": plain(place.slots),
            "used": percent(round(place.utilisation, 3)),
            "of what there could be": percent(round(place.pressure, 3)),
            "wait, ms": plain(round(place.wait_ms, 1)),
        }
        for place in sorted(places, key=lambda place: -place.pressure)[:most]
    ]
    return pd.DataFrame(rows).set_index("component")


def _promise(metric: str, percentile: float | None, threshold: float, at_most: bool) -> str:
    name = f"p{percentile:g}" if percentile is not None else metric.replace("_ms", "").replace("_", " ")
    return f"{name} {'at most' if at_most else 'at least'} {_figure(metric, threshold)}"


def _figure(metric: str, value: float) -> str:
    if not math.isfinite(value):
        return "without end"
    if metric in _SHARES:
        return percent(round(value, 6))
    unit = {"latency_ms": " ms", "throughput_per_s": "/s", "recovery_time_s": " s", "recovery_point_s": " s"}
    return f"{plain(value)}{unit.get(metric, '')}"


def _interval(verdict: Verdict) -> str:
    low, high = (_figure(verdict.metric, end) for end in (verdict.low, verdict.high))
    return low if low == high else f"{low} to {high}"
