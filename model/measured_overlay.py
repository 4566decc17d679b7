"""The measured overlay: measured numbers laid over a stage of a document, from a file of their own; all or nothing.

It changes numbers alone. What a user adds to or takes from an imported draft is `model.importing.draft_overlay`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from model.assumptions import Assumption
from model.base import Fact, Name
from model.checks import check
from model.draft import Draft, read_draft
from model.graph import Architecture
from model.loading import document_text, load
from model.nearest import did_you_mean
from model.problems import BadDocument, BadInput, Problem, problems_of
from model.quantity import Formula
from model.sizing import merged
from model.yaml_text import MAX_BYTES, read_yaml


class MeasuredOverlay(Fact):
    """Numbers that replace those of a document, with where and when they were measured."""

    overlay: Name
    """The architecture that it is for."""
    stage: Name
    """The stage at which it was measured: that stage's own ranges and workload are replaced, other stages' are kept."""
    source: str = Field(min_length=10)
    date: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$")
    method: str | None = None
    error: str | None = None
    """On data held back from the fit."""
    assumptions: dict[Name, Assumption] = {}
    """Those of the document, and new ones that `resize` reads."""
    resize: dict[Name, dict[str, Any]] = {}
    """Fields of the stage's components that the document states as plain numbers, or not at all."""
    workload: dict[str, Any] = {}
    """Fields of the stage's workload."""


def read_measured_overlay(text: str, name: str) -> MeasuredOverlay:
    """The overlay that a YAML text holds; raise BadDocument with every problem."""
    raw = read_yaml(text, name)
    if not isinstance(raw, Mapping) or "overlay" not in raw:
        raise BadDocument(name, [Problem("", "is not a measured overlay: a mapping with overlay, stage, source, date")])
    try:
        return MeasuredOverlay.model_validate(raw)
    except ValidationError as error:
        raise BadDocument(name, problems_of(error, (), MeasuredOverlay)) from None


def load_with_overlay(name_or_path: str | Path, overlay_path: str | Path | None) -> Architecture:
    """An architecture with an overlay's file, where there is one, laid over it and checked as a whole.

    Raise BadInput or BadDocument as `load` does, and with every problem that the overlay brings.
    """
    if overlay_path is None:
        return load(name_or_path)
    path = Path(overlay_path)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path}: is too large for an overlay")
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: cannot be read: {error}") from None
    return laid_over(document_text(name_or_path), read_measured_overlay(text, path.name), path.name)


def laid_over(document: str, overlay: MeasuredOverlay, name: str = "overlay") -> Architecture:
    """The architecture of a document's text with an overlay; raise BadDocument, named after the overlay."""
    raw = read_yaml(document, "document")
    before = _checked(raw)
    if before.problems:
        raise BadDocument("document", before.problems)
    problems = _misfits(raw, overlay)
    if problems:
        raise BadDocument(name, problems)
    draft = _checked(_patched(raw, overlay))
    if draft.problems:
        raise BadDocument(name, draft.problems)
    return draft.architecture()


def _checked(raw: Any) -> Draft:
    """A document's data, read and checked."""
    draft = read_draft(raw)
    check(draft)
    return draft


def _misfits(raw: Mapping[str, Any], overlay: MeasuredOverlay) -> list[Problem]:
    """Names in an overlay that the document does not have."""
    found = []
    architecture, stages = str(raw["architecture"]), [str(stage["name"]) for stage in raw["stages"]]
    if overlay.overlay != architecture:
        found.append(Problem("overlay", f"'{overlay.overlay}' is not the architecture {architecture}"))
    if overlay.stage not in stages:
        hint = did_you_mean(overlay.stage, stages)
        found.append(Problem("stage", f"'{overlay.stage}' is not a stage of {architecture}{hint}"))
    known = dict.fromkeys(raw.get("assumptions") or {})
    for stage in raw["stages"]:
        known |= dict.fromkeys(stage.get("assumptions") or {})
    new = _names_read(overlay.resize)
    for assumed in overlay.assumptions:
        if assumed not in known and assumed not in new:
            hint = did_you_mean(assumed, known)
            found.append(Problem(f"assumptions.{assumed}", f"is not an assumption of {architecture}{hint}"))
    components = dict.fromkeys(raw.get("components") or {})
    for stage in raw["stages"]:
        components |= dict.fromkeys(stage.get("add") or {})
    for resized in overlay.resize:
        if resized not in components:
            hint = did_you_mean(resized, components)
            found.append(Problem(f"resize.{resized}", f"is not a component of {architecture}{hint}"))
    return found


def _names_read(value: Any) -> set[str]:
    """The assumptions that the formulas below some fields read; other texts are the kinds' to check."""
    if isinstance(value, Mapping):
        return {name for item in value.values() for name in _names_read(item)}
    if not isinstance(value, str):
        return set()
    try:
        return set(Formula.parse(value).names)
    except ValueError:
        return set()


def _patched(raw: Mapping[str, Any], overlay: MeasuredOverlay) -> dict[str, Any]:
    """The document's data with the overlay's in their places."""
    new = {name: one.model_dump(exclude_unset=True) for name, one in overlay.assumptions.items()}
    known = {name for stage in raw["stages"] for name in stage.get("assumptions") or {}}
    base = dict(raw.get("assumptions") or {})
    base |= {name: one for name, one in new.items() if name not in known}
    stages = []
    for stage in raw["stages"]:
        own = dict(stage.get("assumptions") or {})
        if stage["name"] == overlay.stage:
            own |= {name: one for name, one in new.items() if name in own or name not in base}
            if overlay.workload:
                stage = {**stage, "workload": merged(stage.get("workload") or {}, overlay.workload)}
            if overlay.resize:
                stage = {**stage, "components": merged(stage.get("components") or {}, overlay.resize)}
        stages.append({**stage, "assumptions": own} if own else stage)
    return {**raw, "assumptions": base | {name: one for name, one in new.items() if name in base}, "stages": stages}
