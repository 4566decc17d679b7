"""Price tables: what ships is sound, what is wrong is said at once and with its place."""

import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.errors import PriceFileError, UnknownMeterError, UnknownPriceError
from pricing.price_rows import COLUMNS, CONFIDENCES, DATE, Price, read_prices
from pricing.price_table import (
    Rate,
    available_dates,
    available_regions,
    load_prices,
    read_rates,
)
from pricing.table_folders import TABLES

US = load_prices("us-east-1")
SHIPPED = sorted(TABLES.glob("*/*-*.csv"))
ROW = {
    "service": "Lambda", "meter": "lambda.requests", "description": "Requests", "unit": "1M requests", "per": "1000000",
    "base_unit": "request", "tier_from": "0", "tier_to": "", "usd": "0.2", "free_quantity": "1000000",
    "free_kind": "always", "free_pool": "", "effective_date": "2026-11-21", "source": "a price list",
    "confidence": "high",
}  # fmt: skip
NOT_FREE = {"free_quantity": "", "free_kind": "none"}


def write(folder: Path, name: str, *rows: dict[str, str]) -> Path:
    path = folder / name
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows({**ROW, **row} for row in rows)
    return path


def problems(*paths: Path) -> list[str]:
    with pytest.raises(PriceFileError) as raised:
        read_rates(paths)
    return list(raised.value.problems)


@pytest.fixture(scope="module")
def shipped() -> list[Price]:
    found: list[str] = []
    prices = [price for path in SHIPPED for _, price in read_prices(path, found)]
    assert found == []
    return prices


def test_every_shipped_row_says_where_and_when_it_comes_from(shipped: list[Price]) -> None:
    """No price ships without a source, a date and a grade."""
    assert len(shipped) > 600
    for price in shipped:
        assert len(price.source) > 5
        assert DATE.fullmatch(price.effective_date)
        assert price.confidence in CONFIDENCES


def test_no_shipped_tier_has_a_hole() -> None:
    """In every file the tiers of a meter follow each other from zero to the open end."""
    for path in SHIPPED:
        tiers: dict[str, list[tuple[float, float]]] = {}
        for _, price in read_prices(path, []):
            tiers.setdefault(price.meter, []).append((price.tier_from, price.tier_to))
        for bounds in tiers.values():
            assert bounds[0][0] == 0
            assert all(before[1] == after[0] for before, after in pairwise(bounds))
            assert bounds[-1][1] == float("inf")


def test_every_shipped_region_loads_on_every_date() -> None:
    """Whatever the two lists offer can be loaded."""
    assert "2026-11-21" in available_dates()
    assert set(available_regions()) >= {"us-east-1", "eu-west-1"}
    for date in available_dates():
        for region in available_regions(date):
            assert len(load_prices(region, date)) > 100


def test_prices_per_unit_fall_or_stay_from_tier_to_tier() -> None:
    """A larger month is never dearer by the unit, on any meter that ships."""
    rising = [rate.meter for rate in US.rates.values() if list(rate.unit_prices) != sorted(rate.unit_prices)[::-1]]
    assert rising == []


def test_multi_az_costs_about_twice_single_az() -> None:
    """Every Multi-AZ instance and volume is within 5 % of two Single-AZ ones."""
    pairs = [(US.rate(meter), US.rate(meter.replace("single_az", "multi_az"))) for meter in US
             if meter.endswith("single_az") and meter.replace("single_az", "multi_az") in US]  # fmt: skip
    assert len(pairs) > 20
    for single, multi in pairs:
        assert multi.usd_per_unit == pytest.approx(2 * single.usd_per_unit, rel=0.05)


def test_arm_costs_four_fifths_of_x86() -> None:
    """Lambda and Fargate on arm64 are 20 % cheaper than on x86."""
    for meter in ("lambda.duration", "lambda.provisioned", "lambda.provisioned_duration", "fargate.vcpu", "fargate.gb"):
        assert US.rate(f"{meter}.arm").usd_per_unit == pytest.approx(
            0.8 * US.rate(f"{meter}.x86").usd_per_unit, rel=2e-3
        )


def test_a_rate_carries_tiers_in_base_units() -> None:
    """333 million requests is where the second price of REST API requests begins."""
    rate = US.rate("apigw.rest.requests")
    assert rate.edges == (333e6, 1e9, 20e9)
    assert rate.unit_prices == pytest.approx((3.5e-6, 2.8e-6, 2.38e-6, 1.51e-6))
    assert (rate.unit, rate.per, rate.base_unit) == ("1M requests", 1e6, "request")
    assert rate.usd_per_unit == pytest.approx(3.5)


