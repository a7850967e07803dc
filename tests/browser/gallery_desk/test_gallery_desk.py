"""Every state of the desk, drawn in Chromium: no axe finding, nothing outside the policy, nothing cut off sideways."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.gallery_desk.serving import CHROMIUM, FLAGS, serve

ROOT = Path(__file__).parents[3]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
STATES = [
    "starting", "loading", "empty", "choosing", "talking", "waiting_unclaimed", "note", "both_drafts", "canned",
    "mention", "failed", "queued", "offline", "others", "supervisor", "pending", "resolved", "blocked", "hand_off",
    "wait", "redact", "open_for", "keys", "bar", "details", "lists", "notices", "fetching", "many", "ended",
]  # fmt: skip
LOOKS = {
    "wide, light": (1440, 940, "scheme=light"),
    "two columns, dark": (1100, 800, "scheme=dark"),
    "phone, Spanish": (390, 780, "scheme=light&locale=es"),
    "wide, right to left, dark": (1440, 940, "scheme=dark&dir=rtl"),
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Build the gallery once and serve it."""
    folder = tmp_path_factory.mktemp("gallery_desk")
    build = ["node", str(ROOT / "tests/browser/gallery_desk/build.mjs"), str(folder)]
    subprocess.run(build, check=True, cwd=ROOT)
    with serve(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for the module."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def drawn(browser: Browser, origin: str, state: str, look: tuple[int, int, str], errors: list[str]) -> Page:
    """Open one state in one look, without motion."""
    width, height, query = look
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
    page.goto(f"{origin}/index.html?state={state}&{query}")
    page.wait_for_selector("#root > *")
    page.wait_for_timeout(60)
    return page


def findings(page: Page) -> list[str]:
    """What axe finds, one line each."""
    source = AXE.read_text()
    # By the protocol, not by a script element: the page's policy stays as strict as it is in production.
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": source})
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in result["violations"]
        for node in each["nodes"]
    ]


# Every state in one of the looks, in turn; those that hold the most in every look.
MATRIX = [(state, list(LOOKS)[place % len(LOOKS)]) for place, state in enumerate(STATES)]
MATRIX += [(state, look) for state in ("choosing", "talking", "note", "bar") for look in LOOKS]


@pytest.mark.parametrize(("state", "look"), sorted(set(MATRIX)))
def test_axe_finds_nothing_in_any_state(browser: Browser, origin: str, state: str, look: str) -> None:
    errors: list[str] = []
    page = drawn(browser, origin, state, LOOKS[look], errors)
    try:
        assert findings(page) == []
        assert errors == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        page.close()


@pytest.mark.parametrize("state", ["choosing", "talking", "note", "hand_off", "bar", "ended"])
def test_text_at_200_percent_is_neither_cut_off_nor_overlapping(browser: Browser, origin: str, state: str) -> None:
    errors: list[str] = []
    page = drawn(browser, origin, state, (1280, 900, "scheme=light"), errors)
    try:
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.wait_for_timeout(60)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        outside = page.evaluate(
            """() => [...document.querySelectorAll('button, textarea, input:not([hidden])')]
                .filter(each => each.checkVisibility() && !each.closest('.skip'))
                .map(each => [each.className, each.getBoundingClientRect()])
                .filter(([, box]) => box.left < -1 || box.right > innerWidth + 1)
                .map(([name]) => name)"""
        )
        assert outside == []
    finally:
        page.close()
