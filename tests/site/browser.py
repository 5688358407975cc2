"""A browser for the demonstration's site, which lets no request leave the site's folder."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, Route, sync_playwright

#: Root, as in a container, must do without the sandbox; the rest keeps a browser from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

DESK, PHONE = 1280, 390


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window. A machine may lack it; one that has the last word must not."""
    program = shutil.which("chromium")
    if program is None:
        reason = "no Chromium on this machine: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Opened:
    """A window on the site. ``faults`` has what went wrong in it: errors, and requests failed or refused."""

    site: Path
    page: Page
    faults: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """The window at a page of the site, all of it loaded."""
        self.page.goto((self.site / path).as_uri())
        return self.page

    def refuse(self, route: Route) -> None:
        """Lets a request pass if it stays in the site's folder."""
        if route.request.url.startswith(f"{self.site.as_uri()}/"):
            route.continue_()
        else:
            self.faults.append(f"asked for {route.request.url}")
            route.abort()

    def note_failed(self, asked: Request) -> None:
        """Notes a request that failed; one that the browser gave up itself, as it leaves a page, did not."""
        if asked.failure != "net::ERR_ABORTED":
            self.faults.append(f"{asked.failure}: {asked.url}")

    def note(self, message: Any) -> None:
        """Notes what the page reports as an error."""
        if message.type == "error":
            self.faults.append(f"{self.page.url}: {message.text}")


@contextmanager
def window(
    browser: Browser, site: Path, width: int = DESK, scheme: str = "light", scripts: bool = True
) -> Iterator[Opened]:
    """A window of a width in CSS pixels, in the ``light`` or the ``dark``, with scripts or without."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        java_script_enabled=scripts,
        reduced_motion="reduce",
    )
    opened = Opened(site, context.new_page())
    context.set_default_timeout(30_000)
    context.route("**/*", opened.refuse)
    opened.page.on("console", opened.note)
    opened.page.on("pageerror", lambda fault: opened.faults.append(f"{opened.page.url}: {fault}"))
    opened.page.on("requestfailed", opened.note_failed)
    yield opened
    context.close()
