"""The bill: laws that hold for every bundled architecture at every stage, and ranges."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.loading import bundled_names, load
from model.sizing import SizedGraph
from pricing.bill import Bill, quantiles
from pricing.price import influences, price, total_draws
from pricing.price_table import load_prices

STAGES = [(name, stage) for name in bundled_names() for stage in load(name).stage_names]


def with_requests(graph: SizedGraph, factor: float) -> dict[str, float]:
    """The likely values with the month's requests and users multiplied."""
    values = {name: float(value) for name, value in graph.likely.items()}
    return values | {name: values[name] * factor for name in ("monthly_requests", "monthly_active_users")}


def totals(graph: SizedGraph, factors: Iterator[float] | list[float]) -> list[float]:
    """The stage's total with all arrivals multiplied by each factor."""
    from pricing.rating import rate_usage
    from pricing.usage import usage

    prices = load_prices(graph.architecture.region)
    return [
        float(sum(item.cost for item in rate_usage(usage(graph, with_requests(graph, factor)), prices)))
        for factor in factors
    ]


@pytest.fixture(scope="module")
def bills() -> dict[tuple[str, str], Bill]:
    """Every bundled stage, priced once."""
    return {(name, stage): price(load(name).at(stage), draws=200) for name, stage in STAGES}


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_every_line_is_its_tiers_added_up(bills: dict[tuple[str, str], Bill], name: str, stage: str) -> None:
    """Cost = sum of quantity x unit price over the tiers; the total = sum of the lines; each has a source."""
    bill = bills[name, stage]
    for line in bill.lines:
        assert line.cost.likely == pytest.approx(sum(step.quantity * step.unit_price for step in line.steps), abs=1e-9)
        assert line.cost.low <= line.cost.likely <= line.cost.high
        assert line.state != "priced" or line.source
        assert line.state in ("priced", "free") or line.how
    assert bill.total.likely == pytest.approx(sum(line.cost.likely for line in bill.lines))
    assert sum(cost.likely for cost in bill.services.values()) == pytest.approx(bill.total.likely)
    assert sum(cost.likely for cost in bill.components.values()) == pytest.approx(bill.total.likely)


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_no_price_is_missing_for_the_documents(bills: dict[tuple[str, str], Bill], name: str, stage: str) -> None:
    """Every service of the five documents has its price; what depends on usage shows its unit price."""
    for line in bills[name, stage].lines:
        assert line.state != "unpriced", f"{line.component}: {line.meter}: {line.how}"
        assert line.state != "depends on usage" or line.unit_price is not None


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_more_traffic_never_costs_less(name: str, stage: str) -> None:
    """The total does not fall when all arrivals rise."""
    rising = totals(load(name).at(stage), [0, 0.1, 0.5, 1, 2, 10, 100])
    assert rising == sorted(rising)


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_no_traffic_leaves_what_is_always_there(name: str, stage: str) -> None:
    """With no arrivals at all the total is finite, and no line of requests or calls costs anything."""
    idle, likely = totals(load(name).at(stage), [0, 1])
    assert 0 <= idle <= likely


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_a_small_step_in_traffic_is_a_small_step_in_cost(name: str, stage: str) -> None:
    """No tier edge, rounding step or allowance makes the total jump, but for whole machines added."""
    graph = load(name).at(stage)
    steps = np.array(totals(graph, list(np.linspace(0.98, 1.02, 9))))
    jumps = np.abs(np.diff(steps))
    assert jumps.max() <= 0.02 * steps.mean() + 1.5


def test_the_likely_bill_does_not_depend_on_the_draws() -> None:
    """Draws give the range only."""
    graph = load(STAGES[0][0]).at(STAGES[0][1])
    without, with_draws = price(graph, draws=0), price(graph, draws=500, seed=3)
    assert without.total.likely == with_draws.total.likely
    assert without.total.low == without.total.high == without.total.likely
    assert with_draws.total.low < with_draws.total.likely < with_draws.total.high


