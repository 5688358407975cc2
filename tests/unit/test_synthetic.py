import xml.etree.ElementTree as ElementTree
from collections import Counter
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project import dictionary, returns
from dagster_project.contracts import normalised, violations
from dagster_project.dictionary import date_in
from dagster_project.synthetic import days, write_cin
from dagster_project.synthetic.cin.faults import KINDS

FICTIONAL = ("991", "992", "993", "994", "995", "996")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    return write_cin(tmp_path_factory.mktemp("incoming"))


def root_of(file):
    """The root, with the namespace that one file carries taken off."""
    root = ElementTree.parse(file).getroot()
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    return root


def file_of(written, authority, year):
    return next(file for file in written.files if file.name == f"cin_{authority}_{year}.xml")


def day(element, name):
    return date_in(element.findtext(name) or "")


# What stands in a file


def test_only_elements_that_the_dictionary_has_for_the_year_are_sent(written):
    planted = {
        (fault.authority, fault.year): fault.field for fault in written.faults if "element" in fault.name
    }
    for file in written.files:
        root = root_of(file)
        year = int(file.stem[-4:])
        sent = set()
        pairs = [(root, f"/{root.tag}")]
        for element, path in pairs:
            pairs += [(below, f"{path}/{below.tag}") for below in element]
            if len(element) == 0:
                sent.add(path)
        known = {
            field.path
            for table in dictionary.tables("cin")
            for field in dictionary.fields("cin", table.name, year)
        }
        extra = planted.get((root.findtext("Header/Source/LEA"), year))
        assert {path.rpartition("/")[2] for path in sent - known} == ({extra} if extra else set())
        seldom = {"PersonDeathDate", "FormerUPN", "DateOfInitialCPC", "ExpectedPersonBirthDate"}
        assert {path.rpartition("/")[2] for path in known - sent} <= seldom


@pytest.mark.parametrize(("year", "tag"), [(2021, "CINPlanDates"), (2026, "PreProceedingsandFGDM")])
def test_a_table_comes_with_the_first_year_the_dictionary_gives_it(tmp_path, year, tag):
    before, after = write_cin(tmp_path, years=(year, year + 1), children=300, authorities=("994",)).files
    assert f"<{tag}>" not in before.read_text(encoding="utf-8")
    assert f"<{tag}>" in after.read_text(encoding="utf-8")


def test_a_field_added_to_the_dictionary_needs_no_code(tmp_path, monkeypatch):
    known = dictionary.fields
    (like,) = (field for field in known("cin", "cin_details") if field.name == "ReferralSource")
    path = like.path.replace("ReferralSource", "{}")
    new = [
        replace(like, name=name, path=path.format(name), kind=kind, code_list=code_list)
        for name, kind, code_list in (
            ("NewCode", "code", "category_of_abuse"),
            ("NewDate", "date", None),
            ("NewNumber", "integer", None),
        )
    ]

    def fields(return_id, table, year=None):
        return known(return_id, table, year) + (tuple(new) if table == "cin_details" else ())

    monkeypatch.setattr(dictionary, "fields", fields)
    (file,) = write_cin(tmp_path, years=(2025,), children=60, authorities=("994",)).files
    episodes = list(root_of(file).iter("CINdetails"))
    assert {episode.findtext("NewCode") for episode in episodes} <= dictionary.codes("category_of_abuse")
    assert any(day(episode, "NewDate") for episode in episodes)
    assert all(episode.findtext("NewNumber").isdigit() for episode in episodes)


def test_no_authority_that_exists_is_named_in_a_file(written):
    real = dictionary.authorities().keys() - dictionary.fictional_authorities().keys()
    assert tuple(dictionary.fictional_authorities()) == FICTIONAL
    for file in written.files:
        root = root_of(file)
        assert root.findtext("Header/Source/LEA") == file.name[4:7]
        pupils = [pupil.text[1:4] for tag in ("UPN", "FormerUPN") for pupil in root.iter(tag)]
        assert pupils
        assert not real & {file.name[4:7], *pupils}


