"""The bills of all bundled architectures, as tables that a person reads: a change of price shows as a diff."""

import sys
from pathlib import Path

import pytest

from model.loading import bundled_names

GOLDEN = Path(__file__).parents[1] / "golden"
sys.path.insert(0, str(GOLDEN))

from rewrite import BILLS, golden_bill  # noqa: E402


@pytest.mark.parametrize("name", bundled_names())
def test_the_bill_is_the_golden_one(name: str) -> None:
    """Every stage's bill reads as reviewed; `make golden` rewrites it."""
    assert golden_bill(name) == (BILLS / f"{name}.txt").read_text(encoding="utf-8")
