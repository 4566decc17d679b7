"""The stand-in keeps to its own description, whatever a generator of requests thinks of."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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
    carried = {
        "sign_in": {"method": "POST", "path": "/login", "gives": {"token": "$response.body#/token"}},
        "ask": {
            "path": "/ask",
            "takes": {"bearer": "token"},
            "gives": {"put": "$response.body#/put/url", "job": "$response.header.x-job"},
        },
        "put": {"method": "PUT", "path": "presigned", "takes": {"url": "put"}},
        "poll": {"path": "/jobs/{id}", "takes": {"path": {"id": "job"}}},
    }
    for name, one in carried.items():
        raw["endpoints"][name] = {"client": "web", "monthly_calls": 10, "calls": [dict(calls[0])], **one}
    path = tmp_path / "small.yaml"
    path.write_text(json.dumps(raw), encoding="utf-8")
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
