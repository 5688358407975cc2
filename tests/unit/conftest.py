"""Made-up censuses of authorities that do not exist, written as a case system would write them."""

from collections.abc import Callable
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

#: An element's content: text, what stands in it by name, or several of the same name.
Content = str | None | dict[str, "Content"] | list["Content"]


def elements(name: str, content: Content, depth: int = 0) -> str:
    """``content`` as XML: a dictionary is what stands inside, a list repeats the element."""
    if isinstance(content, list):
        return "".join(elements(name, each, depth) for each in content)
    indent = "  " * depth
    if isinstance(content, dict):
        inside = "".join(elements(below, each, depth + 1) for below, each in content.items())
        return f"{indent}<{name}>\n{inside}{indent}</{name}>\n"
    return f"{indent}<{name}>{escape(content or '')}</{name}>\n"


def census_text(
    children: list[Content],
    la_code: str = "991",
    reference_date: str = "2025-03-31",
    year: str | None = None,
    made: str = "2025-05-23T11:14:05",
) -> str:
    """A whole census with these children."""
    header: Content = {
        "CollectionDetails": {
            "Collection": "CIN",
            "Year": year or reference_date[:4],
            "ReferenceDate": reference_date,
        },
        "Source": {"SourceLevel": "L", "LEA": la_code, "SerialNo": "001", "DateTime": made},
    }
    return elements("Message", {"Header": header, "Children": {"Child": children}})


def a_child(number: str | None = "A1", **changes: Content) -> dict[str, Content]:
    """A child who meets the contract of 2024-25 throughout; ``changes`` replaces values by element."""
    whole: dict[str, Content] = {
        "ChildIdentifiers": {
            "LAchildID": number,
            "UPN": "A12345678901B",
            "PersonBirthDate": "2015-03-27",
            "Sex": "F",
        },
        "ChildCharacteristics": {"Ethnicity": "WBRI", "Disabilities": {"Disability": ["HAND", "HEAR"]}},
        "CINdetails": {
            "CINreferralDate": "2024-06-03",
            "ReferralSource": "1A",
            "PrimaryNeedCode": "N4",
            "DateOfInitialCPC": "2024-07-01",
            "ReferralNFA": "0",
            "Assessments": {
                "AssessmentActualStartDate": "2024-06-04",
                "AssessmentAuthorisationDate": "2024-07-18",
                "FactorsIdentifiedAtAssessment": {"AssessmentFactors": ["2A", "2B"]},
            },
            "CINPlanDates": {"CINPlanStartDate": "2024-07-24"},
            "Section47": {
                "S47ActualStartDate": "2024-06-10",
                "InitialCPCtarget": "2024-06-28",
                "DateOfInitialCPC": "2024-06-27",
                "ICPCnotRequired": "0",
            },
            "ChildProtectionPlans": {
                "CPPstartDate": "2024-06-27",
                "InitialCategoryOfAbuse": "PHY",
                "LatestCategoryOfAbuse": "NEG",
                "NumberOfPreviousCPP": "1",
                "Reviews": {"CPPreviewDate": ["2024-09-20", "2025-02-27", "2025-03-05"]},
            },
        },
    }
    for name, value in changes.items():
        assert _replace(whole, name, value), f"no element {name} to replace"
    return whole


def _replace(content: Content, name: str, value: Content) -> bool:
    if not isinstance(content, dict):
        return False
    if name in content:
        content[name] = value
        return True
    return any(_replace(below, name, value) for below in content.values())


@pytest.fixture(scope="session")
def child() -> Callable[..., dict[str, Content]]:
    """Makes a child: ``child("A1", Sex="M")``."""
    return a_child


@pytest.fixture(scope="session")
def text_of() -> Callable[..., str]:
    """Makes the text of a census: ``text_of([child("A1")], la_code="992")``."""
    return census_text


@pytest.fixture(scope="session")
def census(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Writes a census to a file of its own: ``census([child("A1")])``, or any text or bytes."""

    def write(content: list[Content] | str | bytes, name: str = "census.xml", **header: str) -> Path:
        file = tmp_path_factory.mktemp("census") / name
        if isinstance(content, list):
            content = census_text(content, **header)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write
