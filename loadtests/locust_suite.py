"""A suite as Locust runs it: `locust -f loadtests/<document>.py`, with or without its web interface."""

from __future__ import annotations

from typing import Any

import gevent
from locust import task
from locust.contrib.fasthttp import FastHttpUser
from locust.runners import WorkerRunner

from loadtests.hooks import Attached, attach, auth_headers
from loadtests.openloop import ClosedLoop, OpenLoop
from loadtests.sending import Sender
from loadtests.suite import Suite


class Generator(FastHttpUser):
    """The one user of a process: it sends for all. TLS is verified; redirects are answers, not followed."""

    abstract = True
    insecure = False
    max_redirects = 0

    def __init__(self, environment: Any) -> None:
        self.attached: Attached = environment.stageplan
        plan = self.attached.running
        self.concurrency = plan.users or plan.max_in_flight
        self.network_timeout = self.connection_timeout = plan.timeout_s
        super().__init__(environment)

    @task
    def drive(self) -> None:
        """Run this process's part of the plan, once; then the run is over."""
        attached = self.attached
        if attached.claimed or attached.refusal:
            gevent.sleep(1)
            return
        attached.claimed = True
        plan = attached.running
        headers = auth_headers() if plan.against == "host" else {"Authorization": "Bearer stand-in"}
        sender = Sender(plan, self.client, attached.recording, headers)
        loop = ClosedLoop if plan.users else OpenLoop
        loop(plan, sender, attached.recording).run(attached.part, plan.workers)
        if not isinstance(self.environment.runner, WorkerRunner):
            gevent.spawn(attached.finish)


def locust_user(source: str) -> type[FastHttpUser]:
    """The Locust user of an architecture, by its name or the path of its file."""
    attach(Suite.of(source))
    return type("Generator", (Generator,), {"abstract": False})


def planned_user() -> type[FastHttpUser]:
    """The Locust user that runs a plan from a file."""
    attach(None)
    return type("Generator", (Generator,), {"abstract": False})
