"""`stageplan list`: what is bundled."""

from __future__ import annotations

import json as json_text
import sys

from model.loading import bundled_names, load


def run(*, json: bool) -> None:
    """Print every bundled architecture with its stages."""
    architectures = [load(name) for name in bundled_names()]
    if json:
        rows = [
            {
                "architecture": item.name,
                "title": item.title,
                "document": item.document.title,
                "region": item.region,
                "stages": [{"name": stage.name, "title": stage.title} for stage in item.stages],
            }
            for item in architectures
        ]
        sys.stdout.write(json_text.dumps({"architectures": rows}, indent=2, ensure_ascii=False) + "\n")
        return
    for item in architectures:
        sys.stdout.write(f"{item.name}  {item.title}\n")
        width = max(len(name) for name in item.stage_names)
        for stage in item.stages:
            sys.stdout.write(f"  {stage.name:<{width}}  {stage.title or ''}".rstrip() + "\n")