def test_ids_and_pupil_numbers_are_given_once_in_a_file_and_pupil_numbers_to_one_child_only(written):
    owners = {}
    for file in written.files:
        root = root_of(file)
        for tag in ("LAchildID", "UPN", "FormerUPN"):
            assert set(Counter(element.text for element in root.iter(tag)).values()) <= {1}
        for child in root.iter("ChildIdentifiers"):
            if pupil := child.findtext("UPN"):
                owner = (file.name[4:7], child.findtext("PersonBirthDate"))
                assert owners.setdefault(pupil, owner) == owner


# Sense


def assert_dates_are_in_order(file, year):
    first, last = (date.fromordinal(number) for number in days.window(year))

    def ascend(element, *names):
        found = [each for each in (day(element, name) for name in names) if each]
        assert found == sorted(found)
        assert all(each <= last for each in found)

    for child in root_of(file).iter("Child"):
        referrals = [day(episode, "CINreferralDate") for episode in child.iter("CINdetails")]
        assert referrals == sorted(set(referrals))
        for episode in child.iter("CINdetails"):
            ascend(episode, "CINreferralDate", "CINclosureDate")
            closed = day(episode, "CINclosureDate")
            assert closed is None or closed >= first
            assert day(episode, "CINreferralDate") >= first or episode.findtext("ReferralNFA") == "0"
            for name, start, *rest in (
                ("Assessments", "AssessmentActualStartDate", "AssessmentAuthorisationDate"),
                ("CINPlanDates", "CINPlanStartDate", "CINPlanEndDate"),
                ("Section47", "S47ActualStartDate", "DateOfInitialCPC"),
                ("ChildProtectionPlans", "CPPstartDate", "CPPendDate"),
            ):
                for event in episode.iter(name):
                    ascend(event, start, *rest)
                    assert day(event, start) >= day(episode, "CINreferralDate")
                    ends = [each for each in (day(event, end) for end in rest) if each]
                    assert all(each >= first for each in ends)
                    assert closed is None or all(each <= closed for each in ends)
            for plan in episode.iter("ChildProtectionPlans"):
                reviews = [date_in(review.text) for review in plan.iter("CPPreviewDate")]
                assert reviews == sorted(set(reviews))
                assert all(day(plan, "CPPstartDate") < review <= last for review in reviews)


@settings(max_examples=12)
@given(
    seed=st.integers(min_value=0, max_value=2**40),
    first=st.integers(min_value=2014, max_value=2026),
    authority=st.sampled_from(FICTIONAL),
    children=st.integers(min_value=1, max_value=60),
)
def test_whatever_the_seed_and_year_dates_are_in_order_and_counts_are_true(seed, first, authority, children):
    with TemporaryDirectory() as folder:
        years = (first, first + 1)
        made = write_cin(Path(folder), years, children, seed, authorities=(authority,), faults=False)
        for file, year in zip(made.files, years, strict=True):
            assert_dates_are_in_order(file, year)
        assert made.faults == ()
        assert_truth_is_what_the_files_say(made, authority, years)


def test_a_case_open_on_31_march_is_in_the_next_census_and_nothing_else_older_is(tmp_path):
    made = write_cin(tmp_path, faults=False)
    for authority in ("991", "992", "993", "995", "996"):  # 994 gave its children other ids in between
        before, after = (root_of(file_of(made, authority, year)) for year in (2024, 2025))
        still_open = {
            (child.findtext("ChildIdentifiers/LAchildID"), episode.findtext("CINreferralDate"))
            for child in before.iter("Child")
            for episode in child.iter("CINdetails")
            if episode.findtext("ReferralNFA") == "0" and episode.find("CINclosureDate") is None
        }
        carried_over = {
            (child.findtext("ChildIdentifiers/LAchildID"), episode.findtext("CINreferralDate"))
            for child in after.iter("Child")
            for episode in child.iter("CINdetails")
            if episode.findtext("CINreferralDate") < "2024-04-01"
        }
        closed_later = [
            episode for episode in after.iter("CINdetails") if episode.find("CINclosureDate") is not None
        ]
        assert still_open == carried_over != set()
        assert closed_later


