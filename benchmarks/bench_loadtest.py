"""What the load generator reads of servers whose truth is known, and what it and the stand-in cost.

Run it on a quiet machine; `--short` for a look. Everything is on the loopback address.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psutil

from loadtests.clock import fine_loop
from loadtests.generator import generator
from loadtests.histograms import Times
from loadtests.load import Load
from loadtests.plan import Plan, Request
from loadtests.recording import Recording
from loadtests.run import run
from loadtests.standin.process import stand_in
from loadtests.suite import Suite
from loadtests.verdicts import invalid_because, latency_verdict
from model.targets import Target


def known_server(kind: str) -> None:
    """Serve answers whose times are known: 20 ms for `20ms`, at once for `now`;

    A handler's own time, from its call to its return, is kept and told at `/handler`.

    `stall` stands still for two seconds once, `p95` takes 2,010 ms for six requests of a hundred.
    """
    import uvicorn

    answered, handler = 0, Times()

    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        nonlocal answered
        if scope["type"] != "http":
            return
        if scope["path"] == "/handler":
            await told_to(send, handler.text().encode())
            return
        began = time.perf_counter()
        answered += 1
        if kind in ("20ms", "p95"):
            await asyncio.sleep(2.010 if kind == "p95" and answered % 100 < 6 else 0.020)
        await told_to(send, b"{}")
        handler.record(time.perf_counter() - began)

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen(2048)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    if kind == "stall":
        asyncio.run(stalling(listening))
    config = uvicorn.Config(app, http="httptools", log_level="error", access_log=False, lifespan="off")
    with asyncio.Runner(loop_factory=fine_loop) as runner:
        runner.run(uvicorn.Server(config).serve(sockets=[listening]))


class Stalling(asyncio.Protocol):
    """Answers at once, but stands still for two seconds at one request.

    The thousand requests that wait then are answered within some tens of milliseconds: a web framework takes half a
    second for as many new connections, and the truth would be its, not the stall's.
    """

    answered = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client's connection, which stays open."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """One request, as all of them fit a packet; asked for its handler's times, it has none."""
        Stalling.answered += 1
        if Stalling.answered == STALL_AT:
            time.sleep(2)
        body = Times().text().encode() if b" /handler " in data else b"{}"
        self.transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))


async def stalling(listening: socket.socket) -> None:
    """Serve it until the process is killed."""
    server = await asyncio.get_running_loop().create_server(Stalling, sock=listening, backlog=2048)
    await server.serve_forever()


async def told_to(send: Any, body: bytes) -> None:
    """Send an answer."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


STALL_AT = 5000
MEMORY_EVERY_S = 2.0


@contextmanager
def serving(kind: str) -> Iterator[str]:
    """A known server around a block; its address."""
    process = subprocess.Popen([sys.executable, __file__, "--serve", kind], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def plan(rate_per_s: float, duration_s: float, warm_up_s: float = 2.0, in_flight: int = 3000) -> Plan:
    """Poisson requests of one kind."""
    load = Load(rate_per_s=rate_per_s, duration_s=duration_s + warm_up_s, warm_up_s=warm_up_s)
    one = Request(endpoint="known", method="GET", path="/", share=1.0)
    return Plan(
        source="known",
        architecture="known",
        stage="known",
        against="host",
        load=load,
        requests=(one,),
        max_in_flight=in_flight,
    )


def driven(drawn: Plan, kind: str) -> tuple[Recording, Times]:
    """A plan against a known server: what the generator saw, and the handler's own times."""
    handler = Times()
    with serving(kind) as host:
        with generator(drawn, host) as started:
            recording = started.finished()
        with urllib.request.urlopen(f"{host}/handler", timeout=10) as answer:  # noqa: S310 - loopback
            handler.merge(answer.read().decode())
    return recording, handler


def told(name: str, drawn: Plan, recording: Recording) -> Times:
    """Print what every run says of itself."""
    seen, counted_s = recording.whole(), drawn.load.duration_s - drawn.load.warm_up_s
    cpu = sum(recording.cpu_shares) / max(len(recording.cpu_shares), 1)
    print(
        f"{name}: {seen.due / counted_s:.1f}/s offered, {seen.failed} failed, "
        f"lag p99 {recording.lag.percentile_ms(99):.2f} ms, generator {cpu:.2f} core"
    )
    for why in invalid_because(drawn, recording):
        print(f"  invalid: {why}")
    return seen.times


def twenty_ms(duration_s: float) -> None:
    """A handler of exactly 20 ms at 1,000 requests per second."""
    drawn = plan(1000, duration_s)
    recording, handler = driven(drawn, "20ms")
    times, sent = told("20 ms at 1,000/s", drawn, recording), recording.whole().sent or Times()
    print(f"  p50 {times.percentile_ms(50):.2f} ms (truth 20), p99 {times.percentile_ms(99):.2f} ms")
    print(
        f"  p50 in parts: handler {handler.percentile_ms(50):.2f} ms, from sending to the answer "
        f"{sent.percentile_ms(50):.2f} ms, generator's lag {recording.lag.percentile_ms(50):.2f} ms"
    )


