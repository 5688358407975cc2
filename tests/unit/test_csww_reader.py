"""The workforce census, through the real reader and the real intake."""

import pyarrow.parquet as pq
import pytest

from dagster_project import intake, returns
from dagster_project.dictionary import fields, tables
from dagster_project.settings import Settings
from tests.unit.conftest import elements

WORKER = {
    "AgencyWorker": "0",
    "SWENo": "SW1234567890",
    "FTE": "0.8",
    "PersonBirthDate": "1984-02-29",
    "GenderCurrent": "2",
    "Ethnicity": "WBRI",
    "QualInst": ["University of Fernmoor", "Kestrel Bay College"],
    "OrgRole": "1",
    "RoleStartDate": "2019-09-02",
    "FTE30": "0.8",
    "Cases30": "14",
    "WorkingDaysLost": "2.5",
    "Absat30Sept": "0",
}


def workforce(
    workers, la_code="991", collection: str | None = "CSWW", day="2022-09-30", year="2022", vacancies="3.5"
):
    """A workforce census of a fictional authority, as XML."""
    details = {"Collection": collection, "Year": year, "ReferenceDate": day}
    header = {"CollectionDetails": details, "Source": {"SourceLevel": "L", "LEA": la_code}}
    vacancy = {"NumberOfVacancies": vacancies, "NoAgencyFTE": "2", "NoAgencyHeadcount": "2"}
    return elements("Message", {"Header": header, "LALevelVacancies": vacancy, "CSWWWorker": workers})


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "workforce.xml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def checks(file):
    """Field and check of every violation, through reader and contract."""
    found = intake.examine(file).violations
    return sorted(zip(found["field"].to_pylist(), found["check"].to_pylist(), strict=True))


def test_the_census_is_known_by_its_content_and_its_year_ends_in_september(file):
    reading = returns.read(file(workforce([WORKER])))
    assert (reading.return_id, reading.la_code, reading.collection_year) == ("csww", "991", 2022)
    assert set(reading.tables) == {table.name for table in tables("csww")}
    assert reading.tables["worker"].num_rows == 1
    assert reading.tables["vacancy"]["NumberOfVacancies"].to_pylist() == ["3.5"]


def test_a_census_that_leaves_its_collection_blank_is_known_by_what_it_holds(file):
    assert returns.read(file(workforce([WORKER], collection=None))).return_id == "csww"


def test_the_day_after_the_year_ends_belongs_to_the_next_year_and_is_noticed(file):
    late = file(workforce([WORKER], day="2022-10-01", year="2023"))
    assert returns.read(late).collection_year == 2023
    assert ("ReferenceDate", "not_30_september") in checks(late)


def test_every_repeated_element_is_kept_with_the_worker_it_belongs_to(file):
    second = WORKER | {"SWENo": "SW0987654321", "QualInst": "Aldermarsh Institute"}
    read = returns.read(file(workforce([WORKER, second]))).tables["worker_qualification"]
    assert list(zip(read["SWENo"].to_pylist(), read["QualInst"].to_pylist(), strict=True)) == [
        ("SW1234567890", "University of Fernmoor"),
        ("SW1234567890", "Kestrel Bay College"),
        ("SW0987654321", "Aldermarsh Institute"),
    ]


def test_a_worker_as_the_guide_has_it_breaks_nothing(file):
    assert checks(file(workforce([WORKER]))) == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"SWENo": "1234"}, ("SWENo", "matches_pattern")),
        ({"SWENo": None}, ("SWENo", "required")),
        ({"FTE": "1.5"}, ("FTE", "within_limits")),
        ({"FTE": "full"}, ("FTE", "is_a_number")),
        ({"AgencyWorker": "7"}, ("AgencyWorker", "is_a_known_code")),
        ({"RoleStartDate": "2019-02-30"}, ("RoleStartDate", "is_a_date")),
        ({"ReasonAbsence": "ZZZ"}, ("ReasonAbsence", "is_a_known_code")),
        ({"Salary": "40000"}, ("Salary", "unknown_element")),
    ],
)
def test_a_bad_value_names_its_field(change, found, file):
    assert found in checks(file(workforce([WORKER | change])))


def test_a_worker_is_the_same_pseudonym_in_two_authorities_and_never_the_number(tmp_path, file):
    settings = Settings(home=tmp_path / "home")
    for authority in ("991", "992"):
        (outcome,) = intake.take_in(file(workforce([WORKER], la_code=authority)), settings)
        assert outcome.state == "accepted"
    held = [
        pq.read_table(each.folder(settings.raw) / "worker.parquet")["SWENo"].to_pylist()
        for each in intake.current(settings.raw)
    ]
    assert len(held) == 2 and held[0] == held[1]
    assert held[0] != ["SW1234567890"] and len(held[0][0]) == 32


def test_rows_in_the_file_and_rows_in_raw_reconcile(tmp_path, file):
    settings = Settings(home=tmp_path / "home")
    text = workforce([WORKER | {"SWENo": f"SW{number:010d}"} for number in range(250)])
    (outcome,) = intake.take_in(file(text), settings)
    (submission,) = intake.submissions(settings.raw)
    counted = {
        "worker": text.count("<CSWWWorker>"),
        "worker_qualification": text.count("<QualInst>"),
        "worker_absence": text.count("<Absat30Sept>"),
        "vacancy": text.count("<LALevelVacancies>"),
        "header": text.count("<Header>"),
    }
    assert {name: submission.tables[name].rows for name in counted} == counted
    assert outcome.rows == sum(counted.values())


def test_every_field_that_may_stand_in_a_worker_is_in_the_dictionary():
    assert {"AgencyWorker", "FTE30", "Cases30"} <= {field.name for field in fields("csww", "worker", 2022)}
