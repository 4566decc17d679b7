"""The diagrams of a document as its report holds them: every stage of an architecture on one layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.diagrams.from_architecture import pictures
from reports.diagrams.layout import lay_out
from reports.diagrams.picture import Picture
from reports.diagrams.svg import draw_svg, icon_sheet
from reports.report_model import DocumentReport

StageKey = tuple[str, str]
"""Architecture and stage."""


@dataclass(frozen=True)
class DocumentDrawings:
    """The drawings of a document, each in two forms."""

    files: Mapping[StageKey, str]
    """SVG texts that stand alone."""
    inline: Mapping[StageKey, str]
    """The same for a page: they refer to the icons of `icons`."""
    icons: str
    """A hidden SVG with every icon once."""


def draw_document(report: DocumentReport) -> DocumentDrawings:
    """All stages of all architectures of a document."""
    files: dict[StageKey, str] = {}
    inline: dict[StageKey, str] = {}
    every: list[Picture] = []
    for item in report.architectures:
        drawn = pictures(item.architecture, item.bills)
        layout = lay_out(drawn, item.name)
        for picture in drawn:
            files[item.name, picture.stage] = draw_svg(picture, layout)
            inline[item.name, picture.stage] = draw_svg(picture, layout, icons="linked")
        every += drawn
    return DocumentDrawings(files, inline, icon_sheet(every))
