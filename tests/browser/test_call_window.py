"""A call in its own window, whatever the page around forbids, and however it changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import InACall, desk_of, panel_of
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.elsewhere import Two, at_an_ehr, calls, choose, helen, to_window, two
from tests.browser.people import AtTheDesk
from tests.browser.seeing import cut_off, findings

__all__ = ["helen", "two"]
pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]


# What a browser does that keeps windows closed, whoever asked for them.
NO_WINDOWS = "() => { globalThis.open = () => null }"
ISOLATED = {"cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp"}
NO_DEVICES = {"permissions-policy": "camera=(), microphone=(), display-capture=()"}
SANDBOX = "; sandbox allow-scripts allow-same-origin allow-forms"


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
    window.place.set_viewport_size({"width": 1100, "height": 700})  # side by side
    window.place.emulate_media(color_scheme="dark")
    assert findings(window.place) == [] and cut_off(window.place) == []
    shot(window.place, "call-window-wide")


def test_a_window_shows_a_screen_only_where_the_tenant_lets_it_and_after_a_question(
    two: Two, own_demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    dana, helen = two
    window = to_window(dana)
    expect(window.button("Share a screen")).to_have_count(0)
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example").page
    nora.goto(f"{own_demo.url}/desk/settings/tenant")
    nora.locator("[name=screen_share]").select_option("ask")
    nora.locator("[name=screen_window]").select_option("yes")
    nora.get_by_role("button", name="Save").click()
    expect(nora.locator(".done")).to_be_visible()
    window.button("Share a screen").click()
    expect(window.stage).to_contain_text("is not this page")
    expect(helen.page.get_by_text("Dana Whitlock: sharing the screen")).to_have_count(0)
    assert isinstance(window.place, Page)
    shot(window.place, "call-window-screen")
    window.click("Show it")
    helen.sees("Dana Whitlock: sharing the screen")
    desk_of(helen).sees_them()


def test_the_call_comes_back_and_the_window_goes(two: Two) -> None:
    dana, helen = two
    window, desk = to_window(dana), desk_of(helen)
    page = window.place
    assert isinstance(page, Page)
    with page.expect_event("close"):
        dana.panel.get_by_role("button", name="Bring it back here").click()
    panel_of(dana).is_in_it()
    panel_of(dana).hears()
    desk.hears()


def test_a_window_that_was_closed_by_hand_is_said_to_be_and_the_call_goes_on(two: Two) -> None:
    dana, helen = two
    page = to_window(dana).place
    assert isinstance(page, Page)
    page.close()
    expect(dana.panel.locator(".call-card")).to_contain_text("The call's window is closed")
    expect(desk_of(helen).stage).to_contain_text("Dana Whitlock is reconnecting")
    dana.panel.get_by_role("button", name="Go on here").click()
    panel_of(dana).is_in_it()
    desk_of(helen).hears()


def test_a_window_that_is_loaded_anew_is_back_in_the_call(two: Two) -> None:
    dana, helen = two
    window = to_window(dana)
    assert isinstance(window.place, Page)
    window.place.reload()
    window.is_in_it()
    window.hears()
    desk_of(helen).hears()
    window.click("Leave the call")
    expect(window.place.locator(".call-card")).to_contain_text("The call has ended")
    desk_of(helen).is_over()


def test_a_log_off_in_the_ehr_closes_the_window_within_a_second(two: Two) -> None:
    dana, helen = two
    page = to_window(dana).place
    assert isinstance(page, Page)
    dana.panel.get_by_role("button", name="Close", exact=True).click()  # it lies over the EHR's own menu
    dana.page.locator("details.who > summary").click()
    with page.expect_event("close", timeout=2_000):
        dana.page.get_by_role("button", name="Log out").click()
    desk_of(helen).is_over()
    helen.sees("the workstation was left")


def test_where_windows_are_blocked_a_link_opens_it(two: Two, shot: Shot) -> None:
    dana, _ = two
    dana.panel.evaluate(NO_WINDOWS)
    panel = panel_of(dana)
    choose(panel, "Open in its own window")
    link = dana.panel.get_by_role("link", name="Open in its own window")
    expect(link).to_be_visible()
    panel.is_in_it()  # meanwhile it goes on here
    shot(dana.page, "call-panel-blocked")
    assert findings(dana.panel) == []
    with dana.page.context.expect_page() as opening:
        link.click()
    InACall(opening.value).is_in_it()
    expect(dana.panel.locator(".call-card")).to_contain_text("The call is in its own window")


def test_an_isolated_host_holds_the_panel_and_the_window_knows_nothing_of_it(
    own_demo: Demo, new_page: NewPage, helen: AtTheDesk
) -> None:
    dana, _ = calls(at_an_ehr(new_page(), own_demo, ISOLATED), helen)
    assert dana.page.evaluate("crossOriginIsolated") is True
    window = to_window(dana)
    assert window.place.evaluate("[opener, crossOriginIsolated, window.name]") == [None, True, ""]
    window.hears()
    desk_of(helen).hears()


def test_a_page_that_forbids_devices_offers_the_window_in_words(
    own_demo: Demo, new_page: NewPage, helen: AtTheDesk, shot: Shot
) -> None:
    dana, _ = calls(at_an_ehr(new_page(), own_demo, NO_DEVICES), helen, hindered=True)
    panel = panel_of(dana)
    expect(panel.stage).to_contain_text("This page may not use the microphone")
    shot(dana.page, "call-panel-forbidden")
    expect(desk_of(helen).stage).to_contain_text("Muted")
    with dana.page.context.expect_page() as opening:
        panel.click("Open in its own window")
    window = InACall(opening.value)
    window.is_in_it()
    window.click("Turn the camera on")
    desk_of(helen).hears()
    desk_of(helen).sees_them()


def test_a_sandboxed_page_lets_no_window_open_and_the_phone_is_offered(
    own_demo: Demo, new_page: NewPage, helen: AtTheDesk
) -> None:
    dana, _ = calls(at_an_ehr(new_page(), own_demo, {}, SANDBOX), helen)
    panel = panel_of(dana)
    choose(panel, "Open in its own window")
    dana.panel.get_by_role("link", name="Open in its own window").click()
    expect(panel.stage).to_contain_text("No window opens from this page", timeout=10_000)
    panel.hears()
    panel.click("Use my phone")
    expect(dana.panel.get_by_role("img", name="A code for your phone's camera")).to_be_visible()


def test_a_window_that_no_panel_of_ours_opened_asks_before_anything_opens(two: Two, new_page: NewPage) -> None:
    dana, _ = two
    dana.page.context.route("**/call", lambda route: route.abort())  # so that the code is still good
    with dana.page.expect_response("**/v1/call/code") as answering:
        choose(panel_of(dana), "Open in its own window")
    stranger = new_page()
    stranger.goto(answering.value.json()["url"])
    join = stranger.get_by_role("button", name="Join here")
    expect(join).to_be_visible()
    expect(stranger.locator("main")).to_contain_text("Join only if you have just asked for this window")
    stranger.reload()  # which is no click either
    expect(join).to_be_visible()
    assert findings(stranger) == []


def test_keys_alone_bring_it_into_a_window_and_back(two: Two) -> None:
    dana, _ = two
    panel_of(dana).button("More").focus()
    dana.page.keyboard.press("Enter")
    dana.page.keyboard.press("Tab")
    dana.page.keyboard.press("Tab")
    expect(panel_of(dana).button("Open in its own window")).to_be_focused()
    with dana.page.context.expect_page() as opening:
        dana.page.keyboard.press("Enter")
    window = InACall(opening.value)
    window.is_in_it()
    window.button("Mute").focus()
    opening.value.keyboard.press("Space")
    expect(window.button("Unmute")).to_be_focused()
    back = dana.panel.get_by_role("button", name="Bring it back here")
    back.focus()
    with opening.value.expect_event("close"):
        dana.page.keyboard.press("Enter")
    panel_of(dana).is_in_it()


def test_after_the_page_has_changed_under_a_call_the_window_is_offered(two: Two, shot: Shot) -> None:
    dana, _ = two
    dana.page.goto(f"{dana.demo.ehr}/orders")
    dana.open_help()
    panel = panel_of(dana)
    expect(panel.stage).to_contain_text("In its own window it goes on")
    panel.is_in_it()
    shot(dana.page, "call-panel-changed")
    assert findings(dana.panel) == []
    with dana.page.context.expect_page() as opening:
        panel.click("Open in its own window")
    InACall(opening.value).is_in_it()
