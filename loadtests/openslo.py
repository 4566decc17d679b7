"""A document's targets as OpenSLO v1, and OpenSLO v1 as targets: one definition of good, whoever reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from model.graph import Architecture
from model.problems import BadInput
from model.targets import Target
from model.yaml_text import read_yaml

API: Final = "openslo/v1"
WINDOW: Final = "28d"
ASSUMED_SHARE: Final = 0.99
"""Of the time, for a target that names no percentile: the format asks for a share, the document gives none."""
RATIOS: Final[Mapping[str, Callable[[float], float]]] = {
    "error_rate": lambda most: 1 - most,
    "availability": lambda least: least,
}
"""Metrics that are good requests over all, with the share of good ones that a threshold means."""
UNITS_MS: Final = {"ms": 1.0, "s": 1000.0}
MARK: Final = "stageplan"
"""Prefix of the annotations that keep what OpenSLO has no field for."""


def export(architecture: Architecture, stage: str | None = None) -> str:
    """Every target, or those of one stage, as an SLO with its indicator in place, one YAML document each.

    p95 below 2 s becomes: 95 % of requests at most 2 s. An error rate becomes the share of good requests.
    """
    asked = None if stage is None else architecture.stage(stage).name
    slos = [
        _slo(architecture, name, target)
        for name, target in architecture.targets.items()
        if asked is None or not target.stages or asked in target.stages
    ]
    return yaml.safe_dump_all(slos, sort_keys=False, allow_unicode=True) if slos else ""


def _slo(architecture: Architecture, name: str, target: Target) -> dict[str, Any]:
    annotations = {f"{MARK}/{key}": value for key, value in _kept(target).items()}
    return {
        "apiVersion": API,
        "kind": "SLO",
        "metadata": {
            "name": f"{architecture.name}-{name}".replace("_", "-"),
            "annotations": {f"{MARK}/target": name, **annotations},
        },
        "spec": {
            "service": architecture.name,
            "indicator": {"metadata": {"name": name.replace("_", "-")}, "spec": _indicator(target)},
            "timeWindow": [{"duration": WINDOW, "isRolling": True}],
            "budgetingMethod": "Occurrences",
            "objectives": [_objective(target)],
        },
    }


def _kept(target: Target) -> dict[str, str]:
    kept = {
        "metric": target.metric,
        "threshold": repr(target.threshold),
        "at-most": str(target.at_most).lower(),
        "percentile": "" if target.percentile is None else repr(target.percentile),
        "component": target.component or "",
        "endpoints": ",".join(target.endpoints),
        "stages": ",".join(target.stages),
        "assumed": "" if target.percentile or target.metric in RATIOS else f"a share of {ASSUMED_SHARE:g} of the time",
    }
    return {key: value for key, value in kept.items() if value}


def _indicator(target: Target) -> dict[str, Any]:
    def source(metric: str) -> dict[str, Any]:
        return {"metricSource": {"type": MARK, "spec": {"metric": metric}}}

    if target.metric in RATIOS:
        return {"ratioMetric": {"counter": True, "good": source("requests_succeeded"), "total": source("requests")}}
    return {"thresholdMetric": source(target.metric)}


def _objective(target: Target) -> dict[str, Any]:
    if target.metric in RATIOS:
        return {"displayName": target.metric, "target": round(RATIOS[target.metric](target.threshold), 12)}
    share = ASSUMED_SHARE if target.percentile is None else target.percentile / 100
    op = "lte" if target.at_most else "gte"
    return {"displayName": target.metric, "op": op, "value": target.threshold, "target": share}


def read_targets(path: str | Path) -> dict[str, Target]:
    """The targets of an OpenSLO file, by name; raise BadInput with every SLO that cannot be read as one."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None
    targets: dict[str, Target] = {}
    problems: list[str] = []
    for number, part in enumerate(_documents(text), start=1):
        raw = read_yaml(part, f"{path}, document {number}")
        if not isinstance(raw, Mapping) or raw.get("kind") != "SLO":
            continue
        try:
            name, target = _target(raw)
            targets[name] = target
        except (KeyError, TypeError, ValueError, IndexError) as error:
            problems.append(f"  document {number}: {_said(error)}")
    if problems:
        raise BadInput("\n".join([f"{len(problems)} problem(s) in {path}", *problems]))
    if not targets:
        raise BadInput(f"{path}: holds no SLO of {API}")
    return targets


def _documents(text: str) -> list[str]:
    """The documents of a YAML stream, as texts."""
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        if line.rstrip() == "---":
            parts.append([])
        else:
            parts[-1].append(line)
    return ["\n".join(part) for part in parts if any(line.strip() for line in part)]


def _target(slo: Mapping[str, Any]) -> tuple[str, Target]:
    """One SLO: by our annotations when it bears them, else by its own fields."""
    if slo.get("apiVersion") != API:
        raise ValueError(f"apiVersion {slo.get('apiVersion')!r} is not {API}")
    annotations = slo["metadata"].get("annotations") or {}
    ours = {
        key.removeprefix(f"{MARK}/"): str(value) for key, value in annotations.items() if key.startswith(f"{MARK}/")
    }
    name = ours.pop("target", str(slo["metadata"]["name"]).replace("-", "_"))
    return name, _annotated(ours) if "metric" in ours else _plain(slo["spec"], ours.get("unit"))


def _annotated(ours: Mapping[str, str]) -> Target:
    fields: dict[str, Any] = {
        "metric": ours["metric"],
        "threshold": float(ours["threshold"]),
        "at_most": ours.get("at-most") != "false",
    }
    if "percentile" in ours:
        fields["percentile"] = float(ours["percentile"])
    if "component" in ours:
        fields["component"] = ours["component"]
    for field in ("endpoints", "stages"):
        fields[field] = tuple(part for part in ours.get(field, "").split(",") if part)
    return Target.model_validate(fields)


def _plain(spec: Mapping[str, Any], unit: str | None) -> Target:
    """Somebody else's SLO: a latency threshold with the share that must meet it, or a share of good requests."""
    objective = spec["objectives"][0]
    share = float(objective["target"] if "target" in objective else objective["targetPercent"] / 100)
    if not 0 < share < 1:
        raise ValueError(f"objectives[0].target: {share!r} is not between 0 and 1")
    if "value" not in objective:
        return Target(metric="error_rate", threshold=round(1 - share, 12))
    if objective.get("op") not in ("lt", "lte"):
        raise ValueError(f"objectives[0].op: {objective.get('op')!r} is neither lt nor lte, as for a latency")
    if unit not in UNITS_MS:
        raise ValueError(
            f"the annotation {MARK}/unit: {unit!r} is neither ms nor s; the format does not say what a value is in"
        )
    return Target(
        metric="latency_ms", threshold=float(objective["value"]) * UNITS_MS[unit], percentile=round(share * 100, 9)
    )


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error).splitlines()[0]
