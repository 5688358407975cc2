"""Cases of rules, written as the real files they stand for and put through the real reader and engine."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import yaml

from dagster_project import rules, validation
from dagster_project.dictionary import Table, date_in, field_taken_over, fields, tables, year_ending
from dagster_project.returns import Told
from dagster_project.rules import Result, Rule
from tests.faults.files import names, workbook, write

HERE = Path(__file__).parent
LA = "991"
#: Collection years in which a case without a year is tried: the newest that the rules were seen for.
NEWEST = 2026

#: Censuses, which say whose they are: the name of several rows, their table, its key and its form.
CENSUSES = {
    "cin": ("children", "child", "LAchildID", "C{}"),
    "csww": ("workers", "worker", "SWENo", "SW{:010}"),
}

_DAY = re.compile(r"Y([+-]\d{1,2})?-(\d\d)-(\d\d)")


class _AsWritten(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """Leaves days as they are written: some of them are to be no days."""

    yaml_implicit_resolvers = {
        letter: [(tag, shape) for tag, shape in known if not tag.endswith("timestamp")]
        for letter, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


@dataclass(frozen=True)
class Case:
    """One submission, and whether the rule named is to fail on it."""

    return_id: str
    code: str
    year: int
    fails: bool
    number: int
    content: dict[str, Any]

    def __str__(self) -> str:
        said = "fails" if self.fails else "passes"
        return f"{self.return_id}-{self.code}-{self.year}-{said}-{self.number}"


def cases(return_id: str) -> Iterator[Case]:
    """All cases of a return, in the order of their files."""
    for file in sorted((HERE / "cases" / return_id).glob("*.yml")):
        for entry in yaml.load(file.read_text(encoding="utf-8"), _AsWritten) or []:
            year = year_ending(entry["year"]) if "year" in entry else newest_year(return_id, entry["code"])
            for said in ("fails", "passes"):
                for number, content in enumerate(entry.get(said, ()), start=1):
                    yield Case(return_id, entry["code"], year, said == "fails", number, content or {})


def newest_year(return_id: str, code: str) -> int:
    """The newest year in which a rule is in force, not after ``NEWEST`` unless it begins later."""
    entries = [rule for rule in rules.rules(return_id) if rule.code == code]
    assert entries, f"no rule {code} of {return_id}"
    return max(max(rule.first_year, min(rule.last_year or NEWEST, NEWEST)) for rule in entries)


def result_of(case: Case, folder: Path) -> Result:
    """What comes of the case's rule when its files are written under ``folder``, read and checked."""
    content = dict(case.content)
    content.pop("rows", None)
    previous, la_code = content.pop("previous", None), content.pop("la", LA)
    beside = [
        written(return_id, case.year, given, folder / return_id)
        for return_id, given in content.pop("beside", {}).items()
    ]
    lists = {name: pa.Table.from_pylist(rows) for name, rows in content.pop("lists", {}).items()}
    now = written(case.return_id, case.year, content, folder / "now")
    before = (
        [written(case.return_id, case.year - 1, previous, folder / "before")] if previous is not None else []
    )
    [result] = validation.checked(
        [now], told(case.return_id, case.year, la_code), before, beside, lists, [case.code]
    ).results
    return result


def told(return_id: str, year: int, la_code: str = LA) -> Told:
    """What is said of a return that does not say itself whose it is, and when; Annex A lists show March."""
    if return_id in CENSUSES:
        return Told()
    if return_id == "annex_a":
        return Told(la_code=la_code, month=date(year, 3, 31))
    return Told(la_code=la_code, year=year)


def rows_found(result: Result) -> dict[str, list[int]]:
    """The failing rows by table."""
    found: dict[str, list[int]] = {}
    for place in result.places:
        found.setdefault(place.table, []).append(place.row)
    return found


def rule_of(case: Case) -> Rule:
    """The entry of the case's rule that is in force in its year."""
    return next(rule for rule in rules.rules(case.return_id, case.year) if rule.code == case.code)


# -- how the files are written


def written(return_id: str, year: int, content: dict[str, Any], folder: Path) -> Path:
    """The files of a submission as its sender would have them."""
    folder.mkdir(parents=True)
    if return_id in CENSUSES:
        return _census(return_id, year, dict(content), folder)
    if return_id == "annex_a":
        return _annex_a(year, dict(content), folder)
    return _ssda903(year, dict(content), folder)


@cache
def _defaults(return_id: str) -> dict[str, dict[str, Any]]:
    return yaml.load((HERE / "defaults.yml").read_text(encoding="utf-8"), _AsWritten)[return_id]


def _census(return_id: str, year: int, content: dict[str, Any], folder: Path) -> Path:
    several, one, key, numbered = CENSUSES[return_id]
    by_name = {table.name: table for table in tables(return_id)}
    root = ElementTree.Element("Message")
    for table in by_name.values():
        if table.parent is None and table.name != one:
            _put(root, table, content.pop(table.name, {}), year)
    rows = content.pop(several, None) or ([content] if content.get(one, True) else [])
    for number, row in enumerate(rows, start=1):
        _put(root, by_name[one], {key: numbered.format(number), **(row or {})}, year)
    file = folder / f"{return_id}.xml"
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    return file


