"""Files as people send them: each has its own end, known beforehand, and none touches another's."""

from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq

from dagster_project import intake
from dagster_project.intake import Told
from dagster_project.settings import Settings
from tests.conftest import ncd
from tests.faults.files import (
    EPISODES,
    HEADER,
    csv_text,
    episodes,
    header,
    names,
    row,
    workbook,
    write,
    zipped,
)
from tests.unit.conftest import a_child, census_text

GOOD = header("A1", "A2")
MANY = [f"A{number}" for number in range(25)]
LIST_1 = names("annex_a", "list_1")
LISTS = {"Guidance": [["Read"]], "Old": [LIST_1], "List 1": [["Contacts"], [], LIST_1], "Blank": []}
NO_MC_DOB = GOOD.replace("MC_DOB", "", 1).replace("B,0,", "B,0,x")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)

#: What each file holds, and its end: the violations that it lands with, each once; or why it is refused.
ODD: dict[str, tuple[str | bytes, list[str] | str]] = {
    "wrong authority 301.xml": (census_text([a_child()], la_code="302"), ["other_authority_told"]),
    "wrong year 2024.xml": (census_text([a_child()]), ["other_year_told"]),
    "last year's.csv": (episodes(*MANY, DECOM="03/06/2023"), "is named as of 2024-25, and most of its dates"),
    "301 and 302.csv": (episodes("A1"), []),  # as its folder says
    "child twice.csv": (header("A1", "A1"), ["repeated_key"]),
    "heading twice.csv": (csv_text([[*HEADER, "DOB"]]), ["repeated_column"]),
    "column too many.csv": (csv_text([[*HEADER, "NOTE"]]), ["unknown_column"]),
    "column too few.csv": (csv_text([HEADER[:-1]]), ["missing_column"]),
    "other order.csv": (csv_text([HEADER[::-1]]), []),
    "small letters.csv": (csv_text([[each.lower() for each in HEADER]]), []),
    "older name.csv": (csv_text([["CHILDID", *HEADER[1:]]]), []),
    "new name.csv": (csv_text([[*HEADER[:-1], "MUM"]]), ["unknown_column", "missing_column"]),
    "blank heading.csv": (NO_MC_DOB, ["blank_heading", "missing_column"]),
    "serial days.csv": (header("A1", DOB="45383"), ["is_a_date"]),
    "month first.csv": (header("A1", DOB="06/17/2012"), ["is_a_date"]),
    "no such day.csv": (header("A1", DOB="2015-02-30"), ["is_a_date"]),
    "UTF-16.csv": (GOOD.encode("utf-16"), []),
    "UTF-16 unmarked.csv": (GOOD.encode("utf-16-le"), "holds bytes that are not text; save it as CSV UTF-8"),
    "UTF-8 marked.csv": (GOOD.encode("utf-8-sig"), []),
    "Windows.csv": (header("\u00c51").encode("cp1252"), ["windows_1252", "matches_pattern"]),
    "old Mac.csv": (GOOD.replace("\r\n", "\r"), []),
    "mixed line ends.csv": (GOOD.replace("\r\n", "\n", 1), []),
    "semicolons.csv": (GOOD.replace(",", ";"), []),
    "tabs.csv": (GOOD.replace(",", "\t"), []),
    "spaces.csv": (GOOD.replace(",", " , "), []),
    "title above.csv": ("Children\r\n\r\n" + GOOD + "\r\n", []),
    "nothing.csv": ("", "is empty; export the return again"),
    "headings alone.csv": (csv_text([EPISODES]), []),
    "no headings.csv": (GOOD.split("\r\n", 1)[1], "has no headings of a table known here"),
    "one column.csv": ("CHILD\r\nA1\r\n", "has no headings of a table known here"),
    "quote unclosed.csv": (GOOD.replace("WBRI", '"WBRI', 1), "ends inside quotation marks"),
    "prose.txt": ("Dear colleague,\r\nplease find attached.\r\n", "has no headings of a table known here"),
    "letter.docx": (zipped({"word/document.xml": "<a/>"}), "is XML, but not of a return known here"),
    "password.xlsx": (OLE, "is a workbook locked by a password"),
    "before 2007.xls": (OLE, "save it as .xlsx without a password"),
    "list among others 2025-01.xlsx": (
        workbook(LISTS, hidden=["Old"]),
        ["unknown_sheet", "unknown_sheet", "repeated_sheet"],
    ),
    "no list 2025-01.xlsx": (workbook({"Guidance": [["Read"]]}), "has no headings of a table known here"),
    "no month.xlsx": (workbook({"List 1": [LIST_1]}), "does not say which month it shows"),
    "other XML.xml": ("<a/>", "is XML, but not of a return known here"),
    "cut.xml": (census_text([a_child()])[:-30], "ends too early"),
    "good.csv": (episodes(*MANY), []),
}  # fmt: skip


def test_every_odd_file_has_the_end_it_should_have_beside_all_the_others(tmp_path):
    home = tmp_path / "home"
    for number, (name, (content, _)) in enumerate(ODD.items()):
        # a folder each, so that none is a twin of another's; it says whose and when, where the file does not
        write(home / "incoming" / f"991 2024-25 {number:02d}" / name, content)
    ran = ncd("intake", str(home / "incoming"), home=home)
    assert ran.returncode == 2 and "Traceback" not in ran.stderr
    said = ran.stdout.splitlines() + ran.stderr.splitlines()
    landed = {Path(each.file_name).name: each for each in intake.submissions(home / "raw")}
    for name, (_, end) in ODD.items():
        lines = [line for line in said if f"/{name}" in f"/{line}"]
        if isinstance(end, str):
            assert name not in landed, name
            assert len(lines) == 1 and end in lines[0], name
        else:
            file = landed[name].folder(home / "raw") / "violation.parquet"
            assert Counter(pq.read_table(file)["check"].to_pylist()) == Counter(end), name


def test_what_a_spreadsheet_would_spoil_is_as_it_was_sent(tmp_path):
    sent = ["00123", "12E3", "1/2", "nan", "NULL", "None", "N/A", "-", "1e400", "\u2013", "=A1"]
    told = Told("991", 2025, date(2025, 1, 31), given=frozenset({"la_code", "year", "month"}))
    here = Settings(home=tmp_path / "home")
    as_csv = write(
        tmp_path / "a.csv", csv_text([EPISODES, *(row("ssda903", "episodes", URN=each) for each in sent)])
    )
    cells = [row("annex_a", "list_8", **{"URN of Placement": each}) for each in sent]
    as_book = write(tmp_path / "a.xlsx", workbook({"List 8": [names("annex_a", "list_8"), *cells]}))
    intake.take_in([as_csv, as_book], here, told)
    for each in intake.submissions(here.raw):
        table, field = {"ssda903": ("episodes", "URN"), "annex_a": ("list_8", "URN of Placement")}[
            each.return_id
        ]
        kept = pq.read_table(each.folder(here.raw) / f"{table}.parquet")[field].to_pylist()
        assert kept == sent
