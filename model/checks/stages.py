"""A stage changes what is there, and what it makes of it must be valid."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ValidationError

from model.checks.formulas import formulas
from model.checks.sizes import refuse_unsold
from model.component import Component
from model.draft import Draft
from model.nearest import did_you_mean
from model.problems import Loc, problems_of
from model.sizing import WORKLOAD_NAMES, merged, patched_workload
from model.stages import Stage
from model.workload import Workload


def check_stages(draft: Draft) -> None:
    """Stages have names of their own, build on earlier ones, and resize or remove only what is there."""
    results: dict[str, dict[str, Component]] = {}
    names = draft.stage_names
    for index, stage in enumerate(draft.stages):
        if stage is None:
            continue
        loc: Loc = ("stages", index)
        if stage.name in names[:index]:
            draft.refuse((*loc, "name"), f"'{stage.name}' is the name of another stage too")
        start = _start(draft, stage, loc, results)
        results[stage.name] = _apply(draft, stage, loc, start)
        _check_workload(draft, stage, loc)


def _start(draft: Draft, stage: Stage, loc: Loc, results: dict[str, dict[str, Component]]) -> dict[str, Component]:
    if stage.builds_on is None:
        return dict(draft.components)
    if stage.builds_on not in results:
        hint = did_you_mean(stage.builds_on, results)
        draft.refuse((*loc, "builds_on"), f"'{stage.builds_on}' is not an earlier stage{hint}")
        return dict(draft.components)
    return dict(results[stage.builds_on])


def _apply(draft: Draft, stage: Stage, loc: Loc, start: dict[str, Component]) -> dict[str, Component]:
    components = dict(start)
    for position, name in enumerate(stage.remove):
        if _there(draft, name, components, (*loc, "remove", position)):
            components.pop(name, None)
    for name, component in stage.add.items():
        if name in components:
            draft.refuse((*loc, "add", name), "is there already: resize it under 'components'")
        components[name] = component
    for name, patch in stage.components.items():
        here = (*loc, "components", name)
        if not _there(draft, name, components, here) or name not in components:
            continue
        old = components[name]
        if "kind" in patch and patch["kind"] != old.kind:
            draft.refuse((*here, "kind"), f"'{patch['kind']}' changes the kind: remove '{name}' and add another")
            continue
        try:
            new = type(old).model_validate(merged(old.model_dump(exclude_unset=True), patch))
            _check_names_in(draft, new, here)
            refuse_unsold(draft, new, here, before=old)
            components[name] = new
        except ValidationError as error:
            draft.problems.extend(problems_of(error, here, type(old)))
    return components


def _there(draft: Draft, name: str, components: Iterable[str], loc: Loc) -> bool:
    """True when the component is there at this stage, or is one whose own problems are noted already."""
    known = set(components)
    if name in known:
        return True
    if name in draft.component_names and name not in draft.components and name in draft.raw["components"]:
        return True
    draft.refuse(loc, f"'{name}' is not a component at this stage{did_you_mean(name, known)}")
    return False


def _check_workload(draft: Draft, stage: Stage, loc: Loc) -> None:
    base = draft.heads.get("workload")
    if not isinstance(base, Workload):
        return
    here = (*loc, "workload")
    try:
        _check_names_in(draft, patched_workload(base, stage.workload), here)
    except ValidationError as error:
        draft.problems.extend(problems_of(error, here, Workload))


def _check_names_in(draft: Draft, value: BaseModel, loc: Loc) -> None:
    known = {*draft.raw.get("assumptions", {}), *WORKLOAD_NAMES}
    old = {(where[len(loc) :], str(formula)) for where, formula in _base_formulas(draft, loc)}
    for where, formula in formulas(value, loc):
        if (where[len(loc) :], str(formula)) in old:
            continue
        for name in sorted(formula.names - known):
            draft.refuse(where, f"'{name}' in '{formula}' is not an assumption{did_you_mean(name, known)}")


def _base_formulas(draft: Draft, loc: Loc) -> list[tuple[Loc, object]]:
    base = draft.heads.get("workload") if loc[-1] == "workload" else draft.components.get(str(loc[-1]))
    return [((*loc, *where), formula) for where, formula in formulas(base, ())]
