"""A call in its own window, and on a phone: whatever the page around forbids, and however it changes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import InACall, call_from_panel, desk_of, is_available, panel_of, rings
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.seeing import cut_off, findings

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]
Two = tuple[AtTheEhr, AtTheDesk]


@pytest.fixture
def two(own_demo: Demo, new_page: NewPage) -> Two:
    """Dana in a call with Helen, who took it by key."""
    dana = AtTheEhr(new_page(viewport={"width": 1280, "height": 900}), own_demo).log_in().open_help()
    helen = is_available(AtTheDesk(new_page(viewport={"width": 1440, "height": 900}), own_demo).log_in())
    asked = f"I cannot sign {secrets.token_hex(3)}"
    dana.write(asked)
    dana.sees("in line")
    helen.open(asked)
    helen.claim()
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")
    helen.press("a")
    panel_of(dana).is_in_it()
    return dana, helen


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


def test_the_window_takes_the_call_over_and_the_page_may_change(two: Two, shot: Shot) -> None:
    dana, helen = two
    window, desk = to_window(dana), desk_of(helen)
    assert isinstance(window.place, Page)
    assert "#" not in window.place.url and window.place.evaluate("opener") is None
    expect(dana.panel.locator(".call-card")).to_contain_text("The call is in its own window")
    expect(dana.panel.locator("audio")).to_have_count(0)
    window.hears()
    desk.hears()
    for one, other in ((window, desk), (desk, window)):
        one.click("Turn the camera on")
        other.sees_them()
    expect(window.button("Share this tab")).to_have_count(0)
    dana.page.goto(f"{dana.demo.ehr}/orders")  # the page changes: nothing of the call does
    desk.hears()
    window.sees_them()
    dana.open_help()
    expect(dana.panel.locator(".call-card")).to_contain_text("The call is in its own window")
    shot(dana.page, "call-panel-away")
    assert findings(dana.panel) == []
    window.place.locator("textarea").fill("written in the window")
    window.place.keyboard.press("Enter")
    dana.sees("written in the window")
    helen.sees("written in the window")
    assert findings(window.place) == [] and cut_off(window.place) == []
    shot(window.place, "call-window")
