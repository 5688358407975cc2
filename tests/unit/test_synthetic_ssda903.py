import csv
import xml.etree.ElementTree as ElementTree
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import date
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project import dictionary
from dagster_project.contracts import normalised, violations
from dagster_project.dictionary import date_in
from dagster_project.synthetic import days, write_cin
from dagster_project.synthetic.ssda903.faults import KINDS
from dagster_project.synthetic.ssda903.files import write_ssda903
from dagster_project.synthetic.ssda903.truth import FAMILY

FICTIONAL = ("991", "992", "993", "994", "995", "996")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_ssda903(tmp_path_factory.mktemp("incoming"))


@pytest.fixture(scope="module")
def faultless(tmp_path_factory):
    return write_ssda903(tmp_path_factory.mktemp("faultless"), (2023, 2024, 2025), 1200, faults=False)


def rows_of(written, authority, year):
    """The rows of each table of a return in CSV."""
    name = dictionary.year_name(year)
    found = {}
    for file in written.files:
        if file.parts[-3:-1] == (authority, name):
            with file.open(encoding="utf-8", newline="") as stream:
                found[file.stem] = list(csv.DictReader(stream))
    return found


def returns_of(written):
    return [(*key, rows_of(written, *key)) for key in written.truth]


def day(text):
    return date_in(text) if text else None


def window(year):
    return tuple(date.fromordinal(number) for number in days.window(year))


# What stands in a file


@pytest.mark.parametrize("year", [2014, 2015, 2018, 2019, 2021, 2022, 2024, 2025, 2026, 2027])
def test_tables_columns_and_codes_are_those_of_the_year(tmp_path, year):
    made = write_ssda903(tmp_path, (year,), 600, authorities=("994",), faults=False)
    for file in made.files:
        with file.open(encoding="utf-8", newline="") as stream:
            found = list(csv.reader(stream))
        fields = [each.name for each in dictionary.fields("ssda903", file.stem, year)]
        assert found[0] == [name for name in fields if (file.stem, name) != ("header", "UASC")]
        assert found[0][0] == "CHILD"
        assert_meets_the_contract(file.stem, found, year)
    collected = {
        table.name for table in dictionary.tables("ssda903") if dictionary.fields("ssda903", table.name, year)
    }
    assert {file.stem for file in made.files} == collected


def assert_meets_the_contract(table, found, year):
    columns = {field.name: [None] * (len(found) - 1) for field in dictionary.fields("ssda903", table)}
    for name, values in zip(found[0], zip(*found[1:], strict=True), strict=False):
        columns[name] = [value or None for value in values]
    numbers = list(range(1, len(found)))
    places = {"row_number": numbers, "parent_row": [None] * len(numbers), "line": numbers}
    whole = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    whole |= {name: pa.array(values, pa.int64()) for name, values in places.items()}
    broken = violations("ssda903", table, normalised("ssda903", table, pa.table(whole)), year)
    assert broken.to_pylist() == []


def test_every_table_has_rows_where_there_are_children_enough(faultless):
    for year in (2024, 2025):
        counts = Counter()
        for authority in FICTIONAL:
            counts.update({table: len(held) for table, held in rows_of(faultless, authority, year).items()})
        assert all(counts.values())


def test_a_new_field_of_the_dictionary_needs_no_code(tmp_path, monkeypatch):
    from dataclasses import replace

    from dagster_project.synthetic.ssda903 import rows as ssda903_rows

    known = dictionary.fields
    like = next(field for field in known("ssda903", "oc2") if field.name == "CONVICTED")
    new = replace(like, name="NEW", is_required=True, path=like.path.replace("CONVICTED", "NEW"))

    def fields(return_id, table, year=None):
        return known(return_id, table, year) + ((new,) if table == "oc2" else ())

    ssda903_rows.tables.cache_clear()
    monkeypatch.setattr(dictionary, "fields", fields)
    made = write_ssda903(tmp_path, (2025,), 300, authorities=("994",), faults=False)
    monkeypatch.undo()
    ssda903_rows.tables.cache_clear()
    assert {row["NEW"] for row in rows_of(made, "994", 2025)["oc2"]} == {"0", "1"}


