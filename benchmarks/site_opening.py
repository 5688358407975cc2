"""How soon a page of the site is there: ``python -m benchmarks.site_opening SITE``, the folder of a site.

Opens a page of each kind from the disk in Chromium, in a new window each time: milliseconds to the first
paint with content, to the end of loading, and until every chart in sight is taken over by the script.
"""

import argparse
import shutil
import statistics
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.site.browser import ARGUMENTS, DESK
from tests.site.kinds import KINDS

RUNS = 5

_TOLD = """() => [
  performance.getEntriesByName("first-contentful-paint")[0].startTime,
  performance.getEntriesByType("navigation")[0].loadEventEnd,
  performance.now(),
]"""
_READY = """() => performance.getEntriesByName("first-contentful-paint").length &&
  [...document.querySelectorAll("figure.chart .drawn")]
    .filter((each) => each.getBoundingClientRect().top < innerHeight)
    .every((each) => each.querySelector("svg.marks"))"""


def opened(browser: Browser, file: Path) -> tuple[float, float, float]:
    """Milliseconds from asking for a page to its paint, to the end of its loading, and to its charts."""
    context = browser.new_context(viewport={"width": DESK, "height": 900})
    page = context.new_page()
    page.goto(file.as_uri())
    page.wait_for_function(_READY, polling=10)
    paint, load, charts = page.evaluate(_TOLD)
    context.close()
    return paint, load, charts


def main(arguments: list[str]) -> int:
    """Prints the median of five for each kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    site = parser.parse_args(arguments).site.resolve()
    program = shutil.which("chromium")
    if program is None:
        print("no Chromium on this machine: apt-get install chromium", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        print("| page | kB | first paint, ms | loaded, ms | charts taken over, ms |")
        print("| --- | --- | --- | --- | --- |")
        for kind, path in KINDS.items():
            runs = [opened(browser, site / path) for _ in range(RUNS)]
            medians = (statistics.median(each) for each in zip(*runs, strict=True))
            size = (site / path).stat().st_size / 1e3
            print(f"| {kind} | {size:.0f} | " + " | ".join(f"{each:.0f}" for each in medians) + " |")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
