"""``docs/reference/rules.md`` from the rules: ``python -m dagster_project.rules.rules_page`` writes it."""

from collections.abc import Iterator

from dagster_project.dictionary import collection, year_name
from dagster_project.rules.loading import Rule, returns, rules
from dagster_project.settings import ROOT

PAGE = ROOT / "docs" / "reference" / "rules.md"

_INTRODUCTION = """\
# The rules

Written by `python -m dagster_project.rules.rules_page` from `expectations/rules`; `ncd rules list` shows
the same. Rules set by DfE are the statutory ones; their messages are the Department for Education's, under
the Open Government Licence v3.0. Rules set by this project ask whether a return is plausible, and whether it
agrees with others; they never hold one back. Their codes begin with W (workforce), A (Annex A), C (need) or
X (across returns). A year is the first that a rule is known to be in force; earlier ones are not evidenced.
No severity is recorded for the statutory rules of SSDA903. What a rule needs beside the return is named under
*needs*; without it the rule is reported as `could_not_run`. *Two readings* marks rules whose source can be
read in two ways; the note in its file says which was taken.
"""


#: What rules need besides, in words.
_NEEDS = {"previous": "last year's return", "identifiers": "identifiers as sent"}


def page() -> str:
    """The page, as text."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    for return_id in returns():
        found = rules(return_id)
        codes = {rule.code for rule in found}
        waiting = {rule.code for rule in found if rule.sql is None}
        yield f"## {collection(return_id).title}\n"
        without = f"; {len(waiting)} of them cannot be run, as their notes say" if waiting else ""
        ours = len({rule.code for rule in found if rule.is_ours})
        yield f"{len(codes)} rules, {ours} of them set by this project{without}.\n"
        yield "| rule | set by | years | severity | needs | message |"
        yield "| --- | --- | --- | --- | --- | --- |"
        yield from map(_row, found)
        yield ""


def _row(rule: Rule) -> str:
    years = year_name(rule.first_year) + (f" to {year_name(rule.last_year)}" if rule.last_year else " on")
    needs = [_NEEDS.get(need, f"return {need}" if need in returns() else need) for need in rule.needs]
    marks = {
        "two readings": rule.uncertain,
        "cannot be run": not rule.sql,
        "withdrawn": rule.withdrawn,
    }
    needs += [mark for mark, is_so in marks.items() if is_so]
    message = " ".join(rule.message.split()).replace("|", "\\|")
    severity = rule.severity.replace("_", " ")
    return f"| {rule.code} | {rule.set_by} | {years} | {severity} | {', '.join(needs)} | {message} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
