"""A new dated price table beside an older one: the older rows, refreshed where today's offers allow it."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from account.errors import Throttled
from account.offers import Offer, queries_for, read_offers
from account.price_list import entry_of
from account.refresh import Refreshed, refresh_meter
from model.problems import BadInput
from pricing.errors import PriceFileError
from pricing.price_rows import COLUMNS, DATE, Price, read_prices
from pricing.price_table import GLOBAL, available_dates, available_regions, dated_folder, load_prices

if TYPE_CHECKING:
    from types_boto3_pricing import PricingClient

MANIFEST: Final = "refresh.json"
"""Beside the tables: what a refresh did to every meter. It is no price file and is not read by `load_prices`."""


@dataclass(frozen=True)
class NewTable:
    """Every file of a new date, ready to be written, and what became of each meter."""

    date: str
    base_date: str
    regions: tuple[str, ...]
    files: Mapping[str, str]
    meters: tuple[Refreshed, ...]
    missing: Mapping[str, str]
    """By service code: why the Price List could not be asked; with any, the table is partial."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Meters by state, in words."""
        counted = Counter(meter.state for meter in self.meters)
        return {state: counted[state] for state in ("changed", "same", "kept")}


def new_table(
    client: PricingClient,
    date: str,
    regions: Sequence[str] = (),
    *,
    base_date: str | None = None,
    partial: bool = False,
    tables: Path | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> NewTable:
    """Ask the Price List for every provider's meter of some regions (all with a table when none is named).

    With `partial`, a service that is throttled to the end keeps its old rows and the table says so; without, that is
    an error. Raises BadInput for a date that exists or is none, UnknownPriceError for another region or base,
    AccountRefusal for what the account refuses.
    """
    if not DATE.fullmatch(date):
        raise BadInput(f"'{date}' is not a date like 2026-11-21")
    if date in available_dates(tables):
        raise BadInput(f"there is a price table of {date} already, and none is overwritten")
    base = dated_folder(base_date, tables)
    chosen = tuple(regions) or available_regions(base.name, tables)
    for region in chosen:
        load_prices(region, base.name, tables)
    rows = {region: _rows(base / f"aws-{region}.csv") for region in (*chosen, GLOBAL)}
    meters: list[Refreshed] = []
    missing: dict[str, str] = {}
    for region, by_meter in rows.items():
        offers = _offers(client, by_meter, region, missing, partial, progress)
        meters += (refresh_meter(name, region, old, offers[name], missing) for name, old in by_meter.items())
    files = {path.name: path.read_text(encoding="utf-8") for path in sorted(base.glob("*.csv"))}
    for region in rows:
        files[f"aws-{region}.csv"] = rows_csv(row for meter in meters if meter.region == region for row in meter.rows)
    made = NewTable(date, base.name, chosen, files, tuple(meters), missing)
    return NewTable(date, base.name, chosen, {**files, MANIFEST: _manifest(made)}, tuple(meters), missing)


def _rows(path: Path) -> dict[str, list[Price]]:
    """The rows of a file by meter, in its order."""
    problems: list[str] = []
    found: dict[str, list[Price]] = {}
    for _, price in read_prices(path, problems):
        found.setdefault(price.meter, []).append(price)
    if problems:
        raise PriceFileError(problems)
    return found


def _offers(
    client: PricingClient,
    meters: Mapping[str, object],
    region: str,
    missing: dict[str, str],
    partial: bool,
    progress: Callable[[str], None],
) -> Mapping[str, list[Offer]]:
    """The offers that may be behind each meter of a region."""
    wanted = [entry for meter in meters if (entry := entry_of(meter)) is not None]
    found: defaultdict[str, list[Offer]] = defaultdict(list)
    for query, served in queries_for(wanted, region).items():
        progress(f"{region} {query.service_code}")
        try:
            offers = list(read_offers(client, query))
        except Throttled as error:
            if not partial:
                raise Throttled(f"{error} ({query.service_code}), or keep the old rows with --partial") from None
            missing[query.service_code] = str(error)
            continue
        for entry in served:
            found[entry.meter] += offers
    return found


def rows_csv(rows: Iterator[Price]) -> str:
    """Price rows as a table's text."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in _values(row)] for row in rows)
    return text.getvalue()


def _values(row: Price) -> list[Any]:
    values = dict(zip(COLUMNS, astuple(row), strict=True))
    if row.free_kind == "none":
        values["free_quantity"] = ""
    return list(values.values())


def _cell(value: object) -> str:
    """A number without exponent or trailing zeros; no bound as an empty cell."""
    if not isinstance(value, float):
        return str(value)
    if value == float("inf"):
        return ""
    return format(Decimal(repr(value)).normalize(), "f")


def _manifest(table: NewTable) -> str:
    """What the refresh did, as JSON."""
    answer = {
        "date": table.date,
        "base_date": table.base_date,
        "regions": list(table.regions),
        "partial": bool(table.missing),
        "not_asked": dict(table.missing),
        "counts": dict(table.counts),
        "meters": [
            {
                "meter": item.meter,
                "region": item.region,
                "state": item.state,
                "before": [row.usd for row in item.before],
                "after": [row.usd for row in item.rows],
                "why": item.why,
            }
            for item in table.meters
        ],
    }
    return json.dumps(answer, indent=1, ensure_ascii=False) + "\n"


@contextmanager
def unwritten(table: NewTable) -> Iterator[Path]:
    """The table in a folder of tables that is gone afterwards, to price with it before it is written."""
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder) / table.date, table)
        yield Path(folder)


def write_table(table: NewTable, tables: Path) -> Path:
    """Write the table's folder whole: under another name first, read back, then renamed. Returns the folder.

    Raises BadInput when the folder exists or cannot be written, PriceFileError when the rows do not load; nothing is
    then left behind.
    """
    target = tables / table.date
    part = None
    try:
        tables.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{table.date}.", dir=tables))
        _fill(part / table.date, table)
        for region in available_regions(table.date, part):
            load_prices(region, table.date, part)
        if target.exists():
            raise BadInput(f"{target}: is there already, and none is overwritten")
        (part / table.date).rename(target)
    except OSError as error:
        raise BadInput(f"{error.filename}: cannot be written: {error.strerror or error}") from None
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
    return target


def _fill(folder: Path, table: NewTable) -> None:
    folder.mkdir(parents=True)
    for name, content in table.files.items():
        (folder / name).write_text(content, encoding="utf-8")