@pytest.mark.parametrize(("name", "stage"), STAGES)
def test_the_same_seed_gives_the_same_bill(name: str, stage: str) -> None:
    """A bill is a value of its input and seed; another seed moves the range a little and the likely value not."""
    graph = load(name).at(stage)
    first, again, other = (price(graph, draws=100, seed=seed) for seed in (1, 1, 2))
    assert first.as_json() == again.as_json()
    assert other.total.likely == first.total.likely


def test_draws_agree_with_pricing_one_by_one() -> None:
    """The vectorised totals are those of each draw priced alone."""
    from model.assumptions import drawn_values
    from pricing.rating import rate_usage
    from pricing.usage import usage

    for name, stage in STAGES:
        graph = load(name).at(stage)
        prices = load_prices(graph.architecture.region)
        together = total_draws(graph, prices, draws=4, seed=9)
        drawn = drawn_values(graph.assumptions, seed=9, draws=4)
        for row in range(4):
            values = graph.values({key: float(column[row]) for key, column in drawn.items()})
            alone = float(sum(item.cost for item in rate_usage(usage(graph, values), prices)))
            assert together[row] == pytest.approx(alone), (name, stage, row)


def test_influences_are_the_totals_at_the_ends_of_each_range() -> None:
    """One vectorised pass gives what pricing with one assumption changed at a time gives."""
    from pricing.rating import rate_usage
    from pricing.usage import usage

    graph = load("vertical-vibing").at("stage3")
    prices = load_prices("us-east-1")
    found = influences(graph, prices)
    assert [item.swing for item in found] == sorted((item.swing for item in found), reverse=True)
    likely = {name: assumption.likely for name, assumption in graph.assumptions.items()}
    for item in found[:5]:
        values = graph.values(likely | {item.name: item.assumption.high})
        alone = float(sum(rated.cost for rated in rate_usage(usage(graph, values), prices)))
        assert item.at_high == pytest.approx(alone)


def test_free_tiers_only_make_it_cheaper(bills: dict[tuple[str, str], Bill]) -> None:
    """No allowance, the lasting ones, those of the first year: each at most as dear as the one before."""
    for name, stage in STAGES:
        graph = load(name).at(stage)
        none, always, first_year = (
            price(graph, draws=0, free_tier=kind).total.likely  # type: ignore[arg-type]
            for kind in ("none", "always", "12_months")
        )
        assert none >= always >= first_year > 0


@given(
    st.lists(st.floats(0, 1e9), min_size=1, max_size=60),
    st.lists(st.floats(0, 1), min_size=1, max_size=4),
)
def test_quantiles_are_those_of_numpy(row: list[float], shares: list[float]) -> None:
    """The same straight line between neighbours, for any row and share."""
    rows = np.array([row, row[::-1]])
    assert quantiles(rows, shares) == pytest.approx(np.quantile(rows, shares, axis=1), rel=1e-9, abs=1e-6)


def test_half_of_the_draws_come_to_less_than_the_median() -> None:
    """The median is of the total's own draws; nothing drawn, no median."""
    graph = load("lexohub").at("target")
    table = load_prices(graph.architecture.region)
    bill = price(graph, table, draws=500, seed=3)
    assert bill.median == pytest.approx(float(np.median(total_draws(graph, table, 500, 3))))
    assert bill.total.low < bill.median < bill.total.high
    assert price(graph, table, draws=0).median is None


@pytest.mark.parametrize(("requests", "state", "cost"), [(0, "depends on usage", 0.0), (10_000_000, "priced", 2.0)])
def test_traffic_that_nobody_states_is_not_taken_for_none(
    document: Callable[..., SizedGraph], requests: float, state: str, cost: float
) -> None:
    """With an endpoint and no workload a function's requests depend on usage; with a workload they are priced."""
    graph = document(
        {"kind": "lambda"},
        components={"web": {"kind": "web_client"}},
        connections=[{"from": "web", "to": "it", "kind": "request"}],
        endpoints={"get": {"client": "web", "share": 1, "calls": [{"to": "it", "time_ms": 10}]}},
        workload={"monthly_requests": requests},
    )
    line = next(line for line in price(graph, free_tier="none", draws=0).lines if line.meter == "lambda.requests")
    assert (line.state, line.cost.likely) == (state, cost)
