"""The cards of an SVG: icon, name, size, cost, and a mark on what is implied."""

from reports.diagrams.cardshape import ICON, TAG, CardText, card_text
from reports.diagrams.geometry import Point
from reports.diagrams.icons import icon_id
from reports.diagrams.layout import Layout
from reports.diagrams.metrics import clean, text_width
from reports.diagrams.picture import Card, Picture
from reports.diagrams.strokes import number
from reports.diagrams.svgtext import words, xml_text
from reports.diagrams.topology import card_key


def draw_cards(picture: Picture, layout: Layout) -> list[str]:
    """Every card at its place."""
    return [_card(card, layout.placement.icons[card_key(card)]) for card in sorted(picture.cards, key=card_key)]


def _card(card: Card, middle: Point) -> str:
    x, y = middle
    text = card_text(card)
    rows = [
        f"<g><title>{xml_text(_tooltip(card))}</title>",
        f'<use href="#{icon_id(card.icon)}" x="{number(x - ICON / 2)}" y="{number(y - ICON / 2)}" '
        f'width="{ICON}" height="{ICON}"/>',
        *_card_rows(text, x, y),
    ]
    if card.implied:
        rows.append(_implied(x, y))
    return "".join([*rows, "</g>"])


def _card_rows(text: CardText, x: float, y: float) -> list[str]:
    baseline = y + ICON / 2 + 4
    rows = []
    styles = ["sp-name"] * len(text.name) + ["sp-size"] * len(text.size) + ["sp-cost"] * len(text.cost)
    for style, (line, font, height) in zip(styles, text.rows, strict=True):
        baseline += height
        rows.append(words(style, line, (x, baseline - 3), font, anchor="middle"))
    return rows


def _implied(x: float, y: float) -> str:
    """A dashed frame and a tag: billed by the provider, named by nobody."""
    side = ICON + 6
    width = text_width("implied", TAG) + 8
    left = x + ICON / 2 + 6 - width
    top = y - ICON / 2 - 8
    return (
        f'<rect class="sp-implied" x="{number(x - side / 2)}" y="{number(y - side / 2)}" '
        f'width="{side}" height="{side}" rx="9" fill="none" stroke-width="1.4" stroke-dasharray="3 2.5"/>'
        f'<rect class="sp-tag" x="{number(left)}" y="{number(top)}" width="{number(width)}" height="13" rx="4" '
        f'stroke-width="0.8"/>' + words("sp-tag-text", "implied", (left + 4, top + 9.5), TAG)
    )


def _tooltip(card: Card) -> str:
    facts = [card.name, card.role, card.size, card.cost, "implied" if card.implied else "", card.note]
    return " · ".join(clean(fact) for fact in facts if clean(fact))
