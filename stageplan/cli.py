"""The command line: one function per command, what it does in `stageplan/commands/`.

Exit codes: 0 done, 1 a target or budget is missed, 2 bad input (nothing written), 3 an internal fault.
"""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins costs more than pricing a stage
gc.set_threshold(100_000)  # a command is short and makes many small values that stay

from model.problems import StageplanError  # noqa: E402

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="What an architecture costs, how fast it is and what it looks like, at every stage of growth.",
)

Arch = Annotated[str, typer.Argument(metavar="ARCH", help="A bundled architecture, or the path of a file.")]
Archs = Annotated[
    list[str] | None, typer.Argument(metavar="[ARCH]...", help="Architectures; all bundled ones when absent.")
]
StageOption = Annotated[str | None, typer.Option("--stage", metavar="S", help="One stage; all when absent.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
Csv = Annotated[bool, typer.Option("--csv", help="The bill's lines as CSV on standard output.")]
FreeTierOption = Annotated[
    str, typer.Option("--free-tier", metavar="KIND", help="Allowances that count: none, always or 12_months.")
]
PricesOption = Annotated[
    str | None, typer.Option("--prices", metavar="DATE", help="Price tables of that date; the newest when absent.")
]
Budget = Annotated[float | None, typer.Option("--budget", metavar="USD", help="Exit 1 when the bill goes over.")]
Draws = Annotated[int, typer.Option(min=0, max=1_000_000, help="Draws of the assumptions for low and high.")]
Seed = Annotated[int, typer.Option(help="Seed of the draws.")]


@app.command("list")
def list_command(json: Json = False) -> None:
    """The bundled architectures and their stages."""
    from stageplan.commands import listing

    listing.run(json=json)


@app.command("check")
def check_command(file: Annotated[str, typer.Argument(metavar="FILE")], json: Json = False) -> None:
    """Validate a document: every problem at once, with its place."""
    from stageplan.commands import checking

    checking.run(file, json=json)


@app.command("price")
def price_command(
    arch: Arch,
    stage: StageOption = None,
    json: Json = False,
    csv: Csv = False,
    free_tier: FreeTierOption = "always",
    prices: PricesOption = None,
    draws: Draws = 2000,
    seed: Seed = 0,
    budget: Budget = None,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="With tasks, waiting and cold starts as a simulated day ran them.")
    ] = False,
    focus: Annotated[
        str | None, typer.Option("--focus", metavar="MONTH", help="The bill of that month (2027-01) in FOCUS columns.")
    ] = None,
) -> None:
    """The monthly bill of one stage, or of all."""
    if focus is not None:
        from stageplan.commands import exporting

        exporting.focus(arch, stage, month=focus, free_tier=free_tier, prices_date=prices, draws=draws, seed=seed)
        return
    from stageplan.commands import pricing

    pricing.run(
        arch,
        stage,
        json=json,
        csv=csv,
        free_tier=free_tier,
        prices_date=prices,
        draws=draws,
        seed=seed,
        budget=budget,
        simulated=simulated,
    )


@app.command("draw")
def draw_command(
    arch: Arch,
    stage: StageOption = None,
    format: Annotated[  # noqa: A002 - the option's name is fixed
        str, typer.Option("--format", metavar="F", help="svg, png, mermaid, d2, dot or drawio.")
    ] = "svg",
    output: Annotated[str | None, typer.Option("-o", "--output", metavar="FILE")] = None,
    theme: Annotated[str, typer.Option(help="light, dark, or auto (the viewer's choice; SVG only).")] = "auto",
    telemetry: Annotated[bool, typer.Option(help="Show telemetry, secrets and image pulls too.")] = False,
) -> None:
    """The diagram of a stage; of all stages together when none is given."""
    from stageplan.commands import drawing

    drawing.run(arch, stage, format, output, theme=theme, telemetry=telemetry)


@app.command("report")
def report_command(
    archs: Archs = None,
    output: Annotated[str, typer.Option("-o", "--output", metavar="DIR")] = "out",
    free_tier: FreeTierOption = "always",
    prices: PricesOption = None,
    seed: Seed = 0,
) -> None:
    """HTML, Markdown, CSV and diagrams: one page per document."""
    from stageplan.commands import reporting

    reporting.run(archs or [], output, free_tier=free_tier, prices_date=prices, seed=seed)


