"""The bundled documents: each loads, each stage is sized, every fact has its place."""

import json
from pathlib import Path

import jsonschema
import pytest

from model.assumptions import likely_values
from model.checks.formulas import formulas
from model.loading import DOCUMENTS, bundled_names, load
from model.schema import document_schema
from model.traffic import traffic
from model.yaml_text import read_yaml

NAMES = bundled_names()
STAGES = {
    "writlix": ("first_year", "steady"),
    "writlix-supabase": ("steady",),
    "vertical-vibing": ("development", "stage1", "stage2", "stage3", "stage4"),
    "lexohub": ("phase1", "phase2", "phase3", "target"),
    "lexohub-supabase": ("current",),
    "socialclub": ("staging", "production"),
    "tabi-script-ecs": ("development", "production"),
    "tabi-script-serverless": ("development", "production"),
    "tabi-script-vercel-supabase": ("development", "production"),
}


def test_all_architectures_are_there_with_their_stages() -> None:
    """Nine architectures of five documents, each with all its stages in order."""
    assert {name: load(name).stage_names for name in NAMES} == STAGES


@pytest.mark.parametrize("name", NAMES)
def test_every_stated_fact_has_its_lines(name: str) -> None:
    """Components, connections, targets and claims carry document lines unless they are ours, and say so."""
    architecture = load(name)
    for key, component in architecture.every_component().items():
        assert component.lines or component.implied or component.note, key
    for edge in architecture.connections:
        assert edge.lines or edge.inferred, (edge.source, edge.target)
    for key, target in architecture.targets.items():
        assert target.lines, key
    for claim in architecture.claims:
        assert claim.lines, claim.id


@pytest.mark.parametrize("name", NAMES)
def test_every_assumption_is_used(name: str) -> None:
    """An assumption that nothing reads would be noise in the report."""
    architecture = load(name)
    read: set[str] = set()
    parts = (
        architecture.components,
        architecture.endpoints,
        architecture.journeys,
        architecture.workload,
        architecture.stages,
    )
    for part in parts:
        for _, formula in formulas(part, ()):
            read |= formula.names
    for stage in architecture.stages:
        for _, formula in formulas(dict(architecture.at(stage.name).components), ()):
            read |= formula.names
        for _, formula in formulas(architecture.at(stage.name).workload, ()):
            read |= formula.names
    assert set(architecture.assumptions) - read == set()


@pytest.mark.parametrize(("name", "stage"), [(name, stage) for name in NAMES for stage in STAGES.get(name, ())])
def test_every_stage_has_traffic_on_every_endpoint(name: str, stage: str) -> None:
    """Every endpoint is called, takes time, and loads components that are there."""
    graph = load(name).at(stage)
    result = traffic(graph)
    assert graph.endpoints
    for endpoint, calls in result.endpoint_calls.items():
        assert calls > 0, endpoint
        assert result.endpoint_ms[endpoint] >= 0
    assert set(result.loads) <= set(graph.components)
    assert likely_values(graph.assumptions)


def test_the_published_schema_is_fresh_and_names_every_field() -> None:
    """model/schema.json is what `stageplan schema` prints; every property has a description or a plain title."""
    published = Path(DOCUMENTS).parent / "schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == json.loads(json.dumps(document_schema()))


@pytest.mark.parametrize("name", NAMES)
def test_the_schema_accepts_the_bundled_documents(name: str) -> None:
    """An editor that reads the schema finds nothing to complain about."""
    text = (DOCUMENTS / f"{name}.yaml").read_text(encoding="utf-8")
    jsonschema.Draft202012Validator(document_schema()).validate(read_yaml(text, name))
    assert text.startswith("# yaml-language-server: $schema=../schema.json")
