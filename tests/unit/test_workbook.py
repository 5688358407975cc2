"""A workbook as sheets of text: every cell as it is shown, at the row it is shown in."""

import re
import zipfile
from datetime import date, datetime

import pytest

from dagster_project.returns import Source, UnreadableFile
from dagster_project.returns.workbook import workbook as sheets_of
from tests.faults.files import remade, workbook, write

SHEET = "xl/worksheets/sheet1.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def read(tmp_path, content):
    """Each sheet by its name, as the rows that are not blank by their numbers."""
    found = {}
    for sheet in sheets_of(Source(write(tmp_path / "a.xlsx", content))):
        found[sheet.name] = {}
        for chunk in sheet.chunks:
            for row, number in enumerate(chunk.numbers.to_pylist()):
                if any(chunk.cells(row)):
                    found[sheet.name][number] = chunk.cells(row)
    return found


def with_sheet(rows):
    """A workbook of one sheet, written by hand."""
    return remade(workbook({"One": [["x"]]}), **{SHEET: f"{HEAD}{rows}</sheetData></worksheet>".encode()})


def refusal(tmp_path, content):
    with pytest.raises(UnreadableFile) as fault:
        read(tmp_path, content)
    (line,) = str(fault.value).splitlines()
    return line


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("00123", "00123"),
        ("12E3", "12E3"),
        ("nan", "nan"),
        ("  A1 ", "A1"),
        (" ", None),
        (45383, "45383"),
        (12000, "12000"),
        (0.5, "0.5"),
        (True, "true"),
        (123456789012345, "123456789012345"),
        ("a\nb", "a\nb"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_cell_is_the_text_it_shows(tmp_path, cell, text):
    [cells] = read(tmp_path, workbook({"One": [["first", cell]]}))["One"].values()
    assert cells == ["first", text]


def test_a_day_is_given_in_iso(tmp_path):
    [cells] = read(tmp_path, workbook({"One": [[date(2015, 2, 1)]]}))["One"].values()
    assert datetime.fromisoformat(cells[0]) == datetime(2015, 2, 1)


def test_rows_are_numbered_as_they_are_shown_also_below_blank_ones(tmp_path):
    rows = [[None], [None], ["a", "b"], [None], ["c"]]
    assert read(tmp_path, workbook({"One": rows}))["One"] == {3: ["a", "b"], 5: ["c", None]}


def test_hidden_and_empty_sheets_are_given_too(tmp_path):
    found = read(tmp_path, workbook({"One": [["a"]], "Two": [["b"]], "Three": []}, hidden=["Two"]))
    assert found == {"One": {1: ["a"]}, "Two": {1: ["b"]}, "Three": {}}


def test_of_merged_cells_the_first_holds_the_value(tmp_path):
    content = workbook({"One": [["a", "b"], ["m", None], [None, "c"]]})
    with zipfile.ZipFile(write(tmp_path / "b.xlsx", content)) as archive:
        sheet = archive.read(SHEET).decode()
    merged = sheet.replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    )
    assert read(tmp_path, remade(content, **{SHEET: merged.encode()}))["One"] == {
        1: ["a", "b"],
        2: ["m", None],
        3: [None, "c"],
    }


def test_a_formula_is_the_value_last_worked_out(tmp_path):
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>A1&amp;"x"</f><v>2x</v></c></row>'
    assert read(tmp_path, with_sheet(rows))["One"] == {1: ["2", "2x"]}


def test_every_row_of_the_sheet_is_given(tmp_path):
    content = workbook({"One": [[f"A{number}", number] for number in range(500)]})
    with zipfile.ZipFile(write(tmp_path / "b.xlsx", content)) as archive:
        counted = len(re.findall(rb"<row ", archive.read(SHEET)))
    assert len(read(tmp_path, content)["One"]) == counted == 500


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            lambda: remade(workbook({"One": [["a"]]}), **{"xl/vbaProject.bin": b"x"}),
            "is a workbook with macros; save it",
        ),
        (lambda: remade(workbook({"One": [["a"]]}), **{SHEET: None}), "is a workbook that cannot be read"),
        (
            lambda: remade(workbook({"One": [["a"]]}), **{"xl/workbook.xml": None}),
            "is a workbook without a sheet",
        ),
        (lambda: remade(workbook({"One": [["a"]]}), **{SHEET: b"<!DOCTYPE a><a/>"}), "declares a DOCTYPE"),
        (lambda: remade(workbook({"One": [["a"]]}), **{SHEET: b"<a"}), "is a workbook that cannot be read"),
        (lambda: workbook({"One": [["a"]]})[:-200], "is a damaged zip"),
        (
            lambda: with_sheet('<row><c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c></row>'),
            "has a sheet with a cell far away from all others; delete what stands there and save it again",
        ),
        (
            lambda: with_sheet(
                '<row><c r="A1"><v>1</v></c></row><row r = \'1048576\'><c r=\n"zz9"><v>1</v></c></row>'
            ),
            "has a sheet with a cell far away from all others",
        ),
    ],
)
def test_a_workbook_that_cannot_be_read_or_could_do_harm_is_refused_in_a_line(tmp_path, content, says):
    assert says in refusal(tmp_path, content())


def test_a_long_sheet_and_a_wide_one_are_no_harm(tmp_path):
    assert len(read(tmp_path, with_sheet('<row><c r="A200000"><v>1</v></c></row>'))["One"]) == 1
    assert len(read(tmp_path, with_sheet('<row><c r="XFD100"><v>1</v></c></row>'))["One"]) == 1
