"""Five tabs of one person: one conversation, one sound, two lines at most, and nothing lost when one of them dies."""

from __future__ import annotations

import time

import httpx
import pytest
from playwright.sync_api import BrowserContext, WebSocketRoute, expect

from tests.browser.breaking import SOCKET, crash
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import METRICS, Demo
from tests.browser.people import AtTheDesk, AtTheEhr, marked
from tests.browser.waiting import wait_until

pytestmark = pytest.mark.browser

LET_GO_S = 10
# What Chromium does to a tab that somebody leaves, and, without a screen, does not do by itself.
LOOK = """(state) => {
  Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
SOUNDS = """(() => {
  window.sounds = 0;
  const start = AudioScheduledSourceNode.prototype.start;
  AudioScheduledSourceNode.prototype.start = function (...when) { window.sounds += 1; return start.apply(this, when); };
})()"""


def lines(demo: Demo) -> int:
    answer = httpx.get(f"{demo.url}/metrics", headers={"Authorization": f"Bearer {METRICS}"})
    (found,) = [line for line in answer.text.splitlines() if line.startswith("curbside_connections ")]
    return int(float(found.split()[1]))


def look(tab: AtTheEhr, state: str = "visible") -> None:
    tab.panel.evaluate(LOOK, state)


def another(demo: Demo, context: BrowserContext, *, relay: object = None) -> AtTheEhr:
    page = context.new_page()
    if relay is not None:
        page.route_web_socket(SOCKET, relay)  # type: ignore[arg-type]
    page.goto(f"{demo.ehr}/worklist")
    return AtTheEhr(page, demo).open_help()


def test_five_tabs_are_one_conversation_one_sound_and_two_lines(own_demo: Demo, new_page: NewPage) -> None:
    first = AtTheEhr(new_page(), own_demo)
    context = first.page.context
    context.add_init_script(SOUNDS)
    first.log_in().open_help()
    first.panel.evaluate("localStorage.setItem('curbside:sound', 'on')")  # for every tab; off until chosen
    asked, half, answer = marked("The scale shows nothing"), marked("It was there"), marked("Which room?")
    first.begin(asked)
    tabs = [first, *(another(own_demo, context) for _ in range(4))]
    for tab in tabs:
        tab.sees(asked)
    tabs[3].box.fill(half)
    for tab in tabs[:4]:
        look(tab, "hidden")
    wait_until(first.page, lambda: lines(own_demo) <= 2, within=LET_GO_S + 10)
    helen = AtTheDesk(new_page(), own_demo).log_in()
    helen.open(asked)
    helen.claim()
    helen.reply(answer)
    tabs[4].sees(answer)
    expect(first.panel.locator("body")).to_contain_text(answer)  # it leads, and listens although nobody looks
    expect(tabs[2].panel.locator("body")).not_to_contain_text(answer)
    look(tabs[4], "hidden")
    began = time.monotonic()
    look(tabs[2])
    tabs[2].sees(answer, within=1)
    assert time.monotonic() - began < 1
    expect(tabs[2].box).to_have_value(half)
    expect(tabs[2].panel.get_by_text(answer, exact=True)).to_have_count(1)
    sounds = [frame.evaluate("window.sounds") for tab in tabs for frame in tab.page.frames]
    assert sum(1 for each in sounds if each) == 1


def test_what_a_dying_leader_had_not_sent_is_sent_by_the_next(own_demo: Demo, new_page: NewPage) -> None:
    swallowing = False

    def relay(page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()
        page_side.on_message(lambda text: None if swallowing else server_side.send(text))

    page = new_page()
    page.route_web_socket(SOCKET, relay)
    leader = AtTheEhr(page, own_demo).log_in().open_help()
    asked, last, half = marked("The pump is dark"), marked("It is bed nine"), marked("And bed")
    leader.begin(asked)
    follower = another(own_demo, page.context)
    follower.sees(asked)
    look(follower, "hidden")
    wait_until(page, lambda: lines(own_demo) == 1, within=LET_GO_S + 10)
    swallowing = True
    leader.write(last)
    leader.box.fill(half)
    page.wait_for_timeout(700)
    crash(page)
    follower.sees(last, within=10)
    follower.sees("Sent", within=10)
    look(follower)
    expect(follower.box).to_have_value(half)


def test_a_log_out_reaches_a_tab_that_has_let_its_line_go(own_demo: Demo, new_page: NewPage) -> None:
    first = AtTheEhr(new_page(), own_demo).log_in("Jo Lindgren").open_help()
    secret = marked("Only Jo may read this")
    first.begin(secret)
    second = another(own_demo, first.page.context)
    second.sees(secret)
    look(second, "hidden")
    wait_until(first.page, lambda: lines(own_demo) == 1, within=LET_GO_S + 10)
    first.page.locator("details.who > summary").click()
    first.page.get_by_role("button", name="Log out").press("Enter")
    second.sees("You are signed out", within=1)
    expect(second.panel.locator("body")).not_to_contain_text(secret)
