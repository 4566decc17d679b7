"""Models with known answers: each case of a published or exact result becomes a program, is run, and is set beside
what is expected.

A case is a mapping (see tests/cases/simulation.json): `model`, `expected`, and by its `id` the kind of model.
`measure` answers with one `Comparison` per quantity: the expected value beside the interval over independent
replications.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from simulations.known.ground import Case, Values
from simulations.known.recipes import recipe_for
from simulations.statistics import Interval, interval

__all__ = [
    "Comparison",
    "band",
    "covered",
    "measure",
    "not_compared",
    "not_held",
    "requests_for",
]


@dataclass(frozen=True)
class Comparison:
    """One quantity of one case: what it must be, what replications gave, the error that its source allows."""

    case: str
    quantity: str
    expected: float
    simulated: Interval
    rel_tol: float

    @property
    def standard_error(self) -> float:
        """The standard error behind the interval."""
        from simulations.statistics import student_t

        return self.simulated.half_width / student_t(self.simulated.count - 1)

    @property
    def relative_error(self) -> float:
        """Simulated over expected, less one."""
        return self.simulated.mean / self.expected - 1 if self.expected else self.simulated.mean

    @property
    def holds(self) -> bool:
        """Within four standard errors, or within the error that the reference itself has."""
        off = abs(self.simulated.mean - self.expected)
        return off <= max(4 * self.standard_error, self.rel_tol * abs(self.expected), 1e-12)


def band(case: Case) -> str:
    """The utilisation band a case belongs to: 0.5, 0.8, 0.95, or what it has none of."""
    load = case["expected"].get("utilization") if isinstance(case["expected"], Mapping) else None
    if load is None:
        return "-"
    return "0.5" if load < 0.65 else ("0.8" if load < 0.88 else "0.95")


def covered(case: Case) -> bool:
    """Whether `measure` knows the model."""
    return recipe_for(case) is not None


def requests_for(case: Case) -> int:
    """Requests (or time units) in a replication: long enough that the start and the end of a run do not show."""
    if case["id"] in ("mmc_c1_rho0.95", "mginf_m2000"):
        return 400_000
    if case["id"] in ("mmc_c100_rho0.95", "erlangB_c1000_a971.2"):
        return 100_000
    return 50_000 if case["id"].startswith("lqn_srvn6") else 20_000


_AT_AN_ATOM = {("mmc_c1_rho0.5", "wait_p50"), ("md1_rho0.5", "wait_p50"), ("md1_rho0.5", "sojourn_p50")}


def not_held(case: str, quantity: str) -> str:
    """Why a sample need not meet this quantity of the case; empty when it must."""
    if (case, quantity) in _AT_AN_ATOM:
        return "half of the requests do not wait: the median is the edge of an atom, and a sample falls on either side"
    if "rho0.95" in case and quantity.endswith("p99.9"):
        return "at a load of 0.95 a replication sees too few busy periods for its last thousandth"
    return ""


def not_compared(case: Case, compared: Iterable[Comparison]) -> list[str]:
    """What the case states as numbers and no comparison covers, by its key."""
    names = {item.quantity for item in compared}
    whole = {name for name in names if name in case["expected"]}
    parts = {name.rsplit(" ", 1)[0] for name in names}
    return [
        key
        for key, value in case["expected"].items()
        if key not in whole | parts and isinstance(value, (int, float, list, Mapping)) and key != "columns"
    ]


def measure(case: Case, requests: int, replications: int = 20, seed: int = 1) -> list[Comparison]:
    """Runs the model of the case, `requests` arrivals in each replication, and compares every quantity that it
    states.
    """
    recipe = recipe_for(case)
    if recipe is None:
        raise LookupError(f"{case['id']}: no recipe")
    found: list[Values] = [recipe(case, requests, seed + k) for k in range(replications)]
    expected = _expected(case)
    return [
        Comparison(case["id"], name, expected[name], interval([values[name] for values in found]), _allowed(case, name))
        for name in found[0]
        if name in expected
    ]


def _expected(case: Case) -> dict[str, float]:
    whole: dict[str, float] = {}
    for name, value in case["expected"].items():
        if isinstance(value, Mapping):
            whole |= {
                f"{name} {key}": float(number) for key, number in value.items() if isinstance(number, (int, float))
            }
        elif isinstance(value, list) and value and all(isinstance(number, (int, float)) for number in value):
            if case["category"].startswith("serverless"):
                whole[name] = sum(value) / len(value)
            else:
                whole |= {f"{name} {k}": float(number) for k, number in enumerate(value)}
        elif isinstance(value, (int, float)):
            whole[name] = float(value)
    if case["id"] == "lqn_tutorial_second_phase":
        whole = {"n=1": 1.0, "n=10": 5.187}
    return whole


def _allowed(case: Case, quantity: str) -> float:
    """The error of the reference itself: none for an exact formula."""
    if not case["kind"].startswith("exact-formula"):
        tolerance = case["tolerance"]
        if "rel_tol_random_tie" in tolerance:
            return float(tolerance["rel_tol_random_tie"])
        allowed = tolerance.get("rel_tol", 0.0)
        return float(allowed.get(quantity, 0.02) if isinstance(allowed, Mapping) else allowed)
    return 0.0
