"""Rewrites the golden drawing from what the code says now; look at it, then read the diff."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Write the small picture of the tests, without its icons."""
    sys.path.insert(0, str(HERE.parent / "reports"))
    from conftest import small_picture

    from reports.diagrams.layout import lay_out
    from reports.diagrams.svg import draw_svg

    picture = small_picture()
    svg = draw_svg(picture, lay_out(picture, candidates=300), icons="linked")
    (HERE / "diagrams" / "small.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
