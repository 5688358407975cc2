"""Made-up files that are no census: consistent with the censuses, and read by the real readers."""

import csv
from collections import Counter, defaultdict
from datetime import date

import pytest

from dagster_project import dictionary, returns
from dagster_project.contracts import normalised, violations
from dagster_project.dictionary import date_in
from dagster_project.returns import Extract, Source, Told, told_by
from dagster_project.synthetic import write_cin
from dagster_project.synthetic.others.aggregates import write_aggregates
from dagster_project.synthetic.others.local_extracts import EXTRACTS

FICTIONAL = ("991", "992", "993", "994", "995", "996")
EXTRACTS_TOLD = Told(extracts=tuple(Extract(name, **values) for name, values in EXTRACTS.items()))


@pytest.fixture(scope="module")
def past(tmp_path_factory):
    """Files of the years in which the old forms were sent, and of some after them."""
    return write_aggregates(tmp_path_factory.mktemp("past"), range(2012, 2019))


@pytest.fixture(scope="module")
def recent(tmp_path_factory):
    return write_aggregates(tmp_path_factory.mktemp("recent"), (2023, 2024, 2025))


@pytest.fixture(scope="module")
def censuses(tmp_path_factory):
    return write_cin(tmp_path_factory.mktemp("censuses"), (2023, 2024, 2025), faults=False)


def named(written, start):
    return [file for file in written.files if file.name.startswith(start)]


def csv_rows(file):
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def read(file):
    return returns.read(Source(file), told_by([file.name]).or_else(EXTRACTS_TOLD))


def only_table(file):
    (table,) = read(file).tables.values()
    return table.to_pylist()


def broken_rules(reading):
    return [
        row
        for name, table in reading.tables.items()
        for row in violations(
            reading.return_id, name, normalised(reading.return_id, name, table), reading.collection_year
        ).to_pylist()
    ]


