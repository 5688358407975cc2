"""Made-up workforce censuses: the same every time, read by the real reader, and true to their counts."""

from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project import dictionary, returns
from dagster_project.contracts import normalised, violations
from dagster_project.dictionary import date_in
from dagster_project.returns import Source, Told
from dagster_project.synthetic.csww import files as csww_files
from dagster_project.synthetic.csww.faults import KINDS
from dagster_project.synthetic.csww.files import write_csww

FICTIONAL = ("991", "992", "993", "994", "995", "996")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_csww(tmp_path_factory.mktemp("incoming"))


def file_of(written, authority, year):
    return next(file for file in written.files if file.name == f"csww_{authority}_{year}.xml")


def reading_of(file):
    return returns.read(Source(file), Told())


def rows_of(file, table="worker"):
    return reading_of(file).tables[table].to_pylist()


def violations_in(file):
    reading = reading_of(file)
    broken = [
        violations("csww", name, normalised("csww", name, table), reading.collection_year)
        for name, table in reading.tables.items()
    ]
    return [row for table in (reading.notices, *broken) for row in table.to_pylist()]


# What stands in a file


def test_every_census_is_read_for_its_authority_and_year_with_every_row_in_it(written):
    for file in written.files:
        text = file.read_text(encoding="utf-8")
        reading = reading_of(file)
        assert file.name == f"csww_{reading.la_code}_{reading.collection_year}.xml"
        assert reading.return_id == "csww"
        assert {name: table.num_rows for name, table in reading.tables.items()} == {
            "header": text.count("<Header>"),
            "vacancy": text.count("<LALevelVacancies>"),
            "worker": text.count("<CSWWWorker>"),
            "worker_qualification": text.count("<QualInst>"),
            "worker_contract": text.count("<ContractWeeks>"),
            "worker_absence": text.count("<Absat30Sept>"),
            "worker_absence_reason": text.count("<ReasonAbsence>"),
            "worker_career_stage": text.count("<CFKSSstatus>"),
        }


@pytest.mark.parametrize("year", [2017, 2026])
def test_every_field_of_the_dictionary_is_sent_in_the_first_year_and_in_the_last(tmp_path, year):
    files = write_csww(tmp_path, years=(year,), faults=False).files
    filled = {
        (name, column)
        for file in files
        for name, table in reading_of(file).tables.items()
        for column in table.column_names
        if table[column].null_count < table.num_rows
    }
    for table in dictionary.tables("csww"):
        for field in dictionary.fields("csww", table.name, year):
            assert (table.name, field.name) in filled


def test_a_code_is_sent_only_in_a_year_that_knows_it(tmp_path, monkeypatch):
    known = dictionary.codes

    def codes(code_list, year=None):
        gone = {"5"} if code_list == "csww_role" and year is not None and year >= 2025 else set()
        return known(code_list, year) - gone

    monkeypatch.setattr(dictionary, "codes", codes)
    made = write_csww(tmp_path, authorities=("991", "992"))
    sent = {file.name: Counter(row["OrgRole"] for row in rows_of(file)) for file in made.files}
    assert sent["csww_992_2024.xml"]["5"] > 0 == sent["csww_992_2025.xml"]["5"]
    assert [(fault.year, fault.value) for fault in made.faults if fault.name == "code_of_another_year"] == [
        (2025, "5")
    ]


def test_a_worker_keeps_number_birth_date_sex_and_ethnicity_over_the_years_and_in_every_post(tmp_path):
    made = write_csww(tmp_path, years=(2022, 2023, 2024, 2025), faults=False)
    said = defaultdict(set)
    posts = defaultdict(set)
    for file in made.files:
        for row in rows_of(file):
            person = (row["PersonBirthDate"], row["GenderCurrent"], row["Ethnicity"], row["QualLevel"])
            said[row["SWENo"]].add((file.name[5:8], *person))
            posts[row["SWENo"]].add((row["AgencyWorker"], row["RoleStartDate"]))
    assert {len(each) for each in said.values()} == {1}
    assert any(len(each) > 1 for each in posts.values())  # came back, or stayed on from an agency
    assert all(number[2:5] in FICTIONAL for number in said)