@pytest.mark.parametrize(
    ("meter", "quantity", "free", "usd"),
    [
        ("cloudfront.transfer.us", 10240.0, 1024.0, 9216 * 0.085),
        ("cloudfront.transfer.us", 11240.0, 1024.0, 9216 * 0.085 + 1000 * 0.08),
        ("cognito.lite", 150_000.0, 10_000.0, 90_000 * 0.0055 + 50_000 * 0.0046),
        ("clerk.mru", 60_000.0, 50_000.0, 200.0),
        ("lambda.requests", 4e5, 1e6, 0.0),
        ("transfer.inter_az", 50.0, 0.0, 0.5),
    ],
)
def test_the_free_units_are_the_first_of_the_first_tier(meter: str, quantity: float, free: float, usd: float) -> None:
    """Published tier bounds count the free units, so billing starts where they end."""
    assert US.rate(meter).cost(quantity, free) == pytest.approx(usd)


@given(st.sampled_from(sorted(US)), st.lists(st.floats(0, 1e10), min_size=1, max_size=4), st.floats(0, 1e9))
def test_a_rate_costs_arrays_as_it_costs_numbers(meter: str, quantities: list[float], free: float) -> None:
    """Ten thousand draws in one call cost what each costs alone."""
    rate = US.rate(meter)
    together = np.asarray(rate.cost(np.array(quantities), free))
    assert together.tolist() == [rate.cost(quantity, free) for quantity in quantities]


def test_an_unknown_meter_is_answered_with_the_nearest_name() -> None:
    """A typing error is a KeyError that knows better."""
    with pytest.raises(UnknownMeterError) as raised:
        US.rate("lambda.reqests")
    assert str(raised.value) == (
        "'lambda.reqests' is not a meter priced in us-east-1 on 2026-11-21 (did you mean 'lambda.requests'?)"
    )
    assert isinstance(raised.value, KeyError)
    assert "lambda.reqests" not in US


def test_a_region_sees_the_global_meters_but_no_other_region() -> None:
    """CloudFront is priced everywhere; what eu-west-1 lacks is not borrowed from us-east-1."""
    ireland = load_prices("eu-west-1")
    assert ireland.rate("cloudfront.transfer.us").region == "global"
    assert ireland.rate("rds.postgres.db.t3.micro.single_az").usd_per_unit == 0.02
    with pytest.raises(UnknownMeterError):
        ireland.rate("nat.hours")


@pytest.mark.parametrize(("region", "date"), [("us-west-7", None), ("us-east-1", "1999-01-01")])
def test_an_unknown_region_or_date_lists_the_known_ones(region: str, date: str | None) -> None:
    """Asking for prices that do not exist says which do."""
    with pytest.raises(UnknownPriceError, match=r"there is .*(us-east-1|2026-11-21)"):
        load_prices(region, date)


def test_the_newest_date_is_loaded_unless_another_is_named(tmp_path: Path) -> None:
    """A refreshed table lies beside the old one, and both stay available."""
    for date, usd in (("2026-11-21", "0.2"), ("2027-03-01", "0.3")):
        (tmp_path / date).mkdir()
        write(tmp_path / date, "aws-us-east-1.csv", {"usd": usd})
    (tmp_path / "SOURCES.md").touch()
    assert available_dates(tmp_path) == ("2026-11-21", "2027-03-01")
    assert load_prices("us-east-1", tables=tmp_path).rate("lambda.requests").usd_per_unit == pytest.approx(0.3)
    old = load_prices("us-east-1", "2026-11-21", tables=tmp_path)
    assert old.rate("lambda.requests").usd_per_unit == pytest.approx(0.2)


def test_a_rate_is_as_old_and_as_weak_as_its_worst_tier(tmp_path: Path) -> None:
    """One guessed tier makes the whole meter a guess."""
    path = write(
        tmp_path, "aws-x.csv",
        {"tier_to": "10", "effective_date": "2024-07-01"},
        {**NOT_FREE, "tier_from": "10", "usd": "0.1", "confidence": "low", "source": "a note"},
    )  # fmt: skip
    rate: Rate = read_rates([path])["lambda.requests"]
    assert (rate.effective_date, rate.confidence, rate.source) == ("2024-07-01", "low", "a price list; a note")


def test_all_problems_come_at_once_with_their_places(tmp_path: Path) -> None:
    """A file with many mistakes is answered with all of them, sorted."""
    first = write(
        tmp_path, "aws-x.csv",
        {"source": " ", "usd": "cheap"},
        {"meter": "lambda.other", "free_kind": "12mo"},
        {"meter": "Lambda Requests", "confidence": "hig"},
        {"meter": "lambda.dated", "effective_date": "undated", "per": "0"},
        {"meter": "lambda.bounds", "tier_from": "5", "tier_to": "5"},
        {"meter": "lambda.free", "free_quantity": ""},
        {"meter": "lambda.unfree", "free_kind": "none"},
    )  # fmt: skip
    second = write(tmp_path, "aws-global.csv", {"meter": "waf.acls", "usd": "nan", "service": ""})
    assert problems(first, second) == [
        "aws-global.csv:2: service is missing",
        "aws-global.csv:2: usd: 'nan' is not a number of 0 or more",
        "aws-x.csv:2: source is missing",
        "aws-x.csv:2: usd: 'cheap' is not a number of 0 or more",
        "aws-x.csv:3: free_kind: '12mo' is not one of always, 12_months, none (did you mean '12_months'?)",
        "aws-x.csv:4: confidence: 'hig' is not one of low, medium, high (did you mean 'high'?)",
        "aws-x.csv:4: meter: 'Lambda Requests' is not lower-case words joined by dots",
        "aws-x.csv:5: effective_date: 'undated' is not a date like 2026-11-21",
        "aws-x.csv:5: per: '0' is not a number above 0",
        "aws-x.csv:6: tier_to: '5' is not a number above tier_from '5'",
        "aws-x.csv:7: free_quantity is missing for free_kind 'always'",
        "aws-x.csv:8: free_kind 'none' does not go with free_quantity '1000000' or a free_pool",
    ]