def stall(duration_s: float) -> None:
    """One stall of two seconds at 500 requests per second."""
    drawn = plan(500, duration_s)
    times = told("2 s stall at 500/s", drawn, driven(drawn, "stall")[0])
    print(
        f"  p99 {times.percentile_ms(99):.0f} ms (1,700 to 2,000), {times.share_above(500):.1%} over 500 ms (above 8 %)"
    )


def true_p95(duration_s: float) -> None:
    """A true p95 of 2,010 ms against a target of 2 s."""
    drawn = plan(200, duration_s, warm_up_s=3.0)
    times = told("p95 of 2,010 ms at 200/s", drawn, driven(drawn, "p95")[0])
    verdict = latency_verdict("api_p95", Target(metric="latency_ms", threshold=2000, percentile=95), times)
    print(f"  p95 {verdict.value:.0f} ms ({verdict.low:.0f} to {verdict.high:.0f}): {verdict.state}")


def highest(duration_s: float) -> None:
    """The highest rate that one process holds."""
    for rate in (1000, 2000, 3000, 4000, 5000, 6000):
        drawn = plan(rate, duration_s, warm_up_s=1.0)
        recording, _ = driven(drawn, "now")
        times = told(f"{rate:,}/s from one process", drawn, recording)
        print(f"  p50 {times.percentile_ms(50):.2f} ms, p99 {times.percentile_ms(99):.2f} ms")
        if invalid_because(drawn, recording):
            return


def stand_in_start() -> None:
    """From nothing to the first answer of the stand-in."""
    began = time.perf_counter()
    with stand_in("lexohub", "target"):
        up = time.perf_counter()
    print(f"stand-in of lexohub: up after {up - began:.2f} s, gone {time.perf_counter() - up:.2f} s after its end")


def whole(duration_s: float) -> None:
    """The command as a user runs it, without a host."""
    drawn = Suite.of("lexohub").plan("target", duration_s=duration_s, warm_up_s=3.0)
    began = time.perf_counter()
    result = run(drawn)
    print(
        f"lexohub target, {drawn.stage_peak_per_s:.0f}/s for {duration_s:g} s, "
        f"as a whole: {time.perf_counter() - began:.1f} s"
    )
    answer = result.as_json()
    print(
        f"  p50 {answer['all']['p50_ms']:.1f} ms, p99 {answer['all']['p99_ms']:.1f} ms, generator {answer['generator']}"
    )


def steady_memory(duration_s: float, rate_per_s: float) -> None:
    """A long run at one rate: what generator and stand-in hold of memory, early and late."""
    drawn = Suite("vertical-vibing").plan("stage4", rate_per_s, duration_s=duration_s, max_in_flight=5000)
    sizes: list[tuple[float, float]] = []
    with stand_in(drawn.source, drawn.stage, scale=drawn.scale) as standing, generator(drawn, standing.url) as started:
        with ThreadPoolExecutor(1) as thread:
            end = thread.submit(started.finished)
            while not end.done():
                sizes.append((memory_mb(started.pid), memory_mb(standing.pid)))
                time.sleep(MEMORY_EVERY_S)
        recording = end.result()
    told(f"{duration_s:g} s at {rate_per_s:,.0f}/s", drawn, recording)
    part = max(len(sizes) // 5, 1)
    for name, number in (("generator", 0), ("stand-in", 1)):
        early, late = (
            sum(size[number] for size in some) / len(some)
            for some in (sizes[part : 2 * part], sizes[-2 * part : -part])
        )
        print(f"  {name}: {early:.1f} MB in the second fifth, {late:.1f} MB in the fourth ({late - early:+.1f} MB)")


def memory_mb(pid: int) -> float:
    """What a process and its children hold; 0 when it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return float(sum(member.memory_info().rss for member in family)) / 1e6
    except psutil.Error:
        return 0.0


def main() -> None:
    """All facts, one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--only", choices=("20ms", "memory"), help="one of the facts alone")
    parser.add_argument("--memory-s", type=float, default=600.0, help="seconds of the long run")
    parser.add_argument("--memory-rate", type=float, default=1000.0, help="its requests per second")
    options = parser.parse_args()
    if options.serve:
        known_server(options.serve)
        return
    duration_s = 8.0 if options.short else 30.0
    if options.only == "memory":
        steady_memory(options.memory_s, options.memory_rate)
        return
    twenty_ms(duration_s)
    if options.only == "20ms":
        return
    stall(20.0)
    true_p95(12.0 if options.short else 60.0)
    highest(4.0 if options.short else 10.0)
    stand_in_start()
    whole(duration_s)
    steady_memory(20.0 if options.short else options.memory_s, options.memory_rate)


if __name__ == "__main__":
    main()
