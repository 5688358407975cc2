"""A return of one file or several, as one submission, held against its contract and its rules."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pyarrow as pa

from dagster_project import rules
from dagster_project.dictionary import year_name
from dagster_project.dictionary.arrow import VIOLATION
from dagster_project.intake.examining import Examined, examine
from dagster_project.intake.files import files_in, fingerprint
from dagster_project.intake.telling import told_of
from dagster_project.returns import NOTHING_TOLD, Source, Told, UnreadableFile, contents, printable
from dagster_project.rules import Result


class Refused(ValueError):
    """Files that cannot be checked, said in one line without a value from a record."""


@dataclass(frozen=True)
class CheckedFile:
    """A file of the submission: what to call it, its fingerprint, and the tables it holds."""

    name: str
    sha256: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """A submission and all that was found: ``results`` of the rules, ``violations`` of the contract.

    ``violations`` has the columns of ``dictionary.arrow.VIOLATION``; ``row_counts`` the rows by table.
    """

    return_id: str
    la_code: str
    year: int
    files: tuple[CheckedFile, ...]
    row_counts: dict[str, int]
    results: list[Result]
    violations: pa.Table

    @property
    def failed(self) -> list[Result]:
        """The rules that fail somewhere."""
        return [result for result in self.results if result.state == "failed"]

    @property
    def is_of_known_rules(self) -> bool:
        """Whether any statutory rule is known of the year, where its return has any at all."""
        statutory = [result for result in self.results if not result.rule.is_ours]
        return not statutory or any(result.rule.holds_in(self.year) for result in statutory)

    @property
    def blocks(self) -> bool:
        """Whether a rule of DfE fails that is more than a query: the return would not be accepted."""
        return any(result.rule.severity != "query" and not result.rule.is_ours for result in self.failed)


def checked(
    paths: Sequence[Path],
    told: Told = NOTHING_TOLD,
    previous: Sequence[Path] = (),
    beside: Sequence[Path] = (),
    lists: Mapping[str, pa.Table] | None = None,
    codes: Iterable[str] | None = None,
) -> Checked:
    """What the rules say of the return in ``paths``: files, zips and folders.

    Args:
        paths: the files of one return of one authority and year.
        told: whose it is and of which year, for files that do not say so themselves.
        previous: the files of the year before, for rules that compare with it.
        beside: other returns of the same authority and year, each a file or folder, for rules across returns.
        lists: what some rules need besides, by the name they need it under.
        codes: only these rules; all where not given.

    Raises:
        Refused: a file cannot be read, or the files are not of one return.
    """
    now = _together(paths, told)
    before = _together(previous, replace(told, la_code=now.la_code, year=now.year - 1)) if previous else None
    if before and (before.return_id, before.la_code, before.year) != (
        now.return_id,
        now.la_code,
        now.year - 1,
    ):
        said = f"{before.return_id} {year_name(before.year)} of {before.la_code}"
        wanted = f"{now.return_id} {year_name(now.year - 1)} of {now.la_code}"
        raise Refused(f"what --previous gives is {said}, and not {wanted}")
    others = [_together([path], replace(told, la_code=now.la_code, year=now.year)) for path in beside]
    for other in others:
        if (other.la_code, other.year) != (now.la_code, now.year) or other.return_id == now.return_id:
            said = f"{other.return_id} {year_name(other.year)} of {other.la_code}"
            raise Refused(
                f"what --beside gives is {said}, and not another return of the same authority and year"
            )
    missing = set(now.missing_columns)
    if before:
        missing |= {rules.PREVIOUS + each for each in before.missing_columns}
    for other in others:
        missing |= {f"{other.return_id}_{each}" for each in other.missing_columns}
    asked = rules.Asked(
        now.return_id,
        now.la_code,
        now.year,
        now.tables,
        frozenset(missing),
        now.is_xml,
        before.tables if before else None,
        lists or {},
        {other.return_id: other.tables for other in others},
        now.period_end,
    )
    return Checked(
        now.return_id,
        now.la_code,
        now.year,
        tuple(now.files),
        {name: table.num_rows for name, table in now.tables.items()},
        rules.check(asked, codes),
        pa.concat_tables(now.violations) if now.violations else VIOLATION.empty_table(),
    )


@dataclass
class _Together:
    """The files of one submission, read."""

    return_id: str = ""
    la_code: str = ""
    year: int = 0
    period_end: date | None = None
    files: list[CheckedFile] = field(default_factory=list)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    missing_columns: frozenset[str] = frozenset()
    is_xml: bool = False
    violations: list[pa.Table] = field(default_factory=list)

    def add(self, source: Source, examined: Examined) -> None:
        """Adds a file.

        Raises:
            Refused: it is of another return, authority or year, or holds a table again.
        """
        read = examined.reading
        name = printable(source.name)
        identity = (read.return_id, read.la_code, read.collection_year)
        if self.files and identity != (self.return_id, self.la_code, self.year):
            said = f"{read.return_id} {year_name(read.collection_year)} of {read.la_code}"
            first = f"{self.return_id} {year_name(self.year)} of {self.la_code}"
            raise Refused(
                f"{name} is {said}, and {self.files[0].name} is {first}; check one return at a time"
            )
        for table in examined.tables:
            if holder := next((each.name for each in self.files if table in each.tables), None):
                raise Refused(f"{name} holds {table}, and so does {holder}; give one of the two")
        self.return_id, self.la_code, self.year = identity
        self.period_end = read.period_end
        self.files.append(CheckedFile(name, fingerprint(source), tuple(examined.tables)))
        self.tables |= examined.tables
        self.is_xml |= _is_xml(source)
        self.missing_columns |= examined.missing_columns
        self.violations.append(examined.violations)


def _is_xml(source: Source) -> bool:
    with source.open() as stream:
        return stream.read(64).lstrip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe").startswith(b"<")


def _together(paths: Sequence[Path], told: Told) -> _Together:
    together = _Together()
    try:
        for found in files_in(paths):
            for source in contents(Source(found.path, shown=found.shown)):
                names = (*found.names, *source.member.split("/")) if source.member else found.names
                known, _ = told_of(names, told, NOTHING_TOLD)
                together.add(source, examine(source, known))
    except UnreadableFile as fault:
        raise Refused(str(fault)) from None
    except OSError as fault:
        raise Refused(f"a file cannot be opened ({type(fault).__name__})") from None
    if not together.files:
        raise Refused("there is no file to check")
    return together
