"""Colours in light and in dark, and the one style sheet that holds both."""

from typing import Literal

from reports.diagrams.picture import GroupStyle

Theme = Literal["auto", "light", "dark"]
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
ROOT = "sp-diagram"

Paint = tuple[str, str, str]
"""A property, its light and its dark value."""
_GREY: tuple[Paint, ...] = (("stroke", "#8a96a6", "#7d8b9d"), ("fill", "#f7f8fa", "#161f2a"))
_BOXES: dict[GroupStyle, tuple[Paint, ...]] = {
    "region": (("stroke", "#147EBA", "#4fb3e8"), ("fill", "none", "none")),
    "vpc": (("stroke", "#8C4FFF", "#a97bff"), ("fill", "#fbf9ff", "#1a1730")),
    "public": (("stroke", "#7AA116", "#a6c93c"), ("fill", "#F2F6E8", "#1a2213")),
    "private": (("stroke", "#00A4A6", "#2fc5c7"), ("fill", "#E6F6F7", "#0f2629")),
    "data": (("stroke", "#00A4A6", "#2fc5c7"), ("fill", "#E6F6F7", "#0f2629")),
}
_NAMES: dict[GroupStyle, Paint] = {
    "region": ("fill", "#106a9d", "#6cc3f0"),
    "vpc": ("fill", "#6d35d6", "#bb98ff"),
    "public": ("fill", "#55720d", "#b7d65a"),
    "private": ("fill", "#007072", "#54d3d5"),
    "data": ("fill", "#007072", "#54d3d5"),
}
_GREY_NAME: Paint = ("fill", "#566273", "#a3b1c2")
SOLID: frozenset[GroupStyle] = frozenset({"vpc", "public", "private", "data"})
"""Groups with an unbroken border; all others are dashed."""

RULES: dict[str, tuple[Paint, ...]] = {
    "sp-page": (("fill", "#ffffff", "#0f1720"),),
    "sp-title": (("fill", "#17202c", "#f3f6fa"),),
    "sp-subtitle": (("fill", "#566273", "#a3b1c2"),),
    "sp-name": (("fill", "#17202c", "#f3f6fa"),),
    "sp-size": (("fill", "#566273", "#a3b1c2"),),
    "sp-cost": (("fill", "#157a36", "#63d68c"),),
    "sp-line": (("stroke", "#596a86", "#93a5bd"),),
    "sp-head": (("fill", "#596a86", "#93a5bd"),),
    "sp-label": (("fill", "#3f4c5e", "#c3cfdd"),),
    "sp-implied": (("stroke", "#b45309", "#f0a44b"),),
    "sp-tag": (("fill", "#fff7ed", "#33230f"), ("stroke", "#b45309", "#f0a44b")),
    "sp-tag-text": (("fill", "#9a4a06", "#f6b66b"),),
}


def box_paint(style: GroupStyle) -> tuple[Paint, ...]:
    """How a group's box is painted."""
    return _BOXES.get(style, _GREY)


def box_colours(style: GroupStyle) -> dict[str, str]:
    """A group's `stroke` and `fill` on a light page."""
    return {name: value for name, value, _ in box_paint(style)}


def name_paint(style: GroupStyle) -> Paint:
    """How a group's name is painted."""
    return _NAMES.get(style, _GREY_NAME)


def light(rule: str) -> str:
    """The colour of a rule on a light page, for formats with one theme."""
    return next(value for name, value, _ in RULES[rule] if name in ("fill", "stroke"))


def rules_for(styles: list[GroupStyle]) -> dict[str, tuple[Paint, ...]]:
    """The rules of a drawing with groups of these styles; halos take the colour of the ground they stand on."""
    rules = dict(RULES)
    rules["sp-on-page"] = (("stroke", "#ffffff", "#0f1720"),)
    for style in styles:
        rules[f"sp-box-{style}"] = box_paint(style)
        rules[f"sp-group-{style}"] = (name_paint(style),)
        ground = next(paint for paint in box_paint(style) if paint[0] == "fill")
        if ground[1] != "none":
            rules[f"sp-on-{style}"] = (("stroke", *ground[1:]),)
    return rules


def style_sheet(rules: dict[str, tuple[Paint, ...]], theme: Theme) -> str:
    """CSS for the drawing: one theme, or light with dark for a dark system, either overruled by `data-theme`.

    `data-theme` may stand on the drawing or on anything around it; the drawing's own comes first.
    """
    if theme != "auto":
        return _block(f".{ROOT}", rules, theme)
    parts = [
        _block(f".{ROOT}", rules, "light"),
        f"@media (prefers-color-scheme:dark){{{_block(f'.{ROOT}', rules, 'dark')}}}",
    ]
    parts += [_block(f"[data-theme={name}] .{ROOT}", rules, name) for name in ("light", "dark")]
    parts += [_block(f"svg.{ROOT}[data-theme={name}][data-theme]", rules, name) for name in ("light", "dark")]
    return "".join(parts)


def _block(scope: str, rules: dict[str, tuple[Paint, ...]], theme: str) -> str:
    column = 1 if theme == "light" else 2
    return "".join(
        f"{scope} .{name}{{{';'.join(f'{paint[0]}:{paint[column]}' for paint in paints)}}}"
        for name, paints in sorted(rules.items())
    )
