"""Values of the Annex A lists as people send them, and what the codes of other returns are there."""

import csv
from functools import cache

from dagster_project.settings import SEEDS

SOURCES = {"2A": "b", "2B": "c", "10": "k"} | dict(zip("13456789", "adefghij", strict=True))
NEEDS = {f"N{number}": letter for number, letter in zip("1234567890", "abcdefghji", strict=True)}
ETHNICITIES = {"W": "a", "M": "b", "A": "c", "B": "d", "C": "e", "O": "e", "R": "f", "N": "f"}
CLOSURES = {f"RC{number}": letter for number, letter in zip("123456789", "abcdefghg", strict=True)}
ABUSE = {"NEG": "a", "PHY": "b", "SAB": "c", "EMO": "d", "MUL": "e"}
STATUSES = {"C1": "a", "C2": "b", "D1": "c", "E1": "d", "V2": "e", "L1": "f", "L2": "f", "J1": "J1"}
PLANS = {"E4A": "a", "E4B": "a", "E13": "a", "E11": "b", "E12": "b", "E41": "c", "E5": "d", "E6": "d"}
PLANS |= {f"E4{number}": "c" for number in range(3, 9)}
REASONS = {"E11": "a", "E12": "a", "E2": "b", "E3": "c", "E4A": "d", "E4B": "d", "E13": "e", "E41": "f"}
REASONS |= {f"E4{number}": "g" for number in range(3, 9)}
REASONS |= {"E5": "h", "E6": "h", "E7": "i", "E9": "j", "E14": "k", "E15": "l", "E16": "m"}
PLACES = {"U": "a", "A": "b", "P1": "c", "alone": "d", "supported": "f", "K1": "g", "K2": "h", "R2": "j"}
PLACES |= {"R3": "k", "R5": "l", "S1": "m"}
PROVIDERS = {"PR1": "a", "PR4": "b"}
ACCOMMODATION = dict(zip("BCDEGHKRSTUVWXZY", "abcdefghijklmnop", strict=True))


def lettered(code_list: str, code: str) -> str:
    """A code with its label: ``a) Male``, or ``F1: Full time in higher education`` where it is no letter."""
    label = _labels(code_list)[code]
    return f"{code}) {label}" if len(code) == 1 else f"{code}: {label}"


def yes_no(is_so: bool) -> str:
    """The answer to a question."""
    return lettered("annex_a_yes_no", "a" if is_so else "b")


def source(code: str) -> str:
    """A source of a referral, from the census's code."""
    return lettered("annex_a_source", SOURCES.get(code) or SOURCES[code[0]])


def place(kind: str) -> str:
    """A type of placement, from its kind."""
    return lettered("annex_a_placement_type", PLACES.get(kind) or PLACES.get(kind[0], "n"))


@cache
def _labels(code_list: str) -> dict[str, str]:
    with (SEEDS / "codes" / "code.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["label"] for row in csv.DictReader(file) if row["code_list"] == code_list}