def bytes_of(folder):
    return {file.name: file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


# Sameness


def test_another_seed_gives_other_children_and_workers(tmp_path):
    for name, seed in (("a", 1), ("b", 2)):
        write_aggregates(tmp_path / name, (2014, 2015), seed=seed, authorities=("996",))
    a, b = bytes_of(tmp_path / "a"), bytes_of(tmp_path / "b")
    assert a.keys() == b.keys()
    for name in ("csww_aggregate_996_2014-15.csv", "legal_tracker_996.csv", "referral_log_996.xlsx"):
        assert a[name] != b[name]


# The old forms


def test_the_old_forms_are_there_for_the_years_they_were_sent_in_and_no_others(past):
    for start, first, last in (("csww_aggregate", 2013, 2016), ("pf1", 2012, 2015)):
        expected = {
            f"{start}_{authority}_{dictionary.year_name(year)}.csv"
            for authority in FICTIONAL
            for year in range(first, last + 1)
        }
        assert {file.name for file in named(past, start)} == expected


@pytest.mark.parametrize("return_id", ["csww_aggregate", "pf1"])
def test_an_old_form_is_read_for_its_authority_and_year_and_breaks_nothing(past, return_id):
    for file in named(past, return_id):
        reading = read(file)
        whose = f"{reading.la_code}_{dictionary.year_name(reading.collection_year)}"
        assert file.name == f"{return_id}_{whose}.csv"
        assert reading.return_id == return_id
        assert (reading.tables["aggregate"].num_rows, reading.notices.num_rows) == (1, 0)
        assert broken_rules(reading) == []


def test_the_totals_of_the_workforce_are_such_as_england_had(past):
    total = Counter()
    for file in named(past, "csww_aggregate"):
        (row,) = csv_rows(file)
        total.update({name: float(value) for name, value in row.items()})
    in_post = total["SocialWorkersFTE30Sept"]
    assert 50 < in_post / 24 < 70
    assert in_post < total["SocialWorkersHeadcount30Sept"]
    assert 0.10 < total["LeaversFTEYear"] / in_post < 0.18
    assert total["LeaversFTEYear"] <= total["LeaversHeadcountYear"]
    assert 0.15 < total["VacanciesFTE30Sept"] / (in_post + total["VacanciesFTE30Sept"]) < 0.21


def test_a_part_of_the_private_fostering_return_is_never_more_than_the_whole(past):
    for file in named(past, "pf1"):
        (row,) = csv_rows(file)
        count = {name: int(value) for name, value in row.items()}
        assert count["visits_within_7_working_days"] <= count["visits_action_taken"]
        assert count["visits_action_taken"] <= count["notifications_received"]
        assert count["new_arrangements_6_week_visits"] <= count["new_arrangements_began"]
        assert count["continuing_visits_scheduled"] <= count["continuing_arrangements"]
        begun = count["new_arrangements_began"] + count["continuing_arrangements"]
        assert count["children_at_31_march"] == begun - count["arrangements_ended"] >= 0


# Local extracts


def census_referrals(censuses, authority):
    """Source and whether nothing was done, by child and day, from the newest census that has them."""
    found = {}
    for file in named(censuses, f"cin_{authority}"):
        tables = returns.read(Source(file), Told()).tables
        for row in tables["cin_details"].to_pylist():
            found[row["LAchildID"], row["CINreferralDate"]] = (row["ReferralSource"], row["ReferralNFA"])
    return found


def test_a_referral_log_holds_the_referrals_of_the_censuses_under_the_same_ids(tmp_path, censuses):
    plain = write_aggregates(tmp_path, (2023, 2024, 2025), faults=False)
    for authority in ("991", "992", "993", "995", "996"):  # 994 gave its children other ids in 2024-25
        known = {
            key: said
            for key, said in census_referrals(censuses, authority).items()
            if "2022-04-01" <= key[1] <= "2025-03-31"
        }
        (file,) = named(plain, f"referral_log_{authority}")
        logged = {
            (row["child_id"], date_in(row["referral_date"]).isoformat()): (
                row["referral_source"],
                row["no_further_action"],
            )
            for row in only_table(file)
        }
        assert logged == known


def test_whoever_stands_in_a_legal_tracker_is_a_child_of_the_census_with_a_plan(tmp_path, censuses):
    plain = write_aggregates(tmp_path, (2023, 2024, 2025), faults=False)
    for authority in ("992", "993", "995", "996"):
        planned = set()
        for file in named(censuses, f"cin_{authority}"):
            tables = returns.read(Source(file), Told()).tables
            planned |= {row["LAchildID"] for row in tables["child_protection_plan"].to_pylist()}
        (file,) = named(plain, f"legal_tracker_{authority}")
        children = {row["child_id"] for row in only_table(file)}
        assert children
        assert len(children - planned) <= len(children) / 10  # a plan may have ended before the first census


def test_local_extracts_are_read_with_the_declaration_that_goes_with_them(recent):
    for start, table in (("legal_tracker", "care_application"), ("referral_log", "referral")):
        for file in named(recent, start):
            reading = read(file)
            assert (reading.return_id, reading.la_code) == ("local", file.stem[-3:])
            assert list(reading.tables) == [table]
            assert reading.tables[table].num_rows > 0
            assert broken_rules(reading) == []


def test_one_row_of_a_tracker_is_a_child_in_an_application_and_some_name_several(recent):
    children, on = defaultdict(list), defaultdict(set)
    for file in named(recent, "legal_tracker"):
        for row in csv_rows(file):
            children[row["Case Ref"]].append(row["Person ID"])
            on[row["Case Ref"]].add((row["Date Issued"], row["Application Type"], row["Date of Order"]))
            ordered, issued = row["Date of Order"], row["Date Issued"]
            assert not ordered or day_first(issued) < day_first(ordered) <= date(2025, 3, 31)
            assert bool(row["Outcome"]) == bool(ordered)
    assert all(len(set(each)) == len(each) for each in children.values())
    assert {len(each) for each in on.values()} == {1}
    assert 1.3 < sum(map(len, children.values())) / len(children) < 2.2


def day_first(text):
    day, month, year = map(int, text.split("/"))
    return date(year, month, day)


# Publications


def tracked(written):
    """Care applications and the children in them, by authority and month, from the trackers."""
    seen, count = set(), Counter()
    for file in named(written, "legal_tracker"):
        for row in csv_rows(file):
            if row["Application Type"] == "Care Proceedings (s31)":
                key = (file.stem[-3:], day_first(row["Date Issued"]).isoformat()[:7])
                count[(*key, "children")] += 1
                count[(*key, "applications")] += row["Case Ref"] not in seen
                seen.add(row["Case Ref"])
    return count


def test_cafcass_counts_by_quarter_what_the_trackers_hold(recent):
    known = tracked(recent)
    (by_quarter,) = named(recent, "cafcass_authority_quarter")
    counted = Counter()
    for row in csv_rows(by_quarter):
        counted[row["local_authority"].removeprefix("London-")] += int(row["applications"])
    names = dictionary.fictional_authorities()
    for code, name in names.items():
        assert counted[name] == sum(
            number for key, number in known.items() if key[0] == code and key[2] == "applications"
        )


def test_cafcass_names_the_fictional_authorities_one_of_them_as_if_in_london(recent):
    (by_quarter,) = named(recent, "cafcass_authority_quarter")
    names = {row["local_authority"] for row in csv_rows(by_quarter)}
    plain = set(dictionary.fictional_authorities().values())
    assert {name.removeprefix("London-") for name in names} == plain
    assert len(names - plain) == 1


def test_the_tables_of_cafcass_by_authority_are_read(recent):
    for start in ("cafcass_authority_quarter", "cafcass_authority_year"):
        (file,) = named(recent, start)
        reading = read(file)
        assert (reading.return_id, reading.collection_year) == ("cafcass", 2025)
        table = start.removeprefix("cafcass_")
        assert reading.tables[table].num_rows == 6 * 3 * (4 if start.endswith("quarter") else 1)
        assert broken_rules(reading) == []


def test_there_are_no_quarters_before_april_2012_but_there_are_rates(past):
    (by_quarter,) = named(past, "cafcass_authority_quarter")
    assert {row["financial_year"] for row in csv_rows(by_quarter)} == {
        dictionary.year_name(year) for year in range(2013, 2019)
    }
    (by_year,) = named(past, "cafcass_authority_year")
    assert "2011-12" in {row["financial_year"] for row in only_table(by_year)}


def test_the_open_data_file_is_in_the_layout_of_dfe_with_a_mark_and_symbols(recent):
    (file,) = named(recent, "c1_")
    assert file.parent.name == "open_data"
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = csv_rows(file)
    assert list(rows[0]) == [
        field.name
        for field in dictionary.fields("open_data", "c1_children_in_need_referrals_and_rereferrals")
    ]
    assert {"x", "z", "u"} <= {row["referral_count"] for row in rows}
    assert len(rows) == 6 * 3
    reading = read(file)
    assert (reading.return_id, reading.notices.num_rows) == ("open_data", 0)
    assert broken_rules(reading) == []


def test_small_numbers_are_hidden_and_so_is_what_they_could_be_worked_out_from(tmp_path):
    made = write_aggregates(tmp_path, (2024, 2025), children=20)
    (file,) = named(made, "c1_")
    hidden = 0
    for row in csv_rows(file):
        for name in ("rereferral", "no_further_action", "not_in_need", "rereferral_child"):
            number = row[f"{name}_count"]
            hidden += number == "c"
            assert number in ("c", "x", "z", "u", "0") or int(number) > 5
            assert number != "c" or row[f"{name}_percent"] == "c"
    assert hidden


def test_open_data_counts_what_the_censuses_show(recent, censuses):
    (file,) = named(recent, "c1_")
    for row in csv_rows(file):
        truth = censuses.truth[row["old_la_code"], int(row["time_period"])]
        if row["referral_count"] not in ("x", "z", "u"):
            assert int(row["referral_count"]) == truth.referrals
            assert truth.rereferrals is None or int(row["rereferral_count"]) == truth.rereferrals


def test_no_place_that_exists_is_named_in_a_publication(recent):
    real = set(dictionary.authorities().values()) - set(dictionary.fictional_authorities().values())
    for start in ("c1_", "cafcass_authority_quarter"):
        (file,) = named(recent, start)
        for row in csv_rows(file):
            assert not {"England", "E92000001"} & set(row.values())
            assert not real & {value.removeprefix("London-") for value in row.values()}


# Refusals


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"years": (2014,), "authorities": ("302",)}, "302"),
        ({"years": (2013, 2015)}, "follow one another"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        write_aggregates(tmp_path / "new", **wrong)
    assert not (tmp_path / "new").exists()
