"""Amounts of money as people read them."""

from __future__ import annotations

from pricing.bill import Range


def usd(amount: float) -> str:
    """Dollars with cents below a hundred, without above; never a false zero.

    >>> usd(1234.5), usd(12.345), usd(0.004), usd(0)
    ('$1,234', '$12.35', '<$0.01', '$0')
    """
    if amount == 0:
        return "$0"
    if amount < 0.005:
        return "<$0.01"
    return f"${amount:,.2f}" if amount < 99.995 else f"${amount:,.0f}"


def usd_range(cost: Range) -> str:
    """The 5 % to 95 % range, or nothing when it is as wide as a cent.

    >>> usd_range(Range(10, 12, 20))
    '$10.00 - $20.00'
    """
    return "" if cost.high - cost.low < 0.01 else f"{usd(cost.low)} - {usd(cost.high)}"
