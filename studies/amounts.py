"""Numbers as people read them in bills, findings, forecasts and differences."""

from __future__ import annotations


def dollars(amount: float) -> str:
    """Dollars with cents below a hundred, without above; never a false zero.

    >>> dollars(1234.5), dollars(12.345), dollars(-3), dollars(0.004), dollars(0)
    ('$1,234', '$12.35', '-$3.00', '<$0.01', '$0')
    """
    if amount == 0:
        return "$0"
    if abs(amount) < 0.005:
        return "<$0.01" if amount > 0 else ">-$0.01"
    sign, size = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}${size:,.2f}" if size < 99.995 else f"{sign}${size:,.0f}"


def known_dollars(amount: float, lacking: bool) -> str:
    """Dollars of a sum; where some of its lines have no cost it is at least that much, or not known at all.

    >>> known_dollars(5, False), known_dollars(5, True), known_dollars(0, True)
    ('$5.00', 'at least $5.00', 'by usage')
    """
    if not lacking:
        return dollars(amount)
    return f"at least {dollars(amount)}" if amount > 0 else "by usage"


def dollar_span(low: float, high: float) -> str:
    """Two amounts, or one where they read alike.

    >>> dollar_span(5, 10), dollar_span(20, 20.001), dollar_span(-3, 4)
    ('$5.00 - $10.00', '$20.00', '-$3.00 to $4.00')
    """
    first, last = dollars(low), dollars(high)
    return first if first == last else f"{first} to {last}" if low < 0 else f"{first} - {last}"


def dollar_spread(low: float, high: float) -> str:
    """Two amounts, or nothing where they lie within a cent.

    >>> dollar_spread(10, 20), dollar_spread(20, 20.001)
    ('$10.00 - $20.00', '')
    """
    return "" if high - low < 0.01 else dollar_span(low, high)


def dollars_a_month(low: float, likely: float, high: float) -> str:
    """A monthly cost with its range, where it has one.

    >>> dollars_a_month(9, 10, 20), dollars_a_month(7, 7, 7)
    ('$10.00 a month ($9.00 - $20.00)', '$7.00 a month')
    """
    spread = dollar_spread(low, high)
    return f"{dollars(likely)} a month ({spread})" if spread else f"{dollars(likely)} a month"


def plain(number: float) -> str:
    """A number with at most four digits that matter, and thousands set apart.

    >>> plain(1234567), plain(0.123456), plain(12.5), plain(2e-07)
    ('1,234,567', '0.1235', '12.5', '2e-07')
    """
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:.4g}"


def span(low: float, high: float, unit: str = "") -> str:
    """Two numbers with their unit, or one where they read alike.

    >>> span(2, 4, "tasks"), span(0.5, 0.5)
    ('2 - 4 tasks', '0.5')
    """
    text = plain(low) if plain(low) == plain(high) else f"{plain(low)} - {plain(high)}"
    return f"{text} {unit}".strip()


def percent(share: float) -> str:
    """A share as a percentage.

    >>> percent(0.3127), percent(0.9995), percent(-0.1)
    ('31.3 %', '99.95 %', '-10 %')
    """
    digits = 4 if abs(share) > 0.99 else 3
    return f"{100 * share:.{digits}g} %"
