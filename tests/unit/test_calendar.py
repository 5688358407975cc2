"""What is due, what has come and what is late, by dates that are known and the habit of other years."""

from datetime import date

import pytest

from dagster_project import intake, service, synthetic
from dagster_project.dictionary import window
from dagster_project.settings import Service, Settings
from tests.conftest import ncd

#: Days on either side of the day a census of 2024-25 was due.
ON_TIME, LATE = date(2025, 7, 31), date(2025, 8, 1)


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """A workspace into which one made-up authority's census of 2023-24 was taken."""
    home = tmp_path_factory.mktemp("calendar")
    made = synthetic.write_cin(home / "incoming", (2024,), children=20, authorities=["991"])
    intake.take_in(list(made.files), Settings(home, workers=1))
    return home


def of(home, return_id, today, *authorities):
    settings = Settings(home, service=Service(authorities=authorities))
    return {due.period: due for due in service.calendar(settings, today) if due.return_id == return_id}


def test_a_date_that_is_known_is_certain():
    known = window("cin", 2025)
    assert (known.opens, known.due, known.caution) == (date(2025, 4, 1), date(2025, 7, 31), "")


@pytest.mark.parametrize(
    ("return_id", "year", "due"),
    [
        ("cin", 2027, date(2027, 7, 31)),
        ("ssda903", 2026, date(2026, 6, 30)),
        ("csww", 2028, date(2028, 10, 31)),
    ],
)
def test_of_another_year_the_same_day_is_taken_and_marked_as_not_certain(return_id, year, due):
    known = window(return_id, year)
    assert known.due == due
    assert known.caution


def test_a_return_that_is_collected_no_more_has_no_window():
    assert window("pf1", 2026) is None


def test_on_the_last_day_a_return_is_due_and_on_the_next_it_is_late(raw):
    assert of(raw, "cin", ON_TIME, "991", "992")["2024-25"].state(ON_TIME) == "due"
    late = of(raw, "cin", LATE, "991", "992")["2024-25"]
    assert late.state(LATE) == "late"
    assert list(late.late(LATE)) == ["991", "992"]
    assert "was due on 31 July 2025 and has not come" in late.late(LATE)["991"]


def test_what_has_come_is_not_waited_for(raw):
    last_year = of(raw, "cin", date(2025, 1, 1), "991")["2023-24"]
    assert last_year.state(date(2025, 1, 1)) == "arrived"


def test_a_made_up_authority_keeps_no_calendar_unless_it_is_named(raw):
    assert of(raw, "cin", LATE) == {}
    assert of(raw, "cin", LATE, "991")


def test_lists_are_waited_for_month_by_month_by_those_who_send_them(tmp_path):
    synthetic.write_annex_a(tmp_path / "incoming", date(2025, 1, 1), children=20, authorities=["991"])
    intake.take_in(tmp_path / "incoming", Settings(tmp_path, workers=1))
    for today, state in (
        (date(2025, 2, 1), "arrived"),
        (date(2025, 3, 5), "due"),
        (date(2025, 3, 6), "late"),
    ):
        [due] = of(tmp_path, "annex_a", today, "991", "992").values()
        assert (due.state(today), due.expected) == (state, {"991"})


def test_the_command_shows_the_calendar_of_a_day_and_tells_of_the_late_once(raw):
    (raw / "ncd.toml").write_text('[service]\nauthorities = ["991"]\n')
    shown = ncd("calendar", "--on", "2025-08-01", "--alert", home=raw)
    assert shown.returncode == 0, shown.stderr
    assert "cin\t2024-25\t2025-04-01\t2025-07-31\tcertain\tlate\t0 of 1\t991" in shown.stdout
    ncd("calendar", "--on", "2025-08-02", "--alert", home=raw)
    log = (raw / "logs" / "alerts.log").read_text()
    assert log.count("cin 2024-25 of 991") == 1
