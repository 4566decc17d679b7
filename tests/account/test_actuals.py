"""The bill that came beside the predicted one: the model's own differs by nothing; a moved assumption is found."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pyarrow as arrow
import pytest
import urllib3
from pyarrow import parquet

from account.actuals import Actuals, compare
from account.actuals_text import actuals_csv, actuals_text
from account.charges import Charges
from account.cost_explorer import read_cost_explorer
from account.errors import PermissionMissing
from account.exports import read_export
from account.months import Month, month_of, months_between
from account.session import session
from model.graph import Architecture
from model.loading import bundled_names, load
from model.problems import BadInput
from pricing.price import price
from pricing.price_table import load_prices
from studies.focus import focus_csv
from tests.account.conftest import Run

STAGES = [(name, stage) for name in bundled_names() for stage in load(name).stage_names]
OCTOBER = Month(2026, 10)
Row = dict[str, str]


def focus_of(architecture: Architecture, stage: str) -> str:
    """The stage's own bill as an export of October 2026."""
    bill = price(architecture.at(stage), load_prices(architecture.region), draws=0, explain=False)
    return focus_csv(architecture, [bill], str(OCTOBER))


def compared(architecture: Architecture, stage: str, charges: Charges) -> Actuals:
    return compare(architecture.at(stage), load_prices(architecture.region), charges, draws=0)


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_the_models_own_bill_differs_by_nothing(name: str, stage: str, tmp_path: Path) -> None:
    """Every document and stage, written as a FOCUS export and read back: no difference, nothing to explain."""
    architecture = load(name)
    (tmp_path / "bill.csv").write_text(focus_of(architecture, stage))
    found = compared(architecture, stage, read_export(tmp_path / "bill.csv", {}))
    assert found.actual == pytest.approx(found.predicted, abs=1e-4)
    assert all(abs(line.difference) < 1e-4 for line in found.lines)
    assert {line.where for line in found.lines} <= {"both"}
    assert found.elsewhere == {}
    assert found.explanations == ()
    assert found.notes == ()


@pytest.mark.parametrize(
    ("name", "stage", "assumption"),
    [
        ("vertical-vibing", "stage3", "users"),
        ("writlix", "steady", "users"),
        ("socialclub", "production", "nat_gateways"),
    ],
)
def test_a_moved_assumption_is_found_at_its_value(name: str, stage: str, assumption: str, tmp_path: Path) -> None:
    """A bill made with one assumption elsewhere in its range: that assumption closes the gap, at that value."""
    architecture = load(name)
    known = architecture.at(stage).assumptions[assumption]
    value = known.low + 0.8 * (known.high - known.low) if known.likely < known.high else known.low
    moved = round(value) if known.whole else value
    (tmp_path / "bill.csv").write_text(focus_of(_with(architecture, stage, assumption, moved), stage))
    found = compared(architecture, stage, read_export(tmp_path / "bill.csv", {}))
    told = [*found.explanations, *(item for line in found.lines for item in line.explanations)]
    moves = [item for item in told if item.assumption == assumption]
    assert moves
    for item in moves:
        assert item.within
        assert item.value_from * 0.95 <= moved <= item.value_to * 1.05
        assert item.closed_share > 0.98
    assert min(abs(item.value - moved) for item in moves) <= 0.05 * moved


def _with(architecture: Architecture, stage: str, name: str, value: float) -> Architecture:
    """The architecture with an assumption's likely value moved, wherever the stage reads it."""
    known = architecture.at(stage).assumptions[name].model_copy(update={"likely": value})
    stages = tuple(
        item.model_copy(update={"assumptions": {**item.assumptions, name: known}}) if item.name == stage else item
        for item in architecture.stages
    )
    return architecture.model_copy(update={"stages": stages})


def test_a_gap_beyond_every_range_says_outside(tmp_path: Path) -> None:
    """Ten times the users: the explanation lies outside of the range, and says so."""
    architecture = load("vertical-vibing")
    known = architecture.at("stage3").assumptions["users"]
    (tmp_path / "b.csv").write_text(focus_of(_with(architecture, "stage3", "users", 10 * known.high), "stage3"))
    found = compared(architecture, "stage3", read_export(tmp_path / "b.csv", {}))
    users = next(item for item in found.explanations if item.assumption == "users")
    assert not users.within
    assert users.value == pytest.approx(10 * known.high, rel=0.2)
    assert "outside of" in actuals_text(found)


