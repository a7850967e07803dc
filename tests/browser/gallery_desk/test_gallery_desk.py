"""Every state of the desk, drawn in Chromium: no axe finding, nothing outside the policy, nothing cut off sideways."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.gallery_desk.conftest import ROOT, Draw

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}
LOOKS = {
    "wide, light": (1440, 940, "scheme=light"),
    "two columns, dark": (1100, 800, "scheme=dark"),
    "phone, Spanish": (390, 780, "scheme=light&locale=es"),
    "wide, right to left, dark": (1440, 940, "scheme=dark&dir=rtl"),
}


def _states() -> list[str]:
    """The names of all states, as the gallery has them."""
    source = (Path(__file__).parent / "states.ts").read_text()
    table = source[source.index("export const states") :]
    return re.findall(r"^  (\w+): \(\) => ", table, re.MULTILINE)


STATES = _states()
# Every state in one of the looks, in turn; those that hold the most in every look.
MATRIX = [(state, list(LOOKS)[place % len(LOOKS)]) for place, state in enumerate(STATES)]
MATRIX += [(state, look) for state in ("choosing", "talking", "note", "bar") for look in LOOKS]

pytestmark = pytest.mark.browser


def findings(page: Page) -> list[str]:
    """What axe finds, one line each."""
    # By the protocol, not by a script element: the page's policy stays as strict as it is in production.
    page.context.new_cdp_session(page).send("Runtime.evaluate", {"expression": AXE.read_text()})
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
        for each in result["violations"]
        for node in each["nodes"]
    ]


def test_the_gallery_has_every_state() -> None:
    assert len(STATES) > 28 and "claim_lost" in STATES


@pytest.mark.parametrize(("state", "look"), sorted(set(MATRIX)))
def test_axe_finds_nothing_in_any_state(draw: Draw, shot: Callable[[Page, str], Path], state: str, look: str) -> None:
    width, height, query = LOOKS[look]
    page = draw(state, query, width, height)
    if state == "claim_lost":  # it is lost when it is tried
        page.keyboard.press("c")
        page.get_by_text("Marco Ruiz").last.wait_for()
    shot(page, f"desk {state}, {look}")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("state", ["choosing", "talking", "note", "hand_off", "bar", "ended"])
def test_text_at_200_percent_cuts_off_nothing(draw: Draw, shot: Callable[[Page, str], Path], state: str) -> None:
    page = draw(state, width=1280, height=900)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(60)
    shot(page, f"desk {state}, text at 200 %")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    outside = page.evaluate(
        """() => [...document.querySelectorAll('button, textarea, input:not([hidden])')]
            .filter(each => each.checkVisibility() && !each.closest('.skip'))
            .map(each => [each.className, each.getBoundingClientRect()])
            .filter(([, box]) => box.left < -1 || box.right > innerWidth + 1)
            .map(([name]) => name)"""
    )
    assert outside == []


def test_the_policy_is_kept(draw: Draw) -> None:
    page = draw("ended")
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if "Content Security" in message.text else None)
    for state in ("talking", "canned", "hand_off", "bar"):
        page.goto(page.url.replace("state=ended", f"state={state}"))
        page.wait_for_timeout(100)
    assert broken == []


def test_what_is_new_begins_above_the_name_of_who_said_it(draw: Draw) -> None:
    page = draw("talking")
    new, run = page.locator(".new-here"), page.locator(".run:has(.new-here)")
    assert new.bounding_box()["y"] < run.locator(".by").bounding_box()["y"]  # type: ignore[index]


@pytest.mark.parametrize("locale", ["en", "es"])
def test_at_1280_nothing_is_cut_off_that_one_works_with(draw: Draw, locale: str) -> None:
    page = draw("note", f"scheme=light&locale={locale}", width=1280, height=800)
    for act in page.locator(".talk-acts .act-button").all():
        assert act.is_visible()
    tools, button = page.locator(".tools").bounding_box(), page.locator(".send-button").bounding_box()
    assert tools and button and abs((tools["y"] + tools["height"] / 2) - (button["y"] + button["height"] / 2)) < 4
    cut = page.evaluate("""() => [...document.querySelectorAll('.row-foot .tag, .facts dt, .note-tag')]
        .filter(each => each.scrollWidth > each.clientWidth + 1 || each.getClientRects()[0].height > 27)
        .map(each => each.textContent)""")
    assert cut == []
