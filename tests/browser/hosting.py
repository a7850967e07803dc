"""Pages of EHRs that make it hard, opened in Chromium, and what one does with the launcher in them."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, Route

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.waiting import until
from tests.hosts.serve import HERE, MODULES, Snippet, headers_of
from tests.hosts.serve import page as host_page

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
        page = wide_page(new_page)
        snippet = Snippet(curbside or demo.url, "northwind", attributes or PHONE)
        page.route(f"{demo.ehr}/hosts/**", lambda route: serve(route, snippet))
        if known:
            page.goto(demo.ehr)
            page.click("button[value=dana]")
            page.wait_for_url("**/worklist")
            user = page.evaluate("JSON.parse(document.body.dataset.login).user")
        if held is not None:
            page.route(re.compile(r"/panel\?"), lambda route: held.append(route))
        page.goto(f"{demo.ehr}/hosts/{name}")
        if known:
            boot(page, user)
        return page

    return open_it


def wide_page(new_page: NewPage) -> Page:
    """Open a page as wide as the button's place is reckoned for."""
    page = new_page(viewport={"width": WIDTH, "height": HEIGHT})
    # A page that the test serves in the EHR's place has no address, and might not reach this machine's own.
    page.context.grant_permissions(["local-network-access"])
    return page


def serve(route: Route, snippet: Snippet) -> None:
    """Answer in the EHR's place, with the host page that a request names."""
    path = route.request.url.split("/hosts/")[1]
    if path.startswith("modules/"):
        return route.fulfill(path=MODULES / path.removeprefix("modules/"))
    if not (HERE / f"{path}.html").is_file():
        return route.fulfill(status=404)
    headers = headers_of(path, snippet.curbside)
    return route.fulfill(body=host_page(path, snippet), content_type="text/html", headers=headers)


def boot(page: Page, user: str) -> None:
    """Say who works here, as the page of an EHR does, with a token that its backend signs."""
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
    until(page, "typeof Curbside === 'function' && !!Curbside.open")


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
