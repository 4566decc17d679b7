"""The fit: factors on service times by the utilisation law, non-negative least squares over many intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
ALIKE: Final = 0.999
"""Cosine of two columns above which the data cannot tell their times apart: they share one factor."""
TIE: Final = 1e-3
"""Weight of the document's value against one row of data: it decides only where the data say nothing."""
WIDEST: Final = 0.5
"""Half of a factor's 95 % interval over the factor, above which it is not told by the data."""
NOTHING: Final = 0.05
"""A factor whose whole interval lies below is told too: the time is next to nothing."""


@dataclass(frozen=True)
class Row:
    """One measured figure: the law says `measured = fixed + sum(moved * factors)`."""

    what: str
    """`cpu` or `held`."""
    component: str
    measured: float
    fixed: float
    moved: Array
    weight: float = 1.0
    """Calls behind the figure: the variance of a mean falls with them."""


@dataclass(frozen=True)
class Factor:
    """How much a service time is of the document's, with its 95 % interval; times of one group share it."""

    names: tuple[str, ...]
    value: float
    low: float
    high: float
    rows: int

    @property
    def told(self) -> bool:
        """Whether the data tell it."""
        return self.high <= NOTHING or 0 < (self.high - self.low) / 2 <= WIDEST * self.value or self.exact

    @property
    def exact(self) -> bool:
        """Whether nothing is left unexplained."""
        return self.value > 0 and self.low == self.high


def fitted(rows: Sequence[Row], names: Sequence[str]) -> list[Factor]:
    """Factors of the times that some row depends on; each row counts by its relative error and its calls.

    Unknowns are factors on the document's values, so that times of microseconds and of seconds weigh alike.
    """
    used = [row for row in rows if row.measured > 0 and np.isfinite(row.measured) and np.isfinite(row.moved).all()]
    if not used:
        return []
    weights = np.sqrt([row.weight for row in used])
    weights /= np.sqrt(np.mean(weights**2))
    matrix = np.array([row.moved / row.measured for row in used]) * weights[:, None]
    wanted = np.array([(row.measured - row.fixed) / row.measured for row in used]) * weights
    groups = grouped(matrix)
    if not groups:
        return []
    columns = np.column_stack([matrix[:, group].sum(axis=1) for group in groups])
    values, errors = solved(columns, wanted)
    touched = (np.abs(columns) > 1e-9).sum(axis=0)
    return [
        Factor(
            tuple(names[k] for k in group),
            float(value),
            float(max(value - 1.96 * error, 0.0)),
            float(value + 1.96 * error),
            int(count),
        )
        for group, value, error, count in zip(groups, values, errors, touched, strict=True)
    ]


def grouped(matrix: Array) -> list[list[int]]:
    """Columns that say anything, those that are multiples of each other together.

    >>> grouped(np.array([[1.0, 2.0, 0.0, 1.0], [2.0, 4.0, 0.0, 0.0]]))
    [[0, 1], [3]]
    """
    groups: list[list[int]] = []
    lengths = np.linalg.norm(matrix, axis=0)
    for k in np.flatnonzero(lengths > 1e-9):
        for group in groups:
            if abs(matrix[:, group[0]] @ matrix[:, k]) >= ALIKE * lengths[group[0]] * lengths[k]:
                group.append(int(k))
                break
        else:
            groups.append([int(k)])
    return groups


def solved(columns: Array, wanted: Array) -> tuple[Array, Array]:
    """Non-negative factors and their standard errors."""
    from scipy.optimize import nnls

    count = columns.shape[1]
    tied = np.vstack([columns, TIE * np.eye(count)])
    values, _ = nnls(tied, np.concatenate([wanted, TIE * np.ones(count)]))
    left = wanted - columns @ values
    freedom = max(len(wanted) - count, 1)
    variance = float(left @ left) / freedom
    covariance = variance * np.linalg.inv(tied.T @ tied)
    return np.asarray(values), np.sqrt(np.maximum(np.diag(covariance), 0.0))
