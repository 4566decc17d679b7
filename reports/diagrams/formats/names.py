"""Names that every text format accepts, for cards and groups whose ids may hold anything."""

from collections.abc import Iterable

from reports.diagrams.picture import Picture


def safe_names(picture: Picture) -> tuple[dict[str, str], dict[str, str]]:
    """Names for the cards and for the groups: letters, digits and underscores, all different, never a keyword."""
    return _unique("c", (card.id for card in picture.cards)), _unique("g", (group.id for group in picture.groups))


def _unique(prefix: str, ids: Iterable[str]) -> dict[str, str]:
    """A name for each id.

    >>> _unique("c", ["db", "d-b", "d_b"])
    {'db': 'c_db', 'd-b': 'c_d_b', 'd_b': 'c_d_b_2'}
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for id_ in ids:
        plain = f"{prefix}_" + "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in id_)
        name, count = plain, 1
        while name in taken:
            count += 1
            name = f"{plain}_{count}"
        taken.add(name)
        names[id_] = name
    return names
