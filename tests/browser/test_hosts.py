"""The launcher in pages of EHRs that make it hard: it works, it stays reachable, and the page is unharmed."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, Route

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo, free_port
from tests.hosts.serve import HERE, MODULES, Snippet, headers_of
from tests.hosts.serve import page as host_page

pytestmark = pytest.mark.browser

WIDTH, HEIGHT = 1280, 800
BUTTON = (WIDTH - 24 - 28, HEIGHT - 24 - 28)
PHONE = 'data-phone="+1 555 0142"'
COMPOSER = "textarea"
OpenHost = Callable[..., Page]


@pytest.fixture
def open_host(new_page: NewPage, demo: Demo) -> OpenHost:
    """Open a host page on the EHR's own origin, which is the one that may hold the panel."""

    def open_it(
        name: str,
        *,
        curbside: str | None = None,
        attributes: str | None = None,
        known: bool = False,
        held: list[Route] | None = None,
    ) -> Page:
        page = _new(new_page)
        snippet = Snippet(curbside or demo.url, "northwind", attributes or PHONE)
        page.route(f"{demo.ehr}/hosts/**", lambda route: _serve(route, snippet))
        if known:
            page.goto(demo.ehr)
            page.click("button[value=dana]")
            page.wait_for_url("**/worklist")
            user = page.evaluate("JSON.parse(document.body.dataset.login).user")
        if held is not None:
            page.route(re.compile(r"/panel\?"), lambda route: held.append(route))
        page.goto(f"{demo.ehr}/hosts/{name}")
        if known:
            _boot(page, user)
        return page

    return open_it


def _new(new_page: NewPage) -> Page:
    page = new_page(viewport={"width": WIDTH, "height": HEIGHT})
    # A page that the test serves in the EHR's place has no address, and might not reach this machine's own.
    page.context.grant_permissions(["local-network-access"])
    return page


def _serve(route: Route, snippet: Snippet) -> None:
    path = route.request.url.split("/hosts/")[1]
    if path.startswith("modules/"):
        return route.fulfill(path=MODULES / path.removeprefix("modules/"))
    if not (HERE / f"{path}.html").is_file():
        return route.fulfill(status=404)
    headers = headers_of(path, snippet.curbside)
    return route.fulfill(body=host_page(path, snippet), content_type="text/html", headers=headers)


def _boot(page: Page, user: str) -> None:
    page.evaluate(
        """(user) => Curbside("boot", {user, token: async (nonce) => {
            const {fetch, stringify} = window.natives ?? {fetch: window.fetch.bind(window), stringify: JSON.stringify};
            const init = {method: "POST", headers: {"Content-Type": "application/json"}};
            const answer = await fetch("/token", {...init, body: stringify({nonce, user})});
            return (await answer.json()).token;
        }})""",
        user,
    )


def launched(page: Page) -> None:
    """Wait until the launcher has taken over the stub."""
    # Not by wait_for_function: what Playwright puts into a page does not survive every page here.
    for _ in range(100):
        if page.evaluate("typeof Curbside === 'function' && !!Curbside.open"):
            return
        page.wait_for_timeout(50)
    raise AssertionError("the launcher did not start")


def at(page: Page, point: tuple[int, int] = BUTTON) -> str:
    """Return the name of the element that a click at this point would reach."""
    found: str = page.evaluate("([x, y]) => document.elementFromPoint(x, y)?.localName ?? ''", list(point))
    return found


def panel(page: Page) -> Frame:
    """Return the panel's frame, once it is loaded."""
    for _ in range(100):
        for frame in page.frames:
            if "/panel" in frame.url:
                frame.wait_for_load_state()
                return frame
        page.wait_for_timeout(50)
    raise AssertionError("no panel was loaded")


def opened(page: Page) -> Frame:
    """Press the button as a hand would; return the panel's frame."""
    page.mouse.click(*BUTTON)
    return panel(page)


def converse(page: Page, frame: Frame) -> None:
    """Write as somebody does whom the page has named, until the server has it."""
    frame.wait_for_selector(COMPOSER)
    frame.click(COMPOSER)
    words = f"Written on {page.url.rpartition('/')[2]} {secrets.token_hex(3)}"
    page.keyboard.type(words, delay=45)  # faster would be a scanner, whose text is never sent
    page.keyboard.press("Enter")
    frame.locator(".bubble, .rich").get_by_text(words).wait_for()
    frame.locator(".delivery.sent, .delivery.delivered, .delivery.read").wait_for()


def shown(page: Page) -> str:
    """Return all that assistive technology is told of the page, the launcher's closed tree included."""
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    return "\n".join(str(node.get("name", {}).get("value", "")) for node in nodes if not node.get("ignored"))


def wait_until_shown(page: Page, text: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while text not in shown(page):
        assert time.monotonic() < deadline, f"{text!r} was not shown within {seconds} s"
        page.wait_for_timeout(100)


def launchers(page: Page) -> int:
    return sum(frame.evaluate("document.querySelectorAll('curbside-launcher').length") for frame in page.frames)


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
    page.wait_for_function("document.querySelector('curbside-launcher').closest('#first')")
    assert at(page) == "curbside-launcher"
    frame = opened(page)
    frame.wait_for_selector(COMPOSER)
    frame.click(COMPOSER)
    page.keyboard.type("In a dialog")
    page.click("#more")
    page.wait_for_function("document.querySelector('curbside-launcher').closest('#second')")
    frame.click(COMPOSER)
    page.keyboard.type(", and in another")
    assert frame.input_value(COMPOSER) == "In a dialog, and in another"
    page.click("#done")
    page.wait_for_function("document.querySelector('curbside-launcher').closest('#first')")
    page.evaluate("first.remove()")
    page.wait_for_function("document.querySelector('curbside-launcher')?.parentNode === document.documentElement")
    assert at(page) == "curbside-launcher"


@pytest.mark.parametrize("name", ["frames", "frameset", "twice"])
def test_there_is_one_launcher_in_a_page(open_host: OpenHost, name: str) -> None:
    page = open_host(name)
    last = page.frames[-1]
    last.wait_for_function("typeof Curbside === 'function' && !!Curbside.open")
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
    page = _new(new_page)
    held: list[Route] = []
    page.route(re.compile("/widget.js"), lambda route: held.append(route))
    page.route(f"{demo.ehr}/hosts/**", lambda route: _serve(route, Snippet(demo.url)))
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
