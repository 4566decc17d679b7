"""The published diagrams are what the code draws today."""

import pytest

from model.loading import bundled_names
from reports.gallery.drawings import FOLDER, gallery_svg


@pytest.mark.parametrize("name", bundled_names())
def test_the_gallery_is_fresh(name: str) -> None:
    """`make gallery` rewrites it."""
    assert (FOLDER / f"{name}.svg").read_text(encoding="utf-8") == gallery_svg(name)


def test_the_gallery_holds_nothing_else() -> None:
    """A drawing without an architecture would be stale."""
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(bundled_names())
