"""What was typed into a child's record is found in ``incoming/`` and, as text, in ``raw/``: nowhere else.

Every value of a census is a marker of its own. The whole road is run by the real command, failures
included, and then every byte and every cell it wrote is searched.
"""

import re
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from tests.conftest import ncd
from tests.unit.conftest import elements

MARK = "QX"  # followed by a number: no word, code or hash holds it by chance in the form searched for
FOUND = re.compile(rb"QX\d{4}Z")


class Markers:
    """A new marker each time: QX0001Z, QX0002Z ..."""

    def __init__(self):
        self.count = 0

    def __call__(self) -> str:
        self.count += 1
        return f"{MARK}{self.count:04d}Z"


def census(reference_date: str) -> str:
    """A census in which every value below Header is a marker, but for dates that events need."""
    mark = Markers()

    def child(dates: bool) -> dict:
        day = (lambda: "2024-06-03") if dates else mark
        return {
            "ChildIdentifiers": {
                "LAchildID": mark(),
                "UPN": mark(),
                "FormerUPN": mark(),
                "UPNunknown": mark(),
                "PersonBirthDate": "2015-06-17" if dates else mark(),
                "Sex": mark(),
                "Nickname": mark(),
            },
            "ChildCharacteristics": {"Ethnicity": mark(), "Disabilities": {"Disability": [mark(), mark()]}},
            "CINdetails": {
                "CINreferralDate": day(),
                "ReferralSource": mark(),
                "PrimaryNeedCode": mark(),
                "CINclosureDate": mark(),
                "ReasonForClosure": mark(),
                "DateOfInitialCPC": mark(),
                "Assessments": {
                    "AssessmentActualStartDate": day(),
                    "FactorsIdentifiedAtAssessment": {"AssessmentFactors": [mark(), mark()]},
                },
                "CINPlanDates": {"CINPlanStartDate": mark()},
                "Section47": {"S47ActualStartDate": day(), "ICPCnotRequired": mark()},
                "ReferralNFA": mark(),
                "ChildProtectionPlans": {
                    "CPPstartDate": day(),
                    "InitialCategoryOfAbuse": mark(),
                    "LatestCategoryOfAbuse": mark(),
                    "NumberOfPreviousCPP": mark(),
                    "Reviews": {"CPPreviewDate": [mark(), day()]},
                },
            },
        }

    header = {
        "CollectionDetails": {
            "Collection": "CIN",
            "Year": reference_date[:4],
            "ReferenceDate": reference_date,
        },
        "Source": {"SourceLevel": "L", "LEA": "991"},
    }
    return elements("Message", {"Header": header, "Children": {"Child": [child(True), child(False)]}})


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> tuple[Path, str]:
    """A workspace in which much went wrong, and all that was said about it."""
    home = tmp_path_factory.mktemp("workspace")
    incoming = home / "incoming"
    incoming.mkdir()
    whole = census("2025-03-31")
    broken = {
        "cut short": whole[: len(whole) // 2],
        "wrong root": whole.replace("Message>", "Post>"),
        "no year": whole.replace("<ReferenceDate>2025-03-31</ReferenceDate>", ""),
        "marker for a year": whole.replace("2025-03-31</Ref", "QX9001Z</Ref"),
        "marker for an authority": whole.replace(">991<", ">QX9002Z<"),
        "doctype": "<!DOCTYPE Message [<!ENTITY who 'QX9003Z'>]>" + whole,
        "mismatched": whole.replace("</CINdetails>", "</QX9004Z>"),
        "control character": whole.replace("QX0001Z", "QX0001Z\x01"),
    }
    for name, text in broken.items():
        (incoming / f"{name}.xml").write_text(text)
    (incoming / "whole.xml").write_text(whole)
    (incoming / "the year before.xml").write_text(census("2024-03-31").replace("2024-06-03", "2023-06-03"))
    said = [ncd("run", home=home)]
    assert said[0].returncode == 2, said[0].stderr  # files were refused, the others released
    said.append(ncd("status", home=home))
    said.append(ncd("query", "select cast(child_id as int) from core.core_child", home=home))
    said.append(ncd("query", "select error(child_id) from core.core_child", home=home))
    said.append(ncd("run", home=home))
    return home, "\n".join(each.stdout + each.stderr for each in said)


def test_what_the_command_prints_holds_no_value(ran):
    _, said = ran
    assert "whole.xml: cin 2024-25 of 991" in said
    assert FOUND.findall(said.encode()) == []


def test_no_file_outside_incoming_and_raw_holds_a_value(ran):
    home, _ = ran
    searched = [
        path
        for path in home.rglob("*")
        if path.is_file()
        and path.relative_to(home).parts[0] not in ("incoming", "raw")
        and path.name != "warehouse.duckdb"  # the build database shows raw; nobody but the build opens it
    ]
    assert {"logs", "release"} <= {path.relative_to(home).parts[0] for path in searched}
    assert [path.relative_to(home) for path in searched if FOUND.search(path.read_bytes())] == []


def test_no_cell_of_the_release_holds_a_value_or_the_day_of_birth(ran):
    home, _ = ran
    (database,) = home.glob("release/*/core_dataset.duckdb")
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        assert connection.execute("select count(*) from core.core_referral").fetchone()[0] >= 3
        for schema, table in tables:
            for row in connection.execute(f'from {schema}."{table}"').fetchall():
                text = "|".join(str(cell) for cell in row)
                assert not FOUND.search(text.encode()), f"{schema}.{table}"
                assert "2015-06-17" not in text, f"{schema}.{table}"


def test_raw_keeps_what_was_sent_but_no_identifier_and_violations_keep_no_value(ran):
    home, _ = ran
    held = {path.stem: pq.read_table(path) for path in home.glob("raw/cin/2025/991/*/*.parquet")}
    assert held["cin_details"]["ReferralSource"].to_pylist()[0].startswith(MARK)
    identifiers = {"LAchildID", "UPN", "FormerUPN"}
    for name, table in held.items():
        for column in table.column_names:
            if name == "violation" or column in identifiers:
                text = "|".join(str(value) for value in table[column].to_pylist())
                assert not FOUND.search(text.encode()), f"{name}.{column}"
    assert held["violation"].num_rows > 20
    for record in [*home.glob("raw/refused/*.json"), *home.glob("raw/cin/*/*/*/manifest.json")]:
        assert not FOUND.search(record.read_bytes())
