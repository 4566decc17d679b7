"""OpenSLO: targets go out and come back the same."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from loadtests.histograms import Times
from loadtests.openslo import export, read_targets
from loadtests.verdicts import latency_verdict
from model.loading import bundled_names, load
from model.problems import BadInput
from model.targets import Target
from simulations.verdicts import targets_of
from stageplan.commands import openslo


@pytest.mark.parametrize("name", [name for name in bundled_names() if load(name).targets])
def test_exported_targets_come_back_the_same(name: str, tmp_path: Path) -> None:
    """What a document promises survives its way through OpenSLO; only the place in the document stays behind."""
    path = tmp_path / "slo.yaml"
    path.write_text(export(load(name)), encoding="utf-8")
    stated = {
        key: target.model_copy(update={"section": None, "lines": (), "note": None})
        for key, target in load(name).targets.items()
    }
    assert read_targets(path) == stated


def test_the_command_writes_what_the_gate_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Printed or written, the targets of a stage come back as the very targets that a load test of it is judged by."""
    graph = load("lexohub").at("target")
    path = tmp_path / "slo.yaml"
    openslo.run("lexohub", "target", str(path))
    openslo.run("lexohub", "target")
    assert capsys.readouterr().out == path.read_text(encoding="utf-8")
    back = read_targets(path)
    assert set(back) == set(targets_of(graph))
    seconds = Times()
    for _ in range(2000):
        seconds.record(0.080)
    gates = [
        latency_verdict("p", target, seconds) for target in (back["latency_p50"], targets_of(graph)["latency_p50"])
    ]
    assert gates[0] == gates[1]
    assert gates[0].holds


def test_a_stage_has_its_own_targets_and_one_without_any_is_refused(raw: dict[str, Any], tmp_path: Path) -> None:
    raw["stages"].append({"name": "later"})
    raw["targets"] = {"late": {"metric": "error_rate", "threshold": 0.1, "stages": ["later"]}}
    path = tmp_path / "small.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    openslo.run(str(path), "later", str(tmp_path / "slo.yaml"))
    assert set(read_targets(tmp_path / "slo.yaml")) == {"late"}
    with pytest.raises(BadInput, match="small states no target at stage only"):
        openslo.run(str(path), "only")


def test_an_exported_slo_has_what_the_format_requires() -> None:
    """Version, kind, service, indicator, window, budgeting method and an objective with its target are there."""
    for slo in yaml.safe_load_all(export(load("lexohub"))):
        assert (slo["apiVersion"], slo["kind"]) == ("openslo/v1", "SLO")
        assert set(slo["spec"]) == {"service", "indicator", "timeWindow", "budgetingMethod", "objectives"}
        assert 0 < slo["spec"]["objectives"][0]["target"] <= 1


def test_a_percentile_is_a_share_of_requests() -> None:
    """p99 at most 500 ms is 99 % of requests at most 500."""
    slos = {slo["metadata"]["name"]: slo for slo in yaml.safe_load_all(export(load("lexohub")))}
    objective = slos["lexohub-latency-p99"]["spec"]["objectives"][0]
    assert (objective["op"], objective["value"], objective["target"]) == ("lte", 500, 0.99)


FOREIGN = """
apiVersion: openslo/v1
kind: Service
metadata: {name: shop}
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: fast-enough, annotations: {stageplan/unit: s}}
spec:
  service: shop
  objectives: [{op: lte, value: 0.4, target: 0.95}]
---
apiVersion: openslo/v1
kind: SLO
metadata: {name: up}
spec:
  service: shop
  objectives: [{target: 0.999}]
"""


def test_somebody_elses_slo_becomes_a_target(tmp_path: Path) -> None:
    """A latency threshold with its share is a percentile, a ratio an error rate; other kinds are passed over."""
    path = tmp_path / "slo.yaml"
    path.write_text(FOREIGN, encoding="utf-8")
    assert read_targets(path) == {
        "fast_enough": Target(metric="latency_ms", threshold=400, percentile=95),
        "up": Target(metric="error_rate", threshold=0.001),
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("stageplan/unit: s", "other: s", "does not say what a value is in"),
        ("target: 0.95", "target: 95", "not between 0 and 1"),
        ("op: lte", "op: gt", "neither lt nor lte"),
        ("objectives: [{target: 0.999}]", "indicator: {}", "'objectives' is missing"),
    ],
)
def test_what_cannot_be_judged_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    """The document of the file and the rule are named."""
    path = tmp_path / "slo.yaml"
    path.write_text(FOREIGN.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=said):
        read_targets(path)


def test_a_file_without_an_slo_is_refused(tmp_path: Path) -> None:
    """A gate without a target would always be green."""
    path = tmp_path / "slo.yaml"
    path.write_text("kind: Service\n", encoding="utf-8")
    with pytest.raises(BadInput, match="holds no SLO"):
        read_targets(path)
