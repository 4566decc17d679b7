"""Arrangements that were searched for once and are kept, one JSON file per architecture."""

import json
from pathlib import Path

from reports.diagrams.arrangement import TOP, Arrangement, from_json, to_json
from reports.diagrams.topology import Topology

FOLDER = Path(__file__).with_name("locks")


def read_lock(name: str, topology: Topology, folder: Path = FOLDER) -> Arrangement | None:
    """The kept arrangement of an architecture; None when there is none, or when its graph has changed since."""
    path = folder / f"{name}.json"
    if not _is_plain(name) or not path.is_file():
        return None
    facts = json.loads(path.read_text(encoding="utf-8"))
    if facts["topology"] != topology.digest:
        return None
    arrangement = from_json(facts["arrangement"])
    held = sorted(item for shelf in arrangement.values() for item in shelf.items if isinstance(item, tuple))
    return arrangement if TOP in arrangement and held == sorted(topology.cards) else None


def lock_text(topology: Topology, arrangement: Arrangement, engine_version: str) -> str:
    """The content of a lock file."""
    facts = {"engine": engine_version, "topology": topology.digest, "arrangement": to_json(arrangement)}
    return json.dumps(facts, indent=1, ensure_ascii=False) + "\n"


def _is_plain(name: str) -> bool:
    return bool(name) and not set(name) & set("/\\:\0") and not name.startswith(".")
