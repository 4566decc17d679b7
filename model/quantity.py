"""A quantity: a number, or a formula over the named assumptions, evaluated on floats and arrays alike."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema

from model.base import Once

Num = float | NDArray[np.float64]
Values = Mapping[str, Num]

_OPERATORS: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_MAX_LENGTH: Final = 200


@dataclass(frozen=True)
class Formula:
    """Arithmetic over assumption names: `+ - * /`, parentheses, `min(a, b)`, `max(a, b)`.

    >>> Formula.parse("users * (1 - share)")({"users": 200.0, "share": 0.25})
    150.0
    >>> sorted(Formula.parse("a + min(b, 3)").names)
    ['a', 'b']
    """

    text: str
    tree: ast.expr = field(compare=False, repr=False)
    compute: Callable[[Values], Num] = field(compare=False, repr=False)

    @classmethod
    @lru_cache(maxsize=4096)
    def parse(cls, text: str) -> Formula:
        """Parse without ever running code; raise ValueError naming what is not allowed."""
        if len(text) > _MAX_LENGTH:
            raise ValueError(f"a formula of {len(text)} characters is longer than {_MAX_LENGTH}")
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, RecursionError, MemoryError, ValueError):
            raise ValueError(f"'{text}' is not a number or a formula") from None
        for node in ast.walk(tree):
            if not isinstance(node, ast.expr_context):
                _refuse_unknown(node, text)
        return cls(text.strip(), tree, _compiled(tree))

    @cached_property
    def names(self) -> frozenset[str]:
        """The assumptions that the formula reads."""
        nodes = list(ast.walk(self.tree))
        called = {node.func for node in nodes if isinstance(node, ast.Call)}
        return frozenset(node.id for node in nodes if isinstance(node, ast.Name) and node not in called)

    def __call__(self, values: Values) -> Num:
        """Evaluate; every name must be in `values`.

        Division by zero gives inf or nan, for the caller to refuse.
        """
        try:
            return self.compute(values)
        except ZeroDivisionError:
            return float("nan")

    def __str__(self) -> str:
        return self.text

    def __reduce__(self) -> tuple[Callable[[str], Formula], tuple[str]]:
        """Another process reads it anew from its text."""
        return Formula.parse, (self.text,)


def _refuse_unknown(node: ast.AST, text: str) -> None:
    match node:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float()) | ast.Name() | ast.BinOp() | ast.USub() | ast.UnaryOp(op=ast.USub()):
            return
        case ast.Call(func=ast.Name(id=name), args=[_, _], keywords=[]) if name in _FUNCTIONS:
            return
        case ast.operator() if type(node) in _OPERATORS:
            return
    raise ValueError(f"'{text}' may use numbers, names, + - * / ( ), min(a, b) and max(a, b) only")


def _compiled(node: ast.expr) -> Callable[[Values], Num]:
    """The arithmetic as nested functions: quick on floats, element by element on arrays."""
    match node:
        case ast.Constant(value=number):
            constant = float(number)  # type: ignore[arg-type]
            return lambda values: constant
        case ast.Name(id=name):
            return lambda values: values[name]
        case ast.UnaryOp(operand=operand):
            inner = _compiled(operand)
            return lambda values: -inner(values)
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(_OPERATORS[type(op)], _compiled(left), _compiled(right))
        case ast.Call(func=ast.Name(id=name), args=[first, second]):
            return _binary(_FUNCTIONS[name], _compiled(first), _compiled(second))
    raise AssertionError(f"{ast.dump(node)} passed the parser")


def _binary(
    operation: Callable[[Any, Any], Any], left: Callable[[Values], Num], right: Callable[[Values], Num]
) -> Callable[[Values], Num]:
    return lambda values: operation(left(values), right(values))


def _smaller(left: Num, right: Num) -> Num:
    return min(left, right) if isinstance(left, float) and isinstance(right, float) else np.minimum(left, right)


def _larger(left: Num, right: Num) -> Num:
    return max(left, right) if isinstance(left, float) and isinstance(right, float) else np.maximum(left, right)


_FUNCTIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {"min": _smaller, "max": _larger}


def _read(value: object) -> object:
    if isinstance(value, Formula):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"{value!r} is not a number or a formula")
    if isinstance(value, str):
        return Formula.parse(value)
    if not 0 <= value < float("inf"):
        raise ValueError(f"{value} is not a number of zero or more")
    return float(value)


def _write(value: float | Formula) -> float | str:
    return value.text if isinstance(value, Formula) else value


class _QuantitySchema:
    """Tells pydantic how a quantity is read and written: one schema for all fields, made once."""

    schema = core_schema.no_info_plain_validator_function(
        _read, serialization=core_schema.plain_serializer_function_ser_schema(_write)
    )

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return cls.schema

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "maxLength": _MAX_LENGTH}]}


Quantity = Annotated[float | Formula, _QuantitySchema]
"""A number of zero or more, or a formula over the assumptions of the document."""
MaybeQuantity = Annotated[Quantity | None, Once()]
"""A quantity that may be left out."""


def evaluate(quantity: float | Formula, values: Values) -> Num:
    """The quantity's value: itself when it is a number, else its formula over `values`."""
    return quantity(values) if isinstance(quantity, Formula) else quantity


def some_positive(value: Num) -> bool:
    """Whether the value, or any of its draws, is above zero."""
    return bool((value > 0).any()) if isinstance(value, np.ndarray) else bool(value > 0)


def per(total: Num, count: Num) -> Num:
    """A total per happening; 0 when nothing happens.

    >>> per(6.0, 3.0), per(6.0, 0.0)
    (2.0, 0.0)
    """
    if isinstance(total, float) and isinstance(count, float):
        return total / count if count > 0 else 0.0
    with np.errstate(divide="ignore", invalid="ignore"):
        result = np.where(np.asarray(count) > 0, np.divide(total, count), 0.0)
    return result if result.ndim else float(result)
