"""Values that a stand-in gives and knows again: made up from its seed, no secrets of anybody."""

from __future__ import annotations

import re
from hashlib import blake2s
from hmac import compare_digest
from itertools import count
from typing import Final

_FORM: Final = re.compile(r"(\d{1,18})-([0-9a-f]{16})")


class Vouchers:
    """Numbers with their keyed hash: nothing is remembered, however many are given.

    >>> vouchers = Vouchers(1)
    >>> token = vouchers.issue("token")
    >>> vouchers.knows("token", token), vouchers.knows("job", token), Vouchers(2).knows("token", token)
    (True, False, False)
    """

    def __init__(self, seed: int) -> None:
        self._key = f"stand-in {seed}".encode()
        self._numbers = count(1)

    def issue(self, name: str) -> str:
        """A new value of that name."""
        number = str(next(self._numbers))
        return f"{number}-{self._mark(name, number)}"

    def knows(self, name: str, text: str) -> bool:
        """Whether a value of that name was given by this stand-in."""
        found = _FORM.fullmatch(text)
        return found is not None and compare_digest(found[2], self._mark(name, found[1]))

    def _mark(self, name: str, number: str) -> str:
        return blake2s(f"{name} {number}".encode(), key=self._key[:32], digest_size=8).hexdigest()
