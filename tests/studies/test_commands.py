"""The commands of the studies: what they print, and their exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from model.loading import load
from model.problems import BadInput, UnknownName
from pricing.price import price
from stageplan.commands import auditing, comparing, diffing, forecasting, influences, pricing
from tests.studies.conftest import CLEAN

COMMON: dict[str, Any] = {"prices_date": None, "seed": 0}
PRICED: dict[str, Any] = {**COMMON, "free_tier": "always", "draws": 50}
GROWTH: dict[str, Any] = {
    "users": 200, "growth": (0.05, 0.1, 0.15), "curve": "exponential", "ceiling": None, "users_csv": None, "months": 12,
    "simulated": False,
    "stages": (), "budgets": (), "one_off": (), "json": False, "csv": False, **PRICED,
}  # fmt: skip
DIFF: dict[str, Any] = {
    "stage": None, "old_stage": None, "new_stage": None, "old_prices": None, "new_prices": None,
    "free_tier": "always", "budget": None, "draws": 50, "seed": 0, "json": False,
    "csv": False,
}  # fmt: skip


def test_audit_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    """`audit ARCH --json` has the fixed fields; a file of one's own is audited too."""
    auditing.run(str(CLEAN), json=True, markdown=False, **COMMON)
    assert json.loads(capsys.readouterr().out)["findings"] == []
    auditing.run("socialclub", json=False, markdown=True, **COMMON)
    assert "| line 586 |" in capsys.readouterr().out


def test_audit_of_everything_names_every_architecture(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name all bundled ones are audited."""
    auditing.run(None, json=True, markdown=False, **COMMON)
    assert len(json.loads(capsys.readouterr().out)["audits"]) == 9


def test_forecast_exits_with_1_when_an_asked_budget_breaks(capsys: pytest.CaptureFixture[str]) -> None:
    """The document's own alerts are told; a budget of the user's is a gate."""
    forecasting.run("writlix", **GROWTH)
    assert "budget of $75.00" in capsys.readouterr().out
    with pytest.raises(SystemExit) as exit_code:
        forecasting.run("writlix", **{**GROWTH, "budgets": (10.0,)})
    assert exit_code.value.code == 1


def test_forecast_reads_users_from_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """`--users-csv FILE` replaces the curve; a file that is not there is a sentence."""
    path = tmp_path / "users.csv"
    path.write_text("users\n100\n200\n300\n")
    forecasting.run("writlix", **{**GROWTH, "users_csv": str(path), "csv": True})
    assert len(capsys.readouterr().out.splitlines()) == 4
    with pytest.raises(BadInput, match="No such file"):
        forecasting.run("writlix", **{**GROWTH, "users_csv": str(tmp_path / "none.csv")})
    with pytest.raises(UnknownName, match="did you mean 'linear'"):
        forecasting.run("writlix", **{**GROWTH, "curve": "linea"})


def test_diff_is_markdown_and_a_gate(capsys: pytest.CaptureFixture[str]) -> None:
    """Two stages of one document; exit code 1 when the new one breaks the budget."""
    with pytest.raises(SystemExit) as exit_code:
        diffing.run("vertical-vibing", "vertical-vibing",
                    **{**DIFF, "old_stage": "stage2", "new_stage": "stage3", "budget": 300})  # fmt: skip
    assert exit_code.value.code == 1
    assert "| rds | resized |" in capsys.readouterr().out
    diffing.run("writlix", "writlix", **{**DIFF, "json": True})
    assert [item["changes"] for item in json.loads(capsys.readouterr().out)["stages"]] == [[], []]
    with pytest.raises(BadInput, match="--json and --csv exclude each other"):
        diffing.run("writlix", "writlix", **{**DIFF, "json": True, "csv": True})
    with pytest.raises(BadInput, match="share no stage"):
        diffing.run("writlix", "lexohub", **DIFF)


def test_the_budget_gate_speaks_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """Standard output stays the bill's."""
    bills = [price(load("writlix").at("steady"), draws=50)]
    diffing.gate(bills, 1000)
    with pytest.raises(SystemExit):
        diffing.gate(bills, 10)
    streams = capsys.readouterr()
    assert streams.out == ""
    assert "over the budget of $10.00" in streams.err


def test_compare_export_and_sensitivity_print(capsys: pytest.CaptureFixture[str]) -> None:
    """Each prints its one thing."""
    comparing.run(["writlix", "writlix-supabase"], stages=[], users=None, json=True, **PRICED)
    assert json.loads(capsys.readouterr().out)["cheapest"] == "writlix-supabase"
    pricing.run("writlix", "steady", focus="2027-01", **PRICED)
    assert capsys.readouterr().out.startswith("BilledCost,")
    influences.run("writlix", None, json=False, **PRICED)
    assert "what moves the monthly cost" in capsys.readouterr().out
