"""The report as one page that needs nothing from outside: to read, to mail, to keep."""

from collections.abc import Iterator
from html import escape

from dagster_project.rules import Result
from dagster_project.validation.checked import Checked
from dagster_project.validation.rows import counted, failure_rows, title, violation_rows

#: Places shown for one rule; a browser is slow with more, and the CSV report has them all.
MOST_PLACES = 500

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem } th { text-align: left }
td, th { padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; vertical-align: top }
summary { cursor: pointer; padding: .4rem 0 } summary b { display: inline-block; min-width: 5rem }
.error, .not_recorded { border-left: .4rem solid #b00020 } .query { border-left: .4rem solid #c77700 }
details { padding-left: .75rem; margin: .25rem 0 }
.broken { color: #b00020; font-weight: bold }
.counts { display: flex; gap: 2rem; list-style: none; padding: 0 }
.counts b { display: block; font-size: 1.8rem }
"""


def as_page(checked: Checked) -> str:
    """The page, as text."""
    return "\n".join(_lines(checked)) + "\n"


def _lines(checked: Checked) -> Iterator[str]:
    heading = escape(title(checked))
    yield f'<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<title>{heading}</title>'
    yield '<meta name="viewport" content="width=device-width">'
    yield f"<style>{_STYLE}</style>\n<h1>{heading}</h1>"
    yield f"<p>{escape(', '.join(file.name for file in checked.files))}</p>"
    for whose, states in counted(checked).items():
        counts = "".join(f"<li><b>{count}</b> {state.replace('_', ' ')}" for state, count in states.items())
        yield f'<h2>Rules of {whose}</h2>\n<ul class="counts">{counts}</ul>'
    if not checked.is_of_known_rules:
        yield "<p><strong>No rule of DfE is known of that year: only the layout was checked.</strong></p>"
    yield "<h2>Rules that fail</h2>"
    for result in checked.failed:
        yield from _failed(result)
    yield "<h2>Rules that could not run</h2>"
    not_run = [result for result in checked.results if result.state == "could_not_run"]
    if broken_rules := [each for each in not_run if each.is_broken]:
        yield '<p class="broken">Rules that are at fault themselves; whoever keeps them should be told:</p>'
        yield _not_run(broken_rules)
    yield _not_run([each for each in not_run if not each.is_broken])
    yield "<h2>Departures from the layout</h2>"
    broken = list(violation_rows(checked))
    yield _table(("table", "row", "field", "check"), broken[:MOST_PLACES], len(broken))


def _not_run(results: list[Result]) -> str:
    return _table(
        ("rule", "set by", "message", "why"),
        [(each.rule.code, each.rule.set_by, each.rule.message, each.reason) for each in results],
    )


def _failed(result: Result) -> Iterator[str]:
    rule = result.rule
    yield f'<details class="{rule.severity}"><summary><b>{escape(rule.code)}</b> {len(result.places):,} × '
    yield f"{escape(rule.message)} ({rule.severity.replace('_', ' ')}, {rule.set_by})</summary>"
    rows = [(row.table, row.row, row.child, row.fields) for row in failure_rows([result])]
    yield _table(("table", "row", "child", "fields"), rows[:MOST_PLACES], len(rows)) + "</details>"


def _table(heading: tuple[str, ...], rows: list, count: int | None = None) -> str:
    if not rows:
        return "<p>None.</p>"
    head = "".join(f"<th>{name}" for name in heading)
    body = "".join(
        "<tr>" + "".join(f"<td>{'' if cell is None else escape(str(cell))}" for cell in row) for row in rows
    )
    more = f"<p>and {count - len(rows):,} more</p>" if count and count > len(rows) else ""
    return f"<table><tr>{head}{body}</table>{more}"