def test_who_is_in_post_is_in_the_next_census_and_who_left_does_not_leave_again(tmp_path):
    made = write_csww(tmp_path, years=(2023, 2024, 2025), faults=False)
    came_back = 0
    for authority in FICTIONAL:
        census = {
            year: [row for row in rows_of(file_of(made, authority, year)) if row["AgencyWorker"] == "0"]
            for year in (2023, 2024, 2025)
        }
        for year in (2024, 2025):
            stayed = {
                (row["SWENo"], row["RoleStartDate"]) for row in census[year - 1] if not row["RoleEndDate"]
            }
            carried_over = {
                (row["SWENo"], row["RoleStartDate"])
                for row in census[year]
                if row["RoleStartDate"] <= f"{year - 1}-09-30"
            }
            assert stayed == carried_over
        left = Counter(
            (row["SWENo"], row["RoleStartDate"])
            for rows in census.values()
            for row in rows
            if row["RoleEndDate"]
        )
        assert set(left.values()) <= {1}
        came_back += sum(
            (row["SWENo"], row["RoleStartDate"]) not in left
            and row["SWENo"] in {number for number, _ in left}
            for row in census[2025]
        )
    assert came_back


@settings(max_examples=12)
@given(
    seed=st.integers(min_value=0, max_value=2**40),
    first=st.integers(min_value=2017, max_value=2025),
    authority=st.sampled_from(FICTIONAL),
    workers=st.integers(min_value=1, max_value=60),
)
def test_whatever_the_seed_and_year_dates_are_in_order_and_counts_are_true(seed, first, authority, workers):
    with TemporaryDirectory() as folder:
        years = (first, first + 1)
        made = write_csww(Path(folder), years, workers, seed, authorities=(authority,), faults=False)
        for file, year in zip(made.files, years, strict=True):
            assert violations_in(file) == []
            for row in rows_of(file):
                start, end = date_in(row["RoleStartDate"]), date_in(row["RoleEndDate"] or "")
                assert date_in(row["PersonBirthDate"]) < start <= (end or date(year, 9, 30))
                assert end is None or date(year - 1, 10, 1) <= end <= date(year, 9, 30)
                assert (row["ReasonLeave"] is not None) == (end is not None and row["AgencyWorker"] == "0")
        assert made.faults == ()
        assert_truth_is_what_the_files_say(made, authority, years)


# Truth


def assert_truth_is_what_the_files_say(made, authority, years):
    """Counts again from the tables that the real reader gives."""
    before = None
    for year in years:
        reading = reading_of(file_of(made, authority, year))
        first, last = date(year - 1, 10, 1), date(year, 9, 30)
        unlike = {tuple(row[name] for name in WORKER): row for row in reading.tables["worker"].to_pylist()}
        rows = list(unlike.values())
        staff = [row for row in rows if row["AgencyWorker"] == "0"]
        in_post = [row for row in staff if not row["RoleEndDate"]]
        agency = [row for row in rows if row["AgencyWorker"] == "1" and not row["RoleEndDate"]]
        holders = [row for row in rows if row["Cases30"] not in (None, "0", "none")]
        numbers = {row["SWENo"] for row in in_post if row["SWENo"]}
        assert asdict(made.truth[authority, year]) == {
            "authority": authority,
            "year": year,
            "fte_in_post": total(in_post, "FTE"),
            "headcount_in_post": len(numbers) + sum(row["SWENo"] is None for row in in_post),
            "fte_leavers": total([r for r in staff if within(r["RoleEndDate"], first, last)], "FTE"),
            "fte_starters": total([r for r in staff if within(r["RoleStartDate"], first, last)], "FTE"),
            "fte_vacancies": float(reading.tables["vacancy"]["NumberOfVacancies"][0].as_py()),
            "fte_agency": total(agency, "FTE"),
            "headcount_agency": len(agency),
            "cases": sum(int(row["Cases30"]) for row in holders),
            "caseholder_fte": total(holders, "FTE30"),
            "days_lost": total(staff, "WorkingDaysLost"),
            "fte_still_in_post_from_last_year": None
            if before is None
            else total([row for row in before if row["SWENo"] in numbers], "FTE"),
        }
        before = in_post


WORKER = [field.name for field in dictionary.fields("csww", "worker")]


def total(rows, field):
    return round(sum(float(row[field] or 0) for row in rows), 6)


def within(text, first, last):
    day = date_in(text or "")
    return day is not None and first <= day <= last


@pytest.mark.parametrize("authority", FICTIONAL)
def test_truth_is_what_the_files_say_faults_and_all(written, authority):
    assert_truth_is_what_the_files_say(written, authority, (2024, 2025))