def cur_rows(start: str = "2026-10-01", end: str = "2026-11-01") -> list[Row]:
    """A small account's month as rows of a legacy Cost and Usage Report."""
    used = [
        ("AmazonECS", "USE1-Fargate-ARM-vCPU-Hours:perCPU", "47.27", "1460"),
        ("AmazonRDS", "Multi-AZUsage:db.m5.large", "259.88", "730"),
        ("AmazonRDS", "RDS:Multi-AZ-GP3-Storage", "46.00", "200"),
        ("AmazonEC2", "NatGateway-Hours", "65.70", "1460"),
        ("AmazonVPC", "USE1-PublicIPv4:InUseAddress", "14.60", "2920"),
        ("AmazonEFS", "USE1-TimedStorage-ByteHrs", "12.34", "41"),
    ]
    rows = [_cur("Usage", *item, start=start, end=end) for item in used]
    rows += [
        _cur("Tax", "AmazonECS", "", "31.00", "0", start=start, end=end),
        _cur("Credit", "AmazonECS", "", "-20.00", "0", start=start, end=end),
        _cur("Refund", "AmazonRDS", "", "-5.50", "0", start=start, end=end),
    ]
    return rows


def _cur(kind: str, code: str, usage_type: str, cost: str, quantity: str, *, start: str, end: str) -> Row:
    return {
        "lineItem/LineItemType": kind,
        "lineItem/UsageStartDate": f"{start}T00:00:00Z",
        "lineItem/UsageEndDate": f"{end}T00:00:00Z",
        "lineItem/ProductCode": code,
        "lineItem/UsageType": usage_type,
        "lineItem/UsageAmount": quantity,
        "lineItem/CurrencyCode": "USD",
        "lineItem/UnblendedCost": cost,
        "resourceTags/user:app": "vv" if code != "AmazonEFS" else "other",
    }


