"""A request's address and what came back, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

from loadtests.safety import Origin

if TYPE_CHECKING:
    from geventhttpclient.header import Headers

_AS_THEY_ARE: Final = "%/?#[]@!$&'()*+,;=:"
"""A path that is already encoded stays as it is: a signature covers it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request goes: the origin, and the path with its query."""

    origin: Origin
    uri: str
    holes: Mapping[str, str]
    """What the holes of the path were filled with."""

    @property
    def url(self) -> str:
        scheme, host, port = self.origin
        return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}{self.uri}"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, or why there was none."""

    begun_s: float
    """Of the clock `time.perf_counter`, like `ended_s`: sent, and read to its end."""
    ended_s: float
    status: int = 0
    headers: Headers | None = None
    content: bytes = b""
    error: BaseException | None = None
    """gevent's timeout is no Exception."""

    def header(self, name: str) -> str:
        """A header's value, the first of several; empty when there is none."""
        found = self.headers.getlist(name) if self.headers is not None else []
        return found[0] if found else ""


def address_of(url: str, holes: Mapping[str, str] | None = None) -> Address:
    """The parts of a URL; raise ValueError for one that cannot be asked.

    >>> address_of("https://files.example.com/a%20b?sign=x%2Fy")
    Address(origin=('https', 'files.example.com', 443), uri='/a%20b?sign=x%2Fy', holes={})
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise ValueError("not an http or https address without credentials")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Address((parts.scheme, parts.hostname, port), encoded(parts.path, parts.query), holes or {})


def encoded(path: str, query: str = "") -> str:
    """A path and its query as they are sent."""
    return quote(f"{path or '/'}?{query}" if query else path or "/", safe=_AS_THEY_ARE)
