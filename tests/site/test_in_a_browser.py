"""The demonstration's site as a reader has it, in Chromium: opened from its folder, with no server."""

import json
import os
import re
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from tests.site.browser import DESK, PHONE, chromium, window
from tests.site.kinds import KINDS

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Pages of the same make as another are left to that one: a picture of a measure takes axe five seconds.
EXAMINED = [each for each in KINDS if each not in ("a rate", "a small authority", "made up beside others")]

CHARTED = ["an index", "a rate", "a share"]
BARNET = "302"


@pytest.fixture(scope="module")
def browser():
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def at_desk(browser, whole_site):
    with window(browser, whole_site) as opened:
        yield opened


@pytest.fixture(scope="module", params=[DESK, PHONE], ids=["desk", "phone"])
def width(request):
    return request.param


@pytest.fixture(scope="module", params=[True, False], ids=["scripts", "no scripts"])
def opened(browser, whole_site, width, request):
    with window(browser, whole_site, width, scripts=request.param) as found:
        yield found


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_opens_without_a_fault_and_asks_for_nothing_outside(opened, kind):
    opened.faults.clear()
    page = opened.open(KINDS[kind])
    assert page.locator("h1").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    assert opened.faults == []


@pytest.fixture(scope="module", params=[(DESK, "light"), (PHONE, "dark")], ids=["light", "dark"])
def seen(browser, whole_site, request):
    width, scheme = request.param
    with window(browser, whole_site, width, scheme) as found:
        yield found


def take_over(page: Page) -> None:
    """Shows every chart, so that the script has taken it over."""
    for chart in page.locator("figure.chart").all():
        chart.scroll_into_view_if_needed()
        chart.locator("svg.marks").wait_for()


@pytest.mark.parametrize("kind", EXAMINED)
def test_axe_finds_no_fault(seen, kind):
    page = seen.open(KINDS[kind])
    # of the tables of charts the first stands for all: axe takes seconds for each
    folded = "details:not(figure.chart ~ figure.chart details)"
    page.evaluate(f"document.querySelectorAll('{folded}').forEach((each) => (each.open = true))")
    take_over(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    asked = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
    found = page.evaluate(f"axe.run({json.dumps(asked)})")
    assert [
        f"{each['id']}: {node['html'][:200]}" for each in found["violations"] for node in each["nodes"][:3]
    ] == []


def test_axe_knows_what_is_asked_of_it(at_desk):
    """A fault that is put there is found: the colour of a text, and a picture without words."""
    page = at_desk.open("privacy.html")
    page.evaluate("document.querySelector('h2').style.color = '#bbb'; document.body.append(new Image())")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(f"axe.run({json.dumps({'runOnly': {'type': 'tag', 'values': TAGS}})})")
    assert {"color-contrast", "image-alt"} <= {each["id"] for each in found["violations"]}
    assert set(page.evaluate("axe.getRules(['wcag22aa']).map((each) => each.ruleId)")) >= {"target-size"}


@pytest.mark.parametrize("kind", CHARTED)
def test_without_scripts_every_chart_is_drawn_and_has_its_table(browser, whole_site, kind):
    with window(browser, whole_site, scripts=False) as opened:
        charts = opened.open(KINDS[kind]).locator("figure.chart")
        assert charts.count() >= 1
        for chart in charts.all():
            drawn = chart.locator(".drawn svg").bounding_box()
            assert drawn and drawn["width"] > 300 and drawn["height"] > 150
            chart.locator("summary").click()
            assert chart.locator("table tbody tr").count() > 1
            assert chart.locator("table tbody tr").first.is_visible()
        assert not opened.page.locator("#choose").is_visible()


@pytest.mark.parametrize("kind", ["a rate", "a share"])
def test_with_scripts_a_chosen_authority_shows_in_the_charts(at_desk, kind):
    page = at_desk.open(KINDS[kind])
    taken_over = page.locator("figure.chart .drawn svg.marks")
    take_over(page)
    assert taken_over.count() == page.locator("figure.chart").count()
    before = taken_over.first.inner_html()
    page.locator("#area").select_option(BARNET)
    page.get_by_role("button", name="Show").click()
    page.wait_for_function("(before) => document.querySelector('svg.marks').innerHTML !== before", arg=before)
    assert "Barnet" in page.locator("#chosen").inner_text()
    assert page.url.endswith("#areas=302")
    page.get_by_role("button", name="Remove Barnet").click()
    page.wait_for_function("(before) => document.querySelector('svg.marks').innerHTML === before", arg=before)


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [("barnet", "authorities/302-barnet.html"), ("re-ref", KINDS["a share"]), ("privac", "privacy.html")],
)
def test_the_search_finds_by_the_keyboard_alone(at_desk, whole_site, typed, leads_to):
    page = at_desk.open("index.html")
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search":
            break
    page.keyboard.type(typed)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url((whole_site / leads_to).as_uri())


def test_the_first_stop_of_the_keyboard_skips_to_the_content(at_desk):
    page = at_desk.open("index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_areas_are_compared_where_they_are_chosen(at_desk):
    page = at_desk.open(KINDS["compare"])
    page.locator("select").first.select_option(BARNET)
    page.get_by_role("button").first.click()
    page.locator("main table").get_by_text("Barnet").first.wait_for()
    assert page.locator("main table tbody tr").count() > 10


def test_a_download_is_the_file_whole(browser, whole_site):
    with window(browser, whole_site) as opened:
        page = opened.open(KINDS["a rate"])
        with page.expect_download() as told:
            page.locator("a[download]").first.click()
        file = whole_site / KINDS["a rate"].replace(".html", ".csv")
        assert Path(told.value.path()).read_bytes() == file.read_bytes()


def test_the_policy_of_a_page_is_kept(browser, whole_site):
    """Neither a script written into the page nor code made from text is run."""
    with window(browser, whole_site) as opened:
        page = opened.open("index.html")
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('script'),"
            " {textContent: 'document.title = `run`'}))"
        )
        assert page.title() != "run"
        assert any("Content Security Policy" in fault for fault in opened.faults)


@pytest.mark.parametrize(
    ("name", "width", "scheme"), [("desk", DESK, "light"), ("dark", DESK, "dark"), ("phone", PHONE, "light")]
)
def test_pictures_are_written_for_a_person_to_look_at(browser, whole_site, tmp_path, name, width, scheme):
    folder = Path(os.environ.get("NCD_SCREENSHOTS", tmp_path))
    with window(browser, whole_site, width, scheme) as opened:
        for kind, path in KINDS.items():
            page = opened.open(path)
            page.wait_for_timeout(300)  # charts that are in sight are taken over
            file = folder / f"{re.sub('[^a-z]+', '-', kind)}-{name}.png"
            page.screenshot(path=file, full_page=True, animations="disabled")
            assert file.stat().st_size > 10_000
