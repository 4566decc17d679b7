"""`stageplan doctor`: is everything there that the commands need?"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

from model.loading import bundled_names, load
from pricing.price_table import available_dates, load_prices

_NEEDED = {
    "price": ("numpy", "pydantic", "PyYAML", "typer", "rich"),
    "draw, report": ("diagrams", "graphviz", "graphviz-pure", "jinja2", "vl-convert-python"),
    "tables in notebooks": ("pandas", "networkx"),
}
_EXTRA = {"draw, report": "report", "tables in notebooks": "report"}


def run() -> None:
    """Print versions, price tables and bundled documents; exit with 1 when a package is missing."""
    python = ".".join(map(str, sys.version_info[:3]))
    lines = [f"python {python}"]
    missing = []
    for command, packages in _NEEDED.items():
        found = {package: _version(package) for package in packages}
        absent = [package for package, number in found.items() if number is None]
        missing += absent
        shown = ", ".join(f"{package} {number or 'MISSING'}" for package, number in found.items())
        lines.append(f"{command}: {shown}")
        if absent and command in _EXTRA:
            lines.append(f"  install them with: pip install 'stageplan[{_EXTRA[command]}]'")
    for date in available_dates():
        lines.append(f"prices of {date}: {len(load_prices('us-east-1', date))} meters in us-east-1")
    stages = sum(len(load(name).stages) for name in bundled_names())
    lines.append(f"documents: {len(bundled_names())} architectures, {stages} stages, all valid")
    sys.stdout.write("\n".join(lines) + "\n")
    if missing:
        sys.exit(1)


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
