"""Every state of the panel, drawn in Chromium: no axe finding, nothing outside the policy, nothing cut off sideways."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.gallery.conftest import ROOT, Draw

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}}
LOOKS = {
    "light": (400, 560, "scheme=light"),
    "dark": (400, 560, "scheme=dark"),
    "phone, Spanish": (360, 740, "scheme=light&locale=es"),
    "right to left, dark": (400, 560, "scheme=dark&dir=rtl"),
    "a vendor's yellow": (400, 560, "scheme=light&accent=%23ffd400"),
}


def _states() -> list[str]:
    """The names of all states, as the gallery has them."""
    source = (Path(__file__).parent / "states.ts").read_text()
    table = source[source.index("export const STATES") :]
    return [quoted or plain for quoted, plain in re.findall(r'^  (?:"([\w-]+)"|(\w+)): \{', table, re.MULTILINE)]


STATES = _states()
RICH = ("talk-acts", "care-warning", "ended", "waiting", "stranger")


def _matrix() -> list[tuple[str, str]]:
    """Every state in one of the looks, in turn; those that hold the most in every look that does not need English."""
    looks = list(LOOKS)
    # What is clicked in a state is found by its English name.
    pairs = {(state, looks[place % 2]) for place, state in enumerate(STATES)}
    return sorted(pairs | {(state, look) for state in RICH for look in looks if "Spanish" not in look})


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
    assert len(STATES) > 30


@pytest.mark.parametrize(("state", "look"), _matrix())
def test_axe_finds_nothing_in_any_state(
    draw_panel: Draw, shot: Callable[[Page, str], Path], state: str, look: str
) -> None:
    width, height, query = LOOKS[look]
    page = draw_panel(state, query, width, height)
    shot(page, f"panel {state}, {look}")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("state", ["empty", "talk", "waiting", "history", "unconfirmed"])
def test_a_phone_in_spanish(draw_panel: Draw, shot: Callable[[Page, str], Path], state: str) -> None:
    width, height, query = LOOKS["phone, Spanish"]
    page = draw_panel(state, query, width, height)
    shot(page, f"panel {state}, phone, Spanish")
    assert findings(page) == []
    assert page.evaluate("document.documentElement.lang") == "es"


@pytest.mark.parametrize("state", ["empty", "talk", "waiting", "sent-along-open", "care-warning", "ended", "stranger"])
def test_text_at_200_percent_cuts_off_nothing(draw_panel: Draw, shot: Callable[[Page, str], Path], state: str) -> None:
    page = draw_panel(state, "scheme=light&text=200", 400, 640)
    shot(page, f"panel {state}, text at 200 %")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.locator("textarea[aria-label='Message']")
    if box.count():
        placed = box.bounding_box()
        assert placed is not None
        assert placed["y"] + placed["height"] <= 640


@pytest.mark.parametrize("state", ["talk", "care-blocked-asked", "waiting", "ended"])
def test_forced_colours_lose_nothing(draw_panel: Draw, shot: Callable[[Page, str], Path], state: str) -> None:
    page = draw_panel(state, forced_colors="active")
    shot(page, f"panel {state}, forced colours")
    # A bubble, a card and a button that lost their grounds still have an edge.
    edges = page.evaluate(
        """() => [...document.querySelectorAll('.bubble, .card, .button, .composer-box')]
            .filter(each => getComputedStyle(each).borderTopWidth === '0px').map(each => each.className)"""
    )
    assert edges == []


@pytest.mark.parametrize("state", ["empty", "talk", "menu", "ended", "care-blocked-asked", "stranger", "emoji"])
def test_whatever_can_be_hit_is_large_enough(draw_panel: Draw, state: str) -> None:
    page = draw_panel(state)
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, .call-us, .score')]
            .filter(each => each.checkVisibility() && !each.matches('.link, .message-more'))
            .map(each => [each.className, each.getBoundingClientRect()])
            .filter(([, box]) => box.width < 40 || box.height < 44).map(([name]) => name)"""
    )
    assert small == []


def test_nothing_breaks_the_policy(draw_panel: Draw) -> None:
    broken: list[str] = []
    page = draw_panel("empty")
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    for state in ("waiting", "talk-files", "emoji", "ended", "history", "draft"):
        page.goto(page.url.split("#")[0] + f"?{state}#{state}?scheme=light")
        page.wait_for_selector("html[data-ready]")
    assert broken == []


def test_the_composer_has_the_focus_and_keeps_what_is_typed(draw_panel: Draw) -> None:
    page = draw_panel("empty")
    expect(page.get_by_role("textbox", name="Message")).to_be_focused()
    page.keyboard.type("line one", delay=40)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("line two", delay=40)
    expect(page.get_by_role("textbox", name="Message")).to_have_value("line one\nline two")


# Keys as a wristband scanner presses them, however slow this machine is today.
SCAN = """text => {
    const field = document.querySelector('textarea');
    const press = key => field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    for (const letter of text) {
        press(letter);
        field.setRangeText(letter, field.selectionStart, field.selectionEnd, 'end');
        field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }
    press('Enter');
}"""


def test_a_scan_is_never_sent(draw_panel: Draw) -> None:
    page = draw_panel("talk")
    page.keyboard.type("see ", delay=60)
    page.wait_for_timeout(80)
    page.evaluate(SCAN, "A12345678")
    expect(page.get_by_text("That came from a scanner")).to_be_visible()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_role("textbox", name="Message")).to_have_value("see ")


def test_escape_ends_an_answer_and_the_menu(draw_panel: Draw) -> None:
    page = draw_panel("talk-reply")
    expect(page.get_by_text("Reply to Katrin Lindqvist")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Reply to Katrin Lindqvist")).to_be_hidden()
    page.get_by_role("button", name="More").click()
    expect(page.get_by_role("button", name="Earlier conversations")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="More")).to_be_focused()


def test_before_log_in_there_is_no_place_to_type(draw_panel: Draw) -> None:
    for state in ("stranger", "unconfirmed", "signed-out", "chat-off"):
        page = draw_panel(state)
        expect(page.get_by_role("link", name=re.compile("Call us"))).to_be_visible()
        assert page.locator("textarea, input").count() == 0
