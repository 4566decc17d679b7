"""`stageplan draw`: the picture of a stage, in one of several formats."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, get_args

import typer

from model.loading import load
from model.problems import BadInput, UnknownName
from pricing.price import price
from stageplan.options import Arch, OutputFile, Stage

if TYPE_CHECKING:
    from reports.diagrams.drawing import Format
    from reports.diagrams.theme import Theme


def run(
    arch: Arch,
    stage: Stage = None,
    file_format: Annotated[
        str | None,
        typer.Option("--format", metavar="F", help="svg, png, mermaid, d2, dot or drawio; else as the file is named."),
    ] = None,
    output: OutputFile = None,
    theme: Annotated[str, typer.Option(help="light, dark, or auto (the viewer's choice; SVG only).")] = "auto",
    telemetry: Annotated[
        bool, typer.Option("--telemetry", help="Show telemetry, secrets and image pulls too.")
    ] = False,
) -> None:
    """Write the picture of a stage (the last one when none is named) to a file, or to standard output.

    All stages are laid out together, so that the pictures of one architecture lie on each other.
    """
    from reports.diagrams.drawing import Format, draw
    from reports.diagrams.from_architecture import pictures
    from reports.diagrams.layout import lay_out
    from reports.diagrams.theme import Theme

    chosen_format: Format = _known("a format", file_format or _format_of(output), Format)
    chosen_theme: Theme = _known("a theme", theme, Theme)
    architecture = load(arch)
    name = architecture.stage(stage).name if stage else architecture.stage_names[-1]
    if output is None and chosen_format == "png" and sys.stdout.isatty():
        raise BadInput("a PNG does not belong on a terminal: name a file with -o")
    bills = {each: price(architecture.at(each), draws=0, explain=False) for each in architecture.stage_names}
    drawn = pictures(architecture, bills, telemetry=telemetry)
    [picture] = [item for item in drawn if item.stage == name]
    content = draw(picture, chosen_format, lambda: lay_out(drawn, architecture.name), chosen_theme)
    if output is None:
        sys.stdout.buffer.write(content)
        return
    from reports.files import write_file

    write_file(output, content)


_SUFFIXES: Final = {".png": "png", ".mmd": "mermaid", ".d2": "d2", ".dot": "dot", ".gv": "dot", ".drawio": "drawio"}


def _format_of(output: str | None) -> str:
    """The format that a file's name asks for; SVG where it says nothing."""
    return "svg" if output is None else _SUFFIXES.get(Path(output).suffix.lower(), "svg")


def _known(what: str, text: str, kinds: Any) -> Any:
    """A choice as typed; raise UnknownName for another word."""
    if text not in get_args(kinds):
        raise UnknownName(what, text, get_args(kinds))
    return text
