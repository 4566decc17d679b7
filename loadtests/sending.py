"""One request through Locust's client: timed from its intended start, judged, recorded."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import urlsplit

from gevent import GreenletExit

from loadtests.chance import seeded
from loadtests.plan import ENDPOINT_HEADER, Plan, Request
from loadtests.recording import Recording

CUT_OFF = "cut off at the end of the run"
REMEMBERED = 0.99
LEAST_ENDED = 100


class Sender:
    """Sends the requests of a plan and records what became of them; `stop_reason` is set when too many fail."""

    def __init__(self, plan: Plan, client: Any, recording: Recording, headers: dict[str, str]) -> None:
        self.plan = plan
        self.client = client
        self.recording = recording
        self.chance = seeded(plan.seed, "requests")
        self.bodies = {request.endpoint: request.body() for request in plan.requests}
        self.headers = {request.endpoint: self._headers(request, headers) for request in plan.requests}
        self.stop_reason: str | None = None
        self._ended = 0
        self._failing = 0.0
        client.client.redirect_response_codes = frozenset()

    def _headers(self, request: Request, headers: dict[str, str]) -> dict[str, str]:
        body = {"Content-Type": "application/json"} if request.body_bytes else {}
        named = {ENDPOINT_HEADER: request.endpoint} if self.plan.against == "standin" else {}
        return body | named | headers

    def send(self, request: Request, due: float, at_s: float) -> bool:
        """Send a request that was due at `due` on the clock, `at_s` seconds into the run; tell whether it succeeded."""
        name = request.endpoint
        begin = time.perf_counter()
        try:
            answer = self.client.request(
                request.method,
                request.filled(self.chance),
                name=name,
                data=self.bodies[name],
                headers=self.headers[name],
                catch_response=True,
            )
        except GreenletExit:
            self.recording.error(name, at_s, CUT_OFF)
            raise
        with answer as response:
            end = time.perf_counter()
            response.request_meta["response_time"] = (end - due) * 1000
            cause = cause_of_failure(response)
            if cause is None:
                self.recording.answer(name, at_s, end - due, end - begin)
                response.success()
            else:
                self.recording.error(name, at_s, cause)
                response.failure(cause)
        self.note(cause is not None)
        return cause is None

    def drop(self, request: Request, at_s: float) -> None:
        """A request that cannot be sent, because as many as allowed are in flight."""
        self.recording.drop(request.endpoint, at_s)
        self.client.request_event.fire(
            request_type=request.method,
            name=request.endpoint,
            response_time=0,
            response_length=0,
            exception=DroppedRequest("as many as allowed were in flight"),
            context={},
        )
        self.note(failed=True)

    def note(self, failed: bool) -> None:
        """Watch the share of failures among the last hundred or so."""
        self._ended += 1
        self._failing = self._failing * REMEMBERED + (1 - REMEMBERED) * failed
        if self._ended >= LEAST_ENDED and self._failing > self.plan.most_error_share:
            self.stop_reason = f"more than {self.plan.most_error_share:.0%} of the last requests failed"


class DroppedRequest(Exception):
    """A request that was due and never sent."""


def cause_of_failure(response: Any) -> str | None:
    """Why an answer counts as an error; None for a success."""
    status = response.status_code
    if not status:
        error = response.request_meta["exception"] or getattr(response, "error", None)
        return type(error).__name__ if error is not None else "no answer"
    if status >= 400:
        return f"HTTP {status}"
    if response.request_meta["exception"] is not None:
        return type(response.request_meta["exception"]).__name__
    return _elsewhere(response) if 300 <= status < 400 and status != 304 else None


def _elsewhere(response: Any) -> str | None:
    """A redirect of the very same path is no answer: the host was typed with another scheme or name."""
    location = urlsplit(response.headers.get("location") or "")
    if location.netloc and location.path == urlsplit(response.request_meta["url"]).path:
        return f"redirected to {location.scheme}://{location.netloc} (not followed: give that as --host)"
    return None
