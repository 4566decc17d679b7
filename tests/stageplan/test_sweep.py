"""`stageplan sweep`: its table, its JSON and CSV, its exit codes and sentences."""

from __future__ import annotations

import csv
import io
import json

import pytest

from model.problems import BadInput
from stageplan.commands import sweeping


def test_a_row_per_point_and_endpoint(capsys: pytest.CaptureFixture[str]) -> None:
    """Text, JSON and CSV tell the same points; the same sweep prints the same bytes."""
    one = {"stages": ["stage4"], "loads": "0.5,1", "requests": 4000, "jobs": 1}
    sweeping.run(["vertical-vibing"], **one)
    assert "vertical-vibing  stage4  0.5" in capsys.readouterr().out
    sweeping.run(["vertical-vibing"], **one, json=True)
    first = capsys.readouterr().out
    answer = json.loads(first)
    assert (answer["points"], answer["partial"], len(answer["results"])) == (2, False, 2)
    sweeping.run(["vertical-vibing"], **one, json=True)
    assert capsys.readouterr().out == first
    sweeping.run(["vertical-vibing"], **one, csv=True)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert {row["load"] for row in rows} == {"0.5", "1.0"}
    assert [row["endpoint"] for row in rows[:2]] == [e["endpoint"] for e in answer["results"][0]["endpoints"][:2]]


def test_an_interrupted_sweep_keeps_what_it_has(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C ends with the points that were done, marked partial, and exit code 130."""

    def interrupted(points: object, *args: object, **options: object) -> object:
        yield next(iter(real(points, *args, **options)))  # type: ignore[arg-type]
        raise KeyboardInterrupt

    real = sweeping.sweep
    monkeypatch.setattr(sweeping, "sweep", interrupted)
    with pytest.raises(SystemExit) as ended:
        sweeping.run(["vertical-vibing"], stages=["stage4"], loads="0.5,1", requests=4000, jobs=1, json=True)
    assert ended.value.code == 130
    seen = capsys.readouterr()
    answer = json.loads(seen.out)
    assert answer["partial"]
    assert len(answer["results"]) == 1
    assert "interrupted: 1 of 2 points" in seen.err


def test_bad_input_is_one_message() -> None:
    """Loads that are no numbers, or impossible, are refused before anything runs."""
    with pytest.raises(BadInput, match="not a list of numbers"):
        sweeping.run(["vertical-vibing"], loads="1,two")
    with pytest.raises(BadInput, match="--load 0 must be above 0"):
        sweeping.run(["vertical-vibing"], loads="0")
    with pytest.raises(BadInput, match="--requests"):
        sweeping.run(["vertical-vibing"], requests=0)
