"""The faults planted in made-up Annex A workbooks: headings that drift, values not as offered."""

from collections.abc import Callable
from dataclasses import dataclass

from dagster_project.synthetic.annex_a.view import Row


@dataclass(frozen=True)
class HeadingKind:
    """A heading sent in another way.

    Attributes:
        name: What it is called.
        authority: Whose workbooks have it.
        table: The list.
        field: The field whose heading it is.
        change: What becomes of the heading.
    """

    name: str
    authority: str
    table: str
    field: str
    change: Callable[[str], str]


@dataclass(frozen=True)
class ValueKind:
    """A value sent in another way, in the first row whose value ``change`` can do something with.

    ``check`` is the check of the contract that it should fail; None where it must be understood.
    """

    name: str
    authority: str
    table: str
    field: str
    check: str | None
    change: Callable[[str], str | None]


def _curly(heading: str) -> str:
    return heading.replace(" '", " \N{LEFT SINGLE QUOTATION MARK}").replace(
        "' ", "\N{RIGHT SINGLE QUOTATION MARK} "
    )


def _without_letter(value: str) -> str | None:
    return value[3:] if value[:2] in ("a)", "b)") else None


def _as_code(value: str) -> str | None:
    return {"a)": "M", "b)": "F"}.get(value[:2])


_MISSING = "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months"
_UASC = "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)"

HEADINGS = (
    HeadingKind("curly_quotes", "991", "list_8", _MISSING, _curly),
    HeadingKind("other_capitals", "992", "list_3", "Date of referral", str.upper),
    HeadingKind("doubled_bracket", "993", "list_8", _UASC, lambda heading: f"{heading})"),
)
VALUES = (
    ValueKind("value_without_letter", "994", "list_3", "Gender", None, _without_letter),
    ValueKind("value_as_code", "995", "list_4", "Gender", None, _as_code),
    ValueKind(
        "text_of_the_system",
        "996",
        "list_6",
        "Primary Need Code",
        "is_a_known_code",
        lambda _: "ZQX01 - see worklist",
    ),
)


class Planter:
    """Plants the faults in the values of one workbook."""

    def __init__(self, authority: str, with_faults: bool) -> None:
        self._waiting = [kind for kind in VALUES if with_faults and kind.authority == authority]

    def plant(self, rows: dict[str, list[Row]]) -> list[tuple[ValueKind, int, str]]:
        """Change the rows of a child: the kinds planted, each with the row's number in its list and value."""
        found = []
        for kind in list(self._waiting):
            for number, row in enumerate(rows[kind.table]):
                value = row[kind.field]
                sent = kind.change(value) if isinstance(value, str) else None
                if sent is not None:
                    row[kind.field] = sent
                    found.append((kind, number, sent))
                    self._waiting.remove(kind)
                    break
        return found