# The same children as in the census


def test_a_child_is_the_same_in_both_returns(tmp_path):
    cin = write_cin(tmp_path / "cin", children=800, faults=False)
    care = write_ssda903(tmp_path / "care", children=800, faults=False)
    for file in cin.files:
        authority, year = file.name[4:7], int(file.stem[-4:])
        in_census = {}
        for child in ElementTree.parse(file).getroot().iter("Child"):
            in_census[child.findtext("ChildIdentifiers/LAchildID")] = child
        held = rows_of(care, authority, year)
        both = [row for row in held["header"] if row["CHILD"] in in_census]
        assert len(both) > len(held["header"]) / 8
        for row in both:
            child = in_census[row["CHILD"]]
            born = day(row["DOB"]).isoformat()
            assert child.findtext("ChildIdentifiers/PersonBirthDate") == born
            assert child.findtext("ChildCharacteristics/Ethnicity") == row["ETHNIC"]
            assert (child.findtext("ChildIdentifiers/UPN") or row["UPN"]) == row["UPN"]
            sex = child.findtext("ChildIdentifiers/GenderCurrent") or child.findtext("ChildIdentifiers/Sex")
            assert sex in (row["SEX"], "0", "U")  # who looks after a child knows its sex


def test_children_start_to_be_looked_after_while_a_case_of_theirs_is_open(tmp_path):
    cin = write_cin(tmp_path / "cin", (2025,), 800, faults=False)
    care = write_ssda903(tmp_path / "care", (2025,), 800, faults=False)
    for file in cin.files:
        cases = defaultdict(list)
        for child in ElementTree.parse(file).getroot().iter("Child"):
            for case in child.iter("CINdetails"):
                times = (case.findtext("CINreferralDate"), case.findtext("CINclosureDate") or "9999")
                cases[child.findtext("ChildIdentifiers/LAchildID")].append(times)
        starts = [
            row
            for row in rows_of(care, file.name[4:7], 2025)["episodes"]
            if row["RNE"] == "S" and day(row["DECOM"]) >= date(2024, 4, 1) and row["LS"] not in ("V3", "V4")
        ]
        assert starts
        for row in starts:
            began = day(row["DECOM"]).isoformat()
            assert any(first <= began <= last for first, last in cases[row["CHILD"]])


# Sense


def chains(held):
    found = defaultdict(list)
    for row in held["episodes"]:
        found[row["CHILD"]].append(row)
    return found


def assert_episodes_make_sense(held, year):
    first, last = window(year)
    born = {row["CHILD"]: day(row["DOB"]) for row in held["header"]}
    assert len(born) == len(held["header"])
    for child, chain in chains(held).items():
        for row in chain:
            began, ended = day(row["DECOM"]), day(row["DEC"])
            assert born[child] <= began <= last
            assert ended is None or first <= ended <= last
            assert ended is None or began < ended
            assert (ended is None) == (row["REC"] == "")
        for row, following in pairwise(chain):
            if row["REC"] == "X1":
                assert following["DECOM"] == row["DEC"]
                assert following["RNE"] != "S"
                changed = {
                    "L": (True, False),
                    "P": (False, True),
                    "T": (False, True),
                    "B": (True, True),
                    "U": (True, True),
                }[following["RNE"]]
                assert changed[0] == (following["LS"] != row["LS"])
                assert changed[1] == bool(row["REASON_PLACE_CHANGE"])
            else:
                assert row["DEC"]
                assert following["RNE"] == "S"
                assert day(following["DECOM"]) >= day(row["DEC"])
        assert chain[-1]["REC"] != "X1"
        short = {row["LS"] in ("V3", "V4") for row in chain}
        assert len(short) == 1
    for table, names in (
        ("missing", ("MIS_START", "MIS_END")),
        ("social_worker", ("SW_DECOM", "SW_DEC")),
        ("placed_for_adoption", ("DATE_PLACED", "DATE_PLACED_CEASED")),
        ("ad1", ("DATE_INT", "DATE_MATCH")),
        ("deprivation_of_liberty", ("DOLO_START", "DOLO_END")),
    ):
        for row in held.get(table, []):
            assert row["CHILD"] in born
            times = [found for found in (day(row[name]) for name in names) if found]
            assert times == sorted(times)
            assert times[-1] <= last
    for row in held["reviews"]:
        assert first <= day(row["REVIEW"]) <= last


