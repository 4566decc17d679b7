"""Cold starts and scaling of a calibration, for people and for programs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from studies.calibration import Calibration
from studies.calibration_cold import ColdFit, Shares
from studies.calibration_scaling import ScalingFit


def methods(calibration: Calibration) -> Iterator[str]:
    """How cold starts and scaling were fitted, where they were."""
    if any(one.keep_alive_min for one in calibration.cold):
        yield (
            "idle life by bisection of the simulated share of cold starts at the measured rates (common random "
            "numbers), its interval from the days and the count"
        )
    if any(one.target_percent for one in calibration.scaling):
        yield "scaling target by agreement of steady minutes and changes with it, or as the account has it"
    if any(one.start_s for one in calibration.scaling):
        yield "start time by the area between tasks wanted and running, Student's t over scale-outs"


def held_back_errors(calibration: Calibration) -> Iterator[str]:
    """The error of cold starts and scaling on the days held back, as sentences."""
    for one in calibration.cold:
        if one.held_back is not None and one.keep_alive_min is not None:
            seen = one.held_back
            yield (
                f"share of cold starts of {one.component} on days held back {seen.measured:.3g}, simulated "
                f"{seen.after:.3g} ({seen.before:.3g} with the document's values)"
            )
    for fit in calibration.scaling:
        for part in fit.held_back:
            yield (
                f"{part.what} of {fit.component} on days held back {part.measured:.4g}, by the rule {part.after:.4g} "
                f"({part.before:.4g} with the document's values)"
            )


def behaviour_lines(calibration: Calibration) -> list[str]:
    """What the days held back showed beside what was predicted, before and after."""
    rows = [row for one in calibration.cold for row in _cold_rows(one)]
    rows += [
        (fit.component, part.what, part.measured, part.before, part.after)
        for fit in calibration.scaling
        for part in fit.held_back
    ]
    if not rows:
        return []
    head = f"  {'held back, cold starts and scaling':<52}  measured    before     after"
    return ["", head, *(f"  {name:<20} {what:<30} {_cells(*values)}" for name, what, *values in rows)]


def _cold_rows(one: ColdFit) -> Iterator[tuple[str, str, float, float, float]]:
    shares: tuple[tuple[str, Shares | None], ...] = (
        ("share of cold starts", one.held_back),
        ("time of a cold start, ms", one.init_held_back),
    )
    for what, seen in shares:
        if seen is not None:
            yield one.component, what, seen.measured, seen.before, seen.after


def _cells(*values: float) -> str:
    return " ".join(f"{value:>9.4g}" for value in values)


def behaviour_json(calibration: Calibration) -> dict[str, Any]:
    """Plain values; what was not told is null."""
    return {
        "cold_starts": [_cold_json(one) for one in calibration.cold],
        "scaling": [_scaling_json(one) for one in calibration.scaling],
    }


def _cold_json(one: ColdFit) -> dict[str, Any]:
    return {
        "component": one.component,
        "calls": one.calls,
        "cold_starts": one.cold,
        "counted_by": one.told_by,
        "cold_start_share": _range(one.share),
        "init_ms": _range(one.init_ms),
        "keep_alive_min": _range(one.keep_alive_min),
        "why_not": one.why_not,
        "held_back": _shares(one.held_back),
        "init_held_back": _shares(one.init_held_back),
    }


def _scaling_json(one: ScalingFit) -> dict[str, Any]:
    return {
        "component": one.component,
        "target_percent": _range(one.target_percent),
        "start_s": _range(one.start_s),
        "scale_outs": one.outs,
        "min": one.least,
        "max": one.most,
        "held_back": [
            {"what": part.what, "measured": part.measured, "before": part.before, "after": part.after}
            for part in one.held_back
        ],
    }


def _range(values: tuple[float, float, float] | None) -> dict[str, float] | None:
    if values is None or not all(map(math.isfinite, values)):
        return None
    return dict(zip(("low", "likely", "high"), values, strict=True))


def _shares(seen: Shares | None) -> dict[str, float] | None:
    return None if seen is None else {"measured": seen.measured, "before": seen.before, "after": seen.after}
