"""Where checks are kept: ``rules/<version>/<return>/<period end>/<authority>/<check>.*.parquet``.

``version`` stands for the rules and all they read beside a return; under another one everything is checked
again, so that what stands beside each other was found by the same rules.
"""

import hashlib
import shutil
from functools import cache
from pathlib import Path

import pyarrow as pa

from dagster_project.rule_checks.states import State
from dagster_project.settings import ROOT, RULES, SEEDS, Settings

_WHOSE = [
    ("check_id", pa.string()),
    ("return_id", pa.string()),
    ("la_code", pa.string()),
    ("collection_year", pa.int32()),
    ("period_end", pa.string()),
]

#: One row per check and rule.
RESULT = pa.schema(
    [
        *_WHOSE,
        ("rule_code", pa.string()),
        ("state", pa.string()),
        ("reason", pa.string()),
        ("n_failures", pa.int32()),
    ]
)
#: One row per check and failing place; ``occurrence`` counts the rule's rows of one child in one table.
FAILURE = pa.schema(
    [
        *_WHOSE,
        ("rule_code", pa.string()),
        ("table_name", pa.string()),
        ("row_number", pa.int32()),
        ("line", pa.int32()),
        ("person_id", pa.string()),
        ("occurrence", pa.int32()),
    ]
)


@cache
def version() -> str:
    """A hash of the rules, the code that runs them and the facts they read: 12 hexadecimal digits."""
    digest = hashlib.sha256()
    sources = [ROOT / "dagster_project" / "rules", ROOT / "dagster_project" / "rule_checks"]
    for folder in (RULES, SEEDS / "dictionary", SEEDS / "codes", *sources):
        for file in sorted(
            path for path in folder.rglob("*") if path.suffix in (".yml", ".sql", ".csv", ".py")
        ):
            digest.update(f"{file.name}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def folder(settings: Settings, state: State) -> Path:
    """Where the checks of the state's return lie."""
    return settings.rule_checks / version() / state.return_id / state.period_end / state.la_code


def files(settings: Settings, state: State) -> dict[str, Path]:
    """The files of a check, ``result`` and ``failure``, whether or not they are there."""
    place = folder(settings, state)
    return {name: place / f"{state.check_id}.{name}.parquet" for name in ("result", "failure")}


def is_checked(settings: Settings, state: State) -> bool:
    """Whether the state has been checked by the present rules: its results are written last."""
    return files(settings, state)["result"].is_file()


def sweep(settings: Settings) -> None:
    """Removes what earlier rules found."""
    for place in settings.rule_checks.glob("*"):
        if place.name != version():
            shutil.rmtree(place, ignore_errors=True)
