"""Bills on a terminal: whatever its width, no line is wider and no figure is cut off."""

import re
from collections import Counter

import pytest

from model.loading import load
from pricing.price import price
from pricing.price_table import load_prices
from reports.text import bill_text, stages_text


def _told(name: str) -> str:
    architecture = load(name)
    prices = load_prices(architecture.region)
    bills = [price(architecture.at(stage), prices, draws=200) for stage in architecture.stage_names]
    return stages_text(architecture, bills) + bill_text(architecture, bills[-1])


def _letters(text: str) -> Counter[str]:
    return Counter(re.sub(r"\s", "", text))


@pytest.mark.parametrize("columns", [72, 80, 100, 220])
@pytest.mark.parametrize("name", ["vertical-vibing", "lexohub", "socialclub"])
def test_a_narrow_terminal_wraps_and_cuts_nothing(name: str, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    piped = _told(name)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(columns))
    shown = re.sub(r"\x1b\[[0-9;]*m", "", _told(name))
    assert max(map(len, shown.splitlines())) <= columns
    assert _letters(shown) == _letters(piped)
