"""The bill from a file: Cost and Usage Reports (legacy and 2.0) and FOCUS 1.x exports, as CSV, gzip or Parquet.

Sources: AWS Data Exports user guide, "Cost and Usage Report columns"; the FOCUS specification, focus.finops.org.
A file is read row by row; it needs no account and no credentials.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from account.charges import Charges, Item, Tally, is_usage
from account.months import Month
from model.problems import BadInput

MOST_PROBLEMS: Final = 10


@dataclass(frozen=True)
class Format:
    """The columns of one kind of export; the first that a file has is taken."""

    name: str
    kind: str
    cost: str
    currency: str
    quantity: str
    start: str
    end: str
    service: tuple[str, ...]
    usage_type: tuple[str, ...]
    tags: tuple[str, ...]
    """Columns that hold all tags as a map."""
    tag_columns: tuple[str, ...]
    """How the column of one tag is called, `{}` for its name."""

    @property
    def needed(self) -> tuple[str, ...]:
        return self.kind, self.cost, self.start


FORMATS: Final = (
    Format(
        "Cost and Usage Report", "lineItem/LineItemType", "lineItem/UnblendedCost", "lineItem/CurrencyCode",
        "lineItem/UsageAmount", "lineItem/UsageStartDate", "lineItem/UsageEndDate", ("lineItem/ProductCode",),
        ("lineItem/UsageType",), (), ("resourceTags/user:{}", "resourceTags/aws:{}"),
    ),
    Format(
        "Cost and Usage Report 2.0", "line_item_line_item_type", "line_item_unblended_cost",
        "line_item_currency_code", "line_item_usage_amount", "line_item_usage_start_date",
        "line_item_usage_end_date", ("line_item_product_code",), ("line_item_usage_type",), ("resource_tags",),
        ("resource_tags_user_{}", "resource_tags_aws_{}"),
    ),
    Format(
        "FOCUS", "ChargeCategory", "BilledCost", "BillingCurrency", "ConsumedQuantity", "ChargePeriodStart",
        "ChargePeriodEnd", ("x_ServiceCode", "ServiceName"), ("x_UsageType", "SkuMeter"), ("Tags",), (),
    ),
)  # fmt: skip


def read_export(
    path: str | Path, tags: Mapping[str, str], first: Month | None = None, last: Month | None = None
) -> Charges:
    """The charges of an export file, between two months (included) and of the rows that carry all `tags`.

    A month that the rows do not cover to its last day is partial. Raises BadInput with every problem (the first ten)
    for a file of no known form, a truncated one, another currency than USD, or numbers that are none.
    """
    found = Path(path)
    columns, rows = _table(found)
    form = _format(found, columns)
    problems: list[str] = []
    tally, covered = Tally(), dict[Month, tuple[date, date]]()
    for number, row in rows:
        if len(problems) >= MOST_PROBLEMS:
            problems.append("and more")
            break
        try:
            _count(form, row, tags, (first, last), tally, covered)
        except ValueError as error:
            problems.append(f"row {number}: {error}")
    if problems:
        raise BadInput("\n  ".join([f"{found} cannot be read as a {form.name}", *problems]))
    months = sorted(covered)
    partial = [month for month in months if not _is_whole(month, *covered[month])]
    return tally.charges(f"{form.name} {found.name}", months, partial)


def _count(
    form: Format,
    row: Mapping[str, Any],
    tags: Mapping[str, str],
    span: tuple[Month | None, Month | None],
    tally: Tally,
    covered: dict[Month, tuple[date, date]],
) -> None:
    """Add one row to the tally when it is of the months and carries the tags; raise ValueError when it is no row."""
    start = _day(row.get(form.start), form.start)
    end = _day(row.get(form.end), form.end) if row.get(form.end) else start + timedelta(days=1)
    month = Month.of(start)
    if (span[0] and month < span[0]) or (span[1] and month > span[1]):
        return
    before = covered.get(month, (start, end))
    covered[month] = min(before[0], start), max(before[1], end)
    if not all(_tag(form, row, key) == value for key, value in tags.items()):
        return
    currency = str(row.get(form.currency) or "USD")
    if currency != "USD":
        raise ValueError(f"{form.currency} is '{currency}', and the price tables are in USD")
    kind, usd = str(row.get(form.kind) or ""), _number(row.get(form.cost), form.cost)
    if not kind:
        raise ValueError(f"{form.kind} is empty")
    if not is_usage(kind):
        tally.add_beside(month, kind, usd)
        return
    item = Item(_first(row, form.service), _first(row, form.usage_type), str(row.get("x_Meter") or ""))
    tally.add_usage(month, item, usd, _number(row.get(form.quantity) or 0, form.quantity))


def _is_whole(month: Month, start: date, end: date) -> bool:
    """Whether rows from `start` to `end` cover a month; the last hours may be without use."""
    return start <= month.first and end >= month.after.first - timedelta(days=1)


def _first(row: Mapping[str, Any], columns: Iterable[str]) -> str:
    return next((str(row[column]) for column in columns if row.get(column)), "")


def _number(value: Any, column: str) -> float:
    try:
        found = float(value if value not in (None, "") else 0)
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise ValueError(f"{column}: '{value}' is not a number")
    return found


def _day(value: Any, column: str) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ValueError(f"{column}: '{value}' is not a date") from None


def _tag(form: Format, row: Mapping[str, Any], key: str) -> str:
    """The value of a tag in a row, wherever the format keeps it; empty when it has none."""
    for column in form.tags:
        held = row.get(column)
        if held:
            named = _map(held, column)
            for name in (key, f"user:{key}", f"user_{key.casefold()}", f"user_{key}"):
                if name in named:
                    return str(named[name])
    return _first(row, [name.format(part) for name in form.tag_columns for part in (key, key.casefold())])


def _map(held: Any, column: str) -> dict[str, Any]:
    """Tags as a file holds them: a JSON object, or pairs."""
    try:
        return dict(json.loads(held) if isinstance(held, str) else held)
    except (TypeError, ValueError, RecursionError):
        raise ValueError(f"{column}: {str(held)[:40]!r} is not a map of tags") from None


def _format(path: Path, columns: Iterable[str]) -> Format:
    names = set(columns)
    for form in FORMATS:
        if names.issuperset(form.needed):
            return form
    wanted = "; ".join(f"{form.name}: {', '.join(form.needed)}" for form in FORMATS)
    raise BadInput(f"{path}: is no export that is known. It would have the columns of one of these: {wanted}")


def _table(path: Path) -> tuple[list[str], Iterator[tuple[int, Mapping[str, Any]]]]:
    """The columns and the numbered rows of a file, by its name's ending."""
    if path.is_dir():
        raise BadInput(f"{path}: is a directory, not an export")
    if not path.is_file():
        raise BadInput(f"{path}: there is no such file")
    if path.name.endswith((".parquet", ".pq")):
        return _parquet(path)
    if path.name.endswith((".csv", ".csv.gz")):
        return _csv(path)
    raise BadInput(f"{path}: is neither .csv, .csv.gz nor .parquet")


