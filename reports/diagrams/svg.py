"""The final SVG: self-contained, light and dark in one, the same bytes on every machine."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Literal

from reports.diagrams.geometry import Box
from reports.diagrams.icons import icon_symbol
from reports.diagrams.layout import Layout
from reports.diagrams.metrics import LABEL, Font, clean, shortened, text_width
from reports.diagrams.picture import Group, Picture
from reports.diagrams.strokes import number
from reports.diagrams.svgcards import draw_cards
from reports.diagrams.svggraph import draw_boxes, draw_labels, draw_lines, draw_names
from reports.diagrams.svgtext import words, xml_text
from reports.diagrams.theme import FONT, ROOT, Theme, rules_for, style_sheet

Icons = Literal["embedded", "linked"]
PAD, HEADER, FOOTER, LEAST_WIDTH = 24, 66, 26, 336
TITLE, SUBTITLE = Font(19, bold=True), Font(12.5)


def draw_svg(picture: Picture, layout: Layout, theme: Theme = "auto", icons: Icons = "embedded") -> str:
    """One picture on its layout.

    `auto` follows the reader's system and `data-theme` around it. With `linked` icons the drawing holds none and
    refers to the symbols of `icon_sheet`, which a page with several drawings holds once.
    """
    page = _page(layout)
    size = f'width="{number(page.width)}" height="{number(page.height)}"'
    view = f"{number(page.left)} {number(page.top)} {number(page.width)} {number(page.height)}"
    styles = sorted({group.style for group in layout.topology.groups.values()})
    mark = _mark(picture)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{ROOT}" role="img" viewBox="{view}" {size} '
        f'font-family="{FONT}" aria-labelledby="{mark}-title {mark}-desc">',
        f'<title id="{mark}-title">{xml_text(picture.title)}</title>',
        f'<desc id="{mark}-desc">{xml_text(_description(picture))}</desc>',
        f"<style>{style_sheet(rules_for(styles), theme)}</style>",
        *([f"<defs>{''.join(_symbols([picture]))}</defs>"] if icons == "embedded" else []),
        f'<rect class="sp-page" x="{number(page.left)}" y="{number(page.top)}" {size}/>',
        *_header(picture, page),
        *draw_boxes(picture, layout),
        *draw_lines(picture, layout),
        *draw_names(picture, layout),
        *draw_cards(picture, layout),
        *draw_labels(picture, layout),
        *_footer(layout),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def icon_sheet(pictures: Iterable[Picture]) -> str:
    """A hidden SVG with every icon of the pictures once, for drawings with `linked` icons in the same page."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="0" height="0" style="position:absolute" aria-hidden="true" '
        f'font-family="{FONT}"><defs>{"".join(_symbols(pictures))}</defs></svg>'
    )


def _symbols(pictures: Iterable[Picture]) -> list[str]:
    return [icon_symbol(kind) for kind in sorted({card.icon for picture in pictures for card in picture.cards})]


def _mark(picture: Picture) -> str:
    """An id that differs between pictures in one page."""
    words_of = f"{clean(picture.title)}\0{clean(picture.subtitle)}\0{clean(picture.stage)}"
    return "sp-" + sha256(words_of.encode()).hexdigest()[:8]


def _page(layout: Layout) -> Box:
    """The drawing with its title above, its legend below and air around."""
    box = layout.extent
    foot = PAD + (FOOTER if _has_dashes(layout) else 0)
    return Box(box.left - PAD, box.top - PAD - HEADER, max(box.right + PAD, box.left + LEAST_WIDTH), box.bottom + foot)


def _header(picture: Picture, page: Box) -> list[str]:
    room = page.width - 2 * PAD
    left, top = page.left + PAD, page.top + PAD
    title = shortened(clean(picture.title), TITLE, room)
    subtitle = shortened(clean(picture.subtitle), SUBTITLE, room)
    rows = [words("sp-title", title, (left, top + 20), TITLE)]
    return rows + ([words("sp-subtitle", subtitle, (left, top + 41), SUBTITLE)] if subtitle else [])


def _footer(layout: Layout) -> list[str]:
    """What solid and dashed lines mean, when there are dashed ones."""
    if not _has_dashes(layout):
        return []
    x, y = layout.extent.left, layout.extent.bottom + PAD
    rows = []
    for dash, word in (("", "request"), (' stroke-dasharray="5 3.5"', "event or replication")):
        rows.append(f'<path class="sp-line" d="M{number(x)} {number(y)}h26" fill="none" stroke-width="1.3"{dash}/>')
        rows.append(words("sp-subtitle", word, (x + 33, y + 3.5), LABEL))
        x += 33 + text_width(word, LABEL) + 24
    return rows


def _has_dashes(layout: Layout) -> bool:
    return any(line.dashed for line in layout.topology.lines)


def _description(picture: Picture) -> str:
    """What is where, then what talks to what, for those who do not see the picture."""
    groups: list[Group] = [*picture.filled_groups(), Group("", "Elsewhere")]
    names = {card.id: card.name for card in picture.cards}
    places = [
        f"{group.label}: {', '.join(held)}."
        for group in groups
        if (held := [card.name for card in picture.cards if card.group == group.id])
    ]
    lines = [f"{names[arrow.source]} → {names[arrow.target]}" for arrow in picture.visible_arrows]
    count = f"{len(picture.cards)} components, {len(lines)} connections."
    return " ".join([picture.subtitle, count, *places, "; ".join(lines)])
