import csv
import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from datetime import date, timedelta
from zipfile import ZipFile

import pytest

from dagster_project import dictionary
from dagster_project.settings import SEEDS
from dagster_project.synthetic import write_cin
from dagster_project.synthetic.annex_a.faults import HEADINGS, VALUES
from dagster_project.synthetic.annex_a.files import write_annex_a
from dagster_project.synthetic.ssda903.files import write_ssda903

FICTIONAL = ("991", "992", "993", "994", "995", "996")
MONTH = date(2025, 3, 31)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_annex_a(tmp_path_factory.mktemp("incoming"), MONTH)


@pytest.fixture(scope="module")
def faultless(tmp_path_factory):
    return write_annex_a(tmp_path_factory.mktemp("faultless"), MONTH, 800, faults=False)


def sheets_of(file):
    """The cells of each sheet by its name: text as text, numbers as numbers, dates as dates."""
    with ZipFile(file) as archive:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        styles = ElementTree.fromstring(archive.read("xl/styles.xml"))
        formats = [each.get("numFmtId") != "0" for each in styles.find(f"{MAIN}cellXfs")]
        found = {}
        for number, sheet in enumerate(book.iter(f"{MAIN}sheet"), start=1):
            content = ElementTree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
            found[sheet.get("name")] = [
                {column(cell): value(cell, formats) for cell in row} for row in content.iter(f"{MAIN}row")
            ]
    return found


