"""Where a file departs from its contract, through the real reader: one good child, one value changed."""

from random import Random

import pyarrow as pa
import pytest

from dagster_project import contracts, dictionary, intake
from dagster_project.dictionary.arrow import VIOLATION, as_read


def broken(examined):
    return [(each["table_name"], each["field"], each["check"]) for each in examined.violations.to_pylist()]


def test_a_good_child_breaks_nothing(census, child):
    assert broken(intake.examine(census([child()]))) == []


@pytest.mark.parametrize(
    ("change", "violation"),
    [
        ({"CINreferralDate": "June 2024"}, ("cin_details", "CINreferralDate", "is_a_date")),
        ({"CINreferralDate": "2024-02-30"}, ("cin_details", "CINreferralDate", "is_a_date")),
        ({"CINreferralDate": "06/30/2024"}, ("cin_details", "CINreferralDate", "is_a_date")),
        ({"CINreferralDate": "0000-01-01"}, ("cin_details", "CINreferralDate", "is_a_date")),
        ({"CINreferralDate": "2024-06-03T25:00:00"}, ("cin_details", "CINreferralDate", "is_a_date")),
        ({"CINreferralDate": "３/6/2024"}, ("cin_details", "CINreferralDate", "is_a_date")),
        ({"CINreferralDate": None}, ("cin_details", "CINreferralDate", "required")),
        ({"CPPreviewDate": ["2024-09-20", "soon"]}, ("plan_review", "CPPreviewDate", "is_a_date")),
        ({"CPPreviewDate": [""]}, ("plan_review", "CPPreviewDate", "required")),
        ({"Disability": ["HAND", "BLUE"]}, ("disability", "Disability", "is_a_known_code")),
        ({"Ethnicity": "wbri"}, ("child", "Ethnicity", "is_a_known_code")),
        ({"AssessmentFactors": ["18A"]}, ("assessment_factor", "AssessmentFactors", "code_not_in_this_year")),
        ({"AssessmentFactors": ["99Z"]}, ("assessment_factor", "AssessmentFactors", "is_a_known_code")),
        ({"ReferralNFA": "maybe"}, ("cin_details", "ReferralNFA", "is_a_known_code")),
        ({"NumberOfPreviousCPP": "two"}, ("child_protection_plan", "NumberOfPreviousCPP", "is_a_number")),
        ({"NumberOfPreviousCPP": "12E3"}, ("child_protection_plan", "NumberOfPreviousCPP", "is_a_number")),
        ({"NumberOfPreviousCPP": "-1"}, ("child_protection_plan", "NumberOfPreviousCPP", "within_limits")),
        ({"UPN": "A123"}, ("child", "UPN", "matches_pattern")),
        ({"UPN": "A12345678901BB"}, ("child", "UPN", "matches_pattern")),
    ],
)
def test_a_bad_value_is_one_violation_that_names_its_field(census, child, change, violation):
    assert broken(intake.examine(census([child(**change)]))) == [violation]


def test_a_violation_says_in_which_row_and_on_which_line(census, child, text_of):
    children = [
        child("A1"),
        child("A2", Section47=[{"S47ActualStartDate": "2024-06-10", "ICPCnotRequired": "?"}]),
    ]
    [found] = intake.examine(census(children)).violations.to_pylist()
    assert (found["table_name"], found["row_number"]) == ("section_47", 2)
    assert "<Section47>" in text_of(children).splitlines()[found["line"] - 1]


def test_a_child_without_an_id_is_reported_once_and_not_with_every_event(census, child):
    assert broken(intake.examine(census([child(None)]))) == [("child", "LAchildID", "required")]


NO_GENDER = ("child", "GenderCurrent", "required")
TOO_EARLY = ("child", "Sex", "not_collected_this_year")


@pytest.mark.parametrize(
    ("reference_date", "change", "violations"),
    [
        ("2025-03-31", {"Sex": "1"}, [("child", "Sex", "is_a_known_code")]),
        ("2024-03-31", {}, [NO_GENDER, TOO_EARLY]),
        ("2022-03-31", {"AssessmentFactors": ["18A"]}, [NO_GENDER, TOO_EARLY]),
        (
            "2021-03-31",
            {},
            [NO_GENDER, TOO_EARLY, ("cin_plan", "CINPlanStartDate", "not_collected_this_year")],
        ),
    ],
)
def test_a_file_is_held_against_the_contract_of_its_own_year(
    census, child, reference_date, change, violations
):
    assert broken(intake.examine(census([child(**change)], reference_date=reference_date))) == violations


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-06-03", "2024-06-03"),
        ("03/06/2024", "2024-06-03"),
        ("3/6/2024", "2024-06-03"),
        ("2024-06-03T00:00:00", "2024-06-03"),
        ("2024-06-03 09:30", "2024-06-03"),
        ("2024-06-03T09:30:00.123Z", "2024-06-03"),
        ("29/02/2024", "2024-02-29"),
    ],
)
def test_a_date_is_read_day_first_and_never_month_first(census, child, written, read):
    examined = intake.examine(census([child(CINreferralDate=written)]))
    assert examined.tables["cin_details"]["CINreferralDate"].to_pylist() == [read]
    assert broken(examined) == []


@pytest.mark.parametrize("written", ["29/02/2023", "06/30/2024", "03/06/24", "20240603", "2024-6-3", "nan"])
def test_a_date_that_cannot_be_read_stays_as_sent(census, child, written):
    examined = intake.examine(census([child(CINreferralDate=written)]))
    assert examined.tables["cin_details"]["CINreferralDate"].to_pylist() == [written]
    assert broken(examined) == [("cin_details", "CINreferralDate", "is_a_date")]