def _csv(path: Path) -> tuple[list[str], Iterator[tuple[int, Mapping[str, Any]]]]:
    rows = _csv_rows(path)
    _, columns = next(rows, (1, []))
    return columns, ((number, dict(zip(columns, _same_length(cells, columns), strict=True))) for number, cells in rows)


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    opened = gzip.open if path.name.endswith(".gz") else open
    try:
        with opened(path, "rt", newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True)
            for cells in reader:
                yield reader.line_num, cells
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"{path}: is no whole CSV file: {error}") from None


def _same_length(cells: list[str], columns: list[str]) -> list[str]:
    if len(cells) != len(columns):
        raise BadInput(f"a row has {len(cells)} cells and the header {len(columns)}: is the file truncated?")
    return cells


def _parquet(path: Path) -> tuple[list[str], Iterator[tuple[int, Mapping[str, Any]]]]:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError:
        raise BadInput("pyarrow is not installed: pip install 'stageplan[account]'") from None
    try:
        file = parquet.ParquetFile(path)
    except (arrow.ArrowException, OSError) as error:
        raise BadInput(f"{path}: is no whole Parquet file: {' '.join(str(error).split())[:200]}") from None
    known = {column for form in FORMATS for column in (*form.needed, form.currency, form.quantity, form.end)}
    known |= {column for form in FORMATS for column in (*form.service, *form.usage_type, *form.tags)} | {"x_Meter"}
    columns = list(file.schema_arrow.names)
    read = [name for name in columns if name in known or name.startswith(("resource_tags", "resourceTags"))]

    def rows() -> Iterator[tuple[int, Mapping[str, Any]]]:
        number = 0
        try:
            for batch in file.iter_batches(columns=read):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
        except (arrow.ArrowException, OSError) as error:
            raise BadInput(f"{path}: is no whole Parquet file: {' '.join(str(error).split())[:200]}") from None

    return columns, rows()
