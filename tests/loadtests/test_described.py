"""The stand-in keeps to its own description, whatever a generator of requests thinks of."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from loadtests.standin.process import stand_in

pytest.importorskip("schemathesis")
COMMAND = Path(sys.executable).with_name("schemathesis")
BOUNDS = ("--checks", "all", "--phases", "coverage,fuzzing", "--max-examples", "6", "--seed", "1", "--workers", "1")


def test_schemathesis_finds_nothing(raw: dict[str, Any], tmp_path: Path) -> None:
    """No server error, no undescribed status, type or shape of answer; malformed requests are refused, valid ones not,
    also where the document leaves the method open.
    """
    calls = [{"to": "api", "time_ms": 1}]
    raw["endpoints"]["any"] = {"client": "web", "method": "ANY", "path": "/any", "monthly_calls": 10, "calls": calls}
    path = tmp_path / "small.yaml"
    path.write_text(yaml.safe_dump(raw), encoding="utf-8")
    with stand_in(str(path), "only") as running:
        done = subprocess.run(
            [str(COMMAND), "run", f"{running.url}/openapi.json", *BOUNDS, "--no-color"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            cwd=tmp_path,
        )
        assert running.figures()["api"]["calls"] > 0
    assert done.returncode == 0, done.stdout[-3000:]
    cases = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert cases is not None
    assert cases[1] == cases[2]
    assert int(cases[1]) >= 30
