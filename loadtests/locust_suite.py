"""A suite as Locust runs it: `locust -f loadtests/<document>.py`, with or without its web interface."""

from __future__ import annotations

from typing import Any

import gevent
from locust import User, task
from locust.runners import WorkerRunner

from loadtests.hooks import Attached, attach, auth_headers
from loadtests.openloop import ClosedLoop, OpenLoop
from loadtests.sending import Sender
from loadtests.suite import Suite


class Generator(User):
    """Locust's one user of a process: it sends for all those of the plan."""

    abstract = True

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.attached: Attached = environment.stageplan

    @task
    def drive(self) -> None:
        """Run this process's part of the plan, once; then the run is over."""
        attached = self.attached
        if attached.claimed or attached.refusal:
            gevent.sleep(1)
            return
        attached.claimed = True
        plan = attached.running
        headers = auth_headers() if plan.against == "host" else {}
        fire = self.environment.events.request.fire if attached.told_to_locust else None
        sender = Sender(plan, str(self.host), fire, attached.recording, headers)
        loop = ClosedLoop if plan.users else OpenLoop
        loop(plan, sender, attached.recording).run(attached.part, plan.workers)
        if not isinstance(self.environment.runner, WorkerRunner):
            gevent.spawn(attached.finish)


def locust_user(source: str) -> type[User]:
    """The Locust user of an architecture, by its name or the path of its file."""
    attach(Suite.of(source))
    return type("Generator", (Generator,), {"abstract": False})


def planned_user() -> type[User]:
    """The Locust user that runs a plan from a file."""
    attach(None)
    return type("Generator", (Generator,), {"abstract": False})
