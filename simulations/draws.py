"""Random numbers that depend on who draws, never on when: a hash of (seed, request, op, lap).

One source serves numba and plain Python, bit for bit: 64-bit words are masked (a no-op once compiled), and `log` and
`exp` are computed here with + - * / only, because the libraries of two machines may differ in the last bit.

Sources: splitmix64 (Steele, Lea, Flood 2014); log and exp after fdlibm (e_log.c, e_exp.c; error below 1 ulp); normal
quantile AS241 (Wichura 1988, relative error 1e-16); exponential by the ziggurat and gamma by rejection (both
Marsaglia and Tsang 2000).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

MASK = 0xFFFFFFFFFFFFFFFF
GOLDEN = 0x9E3779B97F4A7C15
SECOND = 0xD1B54A32D192ED03
"""Turns a word into that of the second thing one op draws."""
_MIX_1 = 0xBF58476D1CE4E5B9
_MIX_2 = 0x94D049BB133111EB

CONSTANT, EXPONENTIAL, LOGNORMAL, GAMMA, UNIFORM, PARETO, EMPIRICAL, ERLANG, WEIBULL = range(9)


def mix64(z: int) -> int:
    """One splitmix64 round: a bijection of 64-bit words that spreads every input bit over the word."""
    z = ((z ^ (z >> 30)) * _MIX_1) & MASK
    z = ((z ^ (z >> 27)) * _MIX_2) & MASK
    return z ^ (z >> 31)


def word(key: int, salt: int, lap: int) -> int:
    """The 64-bit word of one draw: `key` of the request, `salt` of the op, `lap` of its loop or retry."""
    return mix64((mix64(key ^ salt) + lap) & MASK)


def unit(bits: int) -> float:
    """A number strictly between 0 and 1 from the upper 52 bits of a word."""
    return ((bits >> 12) + 0.5) * 2.220446049250313e-16


def log(x: float) -> float:
    """Natural logarithm of a positive, normal number; the same bits on every machine."""
    m, e = math.frexp(x)
    small = m < 0.7071067811865476
    e -= small
    f = m + m * small - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    odd = z * (
        6.666666666666735130e-01
        + w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01))
    )
    half = 0.5 * f * f
    tail = s * (half + even + odd) + e * 1.90821492927058770002e-10
    return e * 6.93147180369123816490e-01 - ((half - tail) - f)


def exp(x: float) -> float:
    """e to the power x for |x| < 700; the same bits on every machine."""
    k = math.floor(x * 1.44269504088896338700 + 0.5)
    high = x - k * 6.93147180369123816490e-01
    low = k * 1.90821492927058770002e-10
    r = high - low
    t = r * r
    even = 1.66666666666666019037e-01 + t * (-2.77777777770155933842e-03 + t * 6.61375632143793436117e-05)
    c = r - t * (even + t * t * t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))
    return math.ldexp(1.0 - ((low - (r * c) / (2.0 - c)) - high), k)


def normal(u: float) -> float:
    """The standard normal quantile of u in (0, 1)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return (
            q
            * (((((((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                + 45921.953931549871457) * r + 13731.693765509461125) * r + 1971.5909503065514427) * r
                + 133.14166789178437745) * r + 3.387132872796366608)
            / (((((((5226.495278852854561 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                + 21213.794301586595867) * r + 5394.1960214247511077) * r + 687.1870074920579083) * r
                + 42.313330701600911252) * r + 1.0)
        )  # fmt: skip
    r = math.sqrt(-log(u if q < 0.0 else 1.0 - u))
    if r <= 5.0:
        r -= 1.6
        x = (
            (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                + 1.27045825245236838258) * r + 3.64784832476320460504) * r + 5.7694972214606914055) * r
                + 4.6303378461565452959) * r + 1.42343711074968357734)
            / (((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                + 0.14810397642748007459) * r + 0.68976733498510000455) * r + 1.6763848301838038494) * r
                + 2.05319162663775882187) * r + 1.0)
        )  # fmt: skip
    else:
        r -= 5.0
        x = (
            (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                + 0.026532189526576123093) * r + 0.29656057182850489123) * r + 1.7848265399172913358) * r
                + 5.4637849111641143699) * r + 6.6579046435011037772)
            / (((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                + 7.868691311456132591e-4) * r + 0.0148753612908506148525) * r + 0.1369298809227358053) * r
                + 0.59983220655588793769) * r + 1.0)
        )  # fmt: skip
    return -x if q < 0.0 else x


def _ziggurat() -> tuple[float, ...]:
    """Right edges of the 256 layers under exp(-x), with 0 behind; then the density at each edge."""
    right, area = 7.69711747013104972, 3.9496598225815571993e-3
    edges = [area * exp(right), right]
    while len(edges) < 256:
        edges.append(-log(area / edges[-1] + exp(-edges[-1])))
    edges.append(0.0)
    return (*edges, *(exp(-x) for x in edges))


ZIGGURAT = _ziggurat()
"""The first part of every `table` that `sample` gets; the points of empirical distributions follow."""


def exponential(table: Sequence[float], bits: int) -> float:
    """A unit exponential: 99 of 100 times one look at the ziggurat's table."""
    beyond = 0.0
    while True:
        layer = bits & 255
        x = unit(bits) * table[layer]
        if x < table[layer + 1]:
            return beyond + x
        bits = mix64((bits + GOLDEN) & MASK)
        if layer == 0:
            beyond += table[1]
        elif table[layer + 257] + unit(bits) * (table[layer + 258] - table[layer + 257]) < exp(-x):
            return beyond + x
        bits = mix64((bits + GOLDEN) & MASK)


def gamma(shape: float, bits: int) -> float:
    """A gamma variate of unit scale; further words follow from `bits` by the golden step."""
    boost = 1.0
    if shape < 1.0:
        boost = exp(log(unit(bits)) / shape)
        bits = mix64((bits + GOLDEN) & MASK)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = normal(unit(bits))
        bits = mix64((bits + GOLDEN) & MASK)
        u = unit(bits)
        bits = mix64((bits + GOLDEN) & MASK)
        v = 1.0 + c * x
        if v > 0.0:
            v = v * v * v
            if log(u) < 0.5 * x * x + d - d * v + d * log(v):
                return boost * d * v


def erlang(stages: float, table: Sequence[float], bits: int) -> float:
    """The sum of `stages` unit exponentials."""
    total = 0.0
    while stages > 0.5:
        total += exponential(table, bits)
        bits = mix64(bits ^ SECOND)
        stages -= 1.0
    return total


def sample(kind: int, a: float, b: float, c: float, table: Sequence[float], bits: int) -> float:
    """One draw of a distribution (`simulations.distributions`) from one word; `a`, `b`, `c` as its `parameters` say,
    `table` with the ziggurat in front.
    """
    if kind == CONSTANT:
        return a
    if kind == EXPONENTIAL:
        return a * exponential(table, bits)
    if kind == LOGNORMAL:
        return a + exp(b + c * normal(unit(bits)))
    if kind == UNIFORM:
        return a + b * unit(bits)
    if kind == ERLANG:
        return b * erlang(a, table, bits)
    if kind == GAMMA:
        return b * gamma(a, bits)
    if kind == PARETO:
        value = a * exp(-log(unit(bits)) / b)
        return value if value < c else c
    if kind == WEIBULL:
        return a * exp(log(-log(unit(bits))) / b)
    position = unit(bits) * b
    low = math.floor(position)
    first = math.floor(a) + low
    return table[first] + (position - low) * (table[first + 1] - table[first])
