"""Writing a site: each page from its template, with the scripts and the stylesheet beside them.

The one script of others is bundled from the installed packages, so that no copy of it is in the project.
"""

import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from dagster_project.site import cells, charts, pages, words
from dagster_project.site.facts import Facts
from dagster_project.site.reading import read

_ASSETS = Path(__file__).parent / "assets"


def write(
    into: Path,
    public: Path,
    snapshot: Path,
    before: Path | None = None,
    begin: Callable[[], object] = lambda: None,
    wait: Callable[[], object] = lambda: None,
    part: int = 0,
    parts: int = 1,
) -> None:
    """Writes the site of a release, or one part of it beside the others.

    Args:
        into: The folder to write; it must not be there yet.
        public: The release's public database, in the release's own folder.
        snapshot: The analysts' database, of which only counts of what was checked are told.
        before: The public database of the release before, where there is one.
        begin: Returns when the databases are whole; what needs neither is prepared before.
        wait: Returns when the release's other files are whole; the page that lists them is written after it.
        part: Which part is written, from 0; the first has what all pages use.
        parts: In how many it is.

    Raises:
        FileExistsError: the folder is there.
        duckdb.Error: a database cannot be read.
    """
    script = charts.script() if part == 0 else ""  # it takes as long as a fifth of all the pages
    begin()
    facts = read(public, snapshot, before)
    if part == 0:
        shutil.copytree(_ASSETS, into / "assets")
        (into / "assets" / "vega.js").write_text(script, encoding="utf-8", newline="\n")
        (into / "assets" / "search.js").write_text(_search(facts), encoding="utf-8", newline="\n")
    templates = _templates(facts)
    for page in pages.of(facts, wait, part, parts):
        text = templates.get_template(page.template).render(page=page, root=page.root, **page.context)
        file = into / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        for name, content in page.files.items():
            (into / name).write_text(content, encoding="utf-8", newline="\n")


def _templates(facts: Facts) -> Environment:
    """The templates, each of which knows the release and the words of the house."""
    found = Environment(
        loader=PackageLoader("dagster_project.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals |= {
        "number": cells.number,
        "figure": partial(cells.figure, facts),
        "rows": cells.rows,
        "release": facts.release,
        "facts": facts,
        "words": words,
        "verdicts": words.VERDICTS,
        "menu": pages.MENU,
        "foot": pages.FOOT,
    }
    found.filters |= {"day": words.day, "short_day": words.short_day, "capital": words.capital}
    return found


def _search(facts: Facts) -> str:
    """What can be looked for, as a script: a page opened from a folder may fetch nothing."""
    found: list[tuple[str, str, str]] = [
        *((f"{each.name}", "authority", each.page) for each in facts.authorities),
        *((each.name, f"measure {each.measure_id}", each.page) for each in facts.measures.values()),
        *((each.title, "page", each.path) for each in (*pages.MENU, *pages.FOOT)),
    ]
    return f"const SEARCHED = {json.dumps(found, ensure_ascii=False, separators=(',', ':'))};\n"