def as_csv(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    held = list(rows)
    writer = csv.DictWriter(text, list(held[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(held)
    return text.getvalue()


def as_cur2(row: Row) -> dict[str, object]:
    """A legacy row in the columns and types of Cost and Usage Report 2.0."""
    names = {
        "lineItem/LineItemType": "line_item_line_item_type",
        "lineItem/ProductCode": "line_item_product_code",
        "lineItem/UsageType": "line_item_usage_type",
        "lineItem/CurrencyCode": "line_item_currency_code",
    }
    return {
        **{new: row[old] for old, new in names.items()},
        "line_item_usage_start_date": date.fromisoformat(row["lineItem/UsageStartDate"][:10]),
        "line_item_usage_end_date": date.fromisoformat(row["lineItem/UsageEndDate"][:10]),
        "line_item_usage_amount": float(row["lineItem/UsageAmount"]),
        "line_item_unblended_cost": float(row["lineItem/UnblendedCost"]),
        "resource_tags": json.dumps({"user_app": row["resourceTags/user:app"]}),
    }


def exported(tmp_path: Path, form: str) -> Path:
    """The small account's month as a file of one form."""
    path = tmp_path / f"export.{form}"
    if form == "parquet":
        parquet.write_table(arrow.Table.from_pylist([as_cur2(row) for row in cur_rows()]), path)
    elif form == "csv.gz":
        path.write_bytes(gzip.compress(as_csv(cur_rows()).encode()))
    else:
        path.write_text(as_csv(cur_rows()))
    return path


@pytest.mark.parametrize("form", ["csv", "csv.gz", "parquet"])
def test_a_cost_and_usage_report_is_matched_line_by_line(tmp_path: Path, form: str) -> None:
    """Legacy CSV and CUR 2.0 Parquet say the same: matched lines, one that the model lacks, several the bill lacks."""
    found = compared(load("vertical-vibing"), "stage3", read_export(exported(tmp_path, form), {}))
    both = {line.meters: line for line in found.of("both")}
    assert both["rds.postgres.db.m5.large.multi_az",].difference == pytest.approx(0, abs=0.01)
    storage = both["rds.storage.gp3.multi_az",]
    assert storage.difference == pytest.approx(23.0, abs=0.01)
    assert storage.explanations[0].closed_share > 0.98
    assert storage.explanations[0].value == pytest.approx(2 * storage.explanations[0].likely, rel=0.05)
    assert [line.items[0].service for line in found.of("account")] == ["AmazonEFS"]
    assert ("alb.hours",) in {line.meters for line in found.of("model")}
    assert found.charges.monthly_beside() == {"Credit": -20.0, "Refund": -5.5, "Tax": 31.0}
    text = actuals_text(found)
    assert "not compared: Credit -20.00 USD a month stands beside usage on the bill" in text
    assert "AmazonEFS: USE1-TimedStorage-ByteHrs" in text
    rows = list(csv.DictReader(io.StringIO(actuals_csv(found))))
    assert sum(float(row["actual"]) for row in rows) == pytest.approx(found.actual, abs=0.01)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_tag_picks_the_architecture(tmp_path: Path, form: str) -> None:
    """Only rows that carry the tag count; a tag that nothing carries leaves an empty bill that says so."""
    charges = read_export(exported(tmp_path, form), {"app": "vv"})
    assert "AmazonEFS" not in {item.service for item in charges.monthly()}
    empty = compared(load("vertical-vibing"), "stage3", read_export(exported(tmp_path, form), {"app": "nothing"}))
    assert empty.charges.is_empty
    assert empty.of("both") == empty.of("account") == ()
    assert any("the bill is empty" in note for note in empty.notes)


def test_a_month_that_is_not_whole_is_left_out_of_the_mean(tmp_path: Path) -> None:
    """October is whole, November ends on the ninth: the mean is October's, and the note names November."""
    path = tmp_path / "export.csv"
    path.write_text(as_csv([*cur_rows(), *cur_rows("2026-11-01", "2026-11-09")]))
    charges = read_export(path, {})
    assert (charges.counted, charges.partial) == ((OCTOBER,), (OCTOBER.after,))
    found = compared(load("vertical-vibing"), "stage3", charges)
    assert any("2026-11 is not whole and is left out" in note for note in found.notes)
    alone = read_export(path, {}, OCTOBER.after, OCTOBER.after)
    assert alone.counted == alone.partial == (OCTOBER.after,)
    assert any("the bill is too low" in note for note in compared(load("vertical-vibing"), "stage3", alone).notes)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("bill.csv", b"a,b\n1,2\n", "is no export that is known"),
        ("bill.csv", as_csv(cur_rows()).encode()[:-40], "is the file truncated"),
        ("bill.csv", as_csv(cur_rows()).replace("47.27", "lots").encode(), "row 2: .*'lots' is not a number"),
        ("bill.csv", as_csv(cur_rows()).replace(",USD,", ",EUR,").encode(), "'EUR', and the price tables are in USD"),
        ("bill.csv", b"\xff\xfe\x00", "is no whole CSV file"),
        ("bill.csv.gz", gzip.compress(as_csv(cur_rows()).encode())[:-30], "is no whole CSV file"),
        ("bill.parquet", b"PAR1 and no more", "is no whole Parquet file"),
        ("bill.xlsx", b"", "is neither .csv"),
    ],
)  # fmt: skip
def test_a_bad_file_is_one_message(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    """Unknown columns, half a file, wrong numbers or another currency."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=words):
        read_export(tmp_path / name, {})


def test_months_are_counted_both_ends_included() -> None:
    """Three months from September to November; the wrong way round is refused."""
    months = months_between(month_of("2026-11", "--from"), month_of("2027-01", "--to"))
    assert [str(month) for month in months] == ["2026-11", "2026-12", "2027-01"]
    with pytest.raises(BadInput, match="--to 2026-09 is before --from 2026-10"):
        months_between(OCTOBER, Month(2026, 9))
    with pytest.raises(BadInput, match="--from: '2026-13' is not a month"):
        month_of("2026-13", "--from")


def queue(url: str, *answers: dict[str, object]) -> None:
    """What moto's Cost Explorer answers next, in this order."""
    results = {"account_id": "123456789012", "results": list(answers)}
    urllib3.PoolManager().request(
        "POST", f"{url}/moto-api/static/ce/cost-and-usage-results", body=json.dumps(results).encode()
    )


def period(month: Month, groups: dict[tuple[str, ...], str], *, estimated: bool = False) -> dict[str, object]:
    """A month of an answer of Cost Explorer."""
    return {
        "TimePeriod": {"Start": month.first.isoformat(), "End": month.after.first.isoformat()},
        "Groups": [
            {
                "Keys": list(keys),
                "Metrics": {
                    "UnblendedCost": {"Amount": usd, "Unit": "USD"},
                    "UsageQuantity": {"Amount": "1", "Unit": "N/A"},
                },
            }
            for keys, usd in groups.items()
        ],
        "Estimated": estimated,
        "Total": {},
    }


NAT = ("EC2 - Other", "NatGateway-Hours")
RDS = ("Amazon Relational Database Service", "Multi-AZUsage:db.m5.large")


def test_cost_explorer_is_read_page_by_page(aws: str) -> None:
    """Two pages of usage, then the record types; the month under way is estimated and left out of the mean."""
    used = [period(OCTOBER, {NAT: "65.7"}), period(OCTOBER.after, {NAT: "20"}, estimated=True)]
    queue(
        aws,
        {"ResultsByTime": used, "NextPageToken": "more"},
        {"ResultsByTime": [period(OCTOBER, {RDS: "300"})]},
        {"ResultsByTime": [period(OCTOBER, {("Usage",): "365.7", ("Tax",): "30", ("Credit",): "-10"})]},
    )
    months = months_between(OCTOBER, OCTOBER.after)
    charges = read_cost_explorer(session().client("ce"), months, date(2026, 11, 27), {"app": "vv"})
    assert {tuple(item)[:2]: amount.usd for item, amount in charges.monthly().items()} == {NAT: 65.7, RDS: 300.0}
    assert charges.monthly_beside() == {"Credit": -10.0, "Tax": 30.0}
    assert charges.partial == (OCTOBER.after,)
    found = compared(load("vertical-vibing"), "stage3", charges)
    assert {line.meters for line in found.of("both")} == {("nat.hours",), ("rds.postgres.db.m5.large.multi_az",)}


def test_a_month_that_has_not_begun_is_refused(aws: str) -> None:
    """Before anything is asked."""
    with pytest.raises(BadInput, match="2026-12 has not begun on 2026-11-27"):
        read_cost_explorer(session().client("ce"), [Month(2026, 12)], date(2026, 11, 27), {})


def test_the_command_compares_with_the_account(run: Run, aws: str) -> None:
    """`actuals --from --json` against the server: one object, with the months and both sides."""
    queue(aws, {"ResultsByTime": [period(OCTOBER, {NAT: "131.4"})]}, {"ResultsByTime": []})
    done = run(
        "actuals", "vertical-vibing", "--stage", "stage3", "--from", "2026-10", "--today", "2026-11-27", "--json"
    )
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["counted_months"] == ["2026-10"]
    nat = next(line for line in answer["lines"] if line["meters"] == ["nat.hours"])
    assert (nat["where"], nat["actual"]) == ("both", 131.4)
    assert nat["explanations"][0]["assumption"] == "nat_gateways"


def test_without_credentials_the_command_says_what_it_needs(run: Run, unsigned: None) -> None:
    """Exit 2, one message, nothing on standard output; `--policy` needs neither arguments nor credentials."""
    done = run("actuals", "vertical-vibing", "--stage", "stage3", "--from", "2026-10", "--today", "2026-11-27")
    assert (done.returncode, done.stdout) == (2, "")
    assert "ce:GetCostAndUsage" in done.stderr
    assert json.loads(run("actuals", "--policy").stdout)["Statement"][0]["Action"] == ["ce:GetCostAndUsage"]


def test_a_denied_bill_names_the_permission(aws: str) -> None:
    """From the account's own answer."""
    from botocore.stub import Stubber

    client = session().client("ce")
    with Stubber(client) as stub:
        stub.add_client_error("get_cost_and_usage", "AccessDeniedException")
        with pytest.raises(PermissionMissing, match="ce:GetCostAndUsage is missing"):
            read_cost_explorer(client, [OCTOBER], date(2026, 11, 27), {})
