"""A CSV file as a sheet: every cell as written, whatever the encoding, the delimiter and the line ends."""

import csv
import importlib
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.returns import Source, UnreadableFile
from tests.faults.files import csv_text, write

csv_sheet = importlib.import_module("dagster_project.returns.csv_sheet")  # the package has its function

TABLE = [["CHILD", "NOTE", "WHEN"], ["00123", "Søn, «so»", "03/06/2024"], ["12E3", 'he said "no"', ""]]


def read(file):
    """Numbers of the rows, and their cells, blank ones as None and those after the last filled left out."""
    numbers, rows = [], []
    for chunk in csv_sheet.csv_sheet(Source(file)).chunks:
        numbers += chunk.numbers.to_pylist()
        rows += [chunk.cells(row) for row in range(len(chunk.numbers))]
    return numbers, [_cut(row) for row in rows]


def _cut(row):
    while row and row[-1] is None:
        row = row[:-1]
    return row


def expected(table):
    return [_cut([cell.strip() or None for cell in row]) for row in table]


def refused(file, content):
    with pytest.raises(UnreadableFile) as fault:
        read(write(file, content))
    (line,) = str(fault.value).splitlines()
    return line


# -- encodings, delimiters, line ends


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_encoding_and_line_end_gives_the_same_cells(tmp_path, encoding, end):
    file = write(tmp_path / "a.csv", csv_text(TABLE, end=end).encode(encoding))
    assert read(file) == ([1, 2, 3], expected(TABLE))
    noticed = csv_sheet.csv_sheet(Source(file)).noticed
    assert noticed == (["windows_1252"] if encoding == "cp1252" else [])


def test_utf_16_may_have_its_bytes_the_other_way_round(tmp_path):
    text = "\ufeff" + csv_text(TABLE)
    assert read(write(tmp_path / "a.csv", text.encode("utf-16-be")))[1] == expected(TABLE)


def test_utf_16_without_its_mark_is_refused_with_the_remedy(tmp_path):
    line = refused(tmp_path / "a.csv", csv_text(TABLE).encode("utf-16-le"))
    assert line == "a.csv: line 1 holds bytes that are not text; save it as CSV UTF-8"


def test_utf_16_cut_in_the_middle_of_a_letter_is_refused(tmp_path):
    assert "is text in no encoding known here; save it as CSV UTF-8" in refused(
        tmp_path / "a.csv", csv_text(TABLE).encode("utf-16")[:-1]
    )


def test_bytes_that_are_in_neither_encoding_are_refused(tmp_path):
    assert "is text in no encoding known here" in refused(
        tmp_path / "a.csv", b"CHILD,NOTE\r\nA1,\x81\x8d\r\n"
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("title", ["", "Children looked after, 31 March\r\n\r\n"])
def test_the_delimiter_is_known_by_the_headings_also_below_a_title(tmp_path, delimiter, title):
    numbers, rows = read(write(tmp_path / "a.csv", title + csv_text(TABLE, delimiter)))
    assert rows[-3:] == expected(TABLE)
    assert numbers == list(range(1, len(rows) + 1))


def test_decimal_commas_do_not_make_a_table_of_semicolons_one_of_commas(tmp_path):
    table = [["a", "b", "c"], ["1,5", "2,5", "3,5"]]
    assert read(write(tmp_path / "a.csv", csv_text(table, ";")))[1] == table


def test_line_ends_may_be_mixed(tmp_path):
    assert read(write(tmp_path / "a.csv", "a,b\r1,2\n3,4\r\n5,6"))[1] == [
        ["a", "b"],
        ["1", "2"],
        ["3", "4"],
        ["5", "6"],
    ]


# -- rows as a spreadsheet counts them


def test_a_row_with_line_breaks_in_a_cell_is_one_row(tmp_path):
    text = 'CHILD,NOTE\r\nA1,"one\r\ntwo\nthree"\r\nA2,\r\n\r\nA3,x\r\n'
    numbers, rows = read(write(tmp_path / "a.csv", text))
    assert numbers == [1, 2, 3, 4, 5]
    assert rows == [["CHILD", "NOTE"], ["A1", "one\r\ntwo\nthree"], ["A2"], [], ["A3", "x"]]


def test_rows_may_be_longer_and_shorter_than_the_first(tmp_path):
    assert read(write(tmp_path / "a.csv", "a,b\n1\n1,2,3,4\n"))[1] == [
        ["a", "b"],
        ["1"],
        ["1", "2", "3", "4"],
    ]


def test_rows_are_counted_through_from_chunk_to_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_sheet, "_FIRST", 2)
    monkeypatch.setattr(csv_sheet, "_ROWS", 3)
    numbers, rows = read(write(tmp_path / "a.csv", "".join(f"{number},x\n" for number in range(1, 12))))
    assert numbers == list(range(1, 12))
    assert [int(cells[0]) for cells in rows] == numbers


def test_spaces_around_a_value_go_and_nothing_else(tmp_path):
    text = "  A1 ,\tx\t,\u00a0y\u00a0,a  b,nan,NULL,None,=1+1,-\n"
    assert read(write(tmp_path / "a.csv", text))[1] == [
        ["A1", "x", "y", "a  b", "nan", "NULL", "None", "=1+1", "-"]
    ]


# -- what is no CSV


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('a,b\r\n1,"2\r\n3,4\r\n', "ends inside quotation marks; copy it again in full"),
        ('a,b\r\n1,"2" 3\r\n', "line 2 has a quotation mark out of place"),
        ("a,b\r\n1,\x002\r\n", "line 2 holds bytes that are not text"),
        ("a,b\r\n" + "x" * csv_sheet.MOST_LINE, "line 2 is longer than 1,048,576 characters"),
        ("a,b\r\n" + '"' + "x\n" * csv_sheet.MOST_CELL, "never ends"),
        ("," * csv_sheet.MOST_COLUMNS, "the row at line 1 has more than 2,000 columns"),
        ("a,b\n" + "," * csv_sheet.MOST_COLUMNS, "the row at line 2 has more than 2,000 columns"),
    ],
)
def test_what_is_no_table_is_refused_by_its_line(tmp_path, content, says):
    assert says in refused(tmp_path / "a.csv", content)


# -- any table

_text = st.text(st.characters(codec="cp1252", exclude_characters="\x00\x1a\x1c\x1d\x1e\x1f\x85"), max_size=8)
_tables = st.lists(st.lists(_text, min_size=2, max_size=5), min_size=1, max_size=8)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=_tables,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_any_table_comes_back_cell_for_cell(tmp_path, table, encoding, delimiter, end):
    table = [["CHILD", "SEX", "DOB"], *table]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(table)
    _, rows = read(write(tmp_path / "any.csv", text.getvalue().encode(encoding)))
    assert rows == expected(table)
