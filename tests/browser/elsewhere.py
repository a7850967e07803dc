"""A call that may go on elsewhere: how people come into it, and bring it into a window or to a phone."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

import pytest
from playwright.sync_api import Page, Route

from tests.browser.calling import InACall, call_from_panel, is_available, panel_of, rings
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr

Two = tuple[AtTheEhr, AtTheDesk]


def at_an_ehr(page: Page, demo: Demo, headers: Mapping[str, str], policy: str = "") -> AtTheEhr:
    """Log Dana in at an EHR whose own pages carry more headers than the demonstration's."""

    def add(route: Route) -> None:
        answer = route.fetch(max_redirects=0)
        csp = answer.headers.get("content-security-policy", "") + policy
        route.fulfill(response=answer, headers={**answer.headers, **headers, "content-security-policy": csp})

    # What a test fulfils has no address of its own; whatever is not granted beside that counts as refused.
    page.context.grant_permissions(["local-network-access", "microphone", "camera"])
    page.route(f"{demo.ehr}/worklist", add)
    dana = AtTheEhr(page, demo).log_in()
    page.goto(f"{demo.ehr}/worklist")  # what a log-in leads to is not asked for anew, so not touched
    return dana.open_help()


def calls(dana: AtTheEhr, helen: AtTheDesk, *, hindered: bool = False) -> Two:
    """Let Dana ask Helen something, and call her."""
    asked = f"I cannot sign {secrets.token_hex(3)}"
    dana.write(asked)
    dana.sees("in line")
    helen.open(asked)
    helen.claim()
    call_from_panel(dana)
    if hindered:
        dana.sees("a window of its own, or your phone, can carry the call")
        dana.panel.get_by_role("button", name="Call anyway").click()
    rings(helen, "Dana Whitlock")
    helen.press("a")
    panel_of(dana).is_in_it()
    return dana, helen


@pytest.fixture
def helen(own_demo: Demo, new_page: NewPage) -> AtTheDesk:
    return is_available(AtTheDesk(new_page(viewport={"width": 1440, "height": 900}), own_demo).log_in())


@pytest.fixture
def two(own_demo: Demo, new_page: NewPage, helen: AtTheDesk) -> Two:
    """Dana in a call with Helen, who took it by key."""
    page = new_page(viewport={"width": 1280, "height": 900})
    return calls(AtTheEhr(page, own_demo).log_in().open_help(), helen)


def choose(panel: InACall, name: str) -> None:
    panel.click("More")
    panel.button(name).click()


def to_window(dana: AtTheEhr) -> InACall:
    """Open the call's own window from the panel, as a person does."""
    with dana.page.context.expect_page() as opening:
        choose(panel_of(dana), "Open in its own window")
    window = InACall(opening.value)
    window.is_in_it()
    return window


def on_a_phone(dana: AtTheEhr, new_page: NewPage) -> tuple[InACall, str]:
    """Hold a phone to the code: another device, which shares nothing with the workstation."""
    with dana.page.expect_response("**/v1/call/code") as answering:
        choose(panel_of(dana), "Use my phone")
    url = answering.value.json()["url"]
    phone = new_page(viewport={"width": 390, "height": 780}, is_mobile=True, has_touch=True, color_scheme="dark")
    phone.goto(url)
    return InACall(phone), url
