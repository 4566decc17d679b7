"""Runs a Graphviz layout engine: graphviz-pure of the Python environment, or a system `dot` when asked for by name."""

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reports.diagrams.geometry import Point

PURE = "graphviz-pure"


class EngineError(RuntimeError):
    """The layout engine is missing or refuses the graph."""


@dataclass(frozen=True)
class Positions:
    """Where an engine put the nodes, in points, y downwards: middle of each node by its DOT name."""

    centres: dict[str, Point]


@cache
def find_engine(name: str = PURE) -> str:
    """The path of the program; beside the running Python first, then on PATH. Raises `EngineError`."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    if not found:
        raise EngineError(f"layout engine {name!r} is not installed (pip install graphviz-pure)")
    return found


@cache
def engine_version(name: str = PURE) -> str:
    """What the engine says of itself, as in 'graphviz-pure version 0.2.2 (Rust port of Graphviz 16.1.0)'."""
    done = _run([find_engine(name), "-V"], b"")
    return (done.stdout or done.stderr).decode().strip().removeprefix(f"{name} - ")


def place(source: str, name: str = PURE) -> Positions:
    """Lays out a DOT source. Raises `EngineError` with the engine's own words."""
    done = _run([find_engine(name), "-Kdot", "-Tjson0"], source.encode())
    if done.returncode:
        raise EngineError(f"{name} failed with exit code {done.returncode}: {done.stderr.decode(errors='replace')}")
    graph = json.loads(done.stdout)
    nodes = (item for item in graph.get("objects", ()) if "pos" in item)
    return Positions({node["name"]: _point(node["pos"]) for node in nodes})


def _run(command: list[str], given: bytes) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, input=given, capture_output=True, timeout=120, check=False)  # noqa: S603 - no shell


def _point(text: str) -> Point:
    x, y = text.split(",")
    return float(x), -float(y)
