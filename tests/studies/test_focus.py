"""The export in FOCUS columns: it adds up, keeps to the allowed values, and says that it is an estimate."""

from __future__ import annotations

import csv
import io

import pytest

from model.kinds.registry import KINDS
from model.loading import bundled_names, load
from model.problems import BadInput
from pricing.price import price
from studies.focus import CATEGORIES, COLUMNS, focus_csv, service_category


def rows(name: str, stage: str, month: str = "2027-01") -> list[dict[str, str]]:
    bill = price(load(name).at(stage), draws=20)
    return list(csv.DictReader(io.StringIO(focus_csv(load(name), [bill], month))))


@pytest.mark.parametrize("name", bundled_names())
def test_costs_add_up_to_the_bill(name: str) -> None:
    """All four costs sum to the likely total, and quantity x price is every row's cost."""
    for stage in load(name).stage_names:
        found = rows(name, stage)
        total = price(load(name).at(stage), draws=0).total.likely
        for column in ("BilledCost", "EffectiveCost", "ContractedCost", "ListCost"):
            assert sum(float(row[column]) for row in found) == pytest.approx(total, abs=1e-6)
        for row in found:
            product = float(row["PricingQuantity"]) * float(row["ListUnitPrice"])
            assert float(row["ListCost"]) == pytest.approx(product, abs=1e-9)


def test_every_kind_has_an_allowed_category() -> None:
    """No component falls outside the specification's list."""
    assert {service_category(kind) for kind in KINDS} <= CATEGORIES


def test_rows_are_flagged_as_an_estimate_of_one_month() -> None:
    """The period is the month, its end excluded; December ends in January."""
    found = rows("writlix", "steady", "2026-12")
    assert {row["ChargePeriodStart"] for row in found} == {"2026-12-01T00:00:00Z"}
    assert {row["ChargePeriodEnd"] for row in found} == {"2027-01-01T00:00:00Z"}
    assert {row["x_Estimate"] for row in found} == {"true"}
    assert {row["ChargeCategory"] for row in found} == {"Usage"}
    assert all(row["ServiceName"] and row["ProviderName"] and row["BillingCurrency"] == "USD" for row in found)


def test_own_columns_are_marked() -> None:
    """What the specification does not know starts with x_."""
    own = [column for column in COLUMNS if not column[0].isupper()]
    assert own
    assert all(column.startswith("x_") for column in own)
    assert len(set(COLUMNS)) == len(COLUMNS)


def test_a_free_allowance_is_a_row_of_its_own() -> None:
    """The free part stands at no price beside the billed part."""
    free = [row for row in rows("lexohub", "target") if row["x_FreeAllowance"] == "true"]
    assert free
    assert all(float(row["ListCost"]) == 0 and float(row["PricingQuantity"]) > 0 for row in free)


def test_a_month_has_a_form() -> None:
    """Anything else is refused with a sentence."""
    with pytest.raises(BadInput, match="is not a month like 2027-01"):
        rows("writlix", "steady", "2027-13")
