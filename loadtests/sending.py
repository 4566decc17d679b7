"""One request of a plan: addressed, timed from its intended start, judged, recorded."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import urljoin, urlsplit

from gevent import GreenletExit
from locust.exception import CatchResponseError

from loadtests.carrying import User
from loadtests.chance import seeded
from loadtests.exchange import Wire
from loadtests.plan import ENDPOINT_HEADER, Plan, Request
from loadtests.recording import Recording
from loadtests.replies import Address, Reply, address_of, encoded
from loadtests.safety import refusal_of
from loadtests.verdicts import NOT_SENT

CUT_OFF: Final = "cut off at the end of the run"
REMEMBERED: Final = 0.99
LEAST_ENDED: Final = 100
ENCODINGS: Final = "gzip, deflate, br"


class NotSent(Exception):
    """A request that could not be sent, with the cause."""


class Sender:
    """Sends the requests of a plan and records what became of them; `stop_reason` is set when too many fail.

    `fire` is Locust's event of a request, for its own files and pages; None when it writes and shows none.
    """

    def __init__(
        self, plan: Plan, host: str, fire: Callable[..., None] | None, recording: Recording, headers: dict[str, str]
    ) -> None:
        self.plan = plan
        self.fire = fire
        self.recording = recording
        self.wire = Wire(plan.users or plan.max_in_flight, plan.timeout_s)
        self.chance = seeded(plan.seed, "requests")
        self.host = host
        self.own = address_of(host)
        self.authorised = any(name.lower() == "authorization" for name in headers)
        """Whether the user gave a header that stands for everybody's token."""
        everything = {request.endpoint: request for request in (*plan.prelude, *plan.requests)}
        self.bodies = {name: request.body() for name, request in everything.items()}
        self.bare = {name: _headers(request) for name, request in everything.items()}
        """What goes to any host."""
        self.headers = {name: self.bare[name] | self._named(name) | headers for name in everything}
        """What goes to the tested host only."""
        self.roles = {name: request.takes.roles for name, request in everything.items()}
        self.fixed = {name: self._at(request.path) for name, request in everything.items() if not request.has_holes}
        """Addresses that are the same for every request."""
        self.stop_reason: str | None = None
        self._ended = 0
        self._failing = 0.0

    def _named(self, endpoint: str) -> dict[str, str]:
        return {ENDPOINT_HEADER: endpoint} if self.plan.against == "standin" else {}

    def send(self, request: Request, due: float, at_s: float, user: User) -> bool:
        """Send a request that was due at `due` on the clock, `at_s` seconds into the run; tell whether it succeeded."""
        name = request.endpoint
        try:
            reply, cause = self.exchange(request, user, self.chance)
        except GreenletExit:
            self.recording.error(name, at_s, CUT_OFF)
            raise
        except NotSent as error:
            self.recording.error(name, at_s, str(error))
            self._never_sent(request, error)
            return False
        if cause is None:
            self.recording.answer(name, at_s, reply.ended_s - due, reply.ended_s - reply.begun_s)
        else:
            self.recording.error(name, at_s, cause)
        failure = None if cause is None else CatchResponseError(cause)
        self._tell(request, failure, (reply.ended_s - due) * 1000, len(reply.content))
        self.note(cause is not None)
        return cause is None

    def exchange(self, request: Request, user: User, chance: random.Random) -> tuple[Reply, str | None]:
        """Send a request for a user, who keeps what it gives; the answer, and why it counts as an error.

        Raise NotSent when the user lacks what it takes, or has an address that may not be asked. What bears
        credentials goes to the tested host only: neither the token nor the cookies nor the given header leave it.
        """
        address = self._address(request, user, chance)
        own = address.origin == self.own.origin
        headers = self._credentials(request, user) if own else self.bare[request.endpoint]
        reply = self.wire.ask(request.method, address, self.bodies[request.endpoint], headers)
        if own and reply.headers is not None:
            user.keep_cookies(reply.headers.getlist("set-cookie"))
        cause = cause_of_failure(reply, address)
        return reply, cause or user.keep(request, reply, address.holes)

    def _address(self, request: Request, user: User, chance: random.Random) -> Address:
        taken = request.takes
        for role, value in self.roles[request.endpoint]:
            if value not in user.values and not (role == "bearer" and self.authorised):
                raise NotSent(f"{NOT_SENT}no {value}")
        if taken.url is None:
            return self.fixed.get(request.endpoint) or self._at(*request.filled(chance, user.values))
        try:
            address = address_of(urljoin(f"{self.host}/", user.values[taken.url]))
        except ValueError as error:
            raise NotSent(f"{NOT_SENT}{taken.url} is {error}") from None
        refusal = refusal_of(address.origin, self.own.origin, self.plan.allow_hosts)
        if refusal is not None:
            raise NotSent(f"{NOT_SENT}{taken.url} {refusal}")
        return address

    def _at(self, path: str, holes: Mapping[str, str] = MappingProxyType({})) -> Address:
        """The address of a path of the tested host."""
        path, _, query = path.partition("?")
        return Address(self.own.origin, encoded(_joined(self.own.uri, path), query), holes)

    def _credentials(self, request: Request, user: User) -> dict[str, str]:
        """The headers for the tested host: a user's own token before the one that was given for all."""
        headers, token = self.headers[request.endpoint], request.takes.bearer
        if token in user.values:
            headers = {name: value for name, value in headers.items() if name.lower() != "authorization"}
            headers["Authorization"] = f"Bearer {user.values[token]}"
        if user.cookies:
            headers = headers | {"Cookie": "; ".join(f"{name}={value}" for name, value in user.cookies.items())}
        return headers

    def drop(self, request: Request, at_s: float) -> None:
        """A request that cannot be sent, because as many as allowed are in flight."""
        self.recording.drop(request.endpoint, at_s)
        self._never_sent(request, DroppedRequest("as many as allowed were in flight"))

    def _never_sent(self, request: Request, error: Exception) -> None:
        self._tell(request, error)
        self.note(failed=True)

    def _tell(self, request: Request, error: Exception | None, response_ms: float = 0, length: int = 0) -> None:
        if self.fire is not None:
            self.fire(
                request_type=request.method,
                name=request.endpoint,
                response_time=response_ms,
                response_length=length,
                exception=error,
                context={},
            )

    def note(self, failed: bool) -> None:
        """Watch the share of failures among the last hundred or so."""
        self._ended += 1
        self._failing = self._failing * REMEMBERED + (1 - REMEMBERED) * failed
        if self._ended >= LEAST_ENDED and self._failing > self.plan.most_error_share:
            self.stop_reason = f"more than {self.plan.most_error_share:.0%} of the last requests failed"


class DroppedRequest(Exception):
    """A request that was due and never sent."""


def cause_of_failure(reply: Reply, address: Address) -> str | None:
    """Why an answer counts as an error; None for a success."""
    if reply.error is not None:
        return type(reply.error).__name__
    if reply.status >= 400:
        return f"HTTP {reply.status}"
    return _elsewhere(reply, address) if 300 <= reply.status < 400 and reply.status != 304 else None


def _elsewhere(reply: Reply, address: Address) -> str | None:
    """A redirect of the very same path is no answer: the host was typed with another scheme or name."""
    location = urlsplit(reply.header("location"))
    if location.netloc and location.path == urlsplit(address.url).path:
        return f"redirected to {location.scheme}://{location.netloc} (not followed: give that as --host)"
    return None


def _headers(request: Request) -> dict[str, str]:
    """Values are read from a body as it is; other bodies may come packed, as browsers have them."""
    body = {"Content-Type": "application/json"} if request.body_bytes else {}
    return body | ({} if request.gives else {"Accept-Encoding": ENCODINGS})


def _joined(base: str, path: str) -> str:
    return base.rstrip("/") + path