def test_what_both_censuses_say_of_a_child_agrees(tmp_path):
    made = write_cin(tmp_path, faults=False, authorities=("996",))
    before, after = (
        {child.findtext("ChildIdentifiers/LAchildID"): child for child in root_of(file).iter("Child")}
        for file in made.files
    )
    both = before.keys() & after.keys()
    assert len(both) > 100
    for child_id in both:
        for path in (
            "ChildCharacteristics/Ethnicity",
            "CINdetails/ReferralSource",
            "CINdetails/PrimaryNeedCode",
        ):
            if before[child_id].findtext("CINdetails/CINreferralDate") == after[child_id].findtext(
                "CINdetails/CINreferralDate"
            ):
                assert before[child_id].findtext(path) == after[child_id].findtext(path)


def test_rates_are_such_as_england_has(tmp_path):
    made = write_cin(tmp_path, children=1500)
    truths = [truth for truth in made.truth.values() if truth.year == 2025]
    total = Counter()
    for truth in truths:
        total.update({name: count for name, count in asdict(truth).items() if name != "authority"})
    rate = {truth.authority: truth.rereferrals / truth.referrals for truth in truths}
    assert 0.19 < total["rereferrals"] / total["referrals"] < 0.26
    assert rate["992"] > 0.25  # a habit
    assert rate["994"] < 0.20  # its history is lost, not its children
    assert 0.17 < total["second_protection_plans"] / total["protection_plans_started"] < 0.30
    assert 0.01 < total["protection_plans_over_two_years"] / total["protection_plans_open"] < 0.05
    assert 0.25 < total["section_47_enquiries"] / total["referrals"] < 0.45
    assert 0.35 < total["children_in_need"] / total["referrals"] < 0.70
    growth = {code: made.truth[code, 2025].referrals / made.truth[code, 2024].referrals for code in FICTIONAL}
    assert growth.pop("995") > 1.15
    assert all(0.9 < other < 1.1 for other in growth.values())
    files = [root_of(file) for file in made.files[:3]]
    episodes = [episode for root in files for episode in root.iter("CINdetails")]
    nothing_done = sum(episode.findtext("ReferralNFA") in ("1", "true") for episode in episodes)
    assert 0.15 < nothing_done / len(episodes) < 0.35


# Truth


def assert_truth_is_what_the_files_say(made, authority, years):
    """Counts again from the files alone, in another way than the writer counts."""
    known = set()
    for year in years:
        first, last = (date.fromordinal(number) for number in days.window(year))
        root = root_of(file_of(made, authority, year))
        children = list(root.iter("Child"))
        rows = [
            (child.findtext("ChildIdentifiers/LAchildID") or f"no id {number}", episode)
            for number, child in enumerate(children)
            for episode in child.iter("CINdetails")
        ]
        dated = {(child_id, day(episode, "CINreferralDate")) for child_id, episode in rows} - {
            (child_id, None) for child_id, _ in rows
        }
        known |= dated
        referrals = {(child_id, when) for child_id, when in dated if first <= when <= last}
        again = [
            (child_id, when)
            for child_id, when in referrals
            if any(
                other_id == child_id
                and days.year_before(when.toordinal()) <= other.toordinal() < when.toordinal()
                for other_id, other in known
            )
        ]
        plans = [plan for _, episode in rows for plan in episode.iter("ChildProtectionPlans")]
        started = [plan for plan in plans if first <= day(plan, "CPPstartDate") <= last]
        still = [plan for plan in plans if plan.find("CPPendDate") is None]
        assert asdict(made.truth[authority, year]) == {
            "authority": authority,
            "year": year,
            "children": len(children),
            "referrals": len(referrals),
            "referrals_without_child_id": sum(child_id.startswith("no id") for child_id, _ in referrals),
            "rereferrals": None if year == years[0] else len(again),
            "children_in_need": sum(
                episode.findtext("ReferralNFA") in ("0", "false") and episode.find("CINclosureDate") is None
                for _, episode in rows
            ),
            "section_47_enquiries": sum(
                first <= day(enquiry, "S47ActualStartDate") <= last
                for _, episode in rows
                for enquiry in episode.iter("Section47")
            ),
            "protection_plans_started": len(started),
            "second_protection_plans": sum(plan.findtext("NumberOfPreviousCPP") != "0" for plan in started),
            "protection_plans_open": len(still),
            "protection_plans_over_two_years": sum(
                (last - day(plan, "CPPstartDate")).days > 729 for plan in still
            ),
        }


