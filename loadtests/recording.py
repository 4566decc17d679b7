"""What a run saw, by endpoint and by window, mergeable over processes; and the generator's own lag and CPU."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from loadtests.histograms import Times, merged

Message = dict[str, Any]
TOLD_ONCE: Final = (
    *("endpoints", "windows", "arrivals", "lag", "cpu_shares", "prelude", "prelude_errors", "most_in_flight"),
    "finished",
)


@dataclass
class Seen:
    """Counts and times of one endpoint, or of one window; the warm-up is left out."""

    due: int = 0
    """Requests whose intended start lies here: sent or dropped."""
    dropped: int = 0
    """Never sent: as many as allowed were in flight."""
    errors: Counter[str] = field(default_factory=Counter)
    """Failed requests by cause, drops not among them."""
    times: Times = field(default_factory=Times)
    """Of successes: from the intended start to the answer."""
    most_lag_s: float = 0.0
    """Of a window: the most that an arrival in it was late."""
    sent: Times | None = None
    """Of successes: from sending to the answer; kept by endpoint, not by window."""

    @property
    def failed(self) -> int:
        return sum(self.errors.values()) + self.dropped

    @property
    def ended(self) -> int:
        """Requests that succeeded, failed or were dropped."""
        return self.times.count + self.failed

    def merge(self, message: Message) -> None:
        """Add what another process saw."""
        self.due += message["due"]
        self.dropped += message["dropped"]
        self.most_lag_s = max(self.most_lag_s, message["most_lag_s"])
        self.errors.update(message["errors"])
        self.times.merge(message["times"])
        if "sent" in message:
            self.sent = self.sent or Times()
            self.sent.merge(message["sent"])

    def message(self) -> Message:
        """Everything as plain data."""
        told: Message = {
            "due": self.due,
            "dropped": self.dropped,
            "most_lag_s": self.most_lag_s,
            "errors": dict(self.errors),
            "times": self.times.text(),
        }
        return told | ({"sent": self.sent.text()} if self.sent is not None else {})


@dataclass
class Recording:
    """One run, of one process or of several merged."""

    warm_up_s: float = 0.0
    window_s: float = 5.0
    began: float = 0.0
    """Of the machine's monotonic clock, so that its disturbances can be laid beside the windows."""
    endpoints: dict[str, Seen] = field(default_factory=dict)
    windows: dict[int, Seen] = field(default_factory=dict)
    """By number: window k begins at warm_up_s + k * window_s."""
    arrivals: int = 0
    """Arrivals of the schedule that were due: single requests, and journeys of several."""
    lag: Times = field(default_factory=Times)
    """From the intended start to the moment the request was handed to a greenlet."""
    cpu_shares: list[float] = field(default_factory=list)
    """The generator's use of one core, each second."""
    prelude: Counter[str] = field(default_factory=Counter)
    """Requests by endpoint that made users ready before the clock started or renewed them: in no other figure."""
    prelude_errors: Counter[str] = field(default_factory=Counter)
    """Of them, those that failed, by endpoint and cause."""
    most_in_flight: int = 0
    """In any one process."""
    aborted: str | None = None
    """Why the run stopped itself."""
    processes: int = 1
    finished: int = 0
    """Processes that came to the end of their schedule."""

    def due(self, endpoint: str, at_s: float) -> None:
        """A request was due `at_s` seconds into the run."""
        for seen in self._of(endpoint, at_s):
            seen.due += 1

    def drop(self, endpoint: str, at_s: float) -> None:
        """It could not be sent."""
        for seen in self._of(endpoint, at_s):
            seen.dropped += 1

    def answer(self, endpoint: str, at_s: float, response_s: float, sent_s: float) -> None:
        """It was answered."""
        for seen in self._of(endpoint, at_s):
            seen.times.record(response_s)
            if seen.sent is not None:
                seen.sent.record(sent_s)

    def error(self, endpoint: str, at_s: float, cause: str) -> None:
        """It failed."""
        for seen in self._of(endpoint, at_s):
            seen.errors[cause] += 1

    def arrival(self, at_s: float, lag_s: float) -> None:
        """An arrival of the schedule, which the generator came to so much late."""
        if at_s >= self.warm_up_s:
            self.arrivals += 1
            self.lag.record(lag_s)
            window = self._window(self.window_at(at_s))
            window.most_lag_s = max(window.most_lag_s, lag_s)

    def _of(self, endpoint: str, at_s: float) -> tuple[Seen, ...]:
        """Where a request due at that time counts; nowhere in the warm-up."""
        if at_s < self.warm_up_s:
            return ()
        return (self._endpoint(endpoint), self._window(self.window_at(at_s)))

    def _endpoint(self, name: str) -> Seen:
        if name not in self.endpoints:
            self.endpoints[name] = Seen(sent=Times())
        return self.endpoints[name]

    def _window(self, number: int) -> Seen:
        """A window; with each new one, those before the last are packed: only late answers still fall into them."""
        if number not in self.windows:
            for other, seen in self.windows.items():
                if other < number - 1:
                    seen.times.pack()
            self.windows[number] = Seen()
        return self.windows[number]

    def window_at(self, at_s: float) -> int:
        """The number of the window that holds a time of the run."""
        return int((at_s - self.warm_up_s) / self.window_s)

    def whole(self, endpoints: tuple[str, ...] = ()) -> Seen:
        """Some endpoints, or all, in one."""
        chosen = [seen for name, seen in self.endpoints.items() if not endpoints or name in endpoints]
        errors: Counter[str] = Counter()
        for seen in chosen:
            errors.update(seen.errors)
        return Seen(
            due=sum(seen.due for seen in chosen),
            dropped=sum(seen.dropped for seen in chosen),
            errors=errors,
            times=merged([seen.times for seen in chosen]),
            sent=merged([seen.sent for seen in chosen if seen.sent is not None]),
        )

    def message(self) -> Message:
        """Everything as plain data: what a worker tells its master, what a run leaves in its file."""
        return {
            "warm_up_s": self.warm_up_s,
            "window_s": self.window_s,
            "began": self.began,
            "endpoints": {name: seen.message() for name, seen in self.endpoints.items()},
            "windows": {str(number): seen.message() for number, seen in self.windows.items()},
            "arrivals": self.arrivals,
            "lag": self.lag.text(),
            "cpu_shares": self.cpu_shares,
            "prelude": dict(self.prelude),
            "prelude_errors": dict(self.prelude_errors),
            "most_in_flight": self.most_in_flight,
            "aborted": self.aborted,
            "finished": self.finished,
        }

    def merge(self, message: Message) -> None:
        """Add what another process tells."""
        for name, seen in message["endpoints"].items():
            self._endpoint(name).merge(seen)
        for number, seen in message["windows"].items():
            self._window(int(number)).merge(seen)
        self.began = self.began or message["began"]
        self.arrivals += message["arrivals"]
        self.lag.merge(message["lag"])
        self.cpu_shares += message["cpu_shares"]
        self.prelude.update(message["prelude"])
        self.prelude_errors.update(message["prelude_errors"])
        self.most_in_flight = max(self.most_in_flight, message["most_in_flight"])
        self.finished += message["finished"]
        self.aborted = self.aborted or message["aborted"]

    def take(self) -> Message:
        """The message, and begin anew: what is told once is not told again."""
        told = self.message()
        fresh = Recording(self.warm_up_s, self.window_s, self.began)
        for name in TOLD_ONCE:
            setattr(self, name, getattr(fresh, name))
        return told


def read_recording(message: Message) -> Recording:
    """The recording that a process left as plain data."""
    recording = Recording(message["warm_up_s"], message["window_s"])
    recording.merge(message)
    return recording
