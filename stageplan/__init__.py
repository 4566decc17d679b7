"""The face: `from stageplan import load, price`. Names are imported when they are first used."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.graph import Architecture
    from model.loading import bundled_names, load
    from pricing.bill import Bill
    from pricing.price import price

__all__ = ["Architecture", "Bill", "bundled_names", "load", "price"]

_WHERE = {
    "Architecture": "model.graph",
    "Bill": "pricing.bill",
    "bundled_names": "model.loading",
    "load": "model.loading",
    "price": "pricing.price",
}


def __getattr__(name: str) -> Any:
    """The public name, from the module that defines it."""
    if name not in _WHERE:
        raise AttributeError(f"module 'stageplan' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