@app.command("audit")
def audit_command(
    arch: Annotated[str | None, typer.Argument(metavar="[ARCH]", help="All bundled ones when absent.")] = None,
    json: Json = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Markdown, fit for a pull request.")] = False,
    prices: PricesOption = None,
    seed: Seed = 0,
) -> None:
    """The document's claims against the model."""
    from stageplan.commands import auditing

    auditing.run(arch, json=json, markdown=markdown, prices_date=prices, seed=seed)


@app.command("compare")
def compare_command(
    archs: Annotated[list[str], typer.Argument(metavar="ARCH ARCH...")],
    stages: Annotated[
        list[str] | None, typer.Option("--stage", metavar="S", help="One stage for all, or one for each.")
    ] = None,
    users: Annotated[float | None, typer.Option(help="Users a month; as the stages say when absent.")] = None,
    free_tier: FreeTierOption = "always",
    prices: PricesOption = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """The same work, side by side."""
    from stageplan.commands import comparing

    comparing.run(
        archs,
        stages=stages or (),
        users=users,
        free_tier=free_tier,
        prices_date=prices,
        draws=draws,
        seed=seed,
        json=json,
    )


@app.command("forecast")
def forecast_command(
    arch: Arch,
    users: Annotated[float | None, typer.Option(help="Users in month 1.")] = None,
    growth: Annotated[
        tuple[float, float, float], typer.Option(metavar="LOW LIKELY HIGH", help="Growth a month, as shares.")
    ] = (0.05, 0.1, 0.15),
    curve: Annotated[str, typer.Option(help="linear, exponential or logistic.")] = "exponential",
    ceiling: Annotated[float | None, typer.Option(help="Users that a logistic curve tends to.")] = None,
    users_csv: Annotated[
        str | None, typer.Option("--users-csv", metavar="FILE", help="Users by month instead of a curve.")
    ] = None,
    months: Annotated[int, typer.Option(help="12 to 36.")] = 24,
    stages: Annotated[list[str] | None, typer.Option("--stage", metavar="S", help="Stages to grow through.")] = None,
    budget: Annotated[list[float] | None, typer.Option("--budget", metavar="USD", help="Budget lines.")] = None,
    one_off: Annotated[list[str] | None, typer.Option("--one-off", metavar="MONTH:USD")] = None,
    free_tier: FreeTierOption = "always",
    prices: PricesOption = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Month by month along a growth curve."""
    from stageplan.commands import forecasting

    forecasting.run(
        arch,
        users=users,
        growth=growth,
        curve=curve,
        ceiling=ceiling,
        users_csv=users_csv,
        months=months,
        stages=stages or (),
        budgets=budget or (),
        one_off=one_off or (),
        free_tier=free_tier,
        prices_date=prices,
        draws=draws,
        seed=seed,
        json=json,
        csv=csv,
    )


@app.command("diff")
def diff_command(
    old: Arch,
    new: Arch,
    stage: StageOption = None,
    old_stage: Annotated[str | None, typer.Option("--old-stage", metavar="S")] = None,
    new_stage: Annotated[str | None, typer.Option("--new-stage", metavar="S")] = None,
    old_prices: Annotated[str | None, typer.Option("--old-prices", metavar="DATE")] = None,
    new_prices: Annotated[str | None, typer.Option("--new-prices", metavar="DATE")] = None,
    free_tier: FreeTierOption = "always",
    budget: Budget = None,
    draws: Draws = 1000,
    seed: Seed = 0,
    json: Json = False,
) -> None:
    """What changed in the bill, by cause; Markdown for a pull request."""
    from stageplan.commands import diffing

    diffing.run(
        old,
        new,
        stage=stage,
        old_stage=old_stage,
        new_stage=new_stage,
        old_prices=old_prices,
        new_prices=new_prices,
        free_tier=free_tier,
        budget=budget,
        draws=draws,
        seed=seed,
        json=json,
    )


@app.command("sensitivity")
def sensitivity_command(
    arch: Arch,
    stage: StageOption = None,
    json: Json = False,
    free_tier: FreeTierOption = "always",
    prices: PricesOption = None,
    draws: Draws = 2000,
    seed: Seed = 0,
) -> None:
    """Which assumptions move the cost most, over all stages or at one."""
    from stageplan.commands import exporting

    exporting.influences(arch, stage, free_tier=free_tier, prices_date=prices, draws=draws, seed=seed, json=json)


@app.command("simulate")
def simulate_command(
    arch: Arch,
    stage: Annotated[str, typer.Option("--stage", metavar="S", help="The stage.")],
    seed: Annotated[int, typer.Option(help="Seed of the random draws.")] = 1,
    engine: Annotated[str, typer.Option(help="compiled, interpreter or simpy.")] = "compiled",
    json: Json = False,
    with_capacity: Annotated[
        bool, typer.Option("--capacity", help="Search the highest load that still holds.")
    ] = False,
    requests: Annotated[int, typer.Option(help="Requests at most, over all replications.")] = 400_000,
    fact: Annotated[
        list[str] | None,
        typer.Option("--fact", metavar="NAME=VALUE", help="Another value for a fact of the simulator."),
    ] = None,
) -> None:
    """Latency, errors and bottlenecks of a stage's busiest hour, and whether its targets hold."""
    from stageplan.commands import simulating

    simulating.run(
        arch,
        stage,
        seed=seed,
        engine=engine,
        json=json,
        with_capacity=with_capacity,
        requests=requests,
        facts=fact or [],
    )


@app.command("loadtest")
def loadtest_command(
    arch: Arch,
    stage: StageOption = None,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="URL", help="Your deployment; the stand-in on this machine when absent."),
    ] = None,
    json: Json = False,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="DIR", help="JSON, JUnit, CSV, Markdown.")
    ] = None,
    rate: Annotated[float | None, typer.Option(help="Requests a second; the stage's peak when absent.")] = None,
    duration: Annotated[float, typer.Option(help="Seconds that count.")] = 60.0,
    warm_up: Annotated[float, typer.Option("--warm-up", help="Seconds before, that do not.")] = 5.0,
    shape: Annotated[str, typer.Option(help="constant, poisson, ramp, step, spike, day or replay.")] = "poisson",
    trace: Annotated[str | None, typer.Option(metavar="FILE", help="Arrival times to replay, as CSV.")] = None,
    users: Annotated[int | None, typer.Option(help="Closed loop: that many users who wait for their answers.")] = None,
    max_in_flight: Annotated[int, typer.Option("--max-in-flight", help="Requests in flight at most.")] = 1_000,
    workers: Annotated[int, typer.Option(help="Generator processes.")] = 1,
    seed: Seed = 0,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before loading another machine.")] = False,
    real: Annotated[bool, typer.Option("--real", help="Stand-in with real PostgreSQL and Redis.")] = False,
    find_capacity: Annotated[
        bool, typer.Option("--find-capacity", help="Raise the rate until a target breaks.")
    ] = False,
    openslo: Annotated[
        str | None, typer.Option(metavar="FILE", help="Judge by the objectives of an OpenSLO file.")
    ] = None,
    locust_files: Annotated[
        str | None, typer.Option("--locust-files", metavar="PREFIX", help="Locust's own files too.")
    ] = None,
) -> None:
    """Measure the deployed API, or its stand-in, against the document's targets."""
    from stageplan.commands import loadtesting

    loadtesting.run(
        arch,
        stage,
        host=host,
        json=json,
        output=output,
        rate=rate,
        duration=duration,
        warm_up=warm_up,
        shape=shape,
        trace=trace,
        users=users,
        max_in_flight=max_in_flight,
        workers=workers,
        seed=seed,
        yes=yes,
        real=real,
        find_capacity=find_capacity,
        openslo=openslo,
        locust_files=locust_files,
    )


@app.command("schema")
def schema_command() -> None:
    """The JSON Schema of a document, for editors that complete and check."""
    from stageplan.commands import schema

    schema.run()


@app.command("doctor")
def doctor_command() -> None:
    """What is installed, and what is missing for which command."""
    from stageplan.commands import doctor

    doctor.run()


@app.command("version")
def version_command() -> None:
    """The version of stageplan."""
    from importlib.metadata import version

    typer.echo(f"stageplan {version('stageplan')}")


def main() -> None:
    """Run a command; whatever it refuses becomes a sentence and an exit code."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    if debug:
        app(arguments)
        return
    try:
        app(arguments)
    except StageplanError as error:
        _fail(str(error), 2)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        _fail(f"internal fault: {type(error).__name__}: {error} (run again with --debug for the traceback)", 3)


def _fail(message: str, code: int) -> None:
    sys.stderr.write(f"{message}\n")
    sys.exit(code)
