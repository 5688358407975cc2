"""The results of the gates as one page that loads nothing from elsewhere, as Great Expectations' own do.

One page, for a person who asks what was judged and what was found: in the folder of every release, and in the
workspace for a release that was held back. Words of the suites, counts, and keys of profiles; no value.
"""

from collections import Counter
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from dagster_project.release.gates.judging import PROFILE
from dagster_project.release.gates.result import Judgement, Result
from dagster_project.release.gates.suite import Suite

PAGE = "index.html"

#: Places shown for one expectation.
_MOST_PLACES = 200

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem } th { text-align: left }
td, th { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
summary { cursor: pointer; padding: .3rem 0 } details { padding-left: .75rem; margin: .25rem 0 }
.critical { border-left: .4rem solid #b00020 } .warning { border-left: .4rem solid #c77700 }
.held { border-left: .4rem solid #2e7d32 } .counts { display: flex; gap: 2rem; list-style: none; padding: 0 }
.counts b { display: block; font-size: 1.8rem }
"""


def write_page(judgement: Judgement, folder: Path) -> Path:
    """Writes the page into a folder, made if it is not there; the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / PAGE
    page.write_text("\n".join(_lines(judgement)) + "\n", encoding="utf-8", newline="\n")
    return page


def _lines(judgement: Judgement) -> Iterator[str]:
    heading = f"What the gates found on {judgement.day:%d %B %Y}"
    yield f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{heading}</title>'
    yield '<meta name="viewport" content="width=device-width">'
    yield f"<style>{_STYLE}</style>\n<h1>{heading}</h1>"
    counts = Counter(result.what for result in judgement.results)
    items = "".join(f"<li><b>{count:,}</b> {escape(what)}" for what, count in counts.most_common())
    yield f'<ul class="counts">{items}</ul>'
    if not judgement.is_compared:
        yield "<p>There was no release before this one to compare with.</p>"
    yield "<h2>What does not hold</h2>"
    yield "\n".join(_failed(failure) for failure in judgement.failures) or "<p>Nothing.</p>"
    yield "<h2>All that was judged</h2>"
    by_suite: dict[str, list[Result]] = {}
    for result in judgement.results:
        by_suite.setdefault(result.suite, []).append(result)
    for suite in judgement.suites:
        yield from _suite(suite, by_suite.get(suite.name, []))


def _failed(failure: Result) -> str:
    places = ", ".join(failure.places[:_MOST_PLACES])
    more = len(failure.places) - _MOST_PLACES
    told = f"<p>{escape(places)}{f' and {more:,} more' if more > 0 else ''}</p>" if places else ""
    words = f"{failure.severity}: {failure.full_name} {failure.what}{failure.counted}"
    return (
        f'<details open class="{failure.severity}"><summary>{escape(words)}</summary>'
        f"<p>{escape(failure.why)}</p>{told}</details>"
    )


def _suite(suite: Suite, results: list[Result]) -> Iterator[str]:
    failed = [result for result in results if result.what not in ("held", "nothing sent")]
    state = min((result.severity for result in failed), default="held")
    yield f'<details class="{state}"><summary>{escape(suite.name)}: {escape(suite.question)}</summary>'
    yield f"<p>Judged: {escape(suite.grain)}</p>"
    yield "<table><tr><th>expectation<th>what is expected<th>severity<th>found<th>why"
    expected = {
        each.get("meta", {}).get("name", each["type"]): _expected(each) for each in suite.expectations
    } | {PROFILE: "the query runs"}
    for result in results:
        cells = (
            result.name,
            expected[result.name],
            result.severity,
            result.what + result.counted,
            result.why,
        )
        yield "<tr>" + "".join(f"<td>{escape(cell)}" for cell in cells)
    yield "</table></details>"


def _expected(expectation: dict[str, Any]) -> str:
    """An expectation in words: ``p at least 0.002, where n_tested >= 20``."""
    asked = expectation["kwargs"]
    what = {
        "expect_table_row_count_to_be_between": "number of rows",
        "expect_column_unique_value_count_to_be_between": f"different values of {asked.get('column')}",
        "expect_column_distinct_values_to_contain_set": f"{asked.get('column')} has all of",
        "expect_column_values_to_not_be_null": f"{asked.get('column')} known",
    }.get(expectation["type"], asked.get("column", expectation["type"]))
    words = [str(what)]
    if "value_set" in asked:
        words.append(" ".join(map(str, asked["value_set"])))
    if "min_value" in asked:
        words.append(f"at least {asked['min_value']:,}")
    if "max_value" in asked:
        words.append(f"at most {asked['max_value']:,}")
    if "mostly" in asked:
        words.append(f"in {100 * asked['mostly']:g} of 100 rows")
    condition = asked.get("row_condition", {}).get("pass_through_filter")
    return " ".join(words) + (f", where {condition}" if condition else "")
