"""What changes while a call rings or runs, in real browsers: switches hold on both sides, who becomes free is rung."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.calling import (
    InACall,
    call_from_panel,
    connect,
    desk_of,
    helped,
    is_available,
    panel_of,
    picture_of,
    rings,
)
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr

pytestmark = pytest.mark.browser
WITHIN = 5_000
Three = tuple[AtTheEhr, AtTheDesk, AtTheDesk]


@pytest.fixture
def three(own_demo: Demo, new_page: NewPage) -> Three:
    """Dana in a call with Helen, both seen; and Nora, who may switch things off."""
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    nora.page.goto(f"{own_demo.url}/desk/settings/switches")
    dana, helen = helped(new_page(), new_page(), own_demo)
    for one, other in (sides := connect(dana, helen), sides[::-1]):
        one.click("Turn the camera on")
        other.sees_them()
    return dana, helen, nora


def press(nora: AtTheDesk, capability: str) -> None:
    """Press a switch in the settings; a test waits from here on."""
    nora.page.locator(f"form:has(input[name=capability][value={capability}]) button").first.click()


def sees_no_picture(*sides: InACall) -> None:
    for side in sides:
        expect(side.place.locator(".call-tile video")).to_have_count(0, timeout=WITHIN)
        expect(side.place.locator(".call-own")).to_have_count(0)


def test_a_call_that_is_switched_off_ends_on_both_sides_and_says_why(three: Three) -> None:
    dana, helen, nora = three
    press(nora, "call")
    for side in (panel_of(dana), desk_of(helen)):
        expect(side.stage).to_have_count(0, timeout=WITHIN)
        side.is_over()
    for place in (dana, helen):
        place.sees("The call ended: it is switched off there")
    expect(dana.panel.get_by_role("button", name="Call", exact=True)).to_have_count(0)
    dana.write("We go on in writing")
    helen.sees("We go on in writing")


def test_cameras_that_are_switched_off_go_out_on_both_sides_and_the_voice_goes_on(three: Three) -> None:
    dana, helen, nora = three
    panel, desk = panel_of(dana), desk_of(helen)
    press(nora, "camera")
    sees_no_picture(panel, desk)
    panel.hears()
    desk.hears()
    for side in (panel, desk):
        expect(side.stage).to_contain_text("The camera is switched off here")
    helen.sees("Dana Whitlock: camera or screen switched off")
    panel.click("Turn the camera on")
    desk.sees_nobody()
    press(nora, "camera")  # and on again: nothing comes back by itself
    expect(nora.page.locator(".done")).to_be_visible()
    dana.page.wait_for_timeout(1_500)
    sees_no_picture(panel, desk)
    panel.click("Turn the camera on")
    desk.sees_them()


def test_a_screen_that_is_switched_off_is_shown_no_more_and_the_camera_stays(three: Three) -> None:
    dana, helen, nora = three
    panel, desk = panel_of(dana), desk_of(helen)
    desk.click("Share this tab")
    expect(panel.place.locator('video[aria-label="Screen of Helen Marsh"]')).to_have_count(1)
    press(nora, "screen")
    expect(panel.place.locator('video[aria-label="Screen of Helen Marsh"]')).to_have_count(0, timeout=WITHIN)
    expect(desk.button("Share this tab")).to_be_visible()
    assert panel.place.locator(picture_of("Helen Marsh")).count() == 1
    panel.sees_them()
    desk.sees_them()


def test_who_becomes_free_while_it_rings_is_rung_too_and_may_answer(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    helen = is_available(AtTheDesk(new_page(), own_demo).log_in())
    marco = AtTheDesk(new_page(), own_demo).log_in("marco@meridian.example")
    diego = AtTheDesk(new_page(), own_demo).log_in("diego@claritas.example")
    call_from_panel(dana)
    first = rings(helen, "Dana Whitlock")
    expect(marco.page.locator(".call-rings section")).to_have_count(0)
    is_available(marco)
    is_available(diego)  # who may not see it is not rung, free or not
    rings(marco, "Dana Whitlock")
    expect(first).to_be_visible()
    expect(diego.page.locator(".call-rings section")).to_have_count(0)
    marco.press("a")
    panel = panel_of(dana)
    panel.is_in_it()
    panel.hears()
    desk_of(marco).hears()
    expect(first).to_have_count(0)
