"""`stageplan list`: what is bundled."""

from __future__ import annotations

import sys

from model.loading import bundled_names, load
from stageplan.options import Json
from stageplan.output import write_json


def run(
    json: Json = False,
) -> None:
    """Print every bundled architecture with its stages."""
    architectures = [load(name) for name in bundled_names()]
    if json:
        rows = [
            {
                "architecture": item.name,
                "title": item.title,
                "document": item.document.id,
                "region": item.region,
                "stages": item.stage_names,
                "components": len(item.every_component()),
                "connections": len(item.connections),
            }
            for item in architectures
        ]
        write_json({"architectures": rows})
        return
    for item in architectures:
        sys.stdout.write(f"{item.name}  {item.title}\n")
        width = max(len(name) for name in item.stage_names)
        for stage in item.stages:
            sys.stdout.write(f"  {stage.name:<{width}}  {stage.title or ''}".rstrip() + "\n")