@pytest.mark.parametrize("authority", FICTIONAL)
def test_truth_is_what_the_files_say_faults_and_all(written, authority):
    assert_truth_is_what_the_files_say(written, authority, (2024, 2025))


def test_no_rereferrals_are_claimed_for_a_year_without_the_one_before(written):
    assert {truth.rereferrals for truth in written.truth.values() if truth.year == 2024} == {None}


# Faults


def test_every_declared_kind_of_fault_is_planted_as_often_as_declared(written):
    planted = Counter((fault.name, fault.authority, fault.year) for fault in written.faults)
    for kind in KINDS:
        for year in (2024, 2025):
            if kind.sent(year) is not None:
                assert planted[kind.name, kind.authority, year] == kind.count
    assert all(fault.authority in FICTIONAL for fault in written.faults)


def test_a_fault_stands_on_the_line_it_names(written):
    for fault in written.faults:
        lines = file_of(written, fault.authority, fault.year).read_text(encoding="utf-8").splitlines()
        line, row = lines[fault.line - 1], lines[fault.row_line - 1]
        assert fault.value is None or fault.value in line
        assert line.lstrip().startswith(f"<{fault.field}") or fault.value is None
        assert row.lstrip().startswith("<")
        assert fault.row_line <= fault.line


def test_the_contract_finds_the_planted_faults_and_nothing_else(written):
    expected = Counter(
        (fault.authority, fault.year, fault.table, fault.check) for fault in written.faults if fault.check
    )
    found = Counter()
    for file in written.files:
        reading = returns.read(file)
        by_contract = [
            violations("cin", name, normalised("cin", name, table), reading.collection_year)
            for name, table in reading.tables.items()
        ]
        found.update(
            (reading.la_code, reading.collection_year, row["table_name"], row["check"])
            for table in (reading.notices, *by_contract)
            for row in table.to_pylist()
        )
    assert found == expected


def test_ids_that_a_careless_reader_damages_belong_to_children_who_would_merge(written):
    root = root_of(file_of(written, "996", 2025))
    ids = {element.text for element in root.iter("LAchildID")}
    assert {"0025000001", "25000001", "25E3", "25000", "NaN"} <= ids


def test_the_header_year_and_the_namespace_go_wrong_in_one_file_each(written):
    disagreeing = [
        file.name
        for file in written.files
        if f"<Year>{file.stem[-4:]}</Year>" not in file.read_text(encoding="utf-8")
    ]
    assert disagreeing == ["cin_993_2024.xml"]
    namespaced = [file.name for file in written.files if "xmlns=" in file.read_text(encoding="utf-8")]
    assert namespaced == ["cin_995_2025.xml"]


# Refusals


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"authorities": ("302",)}, "302"),
        ({"years": (2023, 2025)}, "follow one another"),
        ({"years": ()}, "follow one another"),
        ({"years": (1999,)}, "1999"),
        ({"children": 0}, "1 or more"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(tmp_path, wrong, message):
    with pytest.raises(ValueError, match=message):
        write_cin(tmp_path / "new", **wrong)
    assert not (tmp_path / "new").exists()


def test_an_unfinished_file_is_not_left_behind(tmp_path, monkeypatch):
    from dagster_project.synthetic.cin import writing

    def broken(*_):
        raise RuntimeError("stopped half way")

    monkeypatch.setattr(writing, "fill", broken)
    with pytest.raises(RuntimeError):
        write_cin(tmp_path, children=30)
    assert list(tmp_path.iterdir()) == []
