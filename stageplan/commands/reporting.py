"""`stageplan report`: a page per document, with Markdown, CSV and diagrams beside it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from model.graph import Architecture
from model.loading import bundled_names, load
from model.problems import BadInput
from reports.progress import Progress
from stageplan.options import Archs, FreeTierOption, PricesDate, Seed
from stageplan.typed import free_tier_of

if TYPE_CHECKING:
    from reports.report_model import DocumentReport
    from reports.stage_drawings import DocumentDrawings


def run(
    archs: Archs = None,
    output: Annotated[str, typer.Option("-o", "--output", metavar="DIR", help="A folder to write into.")] = "out",
    free_tier: FreeTierOption = "always",
    prices_date: PricesDate = None,
    seed: Seed = 0,
    simulation: Annotated[
        bool, typer.Option("--simulation/--no-simulation", help="Simulate every stage, or leave that part out.")
    ] = True,
) -> None:
    """Write the reports of some architectures (all bundled ones when none is named) into a folder, all or nothing."""
    write_reports(archs or (), output, free_tier=free_tier, prices_date=prices_date, seed=seed, simulation=simulation)


def write_reports(
    archs: Sequence[str],
    output: str,
    *,
    free_tier: str,
    prices_date: str | None,
    seed: int,
    simulation: bool = False,
    draw: Callable[[DocumentReport], DocumentDrawings] | None = None,
) -> None:
    """Write the reports of some architectures (all bundled ones when none is named) into a folder, all or nothing.

    `draw` draws the stages of a document; the usual diagrams when absent. Other processes study and simulate while this
    one prices and draws.
    """
    from reports.files import write_files
    from reports.folder import report_files
    from reports.questions import answers, studies_of
    from reports.report_model import by_document, report_documents
    from reports.simulated import looks_at, with_simulations
    from reports.stage_drawings import draw_document
    from reports.studied import Settings
    from simulations.outlook import FIRST_SEED

    settings = Settings(free_tier_of(free_tier), prices_date, seed=seed)
    names = archs or bundled_names()
    architectures = load_all(names)
    questions = [ask for group in by_document(architectures) for ask in studies_of(group, settings)]
    questions += looks_at(names, FIRST_SEED + seed) if simulation else []
    stages = sum(len(item.stages) for item in architectures)
    steps = stages * (2 if simulation else 1) + len(architectures) + len({item.document.id for item in architectures})
    with Progress(steps) as progress:
        found = answers(questions, jobs=None if simulation else 1)
        reports = report_documents(
            architectures,
            free_tier=settings.free_tier,
            prices_date=prices_date,
            seed=seed,
            progress=progress,
            studied=found,
        )
        drawings = {}
        for report in reports:
            progress(f"draw {report.title}")
            drawings[report.id] = (draw or draw_document)(report)
        reports = with_simulations(reports, found, settings, progress) if simulation else reports
        files = report_files(reports, lambda report: drawings[report.id])
    write_files(output, files)
    for report in reports:
        sys.stdout.write(f"{output}/{report.id}.html  {report.title}\n")
    sys.stdout.write(f"{output}/index.html  {len(files)} files in all\n")


def load_all(names: Iterable[str], load_one: Callable[[str], Architecture] = load) -> list[Architecture]:
    """The architectures in order, each once; raise BadInput with the problems of all that cannot be loaded."""
    found: dict[str, Architecture] = {}
    problems = []
    for name in dict.fromkeys(names):
        try:
            architecture = load_one(name)
        except BadInput as error:
            problems.append(str(error))
            continue
        if found.setdefault(architecture.name, architecture) is not architecture:
            problems.append(f"{name}: another file has the architecture '{architecture.name}' too")
    if problems:
        raise BadInput("\n".join(problems))
    return list(found.values())
