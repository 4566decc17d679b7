"""A calibration for people: what it fitted, how wrong it is on what it has not seen; and its overlay as YAML."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median
from typing import Any

import yaml

from model.measured_overlay import MeasuredOverlay
from studies.calibration import Calibration
from studies.calibration_behaviour_text import behaviour_json, behaviour_lines, held_back_errors, methods
from studies.calibration_check import Predicted


def overlay_of(calibration: Calibration) -> MeasuredOverlay:
    """The assumptions and the day that the data tell, to be laid over the document."""
    seen = calibration.measurements
    workload: dict[str, Any] = {}
    if calibration.shape is not None and calibration.peak_factor is not None:
        workload = {
            "shape": [round(weight, 4) for weight in calibration.shape],
            "peak_factor": round(calibration.peak_factor, 3),
        }
    return MeasuredOverlay(
        overlay=seen.architecture,
        stage=seen.stage,
        source=seen.source,
        date=seen.date,
        method=method(calibration),
        error=error(calibration),
        assumptions=dict(calibration.assumptions),
        resize={name: dict(fields) for name, fields in calibration.resize.items()},
        workload=workload,
    )


def overlay_yaml(overlay: MeasuredOverlay) -> str:
    """The overlay as a file's text."""
    data = overlay.model_dump(exclude_defaults=True)
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=118)


def method(calibration: Calibration) -> str:
    """How it was fitted."""
    parts = calibration.split
    laws = (
        "utilisation law and Little's law, non-negative least squares on relative errors over "
        f"{len(parts.fitted)} intervals; {len(parts.held_back)} intervals of mixes held back"
    )
    return "; ".join([laws, *methods(calibration)])


def error(calibration: Calibration) -> str:
    """The error on the intervals held back."""
    beside = list(held_back_errors(calibration))
    if not calibration.errors:
        return "; ".join(beside) or "not known: fewer than three mixes, nothing was held back"
    laws = (
        f"mean relative error of the laws on intervals held back {calibration.error_after:.1%} "
        f"({calibration.error_before:.1%} with the document's values)"
    )
    return "; ".join([laws, *beside])


def calibration_text(calibration: Calibration, predicted: Sequence[Predicted]) -> str:
    """Everything, for a terminal."""
    seen = calibration.measurements
    lines = [
        f"{seen.architecture} {seen.stage}: calibrated by {seen.source}, {seen.date}",
        f"  {method(calibration)}",
        f"  {error(calibration)}",
        "",
    ]
    lines += [
        f"  {name}: {one.likely:g} {one.unit} ({one.low:g} to {one.high:g}). {one.why}"
        for name, one in calibration.assumptions.items()
    ] or ["  the data set no assumption"]
    lines += [
        f"  {name}: {what} of the tasks {count}"
        for name, fields in calibration.resize.items()
        for what, count in dict(fields.get("tasks", {})).items()
    ]
    if calibration.peak_factor is not None:
        lines.append(f"  busiest hour over the mean: {calibration.peak_factor:.2f}")
    if calibration.errors:
        lines += ["", "  held back, error of the laws      before     after  mixes"]
        lines += [
            f"  {one.component:<24} {one.what:<5} {one.before:>9.1%} {one.after:>9.1%}  {one.mixes}"
            for one in calibration.errors
        ]
    lines += behaviour_lines(calibration)
    if predicted:
        lines += ["", *predicted_lines(predicted)]
    if calibration.not_told:
        lines += ["", "  not told by the data:"]
        lines += [f"    {name}: {why}" for name, why in sorted(calibration.not_told.items())]
    return "\n".join(lines) + "\n"


def predicted_lines(predicted: Sequence[Predicted]) -> list[str]:
    """Mixes held back, measured beside simulated."""
    head = "  held back, mean response ms                measured    before     after"
    rows = [
        f"  {one.mix} {one.endpoint:<34} {one.measured_ms:>9.2f} {_shown(one.before_ms)} {_shown(one.after_ms)}"
        for one in predicted
    ]
    before, after = (median(getattr(one, name) for one in predicted) for name in ("error_before", "error_after"))
    return [head, *rows, f"  median error {_percent(before)} before, {_percent(after)} after"]


def calibration_json(calibration: Calibration, predicted: Sequence[Predicted]) -> dict[str, Any]:
    """One object, for programs; what is not a number is null."""
    seen = calibration.measurements
    return {
        "architecture": seen.architecture,
        "stage": seen.stage,
        "source": seen.source,
        "date": seen.date,
        "intervals": {"fitted": len(calibration.split.fitted), "held_back": len(calibration.split.held_back)},
        "assumptions": {
            name: one.model_dump(include={"low", "likely", "high", "unit", "why"})
            for name, one in calibration.assumptions.items()
        },
        "hit_ratios": [
            {"assumption": one.assumption, "components": list(one.components), "hit_ratio": one.value}
            for one in calibration.hit_ratios
        ],
        "shape": None if calibration.shape is None else list(calibration.shape),
        "peak_factor": calibration.peak_factor,
        "errors": [
            {"component": one.component, "what": one.what, "before": one.before, "after": one.after}
            for one in calibration.errors
        ],
        **behaviour_json(calibration),
        "predicted": [
            {
                "mix": one.mix,
                "endpoint": one.endpoint,
                "measured_ms": one.measured_ms,
                "before_ms": _finite(one.before_ms),
                "after_ms": _finite(one.after_ms),
            }
            for one in predicted
        ],
        "not_told": dict(sorted(calibration.not_told.items())),
    }


def _shown(value: float) -> str:
    return f"{value:>9.2f}" if math.isfinite(value) else " unstable"


def _percent(value: float) -> str:
    return f"{value:.1%}" if math.isfinite(value) else "unbounded"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
