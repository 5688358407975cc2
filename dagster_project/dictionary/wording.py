"""Headings and values as people write them, compared by what is left when their dressing is taken off."""

import re
import unicodedata
from functools import cache
from typing import Any

from dagster_project.dictionary.reading import fields, rows

_DRESSING = re.compile(r"[^0-9a-z%]")
_LETTERED = re.compile(r"([A-Za-z])\)\s*(.*)")
_CODE_AND_LABEL = re.compile(r"\s*:\s*|\s+-\s+")
#: What a spreadsheet would take for a formula.
_FORMULA = re.compile(r"[=+\-@\t\r]")


def folded(text: str) -> str:
    """``text`` without case, spaces, punctuation and accents of print: ``Child's  id`` gives ``childsid``."""
    return _DRESSING.sub("", unicodedata.normalize("NFKC", text).casefold())


def harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula, whatever a sender wrote."""
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


@cache
def headings(return_id: str, table: str) -> dict[str, str]:
    """The field that each known heading of a table stands for, by the folded heading; old names included."""
    known = {folded(field.name): field.name for field in fields(return_id, table)}
    for row in rows("dictionary/column_alias.csv"):
        if (row["return_id"], row["table_name"]) == (return_id, table):
            known.setdefault(folded(row["alias"]), row["field"])
    return known


@cache
def comes_in_words(code_list: str) -> bool:
    """Whether the values of a list are sent in words, letters or local codes, and are to be understood."""
    return any(row["code_list"] == code_list for row in rows("codes/local_value.csv"))


def code_meant(code_list: str, text: str) -> str | None:
    """The code of ``code_list`` that ``text`` stands for; None where that cannot be told.

    Understood are the code, its label, and what ``seeds/codes/local_value.csv`` lists, each also with a
    letter before it, or as code and label together: ``a) Male``, ``Male``, ``q) 6: Police``. A letter before
    other words counts for nothing: the letters of a list differ from one edition of the form to the next.
    """
    known = _meanings(code_list)
    found = _LETTERED.fullmatch(text)
    if found and not found[2]:
        return known.get(folded(found[1]))
    said = found[2] if found else text
    candidates = [said, *_CODE_AND_LABEL.split(said, maxsplit=1)]
    return next((known[each] for each in map(folded, candidates) if each in known), None)


@cache
def _meanings(code_list: str) -> dict[str, str]:
    own = [row for row in rows("codes/code.csv") if row["code_list"] == code_list]
    local = [row for row in rows("codes/local_value.csv") if row["code_list"] == code_list]
    said = [(row["value"], row["code"]) for row in local]
    said += [(row["label"], row["code"]) for row in own] + [(row["code"], row["code"]) for row in own]
    return {folded(text): code for text, code in said}  # later ones win: a code means itself