@pytest.mark.parametrize(
    ("written", "read"), [("true", "1"), ("False", "0"), ("1", "1"), ("0", "0"), ("Y", "Y")]
)
def test_true_and_false_become_one_and_nought_and_nothing_else_does(census, child, written, read):
    examined = intake.examine(census([child(ICPCnotRequired=written, LAchildID=written)]))
    assert examined.tables["section_47"]["ICPCnotRequired"].to_pylist() == [read]
    assert examined.tables["child"]["LAchildID"].to_pylist() == [written]


@pytest.mark.parametrize("sent", ["nan", "00123", "12E3", "Fernando", "1.0", "03/06/2024"])
def test_what_is_no_date_and_no_yes_or_no_is_left_alone(census, child, sent):
    examined = intake.examine(census([child(sent, Ethnicity=sent)]))
    assert examined.tables["child"]["LAchildID"].to_pylist() == [sent]
    assert examined.tables["child"]["Ethnicity"].to_pylist() == [sent]


def one_row(return_id, table, **values):
    schema = as_read(return_id, table)
    return pa.Table.from_pylist([{"row_number": 1, "line": 2, **values}], schema=schema)


@pytest.mark.parametrize(("share", "checks"), [("0.5", []), ("1", []), ("1.5", ["within_limits"])])
def test_upper_limits_hold_too(share, checks):
    found = contracts.violations("csww", "worker", one_row("csww", "worker", FTE=share), 2022)
    assert [each["check"] for each in found.to_pylist() if each["field"] == "FTE"] == checks


@pytest.mark.parametrize("return_id", dictionary.returns())
def test_every_table_of_every_return_has_a_contract(return_id):
    years = dictionary.years(return_id) or [2025]
    for year in {years[0], years[len(years) // 2], years[-1]}:
        for table in dictionary.tables(return_id):
            frame = one_row(return_id, table.name)
            found = contracts.violations(
                return_id, table.name, contracts.normalised(return_id, table.name, frame), year
            )
            assert found.schema == VIOLATION
            required = {f.name for f in dictionary.fields(return_id, table.name, year) if f.is_required}
            assert {each["field"] for each in found.to_pylist()} == required


def test_no_environment_variable_can_silence_a_contract(census, child):
    from pandera.config import config_context

    with config_context(validation_enabled=False):
        assert len(broken(intake.examine(census([child(Sex="?")])))) == 1


def test_a_check_that_breaks_is_a_fault_and_not_a_pass(monkeypatch):
    import pandera.polars

    from dagster_project.contracts import checking

    def breaks(_data):
        raise ValueError("A1")

    column = pandera.polars.Column(str, nullable=True, checks=pandera.polars.Check(breaks, name="breaks"))
    monkeypatch.setattr(
        checking, "schema_for", lambda *_: pandera.polars.DataFrameSchema({"LAchildID": column})
    )
    with pytest.raises(RuntimeError, match="the contract of child could not check breaks") as fault:
        contracts.violations("cin", "child", one_row("cin", "child"), 2025)
    assert "A1" not in str(fault.value)


def test_a_table_that_is_not_text_is_a_fault_and_not_a_pass():
    table = one_row("cin", "child", LAchildID="A1")
    table = table.set_column(table.schema.get_field_index("LAchildID"), "LAchildID", pa.array([1]))
    with pytest.raises(RuntimeError, match="the contract of child could not check dtype"):
        contracts.violations("cin", "child", table, 2025)


@pytest.fixture
def looked_at_whole(monkeypatch):
    """What Pandera finds when it is asked of every part of the contract, whatever a quick look would say."""
    from dagster_project.contracts import checking

    def found(return_id, name, table, year):
        everything = {field.name for field in dictionary.fields(return_id, name)} | {None}
        with monkeypatch.context() as patch:
            patch.setattr(checking, "_unmet", lambda *_: frozenset(everything))
            return contracts.violations(return_id, name, table, year)

    return found


@pytest.mark.parametrize("most_together", [100_000, 0])
@pytest.mark.parametrize("return_id", dictionary.returns())
def test_the_quick_look_passes_over_nothing(return_id, most_together, looked_at_whole, monkeypatch):
    from dagster_project.contracts import checking

    monkeypatch.setattr(checking, "_TOGETHER", most_together)
    chance = Random(0)
    odd = ["", "?", "-3", "1e9", "nan", "99", "2024-02-30", "0000-01-01", "2024-05-01T25:00", "1", None]
    years = dictionary.years(return_id) or [2025]
    for table in dictionary.tables(return_id):
        fields = dictionary.fields(return_id, table.name)
        good = {each.name: ["2024-05-01", "1", None] for each in fields}
        good |= {each.name: sorted(dictionary.codes(each.code_list)) for each in fields if each.code_list}
        for year, oddness in ((years[0], 0.0), (years[-1], 0.0), (years[-1], 0.1)):
            rows = [
                {
                    "row_number": number,
                    "parent_row": chance.choice([None, 1]),
                    "line": number,
                    **{
                        name: chance.choice(odd if chance.random() < oddness else known)
                        for name, known in good.items()
                    },
                }
                for number in range(1, 12)
            ]
            sent = pa.Table.from_pylist(rows, schema=as_read(return_id, table.name))
            found = contracts.violations(return_id, table.name, sent, year)
            assert found.equals(looked_at_whole(return_id, table.name, sent, year))


def test_only_what_is_not_met_is_put_to_pandera(monkeypatch, census, child):
    from dagster_project.contracts import checking

    asked = []
    schema_for = checking.schema_for
    monkeypatch.setattr(checking, "schema_for", lambda *of: asked.append(of) or schema_for(*of))
    assert broken(intake.examine(census([child(Sex="?")]))) == [("child", "Sex", "is_a_known_code")]
    assert asked == [("cin", "child", 2025, frozenset({"Sex"}))]