@settings(max_examples=12)
@given(
    seed=st.integers(min_value=0, max_value=2**40),
    first=st.integers(min_value=2014, max_value=2025),
    authority=st.sampled_from(FICTIONAL),
    children=st.integers(min_value=1, max_value=250),
)
def test_whatever_the_seed_and_year_episodes_make_sense_and_counts_are_true(seed, first, authority, children):
    with TemporaryDirectory() as folder:
        years = (first, first + 1, first + 2)
        made = write_ssda903(Path(folder), years, children, seed, authorities=(authority,), faults=False)
        for year in years:
            assert_episodes_make_sense(rows_of(made, authority, year), year)
        assert made.faults == ()
        assert_truth_is_what_the_files_say(made, authority, years)


def test_an_episode_open_on_31_march_is_in_the_next_return_and_nothing_else_older_is(faultless):
    for authority in ("991", "992", "993", "995", "996"):  # 994 gave its children other ids in between
        before, after = (rows_of(faultless, authority, year)["episodes"] for year in (2024, 2025))
        still_open = {(row["CHILD"], row["DECOM"]) for row in before if not row["DEC"]}
        carried = {(row["CHILD"], row["DECOM"]) for row in after if day(row["DECOM"]) < date(2024, 4, 1)}
        assert still_open == carried != set()


def test_rates_are_such_as_england_has(faultless):
    total = Counter()
    for (_, year), truth in faultless.truth.items():
        if year == 2025:
            total.update({name: n for name, n in asdict(truth).items() if isinstance(n, int)})
    population = 414_371 * 1200 / 4500
    looked_after = total["looked_after_at_31_march"]
    assert 58 < looked_after / population * 10_000 < 78
    assert 22 < total["started"] / population * 10_000 < 33
    assert 22 < total["ceased"] / population * 10_000 < 33
    assert 0.07 < total["three_or_more_placements"] / looked_after < 0.14
    assert 0.60 < total["same_placement"] / total["long_term"] < 0.78
    assert 0.27 < total["left_to_family_or_guardianship"] / total["ceased"] < 0.40
    assert 0.57 < total["active"] / total["care_leavers_19_to_21"] < 0.72
    assert 0.82 < total["suitably_housed"] / total["care_leavers_19_to_21"] < 0.93
    assert 0.20 < total["three_or_more_workers"] / looked_after < 0.33


# Truth


def assert_truth_is_what_the_files_say(made, authority, years):
    """Counts again from the files alone, in another way than the writer counts."""
    started = defaultdict(list)  # of the years so far: the days on which periods of care began
    placed = defaultdict(dict)  # of the years so far: the day each placement began, and its kind
    for year in years:
        first, last = window(year)
        held = rows_of(made, authority, year)
        care = {child: chain for child, chain in chains(held).items() if chain[0]["LS"] not in ("V3", "V4")}
        current = {child for child, chain in care.items() if not chain[-1]["DEC"]}
        ended = {
            child: [row["REC"] for row in chain if row["REC"] not in ("", "X1")][-1]
            for child, chain in care.items()
            if any(row["REC"] not in ("", "X1") for row in chain)
        }
        moves = {child: 1 + sum(row["RNE"] in "SPB" for row in chain[1:]) for child, chain in care.items()}
        for child, chain in care.items():
            started[child] += [day(row["DECOM"]) for row in chain if row["RNE"] == "S"]
            for row in chain:
                if row["RNE"] in "SPB" or not placed[child]:
                    placed[child][day(row["DECOM"])] = row["PLACE"]
                placed[child][max(placed[child])] = row["PLACE"]
        workers = defaultdict(set)
        for row in held.get("social_worker", []):
            workers[row["CHILD"]].add(row["SW_ID"])
        leavers = [row for row in held["oc3"] if last.year - day(row["DOB"]).year - before(row, last) >= 19]
        truth = made.truth[authority, year]
        expected = {
            "authority": authority,
            "year": year,
            "children": len({row["CHILD"] for row in held["header"]}),
            "looked_after_at_31_march": len(current),
            "started": sum(
                any(row["RNE"] == "S" and day(row["DECOM"]) >= first for row in chain)
                for chain in care.values()
            ),
            "ceased": len(ended),
            "three_or_more_placements": sum(moves[child] >= 3 for child in current),
            "left_to_family_or_guardianship": sum(reason in FAMILY for reason in ended.values()),
            "care_leavers_19_to_21": len(leavers),
            "active": sum(row["ACTIV"][0] in "FP" for row in leavers),
            "suitably_housed": sum(row["ACCOM"][1:] == "1" for row in leavers),
            "missing_episodes": sum(row["MISSING"] == "M" for row in held["missing"])
            if "missing" in held
            else None,
            "three_or_more_workers": sum(len(workers[child]) >= 3 for child in current)
            if year >= 2024
            else None,
        }
        counted = asdict(truth)
        long_term, same = counted.pop("long_term"), counted.pop("same_placement")
        assert counted == expected
        assert (long_term is None) == (same is None) == (year < years[0] + 2)
        if long_term is not None and authority != "994":  # whose new ids hide what went before
            assert long_term >= same
            assert same == sum(is_settled(child, started, placed, held, year) for child in current)


