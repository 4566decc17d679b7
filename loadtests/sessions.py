"""Users who have what they need before the clock starts; their requests are named, and are no part of the figures."""

from __future__ import annotations

from itertools import cycle
from typing import Final

import gevent

from loadtests.carrying import User
from loadtests.chance import seeded
from loadtests.plan import Item, Plan, Request
from loadtests.recording import Recording
from loadtests.sending import NotSent, Sender

SESSIONS: Final = 8
"""Of each process; requests outside a journey take turns with them."""
RENEWED_S: Final = 240.0
"""Each is renewed this often: presigned addresses live for some minutes, tokens for an hour."""


class Sessions:
    """Some users, gone through the plan's prelude one by one, and again from time to time."""

    def __init__(self, plan: Plan, sender: Sender, recording: Recording) -> None:
        self.sender = sender
        self.recording = recording
        self.chance = seeded(plan.seed, "prelude")
        self.timeout_s = plan.timeout_s
        self.steps = _steps(plan, sender.authorised)
        self._users = [User() for _ in range(SESSIONS)]
        self._turn = cycle(range(SESSIONS))

    def begin(self) -> None:
        """Take all users through the prelude at once; who has not come through in time begins with what there is."""
        if self.steps:
            greenlets = [gevent.spawn(self._renew, number) for number in range(SESSIONS)]
            gevent.joinall(greenlets, timeout=self.timeout_s)
            gevent.killall(greenlets)

    def user(self, item: Item) -> User:
        """A user for an arrival: a new one, or one who has what the first requests take."""
        return self._users[next(self._turn)].copy() if item.needs else User()

    def keep_fresh(self) -> None:
        """Renew one user after another, for ever."""
        while self.steps:
            for number in range(SESSIONS):
                gevent.sleep(RENEWED_S / SESSIONS)
                self._renew(number)

    def _renew(self, number: int) -> None:
        """Take a new user through the prelude; the old one stays when that fails."""
        user = User()
        if not self._users[number].values:
            self._users[number] = user
        failed = [request for request in self.steps if not self._step(request, user)]
        if not failed:
            self._users[number] = user

    def _step(self, request: Request, user: User) -> bool:
        try:
            _, cause = self.sender.exchange(request, user, self.chance)
            self.recording.prelude[request.endpoint] += 1
        except NotSent as error:
            cause = str(error)
        if cause is not None:
            self.recording.prelude_errors[f"{request.endpoint}: {cause}"] += 1
        return cause is None


def _steps(plan: Plan, authorised: bool) -> tuple[Request, ...]:
    """The prelude's requests; without those that only give a token, where the user gave a header in its place."""
    if not authorised:
        return plan.prelude
    tokens = {request.takes.bearer for request in (*plan.requests, *plan.prelude)}
    kept = tuple(request for request in plan.prelude if not request.gives or request.gives.keys() - tokens)
    return kept if any(request.gives for request in kept) else ()
