"""A load test's JSON as measurements to calibrate by: what the stand-in's parts and endpoints showed, by interval."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from model.problems import BadInput
from studies.calibration_data import Interval, Measurements

_INTERVALS = TypeAdapter(tuple[Interval, ...])


def intervals_json(intervals: Sequence[Interval]) -> list[dict[str, Any]]:
    """Intervals as plain data."""
    return [asdict(interval) for interval in intervals]


def read_measurements(paths: Sequence[str | Path]) -> Measurements:
    """The measurements of one load test, or of several of one stage on one date; raise BadInput with every reason."""
    problems: list[str] = []
    parts: list[Measurements] = []
    for path in paths:
        try:
            parts.append(_read(path))
        except BadInput as error:
            problems.append(str(error))
    kinds = {(part.architecture, part.stage) for part in parts}
    if len(kinds) > 1:
        problems.append("they are of different stages: " + ", ".join(sorted(" ".join(kind) for kind in kinds)))
    if problems:
        raise BadInput("\n".join(problems))
    factors = [part.factor for part in parts if part.factor is not None]
    return Measurements(
        architecture=parts[0].architecture,
        stage=parts[0].stage,
        source="; ".join(dict.fromkeys(part.source for part in parts)),
        date=max(part.date for part in parts),
        intervals=tuple(interval for number, part in enumerate(parts) for interval in _labelled(part, number))
        if len(parts) > 1
        else parts[0].intervals,
        factor=sum(factors) / len(factors) if factors else None,
    )


def _labelled(part: Measurements, number: int) -> list[Interval]:
    """The intervals of one run of several, so that no mix is taken for one of another run."""
    return [replace(interval, mix=f"run {number + 1} {interval.mix}".strip()) for interval in part.intervals]


def _read(path: str | Path) -> Measurements:
    try:
        raw = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None
    except RecursionError:
        raise BadInput(f"{path}: is nested too deeply for a load test's JSON") from None
    except ValueError as error:
        raise BadInput(f"{path}: is not JSON: {error}") from None
    wanted = {"architecture", "stage", "against", "seed", "valid", "measured_on", "intervals", "load_factor"}
    missing = wanted - set(raw) if isinstance(raw, Mapping) else wanted
    if missing:
        raise BadInput(f"{path}: is not the JSON of a load test: it has no {', '.join(sorted(missing))}")
    if not raw["intervals"]:
        raise BadInput(
            f"{path}: the run saw nothing of the components, which only a stand-in tells: "
            "calibrate a deployment by its own metrics"
        )
    try:
        intervals = _INTERVALS.validate_python(raw["intervals"])
    except ValidationError as error:
        raise BadInput(f"{path}: intervals: {error.error_count()} values cannot be read") from None
    behind = "PostgreSQL and Redis behind it" if raw.get("real_parts") else "modelled throughout"
    against = f"the stand-in, {behind}" if raw["against"] == "standin" else str(raw.get("host"))
    return Measurements(
        architecture=str(raw["architecture"]),
        stage=str(raw["stage"]),
        source=f"a load test{'' if raw['valid'] else ', invalid as a test,'} against {against}, seed {raw['seed']}",
        date=str(raw["measured_on"]),
        intervals=intervals,
        factor=raw["load_factor"],
    )
