"""The face: `from stageplan import load`."""

from model.graph import Architecture
from model.loading import bundled_names, load

__all__ = ["Architecture", "bundled_names", "load"]
