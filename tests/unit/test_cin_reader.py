"""What the reader makes of a census: every row, as text, with its place; or one plain line."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project import dictionary, returns
from dagster_project.dictionary.arrow import as_read
from dagster_project.returns import UnreadableFile, xml_reader, xml_stream


def rows(reading, table):
    return reading.tables[table].to_pylist()


def column(reading, table, field):
    return reading.tables[table][field].to_pylist()


def notices(reading):
    return [(each["table_name"], each["field"], each["check"]) for each in reading.notices.to_pylist()]


def test_every_review_of_a_plan_is_kept(census, child):
    reading = returns.read(census([child()]))
    assert column(reading, "plan_review", "CPPreviewDate") == ["2024-09-20", "2025-02-27", "2025-03-05"]
    assert column(reading, "disability", "Disability") == ["HAND", "HEAR"]
    assert column(reading, "assessment_factor", "AssessmentFactors") == ["2A", "2B"]


def test_the_same_name_in_two_places_is_two_fields(census, child):
    reading = returns.read(census([child()]))
    assert column(reading, "cin_details", "DateOfInitialCPC") == ["2024-07-01"]
    assert column(reading, "section_47", "DateOfInitialCPC") == ["2024-06-27"]


@pytest.mark.parametrize(
    "sent", ["00123", "12E3", "nan", "None", "NULL", "1.0", "-0", "O'Hara & <Søn>", "tRuE"]
)
def test_a_value_is_kept_as_it_was_sent(census, child, sent):
    reading = returns.read(census([child(sent, Ethnicity=sent, ReferralNFA=sent)]))
    assert column(reading, "child", "LAchildID") == [sent]
    assert column(reading, "child", "Ethnicity") == [sent]
    assert column(reading, "cin_details", "ReferralNFA") == [sent]


def test_blanks_around_a_value_go_and_a_blank_value_is_null_in_a_row_that_stays(census, child):
    reading = returns.read(
        census([child(CINreferralDate=" \n ", ReferralSource="  1A\n", Disability=["", "HAND"])])
    )
    assert column(reading, "cin_details", "CINreferralDate") == [None]
    assert column(reading, "cin_details", "ReferralSource") == ["1A"]
    assert column(reading, "disability", "Disability") == [None, "HAND"]


def test_an_unreadable_referral_date_drops_neither_the_event_nor_the_child(census, child):
    reading = returns.read(census([child(CINreferralDate="last spring")]))
    assert column(reading, "cin_details", "CINreferralDate") == ["last spring"]
    assert column(reading, "child", "LAchildID") == ["A1"]


def test_every_row_says_which_row_it_belongs_to_and_on_which_line_it_begins(census, child, text_of):
    two = [child("A1"), child("A2", AssessmentFactors=["3A"])]
    reading = returns.read(census(two))
    lines = text_of(two).splitlines()

    assert [(r["row_number"], r["parent_row"]) for r in rows(reading, "child")] == [(1, None), (2, None)]
    assert [(r["row_number"], r["parent_row"]) for r in rows(reading, "assessment_factor")] == [
        (1, 1),
        (2, 1),
        (3, 2),
    ]
    for table, opening in [
        ("child", "<Child>"),
        ("section_47", "<Section47>"),
        ("plan_review", "<CPPreviewDate>"),
    ]:
        assert all(lines[r["line"] - 1].strip().startswith(opening) for r in rows(reading, table))


def test_every_event_carries_the_id_of_its_child_wherever_in_the_child_the_id_stands(census, child):
    last = child("A2")
    last["ChildIdentifiers"] = last.pop("ChildIdentifiers")  # now after the events
    reading = returns.read(census([child("A1"), last, child(None)]))
    for table in ("disability", "cin_details", "assessment_factor", "section_47", "plan_review"):
        ids = column(reading, table, "LAchildID")
        assert list(dict.fromkeys(ids)) == ["A1", "A2", None]


def test_all_tables_and_all_fields_of_all_years_are_there_also_when_nothing_was_sent(census):
    reading = returns.read(census([]))
    assert list(reading.tables) == [table.name for table in dictionary.tables("cin")]
    for name, table in reading.tables.items():
        assert table.schema == as_read("cin", name)
    assert {name for name, table in reading.tables.items() if table.num_rows} == {"header"}


@pytest.mark.parametrize("missing", ["CINdetails", "ChildIdentifiers", "ChildCharacteristics"])
def test_a_missing_block_is_missing_rows_and_no_more(census, child, missing):
    without = child("A1")
    del without[missing]
    reading = returns.read(census([without, child("A2")]))
    assert len(rows(reading, "child")) == 2
    assert "A2" in column(reading, "cin_details", "LAchildID")


@pytest.mark.parametrize("prefix", ["", "dfe:"])
def test_a_namespace_changes_nothing(census, child, text_of, prefix):
    plain = text_of([child()])
    named = (
        plain.replace("</", f"</{prefix}")
        .replace("<", f"<{prefix}")
        .replace(f"<{prefix}/{prefix}", f"</{prefix}")
    )
    declaration = f"xmlns{':dfe' if prefix else ''}"
    named = named.replace(f"<{prefix}Message>", f'<{prefix}Message {declaration}="urn:x">', 1)
    reading = returns.read(census(named))
    assert reading.tables == returns.read(census(plain)).tables
    assert notices(reading) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_file_may_be_written_in_any_usual_encoding(census, child, text_of, encoding):
    declared = encoding.removesuffix("-sig")
    text = f'<?xml version="1.0" encoding="{declared}"?>\n' + text_of([child("Zoë-1")])
    assert column(returns.read(census(text.encode(encoding))), "plan_review", "LAchildID") == ["Zoë-1"] * 3


def test_what_is_unknown_is_noticed_with_its_place_and_stops_nothing(census, child):
    odd = child(Sex="F")
    odd["CINdetails"]["LocalNote"] = {"Text": "secret", "Deeper": {"LAchildID": "secret"}}
    reading = returns.read(census([child("A0"), odd]))
    assert notices(reading) == [("cin_details", "LocalNote", "unknown_element")]
    assert reading.notices["row_number"].to_pylist() == [2]
    assert column(reading, "child", "LAchildID") == ["A0", "A1"]


@pytest.mark.parametrize("name", ["x" * 62, "é", "a·b"])
def test_a_strange_element_name_is_not_repeated(census, text_of, name):
    text = text_of([]).replace("<Children>", f"<Children><{name}/>")
    assert notices(returns.read(census(text))) == [(None, None, "unknown_element")]


def test_of_an_element_sent_twice_the_first_counts_and_the_second_is_noticed(census, child):
    reading = returns.read(census([child(["A1", "A2"])]))
    assert column(reading, "child", "LAchildID") == ["A1"]
    assert notices(reading) == [("child", "LAchildID", "repeated_element")]


def test_text_between_elements_is_noticed_and_belongs_to_no_value(census, child, text_of):
    text = text_of([child()]).replace("</UPN>", "</UPN>PersonBirthDate")
    reading = returns.read(census(text))
    assert notices(reading) == [("child", "ChildIdentifiers", "stray_text")]
    assert column(reading, "child", "PersonBirthDate") == ["2015-03-27"]


def test_an_element_inside_a_value_takes_nothing_from_it(census, child, text_of):
    text = text_of([child("24680")]).replace("24680", "24<b>99</b>6<!-- no --><![CDATA[8]]>0")
    reading = returns.read(census(text))
    assert column(reading, "child", "LAchildID") == ["24680"]
    assert notices(reading) == [("child", "b", "unknown_element")]


def test_notices_of_a_file_full_of_oddities_stay_few_and_say_so(census, text_of, monkeypatch):
    monkeypatch.setattr(xml_reader, "MOST_NOTICES", 3)
    reading = returns.read(census(text_of([]).replace("<Children>", "<Children>" + "<x/>" * 9)))
    assert [check for _, _, check in notices(reading)] == ["unknown_element"] * 3 + [
        "more_notices_not_listed"
    ]


@pytest.mark.parametrize(
    ("header", "year", "noticed"),
    [
        ({"reference_date": "2025-03-31"}, 2025, []),
        ({"reference_date": "2024-03-31", "year": "2023"}, 2024, [("header", "Year", "year_disagrees")]),
        ({"reference_date": "31/03/2024", "year": "2024"}, 2024, []),
        ({"reference_date": "2024-03-31T00:00:00"}, 2024, []),
        (
            {"reference_date": "2024-04-01", "year": "2025"},
            2025,
            [("header", "ReferenceDate", "not_31_march")],
        ),
        ({"reference_date": "2014-03-31"}, 2014, []),
        ({"reference_date": "2027-03-31"}, 2027, []),
    ],
)
def test_the_year_is_that_of_the_reference_date(census, header, year, noticed):
    reading = returns.read(census([], name="cin_20190401.xml", **header))
    assert (reading.collection_year, notices(reading)) == (year, noticed)


def test_when_a_file_was_made_is_kept_only_if_it_can_be_read(census):
    assert returns.read(census([])).sent_at == "2025-05-23T11:14:05"
    assert returns.read(census([], made="Tuesday")).sent_at is None


@pytest.mark.parametrize("size", [1, 7, 64])
def test_the_rows_do_not_depend_on_how_a_file_is_cut_into_pieces(census, child, monkeypatch, size):
    file = census([child(f"Zoë {number}") for number in range(9)])
    whole = returns.read(file)
    monkeypatch.setattr(xml_reader, "_SETTLED_AT", 2)
    monkeypatch.setattr(xml_stream, "CHUNK", size)
    tables, noticed = xml_reader.read_tables(file, "cin")
    assert {name: table.combine_chunks() for name, table in tables.items()} == {
        name: table.combine_chunks() for name, table in whole.tables.items()
    }
    assert noticed.num_rows == 0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("<Message>", "<Other>", "</Message>", "</Other>"), "not of a return known here"),
        (("CIN<", "SCHOOL<"), "not of a return known here"),
        (("<LEA>991</LEA>", ""), "line 2: the header has no LEA"),
        (("<LEA>991</LEA>", "<LEA>000</LEA>"), "line 2: LEA '000' is not the code of an authority"),
        (("<LEA>991</LEA>", "<LEA>Fernmoor Council</LEA>"), "line 2: LEA is not the code of an authority"),
        (("<ReferenceDate>2025-03-31</ReferenceDate>", ""), "line 2: the header has no ReferenceDate"),
        (("2025-03-31<", "spring<"), "line 2: ReferenceDate is not a date"),
        (("2025-03-31<", "2013-03-31<"), "it is for 2012-13, and the dictionary knows 2013-14 to"),
        (("2025-03-31<", "2039-03-31<"), "it is for 2038-39"),
        (("<Header>", "<Header/><Header>"), "has 2 Header elements"),
        (("</Children>", "</Child>"), "is not well-formed XML (mismatched tag)"),
        (("<Children>", "<Children>\x01"), "is not well-formed XML"),
        (("<Message>", "<!DOCTYPE Message><Message>"), "line 1 declares a DOCTYPE"),
        (
            ("<Message>", '<?xml version="1.0" encoding="klingon"?><Message>'),
            "an encoding that cannot be read",
        ),
    ],
)
def test_what_cannot_be_a_census_is_refused_in_one_line_with_a_remedy(census, text_of, change, says):
    text = text_of([])
    for old, new in zip(change[::2], change[1::2], strict=True):
        text = text.replace(old, new)
    with pytest.raises(UnreadableFile) as refused:
        returns.read(census(text, name="spring\ncensus.xml"))
    message = str(refused.value)
    assert message.startswith("spring?census.xml: ")
    assert says in message and "; " in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xef\xbb\xbf", b"\x00" * 50])
def test_an_empty_file_is_refused(census, content):
    with pytest.raises(UnreadableFile, match="is empty; export the return again"):
        returns.read(census(content))


@pytest.mark.parametrize("part", [0.2, 0.6, 0.99])
def test_a_file_that_was_cut_short_is_refused_and_gives_no_rows(census, child, text_of, part):
    text = text_of([child("A1"), child("A2")]).strip()
    with pytest.raises(UnreadableFile, match="ends too early, at line"):
        returns.read(census(text[: int(len(text) * part)]))


def test_a_file_is_recognised_by_its_content_and_not_by_its_name(census, text_of):
    assert returns.read(census([], name="ssda903_episodes.csv")).return_id == "cin"
    without = text_of([]).replace("<Collection>CIN</Collection>", "")
    assert returns.read(census(without)).return_id == "cin"
    for other, says in (
        ("CHILD,DECOM\n1,2\n", "has no headings of a table known here"),
        (b"PK\x03\x04", "is a damaged zip"),
        ("<html></html>", "is XML, but not of a return known here"),
    ):
        with pytest.raises(UnreadableFile, match=says):
            returns.read(census(other, name="cin.xml"))


def test_a_file_that_is_not_there_is_refused_and_not_a_traceback(tmp_path):
    with pytest.raises(UnreadableFile, match=r"gone.xml: cannot be opened \(FileNotFoundError\)"):
        returns.read(tmp_path / "gone.xml")


# -- any children at all, written and read back

values = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), max_size=12)
maybe = st.none() | values
plans = st.fixed_dictionaries(
    {"CPPstartDate": maybe},
    optional={"Reviews": st.fixed_dictionaries({"CPPreviewDate": st.lists(maybe, max_size=3)})},
)
episodes = st.fixed_dictionaries(
    {"CINreferralDate": maybe, "DateOfInitialCPC": maybe},
    optional={
        "Section47": st.lists(st.fixed_dictionaries({"DateOfInitialCPC": maybe}), max_size=2),
        "ChildProtectionPlans": st.lists(plans, max_size=2),
    },
)
children = st.fixed_dictionaries(
    {
        "CINdetails": st.lists(episodes, max_size=2),
        "ChildIdentifiers": st.fixed_dictionaries({"LAchildID": maybe}),
    }
)


def sent(value):
    return (value or "").strip() or None


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(children, max_size=3))
def test_whatever_was_written_is_read(census, generated):
    reading = returns.read(census(generated))
    with_id = [(sent(one["ChildIdentifiers"]["LAchildID"]), one) for one in generated]
    episode = [(number, each) for number, one in with_id for each in one["CINdetails"]]
    plan = [(number, each) for number, one in episode for each in one.get("ChildProtectionPlans", [])]

    def pairs(table, field):
        return [(row["LAchildID"], row[field]) for row in rows(reading, table)]

    assert column(reading, "child", "LAchildID") == [number for number, _ in with_id]
    assert pairs("cin_details", "CINreferralDate") == [(n, sent(e["CINreferralDate"])) for n, e in episode]
    assert pairs("cin_details", "DateOfInitialCPC") == [(n, sent(e["DateOfInitialCPC"])) for n, e in episode]
    assert pairs("section_47", "DateOfInitialCPC") == [
        (n, sent(each["DateOfInitialCPC"])) for n, e in episode for each in e.get("Section47", [])
    ]
    assert pairs("child_protection_plan", "CPPstartDate") == [(n, sent(e["CPPstartDate"])) for n, e in plan]
    assert pairs("plan_review", "CPPreviewDate") == [
        # a group of reviews that holds none counts as one without a date
        (n, sent(date))
        for n, e in plan
        if "Reviews" in e
        for date in e["Reviews"]["CPPreviewDate"] or [None]
    ]
    assert reading.notices.num_rows == 0
