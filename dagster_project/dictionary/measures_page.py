"""The page of measures, made from the seeds: ``python -m dagster_project.dictionary.measures_page``.

Written into ``docs/reference/measures.md``; a test compares the file with what this makes.
"""

import csv
from collections.abc import Iterator

from dagster_project.dictionary.reading import collection
from dagster_project.settings import ROOT, SEEDS

PAGE = ROOT / "docs" / "reference" / "measures.md"

_HEAD = """\
# Measures

Made from `seeds/measures` by `python -m dagster_project.dictionary.measures_page`: change the seeds, not
this page. In a release the same stands in `meta.measure`, `meta.index_base` and `meta.known_break`.
"""
_POLARITY = {"low": "lower hoped for", "high": "higher hoped for", "none": "context: neither"}
#: What an entry says, in this order; what the seed leaves blank is left out.
_PARTS = {
    "Numerator": "numerator",
    "Denominator": "denominator",
    "Rule": "definition",
    "Published": "published_source",
    "Comparable from": "comparable_from",
    "Breaks": "breaks",
    "Caution": "caution",
}


def page() -> str:
    """The whole page, ending in one line break."""
    measures = sorted(_seed("measure"), key=lambda row: int(row["display_order"]))
    core = [row for row in measures if row["tier"] != "published"]
    lines = [_HEAD, f"## The core set: {len(core)} measures\n"]
    for row in core:
        lines += _entry(row)
    lines += ["## Further published figures\n", "| id | what | unit | source | comparable from | caution |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for row in measures:
        if row["tier"] == "published":
            named = (
                f"`{row['measure_id']}`",
                row["measure_name"],
                row["unit"],
                collection(row["return_id"]).title,
                row["comparable_from"],
                row["caution"],
            )
            lines.append(f"| {' | '.join(named)} |")
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(row: dict[str, str]) -> Iterator[str]:
    yield f"### {row['measure_id']} {row['measure_name']}\n"
    source = _title(row["return_id"])
    ends = row["period_type"].replace("_", " ").replace("march", "March").replace("september", "September")
    told = [row["tier"], row["unit"], ends, source, _POLARITY[row["polarity"]]]
    yield "; ".join(told) + ".\n"
    for label, name in _PARTS.items():
        if row[name]:
            yield f"- {label}: {row[name]}"
    for base in _seed("index_base"):
        if base["measure_id"] == row["measure_id"]:
            is_main = "main base" if base["is_main"] == "true" else "further base"
            yield f"- Index: {is_main} {base['base_period']}. {base['reason']}"
    for known in _seed("known_break"):
        if known["measure_id"] == row["measure_id"]:
            place = f"{known['area_code']} in {known['period']}"
            yield f"- Area {place}: `{known['comparability']}`. {known['reason']}"
    yield ""


def _title(return_id: str) -> str:
    """The return in words; a local survey is no collection of ours."""
    try:
        return collection(return_id).title
    except KeyError:
        return return_id.replace("_", " ")


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / "measures" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
