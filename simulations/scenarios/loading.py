"""Loading a scenario: a bundled one by name, or a user's file by path."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, get_args

from pydantic import TypeAdapter, ValidationError

from model.nearest import did_you_mean
from model.problems import BadDocument, BadInput, Problem, UnknownName, problems_of
from model.yaml_text import read_yaml
from simulations.scenarios.scenario import Fault, Scenario

__all__ = ["load_scenario", "read_scenario", "scenario_names"]

BUNDLED: Final = Path(__file__).parent / "bundled"
_KINDS: Final = {kind.model_fields["fault"].annotation.__args__[0]: kind for kind in get_args(get_args(Fault)[0])}


@cache
def scenario_names() -> tuple[str, ...]:
    """The names of the bundled scenarios, sorted."""
    return tuple(sorted(path.stem for path in BUNDLED.glob("*.yaml")))


def load_scenario(name_or_path: str) -> Scenario:
    """A bundled scenario by name, or the one in a file.

    Raise BadDocument with every problem of the file, UnknownName when it is neither a name nor a file.
    """
    bundled = name_or_path in scenario_names()
    path = BUNDLED / f"{name_or_path}.yaml" if bundled else Path(name_or_path)
    if path.is_dir():
        raise BadInput(f"{path}: is a directory, not a scenario")
    if not path.is_file():
        if path.suffix in (".yaml", ".yml", ".json") or len(path.parts) > 1:
            raise BadInput(f"{path}: there is no such file")
        raise UnknownName("a scenario or a file", name_or_path, scenario_names())
    try:
        return read_scenario(path.read_text(encoding="utf-8"), path.name)
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise BadDocument(path.name, [Problem("", "is not UTF-8 text")]) from None


def read_scenario(text: str, name: str = "scenario") -> Scenario:
    """The scenario that a YAML text describes; raise BadDocument with all problems."""
    data = read_yaml(text, name)
    if not isinstance(data, dict):
        raise BadDocument(name, [Problem("", "is not a mapping of fields to values")])
    fault = data.get("fault")
    kind = _KINDS.get(fault) if isinstance(fault, str) else None
    if kind is None:
        rule = f"{fault!r} is not a kind of fault" if "fault" in data else "is required"
        hint = did_you_mean(str(fault), _KINDS) or f" (there are: {', '.join(sorted(_KINDS))})"
        raise BadDocument(name, [Problem("fault", rule + hint)])
    try:
        found: Scenario = TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        raise BadDocument(name, problems_of(error, (), kind)) from None
    return found
