"""A site small enough to be written in seconds: made-up figures under the names of real areas."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lxml import html

from dagster_project.release import publish
from dagster_project.settings import Settings
from dagster_project.site import FOLDER
from dagster_project.site.facts import Facts
from dagster_project.site.reading import read
from tests.toy_warehouse import build, columns, describe, figure

AUTHORITIES = ("301", "302", "303", "304", "305", "306", "307", "308", "309", "310", "311", "312", "313")
MORE = ("314", "315", "316", "317", "318", "319", "320", "330", "331", "332", "333", "334", "335", "336")


def figures() -> Iterator[dict[str, Any]]:
    """Shares of three years, of which authority 302 has none in the last; rates of a made-up authority."""
    told = {"as_of": date(2026, 1, 15), "source_id": "lait_2026_04"}
    for period in (2014, 2024, 2025):
        yield figure("M02", "ENG", 22.5, period=period, **told)
        yield figure("M02", "E12000007", 21.0, period=period, **told)
        for at, code in enumerate((*AUTHORITIES, *MORE)):
            events, out_of = 150.0 + 20 * at, 1000.0 + 10 * at
            if code == "302" and period == 2025:
                yield figure("M02", code, None, period=period, **told)
                continue
            yield figure(
                "M02",
                code,
                100 * events / out_of,
                period=period,
                numerator=events,
                denominator=out_of,
                lower_95=100 * events / out_of - 2,
                upper_95=100 * events / out_of + 2,
                **told,
            )
    yield figure("M06", "991", 300.0, lane="returned", area_name="<b>Fernmoor", is_fictional=True, **told)


def comparison(code: str, verdict: str, **more: Any) -> dict[str, Any]:
    """A row of ``core_comparison``: 2024-25 against the year before."""
    known = columns("outcomes", "core_comparison")
    row = figure("M02", code, 20.0) | {
        "comparison": "previous",
        "from_period": 2024,
        "from_value": 19.0,
        "verdict": verdict,
        "sentence": f"What is said of {code}.",
        "p": 0.5,
    }
    return {name: value for name, value in (row | more).items() if name in known}


@pytest.fixture(scope="session")
def release_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small release."""
    home = tmp_path_factory.mktemp("site")
    comparisons = [
        comparison("301", "watch", p=0.001, neighbour_value=18.5, neighbour_basis="pooled", n_neighbours=9)
    ]
    comparisons += [comparison(code, "no_signal") for code in AUTHORITIES[2:]]
    comparisons += [comparison("302", "cannot_tell", value=None, verdict_reason="missing", p=None)]
    indices = [
        {
            **{name: value for name, value in figure("M02", code, 22.5, period=period).items()},
            "base_period": 2014,
            "index_basis": "rate",
            "base_value": 20.0,
            "index_value": value,
        }
        for code in ("ENG", *AUTHORITIES)
        for period, value in ((2014, 100.0), (2025, 96.0))
    ]
    build(home / "warehouse.duckdb", figures(), indices=indices, comparisons=comparisons)
    describe(home)
    settings = Settings(home=home, disclosure="internal")
    return publish(
        settings, inputs="0123456789abcdef", now=datetime(2026, 4, 1, tzinfo=UTC), suites=home / "suites"
    ).path


@pytest.fixture(scope="session")
def facts(release_made: Path) -> Facts:
    """What the small release says."""
    return read(release_made / "core_dataset_public.duckdb", release_made / "core_dataset.duckdb")


@pytest.fixture(scope="session")
def site(release_made: Path) -> Path:
    """The folder of its site."""
    return release_made / FOLDER


@pytest.fixture(scope="session")
def whole_site(release: Path) -> Path:
    """The folder of the demonstration's site."""
    return release / "site"


@pytest.fixture(scope="session")
def parsed(whole_site: Path) -> dict[str, html.HtmlElement]:
    """Every page of it by its address."""
    return {
        file.relative_to(whole_site).as_posix(): html.parse(file).getroot()
        for file in whole_site.rglob("*.html")
    }


@pytest.fixture(scope="session")
def public(release: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The demonstration's public database, as anybody opens it."""
    with duckdb.connect(str(release / "core_dataset_public.duckdb"), read_only=True) as connection:
        yield connection
