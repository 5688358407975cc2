"""What the elements of the workforce census mean; which there are, and in what order, the dictionary says.

An element that is not named here gets a plausible value by its kind, so a new year is rows in the dictionary.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate
from typing import Any

from dagster_project import dictionary
from dagster_project.dictionary import Field
from dagster_project.synthetic import days
from dagster_project.synthetic.census import Census
from dagster_project.synthetic.choices import Maker, fixed, pick, plausible, share
from dagster_project.synthetic.csww.lives import year_of
from dagster_project.synthetic.csww.rows import Row, is_newly_qualified

_NOT_FOR_WORKERS = frozenset({"WIRT", "WROM"})  # the census counts them under another heading

_SCHOOLS = (
    "University of Fernmoor",
    "Kestrel Bay College",
    "Larkhampton University",
    "Aldermarsh Institute of Social Work",
    "Thornmere University",
)

#: What is common among the codes of a field; one that the dictionary does not have is never chosen.
_ORIGINS = {"2": 40, "4": 22, "3": 4, "5": 6, "6": 12, "7": 6, "8": 4, "9": 4}
_DESTINATIONS = {"1": 34, "3": 22, "4": 6, "5": 12, "6": 12, "7": 5, "8": 8, "2": 2}
_LEVELS = {"1": 50, "2": 45, "3": 5}
_STAGES = {"3": "3", "2": "4", "1": "4"}


def maker(field: Field) -> Maker:
    """What makes the text of an element, from its row and the census; None leaves the element out."""
    found = _MAKERS.get(field.table, {}).get(field.name)
    return found(field) if found else plausible(field)


def below(table: str, row: Row, census: Census) -> Iterable[Any]:
    """The rows of a table that stands in a worker; what makes their one element gets each of them."""
    known = _BELOW.get(table)
    if known is not None:
        return known(row, census)
    return [row] if share(row.dice, table) < 1 / 12 else []


def number(value: float, places: int) -> str:
    """The number without more digits than it needs."""
    return f"{value:.{places}f}".rstrip("0").rstrip(".")


def _text(make: Maker) -> Callable[[Field], Maker]:
    return lambda _: make


def _code(choose: Callable[[Row, Census], str | None]) -> Callable[[Field], Maker]:
    """A code that follows from the life, left out in years that do not know it."""

    def of(field: Field) -> Maker:
        def make(row: Row, census: Census) -> str | None:
            code = choose(row, census)
            assert field.code_list is not None
            return code if code in dictionary.codes(field.code_list, census.year) else None

        return make

    return of


def _common(weights: Mapping[str, float], part: float) -> str:
    codes, scale = list(weights), list(accumulate(weights.values()))
    return codes[bisect(scale, part * scale[-1], 0, len(codes) - 1)]


def _sent(census: Census, _: Census) -> str:
    return f"{days.iso(census.end + 40)}T09:{int(census.authority) % 60:02d}:00"


def _ethnicity(field: Field) -> Maker:
    def make(row: Row, census: Census) -> str:
        assert field.code_list is not None
        since, part = year_of(row.worker.spells[0].day), share(row.worker.dice, "ethnicity")
        return pick(field.code_list, since, census.year, part, without=_NOT_FOR_WORKERS)

    return make


def _sex(row: Row, _: Census) -> str:
    if share(row.worker.dice, "sex is given") < 0.005:
        return "9"
    return "2" if row.worker.is_female else "1"


def _origin(row: Row, _: Census) -> str:
    if is_newly_qualified(row.spell):
        return "1"
    if row.spell.is_first and row.spell is not row.worker.spells[0]:
        return "4"  # was here already, through an agency
    return _common(_ORIGINS, share(row.dice, "origin"))


def _reason(row: Row, _: Census) -> str | None:
    if row.is_in_post or row.spell.is_agency:
        return None
    part = share(row.dice, "reason")
    if row.spell.is_followed:
        return "1" if part < 0.7 else "7"
    if row.spell.end - row.worker.birth > 60 * days.YEAR:
        return "5"
    return _common({"1": 74, "2": 2, "3": 1, "4": 1.5, "6": 0.5, "7": 12, "8": 6, "9": 3}, part)


def _destination(row: Row, census: Census) -> str | None:
    reason = _reason(row, census)
    if reason is None or reason == "6":
        return None
    return "6" if reason == "5" else _common(_DESTINATIONS, share(row.dice, "destination"))


def _scheme(salt: str, least: float, most: float) -> Callable[[Field], Maker]:
    """Whether the worker qualified through a scheme; nobody did through two."""
    return _code(lambda row, _: "1" if least <= share(row.worker.dice, salt) < most else "0")


def _schools(row: Row, _: Census) -> list[str]:
    part = share(row.worker.dice, "school")
    if row.spell.is_agency and part < 0.3:
        return []
    first = int(part * len(_SCHOOLS))
    has_two = share(row.worker.dice, "schools") < 0.1
    return [_SCHOOLS[first], _SCHOOLS[first - 1]] if has_two else [_SCHOOLS[first]]


def _stages(row: Row, census: Census) -> list[str]:
    """Voluntary: given for half of those in post."""
    if not row.is_in_post or share(row.dice, "stage") < 0.5:
        return []
    is_new = is_newly_qualified(row.spell) and census.end - row.day <= days.YEAR
    return ["1" if is_new else _STAGES.get(row.role, "2")]


def _contract(row: Row, census: Census) -> list[str]:
    """Voluntary: the weeks in contract of most agency workers."""
    if not row.spell.is_agency or share(row.dice, "weeks") < 0.3:
        return []
    return [number((min(row.spell.end, census.end) - row.day) / 7, 1)]


def _full_time_30(row: Row, _: Census) -> str | None:
    return None if row.cases is None else number(row.fte, 6)


_BELOW: dict[str, Callable[[Row, Census], Iterable[Any]]] = {
    "worker_qualification": _schools,
    "worker_contract": _contract,
    "worker_absence": lambda row, _: [("1" if row.absence else "0")] if row.is_in_post else [],
    "worker_absence_reason": lambda row, _: [row.absence] if row.absence else [],
    "worker_career_stage": _stages,
}

_MAKERS: dict[str, dict[str, Callable[[Field], Maker]]] = {
    "header": {
        "Year": _text(lambda census, _: str(census.year)),
        "ReferenceDate": _text(lambda census, _: days.iso(census.end)),
        "LEA": _text(lambda census, _: census.authority),
        "SoftwareCode": _text(fixed("made up")),
        "DateTime": _text(_sent),
    },
    "vacancy": {
        "NumberOfVacancies": _text(lambda row, _: number(row.fte, 2)),
        "NoAgencyFTE": _text(lambda row, _: number(row.agency_fte, 2)),
        "NoAgencyHeadcount": _text(lambda row, _: str(row.agency_headcount)),
    },
    "worker": {
        "AgencyWorker": _text(lambda row, _: "1" if row.spell.is_agency else "0"),
        "SWENo": _text(lambda row, _: row.worker.number),
        "FTE": _text(lambda row, _: number(row.fte, 6)),
        "PersonBirthDate": _text(lambda row, _: days.iso(row.worker.birth)),
        "GenderCurrent": _code(_sex),
        "Ethnicity": _ethnicity,
        "QualLevel": _code(lambda row, _: _common(_LEVELS, share(row.worker.dice, "level"))),
        "StepUpGrad": _scheme("scheme", 0.0, 0.03),
        "FrontlineGrad": _scheme("scheme", 0.03, 0.07),
        "OrgRole": _code(lambda row, _: row.role),
        "RoleStartDate": _text(lambda row, _: days.iso(row.day)),
        "StartOrigin": _code(_origin),
        "RoleEndDate": _text(lambda row, _: None if row.is_in_post else days.iso(row.spell.end)),
        "LeaverDestination": _code(_destination),
        "ReasonLeave": _code(_reason),
        "FTE30": _text(_full_time_30),
        "Cases30": _text(lambda row, _: None if row.cases is None else str(row.cases)),
        "WorkingDaysLost": _text(lambda row, _: None if row.days_lost is None else number(row.days_lost, 2)),
    },
    "worker_qualification": {"QualInst": _text(lambda school, _: school)},
    "worker_contract": {"ContractWeeks": _text(lambda weeks, _: weeks)},
    "worker_absence": {"Absat30Sept": _text(lambda code, _: code)},
    "worker_absence_reason": {"ReasonAbsence": _text(lambda code, _: code)},
    "worker_career_stage": {"CFKSSstatus": _text(lambda code, _: code)},
}
