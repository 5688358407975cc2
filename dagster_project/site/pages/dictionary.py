"""The dictionary: each measure and its parts, each table with its columns, and what it is made from."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from dagster_project.site import reference, words
from dagster_project.site.declared import Table, declared
from dagster_project.site.facts import Facts, Row
from dagster_project.site.pages.page import Page

SCHEMAS = {
    "outcomes": "Figures, by measure, area and period",
    "core": "People and events, one row each: pseudonymous records, for analysts alone",
    "quality": "What was checked, and what was found",
    "meta": "Facts that the rest stands on",
}


def pages(facts: Facts) -> Iterator[Page]:
    """The list of measures and tables, and a page for each table."""
    told = declared(facts)
    n_columns = sum(len(table.columns) for table in told.tables.values())
    yield Page(
        path="dictionary/index.html",
        template="dictionary.html.j2",
        title="Dictionary and lineage",
        lead=(
            f"What each of {len(told.measures)} measures means and is made from, and what stands in each of "
            f"{len(told.tables)} tables and {n_columns:,} columns."
        ),
        context={
            "declared": told,
            "schemas": SCHEMAS,
            "profiles": [_profile(row) for row in told.profiles],
            "kept": reference.tables("processing.md")["Where it is kept, and how long"],
        },
    )
    children = _children(told.tables)
    for table in told.tables.values():
        yield Page(
            path=table.page,
            template="table.html.j2",
            title=table.full_name,
            lead=table.description,
            context={"table": table, "tables": told.tables, "children": children[table.full_name]},
        )


def _children(tables: Mapping[str, Table]) -> Mapping[str, list[str]]:
    made: dict[str, list[str]] = defaultdict(list)
    for table in tables.values():
        for parent in table.parents:
            made[parent].append(table.full_name)
    return made


def _profile(row: Row) -> tuple[str, ...]:
    """What one profile of disclosure withholds and rounds."""
    least = 1 if row["is_zero_shown"] else 0
    withheld = f"{least} to {row['threshold']}" if row["threshold"] else "nothing"
    rounded = (_nearest(row[name]) for name in ("round_authority", "round_region", "round_england"))
    return (row["profile_name"], withheld, *rounded, row["source"])


def _nearest(to: float) -> str:
    return "as it is" if to == 1 else f"nearest {words.count(to)}"