def _put(above: ElementTree.Element, table: Table, given: Any, year: int, opened: str = "/Message") -> None:
    """Write a row of ``table``, and those that stand in it, into an element that stands at ``opened``."""
    below = [each for each in tables(table.return_id) if each.parent == table.name]
    if not isinstance(given, dict) and given is not None:  # a table of one field: its value alone
        own = [each for each in fields(table.return_id, table.name) if not field_taken_over(each)]
        given = {own[0].name: given}
    row = {**_defaults(table.return_id)[table.name], **(given or {})}
    rest, name = table.path.removeprefix(opened).strip("/").split("/")[:-1], table.path.rsplit("/", 1)[1]
    element = ElementTree.SubElement(_inside(above, rest), name)
    names = {each.name for each in below}
    for field in fields(table.return_id, table.name, year):
        if field.name in row and row[field.name] is not None and not field_taken_over(field):
            path = field.path.removeprefix(table.path).strip("/")
            leaf = _inside(element, path.split("/")[:-1])
            place = ElementTree.SubElement(leaf, path.rsplit("/", 1)[-1]) if path else element
            place.text = _text(row[field.name], year)
    unknown = set(row) - names - {each.name for each in fields(table.return_id, table.name)}
    assert not unknown, f"{table.name} has no {', '.join(unknown)}"
    for each in below:
        if row.get(each.name) == "group":  # the element around the rows, and no row in it
            _inside(element, each.path.removeprefix(table.path).strip("/").split("/")[:-1])
            continue
        for more in row.get(each.name) or []:
            _put(element, each, more, year, table.path)


def _inside(element: ElementTree.Element, path: list[str]) -> ElementTree.Element:
    for name in path:
        found = element.find(name)
        element = ElementTree.SubElement(element, name) if found is None else found
    return element


def _annex_a(year: int, content: dict[str, Any], folder: Path) -> Path:
    omitted, sheets = content.pop("omit", []), {}
    for table in tables("annex_a"):
        headings = names("annex_a", table.name, year)
        rows = _rows("annex_a", table.name, content.pop(table.name, []), year)
        if table.name not in omitted:
            cells = [
                [date_in(text) or text for text in (row.get(each, "") for each in headings)] for row in rows
            ]
            sheets[table.path] = [headings, *cells]
    assert not content, f"annex_a has no {', '.join(content)}"
    return write(folder / "annex_a.xlsx", workbook(sheets))


def _ssda903(year: int, content: dict[str, Any], folder: Path) -> Path:
    omitted, is_xml = content.pop("omit", []), content.pop("xml", False)
    rows = {name: _rows("ssda903", name, given, year) for name, given in content.items()}
    ids = dict.fromkeys(row["CHILD"] for given in rows.values() for row in given if row["CHILD"])
    if "header" not in rows:
        rows["header"] = [
            row for each in ids or ["A1"] for row in _rows("ssda903", "header", {"CHILD": each}, year)
        ]
    if is_xml:
        return _ssda903_xml(rows, folder)
    for table in tables("ssda903"):
        known = [each for each in fields("ssda903", table.name, year) if not each.is_xml_only]
        if table.name in omitted or len(known) < 3:  # not collected in that year
            continue
        with (folder / f"{table.name}.csv").open("w", encoding="utf-8", newline="") as file:
            sheet = csv.writer(file)
            sheet.writerow([each.name for each in known])
            for row in rows.get(table.name, []):
                sheet.writerow([_day_first(row.get(each.name), each.kind) for each in known])
    return folder


def _ssda903_xml(rows: dict[str, list[dict[str, str]]], folder: Path) -> Path:
    root = ElementTree.Element("EXPSSDA903")
    by_name = {table.name: table for table in tables("ssda903")}
    for header in rows["header"]:
        child = ElementTree.SubElement(root, "CHILD")
        for name, given in rows.items():
            for row in given:
                if row is header or (name != "header" and row["CHILD"] == header["CHILD"]):
                    _put_903(child, by_name[name], row)
    file = folder / "ssda903.xml"
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)
    return file


def _put_903(child: ElementTree.Element, table: Table, row: dict[str, str]) -> None:
    path = table.path.removeprefix("/EXPSSDA903/CHILD").strip("/").split("/")
    element = child
    if path != [""]:
        element = ElementTree.SubElement(_inside(child, path[:-1]), path[-1])
    for field in fields("ssda903", table.name):
        if row.get(field.name) and (table.name == "header" or not field_taken_over(field)):
            inside = field.path.removeprefix(table.path).strip("/").split("/")
            _inside(element, inside).text = row[field.name]


def _rows(return_id: str, table: str, given: Any, year: int) -> list[dict[str, str]]:
    defaults = _defaults(return_id)[table]
    if table in ("header", "uasc") and year < 2025:
        defaults = {**defaults, "SEX": "2"}
    known = {each.name for each in fields(return_id, table)}
    made = []
    for row in given if isinstance(given, list) else [given]:
        unknown = set(row or {}) - known
        assert not unknown, f"{table} has no {', '.join(unknown)}"
        whole = {**defaults, **(row or {})}
        made.append({name: _text(value, year) for name, value in whole.items()})
    return made


def _text(value: Any, year: int) -> str:
    """A value as it stands in a file: days of Y in the year of the case."""
    if value is None:
        return ""
    text = str(year) if value == "Y" else str(value)
    if found := _DAY.fullmatch(text):
        return f"{year + int(found[1] or 0)}-{found[2]}-{found[3]}"
    return text


def _day_first(text: str | None, kind: str) -> str:
    day = date_in(text) if kind == "date" and text else None
    return day.strftime("%d/%m/%Y") if day else text or ""
