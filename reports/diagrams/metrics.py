"""How wide a text is in Liberation Sans, Arial or Helvetica, which share their widths: no font file is opened."""

import re
import unicodedata
from dataclasses import dataclass

# Advance widths in 1/1000 em, from Adobe's Helvetica and Helvetica-Bold font metrics (Core 14 AFM files).
_REGULAR = {
    191: "'", 222: "ijl", 260: "|¦", 278: " !,./:;I[\\]ft·ÌÍÎÏìíîï", 333: "()-`r¡¨¯´¸", 334: "{}", 350: "•",
    355: '"', 365: "º", 370: "ª", 389: "*", 400: "°", 469: "^", 500: "Jcksvxyzçýÿ", 549: "≤≥",
    556: "#$0123456789?L_abdeghnopqu¢£¤¥§«µ»àáâãäåèéêëðñòóôõöùúûüþ–€", 584: "+<=>~¬±×÷", 611: "FTZ¿ßø",
    667: "&ABEKPSVXYÀÁÂÃÄÅÈÉÊËÝÞ", 722: "CDHNRUwÇÐÑÙÚÛÜ", 737: "©®", 778: "GOQÒÓÔÕÖØ", 833: "Mm", 834: "¼½¾",
    889: "%æ", 944: "W", 1000: "Æ—…→", 1015: "@",
}  # fmt: skip
_BOLD = {
    238: "'", 278: " ,./I\\ijl·ÌÍÎÏìíîï", 280: "|¦", 333: "!()-:;[]`ft¡¨¯´¸", 350: "•", 365: "º", 370: "ª",
    389: "*r{}", 400: "°", 474: '"', 500: "z", 549: "≤≥",
    556: "#$0123456789J_aceksvxy¢£¤¥§«¶»àáâãäåçèéêëýÿ–€", 584: "+<=>^~¬±×÷",
    611: "?FLTZbdghnopquµ¿ßðñòóôõöøùúûüþ", 667: "EPSVXYÈÉÊËÝÞ", 722: "&ABCDHKNRUÀÁÂÃÄÅÇÐÑÙÚÛÜ", 737: "©®",
    778: "GOQwÒÓÔÕÖØ", 833: "M", 834: "¼½¾", 889: "%mæ", 944: "W", 975: "@", 1000: "Æ—…→",
}  # fmt: skip
_WIDTHS = {
    bold: {character: width for width, characters in table.items() for character in characters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_OTHER = 650
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Font:
    """A size in points, and whether it is bold."""

    size: float
    bold: bool = False


LABEL = Font(10)
"""The text on a line."""


def clean(text: str) -> str:
    """The text on one line, without the characters that XML forbids.

    >>> clean("two\\n lines\\x00")
    'two lines'
    """
    return " ".join(_NOT_XML.sub(" ", text).split())


def text_width(text: str, font: Font) -> float:
    """Width in points.

    >>> text_width("EC2", Font(12))
    23.34
    """
    return round(sum(_advance(character, font.bold) for character in text) * font.size / 1000, 3)


def _advance(character: str, bold: bool) -> int:
    known = _WIDTHS[bold].get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0
    return 1000 if unicodedata.east_asian_width(character) in "WF" else _OTHER


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
"""Where a name in camel case may break."""


def wrap(text: str, font: Font, width: float, most: int, longest_word: float = 0.0) -> tuple[str, ...]:
    """The text in at most `most` lines no wider than `width`; what does not fit ends in an ellipsis.

    A single word may be up to `longest_word` points wide; a longer one breaks before a capital.

    >>> wrap("generate content from image", Font(12, bold=True), 90, 2)
    ('generate', 'content from…')
    >>> wrap("handleInvoiceGenerated", Font(12, bold=True), 124, 2)
    ('handleInvoice', 'Generated')
    """
    lines: list[str] = []
    for word in clean(text).split():
        fits = text_width(word, font) <= max(width, longest_word)
        for index, part in enumerate([word] if fits or most == 1 else _HUMP.split(word)):
            joined = f"{lines[-1]}{'' if index else ' '}{part}" if lines else part
            if lines and text_width(joined, font) <= width:
                lines[-1] = joined
            else:
                lines.append(part)
    if len(lines) > most:
        lines[most - 1 :] = [" ".join(lines[most - 1 :])]
    return tuple(shortened(line, font, max(width, longest_word) if " " not in line else width) for line in lines)


def shortened(line: str, font: Font, width: float) -> str:
    """The text, ending in an ellipsis when it is wider than `width` points."""
    if text_width(line, font) <= width:
        return line
    while line and text_width(line + "…", font) > width:
        line = line[:-1]
    return line.rstrip() + "…"
