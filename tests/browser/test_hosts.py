"""The launcher in pages of EHRs that make it hard: it works, it stays reachable, and the page is unharmed."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Route

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo, free_port
from tests.browser.hosting import (
    BUTTON,
    COMPOSER,
    HEIGHT,
    WIDTH,
    OpenHost,
    at,
    converse,
    launched,
    launchers,
    open_host,
    opened,
    panel,
    serve,
    shown,
    wait_until_shown,
    wide_page,
)
from tests.browser.waiting import until
from tests.hosts.serve import Snippet

__all__ = ["open_host"]
pytestmark = pytest.mark.browser


def test_it_runs_under_a_strict_policy_with_trusted_types(open_host: OpenHost) -> None:
    page = open_host("strict", known=True)
    launched(page)
    assert at(page) == "curbside-launcher"
    converse(page, opened(page))
    page.evaluate("Curbside('close')")
    page.click("#own")
    assert page.inner_text("#pressed") == "1"
    assert page.evaluate("violations") == []


def test_a_bootstrap_modal_cannot_take_the_focus_from_the_composer(open_host: OpenHost) -> None:
    page = open_host("bootstrap", known=True)
    launched(page)
    page.wait_for_selector(".modal.in")
    stolen = page.evaluate("stolen")
    frame = opened(page)
    frame.wait_for_selector(COMPOSER)
    frame.click(COMPOSER)
    page.keyboard.type("The modal is open and I can type")
    assert frame.input_value(COMPOSER) == "The modal is open and I can type"
    assert page.evaluate("stolen") == stolen
    page.click("#inside")
    page.keyboard.type("and here too")
    assert page.input_value("#inside") == "and here too"


def test_a_focus_trap_cannot_swallow_the_click(open_host: OpenHost) -> None:
    page = open_host("trap", known=True)
    launched(page)
    frame = opened(page)
    frame.wait_for_selector(COMPOSER)
    frame.click(COMPOSER)
    page.keyboard.type("Still here")
    assert frame.input_value(COMPOSER) == "Still here"
    page.mouse.click(*BUTTON)
    page.wait_for_timeout(300)
    assert at(page, (BUTTON[0], BUTTON[1] - 200)) != "curbside-launcher"


def test_help_stays_reachable_above_native_dialogs_and_keeps_what_was_typed(open_host: OpenHost) -> None:
    page = open_host("dialog", known=True)
    launched(page)
    page.click("#show")
    until(page, "document.querySelector('curbside-launcher').closest('#first')")
    assert at(page) == "curbside-launcher"
    frame = opened(page)
    frame.wait_for_selector(COMPOSER)
    frame.click(COMPOSER)
    page.keyboard.type("In a dialog")
    page.click("#more")
    until(page, "document.querySelector('curbside-launcher').closest('#second')")
    frame.click(COMPOSER)
    page.keyboard.type(", and in another")
    assert frame.input_value(COMPOSER) == "In a dialog, and in another"
    page.click("#done")
    until(page, "document.querySelector('curbside-launcher').closest('#first')")
    page.evaluate("first.remove()")
    until(page, "document.querySelector('curbside-launcher')?.parentNode === document.documentElement")
    assert at(page) == "curbside-launcher"


@pytest.mark.parametrize("name", ["frames", "frameset", "twice"])
def test_there_is_one_launcher_in_a_page(open_host: OpenHost, name: str) -> None:
    page = open_host(name)
    last = page.frames[-1]
    until(last, "typeof Curbside === 'function' && !!Curbside.open")
    page.wait_for_timeout(700)
    assert launchers(page) == 1
    last.evaluate("Curbside('open')")
    panel(page)


def test_broken_globals_do_not_stop_it(open_host: OpenHost) -> None:
    page = open_host("patched", known=True)
    launched(page)
    assert at(page) == "curbside-launcher"
    converse(page, opened(page))


def test_hostile_style_neither_hides_nor_covers_it(open_host: OpenHost) -> None:
    page = open_host("hostile")
    launched(page)
    assert at(page) == "curbside-launcher"
    page.mouse.click(*BUTTON)
    page.wait_for_timeout(300)
    assert at(page, (BUTTON[0], BUTTON[1] - 200)) == "curbside-launcher"
    assert "Help" in shown(page)


def test_a_dead_server_leaves_the_page_as_it_was(open_host: OpenHost) -> None:
    page = open_host("dead", curbside=f"http://127.0.0.1:{free_port()}")
    page.click("#own")
    assert page.inner_text("#pressed") == "1"
    assert launchers(page) == 0
    assert page.evaluate("document.documentElement.children.length") == 2
    assert at(page) in ("html", "body")


def test_a_panel_that_does_not_answer_gives_way_to_a_phone_number(open_host: OpenHost) -> None:
    page = open_host("dead")
    page.route(re.compile("/panel"), lambda route: route.abort())
    launched(page)
    page.mouse.click(*BUTTON)
    wait_until_shown(page, "Help is not answering", 12)
    told = shown(page)
    assert "+1 555 0142" in told
    assert "Try again" in told
    page.click("#own")
    assert page.inner_text("#pressed") == "1"
    page.unroute(re.compile("/panel"))
    page.mouse.click(*BUTTON)
    page.mouse.click(*BUTTON)
    page.keyboard.press("Enter")
    panel(page)


def test_a_panel_that_answers_late_harms_nothing_and_comes_when_it_comes(open_host: OpenHost) -> None:
    """Held for longer than the launcher is patient (4 s): what holds then holds after 30 s too."""
    held: list[Route] = []
    page = open_host("dead", known=True, held=held)
    launched(page)
    above = (BUTTON[0], BUTTON[1] - 200)
    assert at(page, above) != "curbside-launcher", "nothing lies over the page before somebody asks"
    page.mouse.click(*BUTTON)
    wait_until_shown(page, "Help is not answering", 12)
    assert "+1 555 0142" in shown(page)
    page.click("#own")
    assert page.inner_text("#pressed") == "1"
    page.mouse.click(*BUTTON)
    page.wait_for_timeout(300)
    assert at(page, above) != "curbside-launcher", "nor when they have gone away again"
    page.mouse.click(*BUTTON)
    page.wait_for_timeout(300)
    assert at(page, above) == "curbside-launcher"
    held[-1].continue_()
    frame = panel(page)
    frame.wait_for_selector(COMPOSER)
    converse(page, frame)
    assert "Help is not answering" not in shown(page)


def test_a_script_that_comes_late_blocks_nothing(new_page: NewPage, demo: Demo) -> None:
    page = wide_page(new_page)
    held: list[Route] = []
    page.route(re.compile("/widget.js"), lambda route: held.append(route))
    page.route(f"{demo.ehr}/hosts/**", lambda route: serve(route, Snippet(demo.url)))
    page.goto(f"{demo.ehr}/hosts/dead", wait_until="domcontentloaded")
    page.evaluate("Curbside('unreadCount', (count) => { window.counted = count; })")
    page.click("#own")
    assert page.inner_text("#pressed") == "1"
    assert launchers(page) == 0
    held[0].continue_()
    launched(page)
    assert page.evaluate("counted") == 0


def test_the_pages_own_button_opens_help(open_host: OpenHost) -> None:
    page = open_host("own_button", attributes='data-button="#help" data-phone="+1 555 0142"')
    launched(page)
    assert at(page) in ("html", "body")
    page.click("#help")
    panel(page)
    assert page.get_attribute("#help", "aria-expanded") == "true"


def test_an_event_listener_can_be_ended(open_host: OpenHost) -> None:
    page = open_host("dead")
    launched(page)
    page.evaluate("() => { window.heard = []; window.end = Curbside('on', 'open', () => heard.push('open')); }")
    page.evaluate("() => { Curbside('toggle'); Curbside.close(); end(); Curbside.open(); }")
    assert page.evaluate("heard") == ["open"]


def test_a_switch_of_user_takes_the_last_ones_panel_away_within_a_second(new_page: NewPage, demo: Demo) -> None:
    page = new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(demo.ehr)
    page.click("button[value=dana]")
    page.wait_for_url("**/worklist")
    launched(page)
    frame = opened(page)
    frame.wait_for_selector(COMPOSER)
    frame.fill(COMPOSER, "Only Dana may see this")
    page.click(".who summary")
    page.click("[data-switch=ravi]")
    switched = time.monotonic()
    while not frame.is_detached():
        assert time.monotonic() - switched < 1.5
        page.wait_for_timeout(20)
    assert at(page, (BUTTON[0], BUTTON[1] - 200)) != "curbside-launcher"
    page.get_by_text("Dr. Ravi Menon is working here now").wait_for()
    again = opened(page)
    again.wait_for_selector(COMPOSER)
    assert again.input_value(COMPOSER) == ""