def test_who_covers_vacancies_is_among_the_agency_workers(written):
    for file in written.files:
        (said,) = rows_of(file, "vacancy")
        counted = written.truth[file.name[5:8], int(file.stem[-4:])]
        assert 0 < float(said["NoAgencyFTE"]) <= counted.fte_agency
        assert 0 < int(said["NoAgencyHeadcount"]) <= counted.headcount_agency


def test_rates_are_such_as_england_has(tmp_path):
    made = write_csww(tmp_path, workers=240, years=(2023, 2024, 2025))
    total = {2023: Counter(), 2024: Counter(), 2025: Counter()}
    for (_, year), truth in made.truth.items():
        total[year].update({k: v for k, v in asdict(truth).items() if isinstance(v, int | float)})
    for year in (2024, 2025):
        now, in_post = total[year], total[year]["fte_in_post"]
        assert 0.90 < in_post / 6 / 240 < 1.10
        assert 0.115 < now["fte_leavers"] / in_post < 0.165
        assert 0.115 < now["fte_starters"] / in_post < 0.165
        assert 0.17 < now["fte_vacancies"] / (now["fte_vacancies"] + in_post) < 0.19
        assert 0.155 < now["fte_agency"] / (now["fte_agency"] + in_post) < 0.185
        assert 14.5 < now["cases"] / now["caseholder_fte"] < 16
        assert 0.025 < now["days_lost"] / (in_post * 253) < 0.035
        stable = now["fte_still_in_post_from_last_year"] / total[year - 1]["fte_in_post"]
        assert 0.83 < stable < 0.90
    size = {code: made.truth[code, 2025].fte_in_post for code in FICTIONAL}
    assert size["991"] < size["993"] < size["996"]


# Faults


def test_every_declared_kind_of_fault_is_planted_once_in_each_file_of_its_authority(written):
    planted = Counter((fault.name, fault.authority, fault.year) for fault in written.faults)
    expected = {
        (kind.name, kind.authority, year): 1
        for kind in KINDS
        for year in (2024, 2025)
        if kind.sent(year) is not None
    }
    assert planted == expected


def test_a_fault_stands_on_the_line_it_names(written):
    for fault in written.faults:
        lines = file_of(written, fault.authority, fault.year).read_text(encoding="utf-8").splitlines()
        line, row = lines[fault.line - 1], lines[fault.row_line - 1]
        assert fault.value is None or fault.value in line
        assert line.lstrip().startswith(f"<{fault.field}") or fault.value is None
        assert row.lstrip().startswith(("<CSWWWorker>", "<Header>", "<Message"))
        assert fault.row_line <= fault.line


def test_the_contract_finds_the_planted_faults_and_nothing_else(written):
    expected = Counter(
        (fault.authority, fault.year, fault.table, fault.field, fault.row_line, fault.check)
        for fault in written.faults
        if fault.check and fault.check not in NOTICED
    )
    noticed = Counter(
        (each.authority, each.year, each.check) for each in written.faults if each.check in NOTICED
    )
    found, seen = Counter(), Counter()
    for file in written.files:
        whose = (file.name[5:8], int(file.stem[-4:]))
        for row in violations_in(file):
            if row["check"] in NOTICED:
                seen[(*whose, row["check"])] += 1
            else:
                found[(*whose, row["table_name"], row["field"], row["line"], row["check"])] += 1
    assert found == expected
    assert seen == noticed


#: What the reader notices stands on the line where it is, or on that of the element it is in.
NOTICED = {"stray_text", "unknown_element"}


def test_a_comment_in_a_value_and_a_date_with_the_day_first_are_read(written):
    plain = {"comment_in_a_value": str.isdigit, "date_day_first": lambda text: text[2] == "/"}
    for fault in written.faults:
        if fault.name in plain:
            rows = rows_of(file_of(written, fault.authority, fault.year))
            (row,) = (row for row in rows if row["line"] == fault.row_line)
            assert plain[fault.name](row[fault.field])


# Refusals


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"authorities": ("302",)}, "302"),
        ({"years": (2023, 2025)}, "follow one another"),
        ({"years": ()}, "follow one another"),
        ({"years": (2016,)}, "2016"),
        ({"workers": 0}, "1 or more"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        write_csww(tmp_path / "new", **wrong)
    assert not (tmp_path / "new").exists()


def test_an_unfinished_file_is_not_left_behind(tmp_path, monkeypatch):
    def broken(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="full"):
        csww_files.write_csww(tmp_path, workers=10)
    assert list(tmp_path.iterdir()) == []
