"""Draws the gallery anew: `python -m reports.gallery`."""

from __future__ import annotations

import sys

from reports.files import write_files
from reports.gallery.drawings import FOLDER, gallery

if __name__ == "__main__":
    for path in write_files(FOLDER, gallery()):
        sys.stdout.write(f"{path.name}\n")
