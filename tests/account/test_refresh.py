"""New prices from the Price List: nothing is overwritten, nothing guessed, and an old estimate comes out the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from account.errors import PermissionMissing, Throttled
from account.new_table import MANIFEST, _rows, new_table, unwritten, write_table
from account.refresh import refresh_meter
from account.refresh_text import bill_changes, refresh_text
from account.session import session
from model.loading import bundled_names, load
from model.problems import BadInput
from pricing.errors import UnknownPriceError
from pricing.price import price
from pricing.price_table import available_dates, dated_folder, load_prices
from pricing.table_folders import TABLES, user_tables
from tests.account.conftest import Run
from tests.account.fake_price_list import Product, price_list, product, product_of

DATE = "2027-01-02"
BASE = available_dates(TABLES)[-1]
FILES = {"us-east-1": "aws-us-east-1.csv", "eu-west-1": "aws-eu-west-1.csv", "global": "aws-global.csv"}
ROWS = {region: _rows(dated_folder(BASE, TABLES) / name) for region, name in FILES.items()}


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A folder of tables with the newest one that comes with stageplan."""
    folder = tmp_path / "tables"
    shutil.copytree(TABLES / BASE, folder / BASE)
    return folder


@pytest.fixture
def pricing(aws: str, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Signed in; the address of the Price List is set by the test."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    return monkeypatch


def products(factor: float = 1.0, service: str | None = None) -> list[Product]:
    """The whole list, at `factor` times the prices of the tables (of one service, when named)."""
    found = []
    for region, rows in ROWS.items():
        for meter, prices in rows.items():
            made = product_of(meter, prices, "us-east-1" if region == "global" else region, factor)
            if made is not None and service in (None, made["serviceCode"]):
                found.append(made)
    return found


def client_at(url: str) -> object:
    return session("us-east-1", attempts=1).client("pricing", endpoint_url=url)


def test_the_same_prices_change_nothing_but_their_source(pricing: object, tables: Path) -> None:
    """A list that says what the tables say: no meter changes, most are the same, and every row loads."""
    with price_list(products()) as url:
        table = new_table(client_at(url), DATE, tables=tables)  # type: ignore[arg-type]
    changed = [meter.meter for meter in table.meters if meter.state == "changed"]
    assert changed == []
    assert table.counts["same"] > 0.7 * len(table.meters)
    rows = [row for meter in table.meters for row in meter.rows if meter.state == "same"]
    assert all(row.source.startswith("AWS Price List") and row.effective_date == "2027-01-01" for row in rows)


def test_a_raise_of_a_tenth_reaches_every_row_and_every_bill(pricing: object, tables: Path) -> None:
    """Each price that the list gives is a tenth higher, each other row is as it was, to the letter."""
    with price_list(products(1.1)) as url:
        table = new_table(client_at(url), DATE, tables=tables)  # type: ignore[arg-type]
    for meter in table.meters:
        if meter.state == "changed":
            assert [row.usd for row in meter.rows] == pytest.approx([1.1 * row.usd for row in meter.before], rel=1e-9)
            assert [(row.tier_from, row.tier_to) for row in meter.rows] == [
                (row.tier_from, row.tier_to) for row in meter.before
            ]
            allowances = [(row.free_quantity, row.free_kind, row.free_pool) for row in meter.before]
            assert [(row.free_quantity, row.free_kind, row.free_pool) for row in meter.rows] == allowances
        elif meter.state == "kept":
            assert meter.rows == meter.before
            assert meter.why
    assert {meter.meter for meter in table.meters if meter.state == "same"} <= {
        meter.meter for meter in table.meters if all(row.usd == 0 for row in meter.before)
    }
    with unwritten(table) as folder:
        architectures = [load(name) for name in bundled_names()]
        old, new = load_prices("us-east-1", BASE, TABLES), load_prices("us-east-1", DATE, folder)
        bills = list(bill_changes(architectures, old, new))
    assert len(bills) == sum(len(item.stages) for item in architectures)
    assert all(bill.before <= bill.after <= 1.1 * bill.before + 1e-6 for bill in bills)
    assert sum(bill.after > 1.02 * bill.before for bill in bills) > len(bills) / 2
    text = refresh_text(table, bills)
    assert "+10.0%" in text
    assert "meters changed" in text


def test_an_old_estimate_comes_out_the_same_beside_the_new_table(pricing: object, tables: Path) -> None:
    """Nothing of the old date is touched, and its bill is the same; the newest date is the new one."""
    before = {path: path.read_bytes() for path in tables.rglob("*.csv")}
    graph = load("vertical-vibing").at("stage3")
    old_bill = price(graph, load_prices("us-east-1", BASE, TABLES), draws=50)
    with price_list(products(1.1)) as url:
        folder = write_table(new_table(client_at(url), DATE, tables=tables), tables)  # type: ignore[arg-type]
    assert {path: path.read_bytes() for path in before} == before
    assert price(graph, load_prices("us-east-1", BASE, tables), draws=50).as_json() == old_bill.as_json()
    assert load_prices("us-east-1", None, tables).date == DATE
    assert sorted(path.name for path in tables.iterdir()) == [BASE, DATE]
    manifest = json.loads((folder / MANIFEST).read_text())
    assert (manifest["base_date"], manifest["partial"]) == (BASE, False)


def test_a_date_is_never_overwritten(pricing: object, tables: Path) -> None:
    """Twice on one day is refused before anything is asked; so is a folder that appeared meanwhile."""
    with pytest.raises(BadInput, match="already, and none is overwritten"):
        new_table(client_at("http://127.0.0.1:9"), BASE, tables=tables)  # type: ignore[arg-type]
    with price_list(products()) as url:
        table = new_table(client_at(url), DATE, ["eu-west-1"], tables=tables)  # type: ignore[arg-type]
    (tables / DATE).mkdir()
    with pytest.raises(BadInput, match="none is overwritten"):
        write_table(table, tables)
    assert sorted(path.name for path in tables.iterdir()) == [BASE, DATE]
    assert list((tables / DATE).iterdir()) == []


def test_one_region_leaves_the_others_as_they_are(pricing: object, tables: Path) -> None:
    """`--region eu-west-1` asks for eu-west-1 and for what knows no region; us-east-1 is copied."""
    with price_list(products(1.1)) as url:
        table = new_table(client_at(url), DATE, ["eu-west-1"], tables=tables)  # type: ignore[arg-type]
    assert table.files["aws-us-east-1.csv"] == (TABLES / BASE / "aws-us-east-1.csv").read_text()
    assert table.files["aws-eu-west-1.csv"] != (TABLES / BASE / "aws-eu-west-1.csv").read_text()
    assert table.files["clerk-global.csv"] == (TABLES / BASE / "clerk-global.csv").read_text()
    with pytest.raises(UnknownPriceError, match="'mars-1'"):
        new_table(client_at(url), DATE, ["mars-1"], tables=tables)  # type: ignore[arg-type]


def test_a_denied_list_writes_nothing(pricing: object, tables: Path) -> None:
    """The message names the permission."""
    with (
        price_list([], lambda _: "AccessDeniedException") as url,
        pytest.raises(PermissionMissing, match="pricing:GetProducts is missing"),
    ):
        new_table(client_at(url), DATE, tables=tables)  # type: ignore[arg-type]
    assert [path.name for path in tables.iterdir()] == [BASE]


def test_a_throttled_service_is_refused_or_marked(pricing: object, tables: Path) -> None:
    """Half a list is no table, unless it is asked for: then it says which service kept its old rows."""
    throttled = lambda code: "ThrottlingException" if code == "AmazonRDS" else None  # noqa: E731
    with price_list(products(1.1), throttled) as url:
        with pytest.raises(Throttled, match=r"\(AmazonRDS\), or keep the old rows with --partial"):
            new_table(client_at(url), DATE, tables=tables)  # type: ignore[arg-type]
        table = new_table(client_at(url), DATE, partial=True, tables=tables)  # type: ignore[arg-type]
    assert set(table.missing) == {"AmazonRDS"}
    assert json.loads(table.files[MANIFEST])["partial"] is True
    kept = [meter for meter in table.meters if meter.meter.startswith("rds.postgres.")]
    assert {meter.state for meter in kept} == {"kept"}
    assert "PARTIAL: AmazonRDS" in refresh_text(table, [])


def test_the_command_shows_a_refresh_without_writing_it(run: Run, aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`prices refresh --dry-run --json`: one object with the changes and every bundled bill."""
    before = sorted(TABLES.iterdir())
    with price_list(products(1.1, "AmazonECS")) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        done = run("prices", "refresh", "--dry-run", "--json", "--today", DATE)
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert (answer["date"], answer["base_date"], answer["written"]) == (DATE, BASE, None)
    fargate = {item["meter"]: item["after"] for item in answer["changed"] if item["region"] == "us-east-1"}
    assert fargate["fargate.vcpu.x86"] == [0.044528]
    assert any(bill["after"] > bill["before"] for bill in answer["bills"])
    assert sorted(TABLES.iterdir()) == before


def test_a_table_in_the_users_folder_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """An installation that cannot be written keeps its new tables with the user; `--prices` finds both."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert available_dates() == available_dates(TABLES)
    shutil.copytree(TABLES / BASE, user_tables() / DATE)
    assert available_dates() == (*available_dates(TABLES), DATE)
    assert dated_folder(DATE) == user_tables() / DATE
    assert dated_folder(BASE) == TABLES / BASE
    assert load_prices("us-east-1", DATE).date == DATE


def test_an_old_table_is_mentioned_on_standard_error(run: Run) -> None:
    """A bill by prices older than 180 days says so, beside the bill and not in it."""
    new, old = (run("price", "writlix-supabase", "--json", "--today", day) for day in ("2026-12-01", "2028-01-01"))
    assert new.stderr == ""
    assert old.stderr == "the prices of 2026-11-21 are 406 days old: 'stageplan prices refresh' gets today's\n"
    assert new.stdout == old.stdout


def _lambda_requests(*found: Product) -> tuple[str, str, float]:
    """What becomes of the Lambda request price by these products."""
    from account.offers import _offer

    offers = [offer for item in found if (offer := _offer(json.dumps(item))) is not None]
    done = refresh_meter("lambda.requests", "us-east-1", ROWS["us-east-1"]["lambda.requests"], offers, {})
    return done.state, done.why, done.rows[0].usd


def _requests(*tiers: tuple[str, str, str], sku: str = "A", unit: str = "Requests") -> Product:
    return product("AWSLambda", "USE1-Request", *tiers, family="Serverless", sku=sku, unit=unit)


def test_a_free_first_tier_is_the_allowance_that_the_row_has() -> None:
    """The list writes allowances as a tier at no price; the row keeps them in columns of their own."""
    state, why, usd = _lambda_requests(_requests(("0", "1000000", "0"), ("1000000", "Inf", "0.00000025")))
    assert (state, why, usd) == ("changed", "", 0.25)


def test_a_free_twin_is_not_the_price() -> None:
    """The free tier is often a product of its own."""
    twins = _requests(("0", "Inf", "0"), sku="F"), _requests(("0", "Inf", "0.0000002"), sku="P")
    assert _lambda_requests(*twins) == ("same", "", 0.2)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([], "no such product"),
        ([_requests(("0", "Inf", "0.0000002")), _requests(("0", "Inf", "0.0000003"), sku="B")], "differ in price"),
        ([_requests(("0", "Inf", "0.2"), unit="1M requests")], "the list's unit '1M requests' may be another"),
        ([_requests(("0", "10", "0.0000002"), ("20", "Inf", "0.0000001"))], "leave a gap"),
    ],
)
def test_what_is_not_clear_keeps_the_old_row(found: list[Product], words: str) -> None:
    """No product, several prices, another unit, a gap: the old price, with the reason."""
    state, why, usd = _lambda_requests(*found)
    assert (state, usd) == ("kept", 0.2)
    assert words in why
