"""A call on a phone, which shares nothing with the workstation but a code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import desk_of
from tests.browser.conftest import NewPage
from tests.browser.elsewhere import Two, helen, on_a_phone, two
from tests.browser.seeing import cut_off, findings

__all__ = ["helen", "two"]
pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]


def test_a_phone_takes_the_call_over_and_the_workstation_goes_on_writing(
    two: Two, new_page: NewPage, shot: Shot
) -> None:
    dana, helen = two
    phone, url = on_a_phone(dana, new_page)
    expect(dana.panel.get_by_text("Good for")).to_be_visible()
    shot(dana.page, "call-panel-code")
    assert findings(dana.panel) == [] and cut_off(dana.panel) == []
    assert isinstance(phone.place, Page) and "#" not in phone.place.url
    shot(phone.place, "call-phone-join")
    phone.place.get_by_role("button", name="Join on this phone").click()
    phone.is_in_it()
    expect(dana.panel.locator(".call-card")).to_contain_text("The call is on your phone")
    phone.hears()
    desk_of(helen).hears()
    phone.click("Turn the camera on")
    desk_of(helen).sees_them()
    shot(phone.place, "call-phone")
    assert findings(phone.place) == [] and cut_off(phone.place) == []
    dana.write("I hold it up to the screen")
    phone.place.get_by_role("button", name="Chat").click()
    expect(phone.place.locator("main")).to_contain_text("I hold it up to the screen")
    shot(phone.place, "call-phone-chat")
    assert findings(phone.place) == [] and cut_off(phone.place) == []
    second = new_page()
    second.goto(url)  # it was good once
    expect(second.get_by_role("heading")).to_contain_text("This code has been used")
    assert findings(second) == []
    shot(second, "call-code-used")


def test_a_switch_of_user_takes_the_phone_out_of_the_call(two: Two, new_page: NewPage) -> None:
    dana, helen = two
    phone, _ = on_a_phone(dana, new_page)
    phone.place.get_by_role("button", name="Join on this phone").click()
    phone.is_in_it()
    dana.page.locator("details.who > summary").click()
    dana.page.locator("[data-switch]").filter(has_text="Ravi Menon").click()
    expect(phone.place.get_by_role("heading")).to_contain_text("You have been logged off", timeout=2_000)
    desk_of(helen).is_over()