def column(cell):
    number = 0
    for letter in re.match("[A-Z]+", cell.get("r"))[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def value(cell, formats):
    if cell.get("t") == "inlineStr":
        return "".join(text.text for text in cell.iter(f"{MAIN}t"))
    number = int(cell.findtext(f"{MAIN}v"))
    return date(1899, 12, 30) + timedelta(number) if formats[int(cell.get("s", "0"))] else number


def rows_of(file):
    """The rows of each list by the dictionary's names."""
    sheets = sheets_of(file)
    found = {}
    for table in dictionary.tables("annex_a"):
        names = [field.name for field in dictionary.fields("annex_a", table.name)]
        found[table.name] = [
            {names[place]: cell for place, cell in row.items()} for row in sheets[table.path][1:]
        ]
    return found


def file_of(written, authority):
    return next(file for file in written.files if f"_{authority}_" in file.name)


# What stands in a workbook


def test_sheets_and_headings_are_those_of_the_sample(faultless):
    for file in faultless.files:
        sheets = sheets_of(file)
        assert list(sheets) == [f"List {number}" for number in range(1, 12)]
        for table in dictionary.tables("annex_a"):
            headings = [field.path for field in dictionary.fields("annex_a", table.name)]
            assert [f"{table.path} / {text}" for text in sheets[table.path][0].values()] == headings
        assert sheets["List 3"][0][4] == "Age"


def test_values_are_of_their_kind_and_what_is_required_is_there(faultless):
    with (SEEDS / "codes" / "code.csv").open(encoding="utf-8", newline="") as stream:
        offered = {
            (row["code_list"], f"{row['code']}{')' if len(row['code']) == 1 else ':'} {row['label']}")
            for row in csv.DictReader(stream)
        }
    kinds = {"date": date, "integer": int, "decimal": int}
    for file in faultless.files:
        for table, rows in rows_of(file).items():
            for field in dictionary.fields("annex_a", table):
                cells = [row.get(field.name) for row in rows]
                assert not field.is_required or None not in cells
                sent = [cell for cell in cells if cell is not None]
                assert {type(cell) for cell in sent} <= {kinds.get(field.kind, str)}
                if field.code_list:
                    assert {(field.code_list, cell) for cell in sent} <= offered


def test_every_list_has_rows(faultless):
    total = Counter()
    for truth in faultless.truth.values():
        total.update(truth.rows)
    assert len(total) == 11
    assert all(total.values())


def test_truth_is_what_the_workbooks_say(written):
    for authority in FICTIONAL:
        truth, rows = written.truth[authority, 2025], rows_of(file_of(written, authority))
        assert truth.rows == {table: len(held) for table, held in rows.items()}
        in_care = {
            row["Child Unique ID"]
            for row in rows["list_8"]
            if row.get("Date Ceased to be Looked After") is None
        }
        assert truth.looked_after == len(in_care)


def test_workers_are_numbers_and_nobody(faultless):
    names = {"Worker": "Allocated Worker", "Team": "Allocated Team", "Adviser": "Allocated Personal Advisor"}
    for file in faultless.files:
        for rows in rows_of(file).values():
            for row in rows:
                for word, name in names.items():
                    assert re.fullmatch(rf"{word} [0-9]+", row.get(name, f"{word} 1"))


# Sense


def test_nothing_lies_outside_the_windows(faultless):
    half, whole = date(2024, 10, 1), date(2024, 4, 1)
    for file in faultless.files:
        lists = rows_of(file)
        for table, rows in lists.items():
            for row in rows:
                assert all(cell <= MONTH for cell in row.values() if isinstance(cell, date)), table
        for table, start, end in (
            ("list_1", "Date of Contact", "Date of Contact"),
            ("list_2", "Assessment start date", "Assessment completion date"),
            ("list_3", "Date of referral", "Date of referral"),
            (
                "list_4",
                "Continuous Assessment Start Date",
                "Continuous Assessment Date of Authorisation",
            ),
            ("list_6", "CIN Start Date", "CIN Closure Date"),
            ("list_7", "Child Protection Plan Start Date", "Child Protection Plan End Date"),
            ("list_8", "Date Started to be Looked After", "Date Ceased to be Looked After"),
        ):
            for row in lists[table]:
                assert row[start] <= row.get(end, MONTH)
                assert row.get(end, MONTH) >= half
        for row in lists["list_10"]:
            assert row.get("Date of Adoption Order", MONTH) >= whole
            assert (
                row["Date the Child Entered Care"]
                < row["Date of Decision that Child Should be Placed for Adoption"]
                <= row.get("Date of Adoption Order", MONTH)
            )


def test_adopters_are_of_the_families_children_were_placed_with(faultless):
    for file in faultless.files:
        lists = rows_of(file)
        placed = {row["Family identifier"] for row in lists["list_10"] if "Date Placed for Adoption" in row}
        adopting = [row["Family identifier"] for row in lists["list_11"]]
        assert set(adopting) == placed
        assert set(Counter(adopting).values()) <= {1, 2}
        ids = [row["Individual adopter identifier"] for row in lists["list_11"]]
        assert len(set(ids)) == len(ids)


def test_the_children_are_those_of_the_other_returns(tmp_path, faultless):
    cin = write_cin(tmp_path, (2025,), 800, faults=False)
    care = write_ssda903(tmp_path, (2025,), 800, faults=False)
    for authority in FICTIONAL:
        lists = rows_of(file_of(faultless, authority))
        census = ElementTree.parse(next(file for file in cin.files if f"_{authority}_" in file.name))
        children = {child.findtext("ChildIdentifiers/LAchildID"): child for child in census.iter("Child")}
        referred = Counter(
            (number, case.findtext("CINreferralDate"))
            for number, child in children.items()
            for case in child.iter("CINdetails")
            if case.findtext("CINreferralDate") >= "2024-10-01"
        )
        listed = Counter(
            (row["Child Unique ID"], row["Date of referral"].isoformat()) for row in lists["list_3"]
        )
        assert listed == referred
        for table in ("list_3", "list_4", "list_5", "list_6", "list_7"):
            for row in lists[table]:
                child = children[row["Child Unique ID"]]
                born = child.findtext("ChildIdentifiers/PersonBirthDate")
                assert (row["Date of Birth"].isoformat() if "Date of Birth" in row else None) == born
        assert len(lists["list_7"]) > 0
        truth = care.truth[authority, 2025]
        assert faultless.truth[authority, 2025].looked_after == truth.looked_after_at_31_march
        (episodes,) = (file for file in care.files if file.parts[-3] == authority and file.stem == "episodes")
        with episodes.open(encoding="utf-8", newline="") as stream:
            current = {
                (row["CHILD"], row["PL_POST"])
                for row in csv.DictReader(stream)
                if not row["DEC"] and row["LS"] not in ("V3", "V4") and row["PLACE"] != "P1"
            }
        assert current == {
            (row["Child Unique ID"], row["Placement postcode"])
            for row in lists["list_8"]
            if "Date Ceased to be Looked After" not in row and row["Placement Type"][0] != "c"
        }


# Faults


def test_each_fault_stands_where_the_catalogue_says(written):
    assert {fault.name for fault in written.faults} == {kind.name for kind in (*HEADINGS, *VALUES)}
    paths = {table.name: table.path for table in dictionary.tables("annex_a")}
    for fault in written.faults:
        names = [field.name for field in dictionary.fields("annex_a", fault.table)]
        sheet = sheets_of(file_of(written, fault.authority))[paths[fault.table]]
        assert sheet[fault.line - 1][names.index(fault.field)] == fault.value


def test_faults_change_no_count(written, tmp_path):
    assert write_annex_a(tmp_path, MONTH, faults=False).truth == written.truth


# Refusals


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"authorities": ("302",)}, "302"),
        ({"month": date(1999, 1, 1)}, "1999"),
        ({"children": 0}, "1 or more"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        write_annex_a(tmp_path / "new", **({"month": MONTH} | wrong))
    assert not (tmp_path / "new").exists()


def test_an_unfinished_workbook_is_not_left_behind(tmp_path, monkeypatch):
    from dagster_project.synthetic.annex_a import files as annex_a_files

    def broken(*_):
        raise RuntimeError("stopped half way")

    monkeypatch.setattr(annex_a_files, "rows", broken)
    with pytest.raises(RuntimeError):
        write_annex_a(tmp_path, MONTH, 60)
    assert list(tmp_path.iterdir()) == []


def test_the_months_of_a_year_agree_with_one_another(tmp_path):
    before = rows_of(*write_annex_a(tmp_path, date(2024, 9, 5), 400, authorities=("996",)).files)
    after = rows_of(*write_annex_a(tmp_path, date(2024, 10, 5), 400, authorities=("996",)).files)
    still = {
        (row["Child Unique ID"], row["Date Started to be Looked After"])
        for row in before["list_8"]
        if "Date Ceased to be Looked After" not in row
    }
    assert still <= {
        (row["Child Unique ID"], row["Date Started to be Looked After"]) for row in after["list_8"]
    }
