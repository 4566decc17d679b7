"""The command line: a table of commands, each imported only when it is called.

A command is a module of `stageplan/commands/`: its function `run`, whose annotations are its arguments and options, or
a group `app` of several. Exit codes: 0 done, 1 a target or budget is missed, 2 bad input (nothing written), 3 an
internal fault, 4 a load test that proves nothing.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for plugins costs more than pricing a stage
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # our matrices are small; starting threads costs as much as numpy
_no_plugins = ModuleType("pydantic.plugin._loader")  # the disabled search would still import the packages' metadata
_no_plugins.__dict__["get_plugins"] = tuple
sys.modules.setdefault(_no_plugins.__name__, _no_plugins)
gc.set_threshold(100_000)  # a command is short and makes many small values that stay
atexit.register(gc.freeze)  # the interpreter's last collections then find nothing to walk through

from model.problems import StageplanError  # noqa: E402


class Listed(NamedTuple):
    """A command: the module that does it, and what it does in a line."""

    module: str
    help: str


COMMANDS = {
    "list": Listed("listing", "The bundled architectures and their stages."),
    "check": Listed("checking", "Validate a document: every problem at once, with its place."),
    "price": Listed("pricing", "The monthly bill of one stage, or of all."),
    "simulate": Listed("simulating", "Latency, errors and bottlenecks of a stage's busiest hour; do its targets hold?"),
    "sweep": Listed("sweeping", "Many stages, loads and seeds side by side, on this machine or a Dask cluster."),
    "draw": Listed("drawing", "The diagram of a stage; of all stages together when none is given."),
    "report": Listed("reporting", "HTML, Markdown, CSV and diagrams: one page per document."),
    "loadtest": Listed("loadtesting", "Measure the deployed API, or its stand-in, against the document's targets."),
    "calibrate": Listed("calibrating", "Service times, hit ratios, cold starts, scaling as measured, as an overlay."),
    "openslo": Listed("openslo", "The targets as OpenSLO v1, which loadtest takes back as its gate."),
    "audit": Listed("auditing", "The document's claims against the model."),
    "compare": Listed("comparing", "The same work, side by side."),
    "breakeven": Listed("breakeven", "At how many requests one becomes cheaper than another, at equal targets."),
    "diff": Listed("diffing", "What changed in the bill, by cause; Markdown for a pull request."),
    "forecast": Listed("forecasting", "Month by month along a growth curve."),
    "cheapest": Listed("cheapening", "The least cost that holds the targets for so many users."),
    "sensitivity": Listed("influences", "Which assumptions move the cost most, over all stages or at one."),
    "actuals": Listed("actuals", "The bill that came, from the account or an export, beside the predicted one."),
    "alarms": Listed("alarms", "The alarms that a document promises, as CloudFormation or Terraform text."),
    "budgets": Listed("budgets", "The account's budgets: push a stage's amount and alerts."),
    "prices": Listed("prices", "Price tables: refresh them from the provider's Price List."),
    "import": Listed("importing", "A draft from infrastructure code or the account, and what became of it all."),
    "schema": Listed("schema", "The JSON Schema of a document, for editors that complete and check."),
    "doctor": Listed("doctor", "What is installed, and what is missing for which command."),
    "version": Listed("version", "The version of stageplan."),
}


class Commands(TyperGroup):
    """The table as a group: listed without an import, loaded when called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What the help page shows of a command; None for a name that is not in the table."""
        listed = COMMANDS.get(cmd_name)
        return None if listed is None else TyperCommand(cmd_name, help=listed.help)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command to run, imported; a wrong name is refused with the nearest one."""
        self.commands = {name: self.get_command(ctx, name) for name in COMMANDS}
        name, _, rest = super().resolve_command(ctx, args)
        return name, _loaded(str(name)), rest


def _loaded(name: str) -> Any:
    """The command of that name, from its module."""
    listed = COMMANDS[name]
    module = import_module(f"stageplan.commands.{listed.module}")
    group = getattr(module, "app", None)
    if group is None:
        group = typer.Typer(add_completion=False)
        group.command(name, help=listed.help)(module.run)
    found = typer.main.get_command(group)
    found.name, found.help = name, listed.help
    return found


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="What an architecture costs, how fast it is and what it looks like, at every stage of growth.",
)


@app.callback()
def _stageplan() -> None:
    """A group has a function of its own, which does nothing here."""


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
