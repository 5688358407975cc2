"""Lists that some rules need besides the return: who runs a home, where a postcode lies."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from dagster_project import rules
from dagster_project.validation.checked import Refused


def lists_in(given: Sequence[str]) -> dict[str, pa.Table]:
    """The lists that ``NAME=FILE`` names, every column as text.

    Raises:
        Refused: no rule needs a list of that name, or its file cannot be read as CSV.
    """
    needed = {
        need
        for each in rules.returns()
        for rule in rules.rules(each)
        for need in rule.needs
        if need not in {"previous", "identifiers", *rules.returns()}
    }
    found = {}
    for each in given:
        name, _, file = each.partition("=")
        if name not in needed:
            raise Refused(f"no rule needs a list '{name}': they need {', '.join(sorted(needed))}")
        found[name] = _read(Path(file))
    return found


def _read(file: Path) -> pa.Table:
    try:
        with csv.open_csv(file) as opened:
            names = opened.schema.names
        as_text = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True)
        return csv.read_csv(file, convert_options=as_text)
    except (OSError, pa.ArrowInvalid):
        raise Refused(f"{file.name} cannot be read as CSV with a heading") from None