def before(row, last):
    born = day(row["DOB"])
    return (last.month, last.day) < (born.month, born.day)


def is_settled(child, started, placed, held, year):
    """Under 16, in care for thirty months and in one placement for two years, from three returns."""
    _, last = window(year)
    born = next(row for row in held["header"] if row["CHILD"] == child)
    if last.year - day(born["DOB"]).year - before(born, last) >= 16:
        return False
    if started[child] and max(started[child]) > date(year - 3, 9, 30):
        return False
    held_since = sorted(placed[child])
    since = held_since[-1]
    if placed[child][since].startswith("A") and len(held_since) > 1:
        since = held_since[-2]
    return since <= date(year - 2, 3, 31)


def test_what_a_perfect_warehouse_counts_is_the_same_with_faults_and_without(tmp_path, written):
    plain = write_ssda903(tmp_path, faults=False)
    assert written.truth == plain.truth
    assert not plain.faults


# Forms


def test_the_zip_holds_the_same_files_as_the_folder(tmp_path):
    folders = write_ssda903(tmp_path, (2025,), 150, authorities=("993",))
    (packed,) = write_ssda903(tmp_path, (2025,), 150, authorities=("993",), form="zip").files
    assert packed.name == "ssda903_993_2024-25.zip"
    with ZipFile(packed) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            file.name: file.read_bytes() for file in folders.files
        }


def test_the_xml_says_what_the_csv_says(tmp_path):
    made = write_ssda903(tmp_path, (2025,), 300, authorities=("994",), faults=False)
    as_xml = write_ssda903(tmp_path, (2025,), 300, authorities=("994",), faults=False, form="xml")
    (file,) = as_xml.files
    assert file.name == "ssda903_994_2024-25.xml"
    root = ElementTree.parse(file).getroot()
    assert root.tag == "EXPSSDA903"
    held = rows_of(made, "994", 2025)
    assert as_xml.truth["994", 2025].three_or_more_workers is None
    children = {child.findtext("HEADER/CHILDID"): child for child in root}
    assert list(children) == [row["CHILD"] for row in held["header"]]
    uasc = {row["CHILD"] for row in held["uasc"]}
    for number, child in children.items():
        assert len(list(child.iter("DOB"))) == 1
        assert (child.findtext("HEADER/UASC") == "1") >= (number in uasc)
    for table, path, names in (
        ("header", "HEADER", ("SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")),
        ("episodes", "EPISODE", ("DECOM", "RNE", "LS", "CIN", "PL", "DEC", "REC", "URN")),
        ("reviews", "HEADER/AREVIEW", ("REVIEW", "REVIEW_CODE")),
        ("missing", "HEADER/AMISSING", ("MISSING", "MIS_START", "MIS_END")),
        ("oc2", "HEADER/OC2", ("SDQ_SCORE", "IMMUNISATIONS")),
        ("previous_permanence", "HEADER/PERMANENCE", ("PREV_PERM", "DATE_PERM")),
        ("placed_for_adoption", "HEADER/AD_PLACED", ("DATE_PLACED", "DATE_PLACED_CEASED")),
    ):
        sent = [
            (number, *(each.findtext(name) or "" for name in names))
            for number, child in children.items()
            for each in child.findall(path)
        ]
        assert sent == [
            (row["CHILD"], *(row["PLACE" if name == "PL" else name] for name in names)) for row in held[table]
        ]
    for row in (*held["oc3"], *held["ad1"]):
        header = children[row["CHILD"]].find("HEADER")
        assert all(header.findtext(name) == text for name, text in row.items() if text and name != "CHILD")