@pytest.mark.parametrize(
    ("tiers", "sentence"),
    [
        ([("0", "10"), ("20", "")], "aws-x.csv:3: lambda.requests: the tier from 20 leaves a gap: 10 is next"),
        ([("0", "10"), ("5", "")], "aws-x.csv:3: lambda.requests: the tier from 5 overlaps: 10 is next"),
        ([("5", "")], "aws-x.csv:2: lambda.requests: the tier from 5 leaves a gap: 0 is next"),
        ([("0", "10")], "aws-x.csv:2: lambda.requests has no price above 10"),
        ([("0", ""), ("0", "")], "aws-x.csv:3: lambda.requests is priced twice (also aws-x.csv:2)"),
    ],
)
def test_tiers_with_holes_are_refused(tmp_path: Path, tiers: list[tuple[str, str]], sentence: str) -> None:
    """Tiers begin at zero, follow each other and end open."""
    rows = [{**NOT_FREE, "tier_from": start, "tier_to": end} for start, end in tiers]
    assert problems(write(tmp_path, "aws-x.csv", *rows)) == [sentence]


def test_a_meter_of_two_files_is_priced_twice(tmp_path: Path) -> None:
    """A regional price may not stand beside a global one."""
    one, other = write(tmp_path, "aws-global.csv", {}), write(tmp_path, "aws-x.csv", {})
    assert problems(one, other) == ["aws-x.csv:2: lambda.requests is priced twice (also aws-global.csv:2)"]


def test_tiers_of_one_meter_count_in_one_unit_and_carry_one_allowance(tmp_path: Path) -> None:
    """A second tier in other units or with an allowance of its own is refused."""
    path = write(tmp_path, "aws-x.csv", {"tier_to": "10"}, {"tier_from": "10", "unit": "1k requests", "per": "1000"})
    assert problems(path) == [
        "aws-x.csv:3: lambda.requests counts in '1k requests', its first tier in '1M requests'",
        "aws-x.csv:3: lambda.requests: a free allowance stands on the first tier only",
    ]


def test_problems_are_sorted_by_line_number(tmp_path: Path) -> None:
    """Line 9 is reported before line 10."""
    rows = [{"meter": f"lambda.meter{place}", "source": ""} for place in range(9)]
    found = problems(write(tmp_path, "aws-x.csv", *rows))
    assert [int(problem.split(":")[1]) for problem in found] == list(range(2, 11))


def test_meters_of_one_pool_agree_on_what_is_free(tmp_path: Path) -> None:
    """An account has one allowance per pool."""
    path = write(
        tmp_path, "aws-x.csv",
        {"meter": "sqs.fifo.requests", "free_pool": "sqs"},
        {"meter": "sqs.standard.requests", "free_pool": "sqs", "free_quantity": "5"},
    )  # fmt: skip
    assert problems(path) == ["pool sqs: sqs.standard.requests says 5 always, sqs.fifo.requests says 1e+06 always"]


def test_a_file_with_other_columns_or_short_rows_is_refused(tmp_path: Path) -> None:
    """A table that was edited by hand into another shape does not load."""
    wrong = tmp_path / "aws-x.csv"
    wrong.write_text("service,meter\nLambda,lambda.requests\n")
    short = write(tmp_path, "aws-y.csv")
    short.write_text(short.read_text() + "Lambda,lambda.requests\n")
    assert problems(wrong, short) == [
        f"aws-x.csv:1: the columns must be {','.join(COLUMNS)}",
        "aws-y.csv:2: 2 cells, not 15",
    ]


def test_every_service_of_the_documents_has_meters() -> None:
    """No service that a document uses is without a price in us-east-1."""
    counted = Counter(meter.split(".")[0] for meter in US)
    needed = {
        "acm", "alb", "amplify", "apigw", "apprunner", "aurora", "bedrock", "clerk", "cloudfront", "cloudtrail",
        "cloudwatch", "codebuild", "codepipeline", "cognito", "dynamodb", "ec2", "ebs", "ecr", "elasticache",
        "eventbridge", "fargate", "ipv4", "kms", "lambda", "mapbox", "nat", "nlb", "openai", "opensearch", "rds",
        "route53", "s3", "secretsmanager", "sendgrid", "sentry", "ses", "shield", "sns", "sqs", "stepfunctions",
        "stripe", "supabase", "transfer", "twilio", "vercel", "vpce", "waf", "xray",
    }  # fmt: skip
    assert needed <= set(counted)
