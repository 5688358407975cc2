"""``ncd synth``: made-up returns of fictional authorities."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli.terminal import app, out, stop
from dagster_project.settings import Settings


@app.command()
def synth(
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    years: Annotated[str, typer.Option(help="First and last year, by the years they end in.")] = "2024-2025",
    children: Annotated[int, typer.Option(help="Children per authority, about.", min=1)] = 400,
    workers: Annotated[int, typer.Option(help="Social workers per authority, about.", min=1)] = 60,
    seed: Annotated[int, typer.Option(help="The same seed gives the same returns.")] = 2016,
    la: Annotated[list[str] | None, typer.Option(help="One fictional authority; may be given again.")] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            help="cin, ssda903, csww, annex_a, forms, extracts or publications; may be given again."
        ),
    ] = None,
    faults: Annotated[
        str,
        typer.Option(
            help="intake: some for the intake to find; none; rules: statutory rules broken in the last year's"
            " cin and ssda903, and where, in broken_rules.csv."
        ),
    ] = "intake",
) -> None:
    """Writes made-up returns for fictional authorities: the same children and workers in all of them."""
    from dagster_project import rules, synthetic

    if faults not in ("intake", "none", "rules"):
        stop(f"'{faults}' is none of the faults there are: ask for intake, none or rules", 2)
    first, _, last = years.partition("-")
    if not (first.isdigit() and (last or first).isdigit()):
        stop(f"'{years}' is not a span of years such as 2024-2025", 2)
    span = tuple(range(int(first), int(last or first) + 1))
    kinds = kind or synthetic.USUAL
    broken = {
        return_id: {rule.code for rule in rules.rules(return_id, span[-1])}
        for return_id in (rules.returns() if faults == "rules" and span else ())
    }
    synthesise(
        lambda: synthetic.write_all(
            folder, span, children, workers, seed, la, kinds, faults == "intake", broken
        ),
        folder,
    )


def synthesise(write: Callable[[], list[Path]], folder: Path) -> None:
    """Write made-up files, and say how many; what was asked wrongly ends the command."""
    try:
        files = write()
    except ValueError as fault:
        stop(str(fault), 2)
    out.print(f"{len(files)} made-up files of fictional authorities in {folder}", markup=False)


def declare_extracts(here: Settings) -> None:
    """Put the declaration of the made-up local extracts into the workspace, unless one is there."""
    from dagster_project import synthetic

    mine = here.home / "ncd.toml"
    if not mine.exists():
        here.home.mkdir(parents=True, exist_ok=True)
        mine.write_bytes(synthetic.DECLARATION.read_bytes())