# Faults


def test_each_fault_stands_where_the_catalogue_says(written):
    assert {fault.name for fault in written.faults} >= {kind.name for kind in KINDS}
    for fault in written.faults:
        held = rows_of(written, fault.authority, fault.year)
        assert held[fault.table][fault.line - 2][fault.field] == fault.value


def test_each_fault_stands_in_every_year_in_which_it_can(written):
    counts = Counter((fault.name, fault.year) for fault in written.faults)
    assert {counts[kind.name, year] for kind in KINDS for year in (2024, 2025)} == {1}


def test_each_fault_of_the_xml_stands_on_its_line(tmp_path):
    made = write_ssda903(tmp_path, form="xml")
    lines = {file.stem[8:11] + file.stem[-2:]: file.read_text("utf-8").splitlines() for file in made.files}
    assert {fault.name for fault in made.faults} >= {kind.name for kind in KINDS}
    for fault in made.faults:
        own = lines[f"{fault.authority}{fault.year % 100}"]
        assert f">{fault.value}</" in own[fault.line - 1]
        assert own[fault.row_line - 1].strip() in ("<CHILD>", "<EPISODE>", "<AREVIEW>")


def fault_named(written, name, year=2025):
    (found,) = (each for each in written.faults if (each.name, each.year) == (name, year))
    return found, rows_of(written, found.authority, year)


def test_spoilt_dates_of_episodes_are_in_the_middle_of_a_period_that_ended(written):
    for name in ("end_before_start", "overlap", "gap"):
        found, held = fault_named(written, name)
        row = held["episodes"][found.line - 2]
        following = held["episodes"][found.line - 1]
        began, ended, next_began = day(row["DECOM"]), day(row["DEC"]), day(following["DECOM"])
        assert (row["REC"], row["CHILD"]) == ("X1", following["CHILD"])
        assert {
            "end_before_start": ended < began,
            "overlap": began < next_began < ended,
            "gap": began < ended < next_began,
        }[name]


def test_the_child_sent_twice_and_the_open_episode_with_a_reason_are_there(written):
    found, held = fault_named(written, "child_twice")
    assert [row["CHILD"] for row in held["header"]].count(found.value) == 2
    found, held = fault_named(written, "open_with_reason")
    row = held["episodes"][found.line - 2]
    assert (row["DEC"], row["REC"]) == ("", "X1")


def test_awkward_ids_are_met_with(written):
    ids = {fault.value for fault in written.faults if fault.name.startswith("id_")}
    assert any(value.startswith("00") for value in ids)
    assert any("E3" in value for value in ids)


# Refusals


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"authorities": ("302",)}, "302"),
        ({"years": (2023, 2025)}, "follow one another"),
        ({"years": ()}, "follow one another"),
        ({"years": (1999,)}, "1999"),
        ({"children": 0}, "1 or more"),
        ({"form": "pdf"}, "pdf"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        write_ssda903(tmp_path / "new", **wrong)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("form", ["csv", "zip", "xml"])
def test_an_unfinished_return_is_not_left_behind(tmp_path, monkeypatch, form):
    from dagster_project.synthetic.ssda903 import files as ssda903_files

    def broken(*_):
        raise RuntimeError("stopped half way")

    monkeypatch.setattr(ssda903_files, "rows", broken)
    with pytest.raises(RuntimeError):
        write_ssda903(tmp_path, children=60, form=form)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []
