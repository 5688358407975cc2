"""What is said of a file beside what it holds: by the command, the names on its way, and ``ncd.toml``."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from dagster_project.dictionary import authorities, collection, fields, tables
from dagster_project.intake.errors import IntakeError
from dagster_project.intake.ledger import Submission
from dagster_project.returns import LOCAL, Extract, Told, told_by
from dagster_project.settings import Settings


def told_of(names: Sequence[str], outright: Told, declared: Told) -> tuple[Told, str]:
    """All that is told of a file, the command first, ``ncd.toml`` last; and what its names say, in short."""
    named = told_by(names)
    contradicted = frozenset(
        part
        for part in ("la_code", "year")
        if len({getattr(outright, part), getattr(named, part)} - {None}) > 1
    )
    told = outright.or_else(named).or_else(declared)
    return replace(told, contradicted=contradicted), _in_short(named.or_else(declared))


def _in_short(told: Told) -> str:
    """``told`` as the ledger keeps it: authority, year, month, and which extracts were declared.

    Such as ``302|2025||``. Another declaration would make another submission of the same bytes.
    """
    declared = sha256(repr(told.extracts).encode()).hexdigest()[:8] if told.extracts else ""
    return f"{told.la_code or told.default_la or ''}|{told.year or ''}|{told.month or ''}|{declared}"


def is_about(submission: Submission, outright: Told, named: str) -> bool:
    """Whether the same bytes told of in this way would be this same submission again."""
    what = collection(submission.return_id)
    if what.period_from in ("content", "newest_period"):
        return True
    names, _, declared = named.rpartition("|")
    names_then, _, declared_then = submission.told.rpartition("|")
    if submission.return_id == LOCAL and declared != declared_then:
        return False
    if not outright.given:
        return names == names_then
    return (
        outright.la_code in (None, submission.la_code)
        and outright.year in (None, submission.collection_year)
        and (outright.month is None or outright.month.isoformat() == submission.period_end)
    )


def declared_by(settings: Settings) -> Told:
    """What ``ncd.toml`` tells of every file.

    Raises:
        IntakeError: it declares an authority or an extract that cannot be.
    """
    if settings.la and settings.la not in authorities():
        raise IntakeError(f"ncd.toml: la = '{settings.la}' is not the code of an authority, such as '302'")
    extracts = tuple(_extract(name, values) for name, values in settings.extracts.items())
    return Told(default_la=settings.la, extracts=extracts)


def _extract(name: str, values: dict) -> Extract:
    known = [table.name for table in tables(LOCAL)]
    table = values["table"]
    if table not in known:
        raise IntakeError(f"ncd.toml: extract '{name}' names no table of ours: use {' or '.join(known)}")
    names = {field.name for field in fields(LOCAL, table)}
    said = [*values["columns"].values(), *values.get("values", {})]
    if unknown := sorted(set(said) - names):
        fault = f"extract '{name}' names {', '.join(unknown)}, and the fields of {table} are"
        raise IntakeError(f"ncd.toml: {fault} {', '.join(sorted(names))}")
    return Extract(name, **values)
