"""Every row that was sent is in raw once: counted without the reader, by nothing but the file's own form."""

from xml.etree import ElementTree

import pyarrow.parquet as pq
import pytest

from dagster_project import intake, synthetic
from dagster_project.dictionary import Table, tables
from dagster_project.settings import Settings
from tests.faults.files import write
from tests.unit.conftest import elements

WORKER = {
    "SWENo": "SW1234567890",
    "QualInst": ["Fernmoor", "Kestrel Bay"],
    "ContractWeeks": ["4", "5", "6"],
    "Absat30Sept": "1",
    "ReasonAbsence": ["SIC", "MAT"],
    "CFKSSstatus": "1",
}


def counted(text: bytes, table: Table) -> int:
    """How many elements open a row of the table."""
    _, _, below = table.path.strip("/").partition("/")
    return len(ElementTree.fromstring(text).findall(below))


def in_raw(here: Settings) -> dict[str, int]:
    [taken] = intake.submissions(here.raw)
    rows = {
        name: pq.read_metadata(taken.folder(here.raw) / f"{name}.parquet").num_rows for name in taken.tables
    }
    assert rows == {name: file.rows for name, file in taken.tables.items()}
    return rows


@pytest.fixture
def files(tmp_path):
    """A census of each kind."""
    [cin] = synthetic.write_cin(tmp_path / "cin", years=(2025,), children=40, authorities=["991"]).files
    header = {
        "CollectionDetails": {"Collection": "CSWW", "ReferenceDate": "2022-09-30"},
        "Source": {"LEA": "991"},
    }
    text = elements("Message", {"Header": header, "LALevelVacancies": {}, "CSWWWorker": [WORKER] * 7})
    return {"cin": cin, "csww": write(tmp_path / "csww.xml", text)}


@pytest.mark.parametrize("return_id", ["cin", "csww"])
def test_every_element_that_opens_a_row_is_one_row(tmp_path, files, return_id):
    here = Settings(home=tmp_path / "home", workers=1)
    [outcome] = intake.take_in(files[return_id], here)
    text = files[return_id].read_bytes()
    expected = {table.name: counted(text, table) for table in tables(return_id)}
    assert in_raw(here) == expected
    assert outcome.rows == sum(expected.values()) > 20
    assert [each.state for each in intake.take_in(files[return_id], here)] == ["already_seen"]
