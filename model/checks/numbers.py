"""What a formula comes to must be an amount: a finite number of zero or more."""

from __future__ import annotations

import math

from model.quantity import Formula


def no_amount(value: float, written: float | Formula) -> str | None:
    """Why the value of what is written is refused; None for an amount.

    >>> no_amount(float("nan"), Formula.parse("users / (a - a)"))
    "'users / (a - a)' divides by zero"
    >>> no_amount(-2.0, Formula.parse("a - 3")), no_amount(2.0, 2.0)
    ('-2 is not a number of zero or more', None)
    """
    if math.isfinite(value) and value >= 0:
        return None
    if math.isnan(value) and isinstance(written, Formula) and "/" in written.text:
        return f"'{written}' divides by zero"
    return f"{value:g} is not a number of zero or more"
