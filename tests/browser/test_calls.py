"""Calls in real browsers: pictures that move and sound that is heard, on both sides, whatever happens in between."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import call_from_panel, connect, desk_of, helped, is_available, panel_of, rings
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.seeing import findings

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]
Two = tuple[AtTheEhr, AtTheDesk]

COUNT_DEVICES = """() => {
    globalThis.opened = 0, globalThis.wanted = {}
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = asked => { opened += 1; Object.assign(wanted, asked); return open(asked) }
}"""


@pytest.fixture
def two(own_demo: Demo, new_page: NewPage) -> Two:
    """Dana with a question, and Helen, who is free and has claimed it."""
    size = {"width": 1440, "height": 900}
    return helped(new_page(viewport={"width": 1280, "height": 900}), new_page(viewport=size), own_demo)


def test_one_click_and_two_people_hear_and_see_each_other(two: Two, shot: Shot) -> None:
    dana, helen = two
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")
    shot(helen.page, "call-desk-ringing")
    shot(dana.page, "call-panel-ringing")
    helen.press("a")
    panel, desk = panel_of(dana), desk_of(helen)
    panel.is_in_it()
    desk.is_in_it()
    panel.hears()
    desk.hears()
    panel.sees_nobody()  # cameras are off at first
    for one, other in ((panel, desk), (desk, panel)):
        one.click("Turn the camera on")
        other.sees_them()
    for page, part in ((helen.page, "the desk"), (dana.panel, "the panel")):
        assert findings(page) == [], f"axe, {part} in a call"
    shot(helen.page, "call-desk-connected")
    shot(dana.page, "call-panel-connected")
    dana.write("It is order four")  # chat goes on beside
    helen.sees("It is order four")
    helen.press("Escape")
    panel.click("Turn the camera off")
    desk.sees_nobody()
    desk.click("Share this tab")
    panel.sees_them()
    desk.click("Stop sharing")
    panel.click("Leave the call")
    panel.is_over()
    desk.is_over()
    for place in (dana, helen):
        place.sees("The call ended after")
        place.sees("answered the call")


def test_muted_means_that_nothing_is_heard_until_it_is_taken_back(two: Two) -> None:
    panel, desk = connect(*two)
    desk.hears()
    panel.click("Mute")
    expect(desk.stage).to_contain_text("Muted")
    desk.hears_nothing()
    two[1].page.keyboard.press("m")  # the agent too, by key
    expect(panel.stage).to_contain_text("Muted")
    panel.click("Unmute")
    two[1].page.keyboard.press("m")
    desk.hears()
    panel.hears()
    desk.click("Leave the call")
    desk.is_over()
    panel.is_over()
    expect(panel.place.locator(".call-card.past")).to_contain_text("The call has ended")


def test_a_page_that_is_loaded_anew_is_back_in_the_call(two: Two) -> None:
    dana, helen = two
    panel, desk = connect(dana, helen)
    desk.click("Turn the camera on")
    panel.sees_them()
    dana.page.reload()
    dana.open_help()
    panel = panel_of(dana)
    panel.is_in_it()
    panel.sees_them()
    desk.hears()
    helen.page.reload()
    desk.is_in_it()
    desk.hears()
    panel.hears()
    desk.click("Leave the call")
    panel.is_over()


def test_an_agent_calls_and_nothing_opens_before_the_contact_accepts(two: Two, shot: Shot) -> None:
    dana, helen = two
    panel, desk = panel_of(dana), desk_of(helen)
    dana.panel.evaluate(COUNT_DEVICES)
    helen.press("p")
    card = dana.panel.locator(".call-card")
    expect(card).to_contain_text("Helen Marsh is calling you")
    expect(card).to_contain_text("Nothing is switched on before you accept")
    shot(dana.page, "call-panel-silent-card")
    assert dana.panel.evaluate("opened") == 0
    expect(desk.stage).to_contain_text("Calling")
    card.get_by_role("button", name="Accept").click()
    panel.is_in_it()
    desk.hears()
    panel.hears()
    assert dana.panel.evaluate("opened") == 1
    panel.click("Turn the camera on")
    desk.sees_them()
    assert dana.panel.evaluate("wanted.video.backgroundBlur"), "who stands behind is blurred wherever the system can"
    panel.click("Leave the call")
    desk.is_over()


def test_declined_or_cancelled_it_stops_on_both_sides_and_is_a_fact(two: Two) -> None:
    dana, helen = two
    helen.press("p")
    dana.panel.get_by_role("button", name="Not now").click()
    desk_of(helen).is_over()
    for place in (dana, helen):
        place.sees("The call was declined")
    call_from_panel(dana)
    card = rings(helen, "Dana Whitlock")
    panel_of(dana).click("Cancel the call")
    expect(card).to_have_count(0, timeout=1_000)
    for place in (dana, helen):
        place.sees("The call was cancelled")
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")
    helen.press("d")
    panel_of(dana).is_over()
    dana.sees("The call was declined")


def test_where_nobody_is_free_it_says_so_at_once(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    call_from_panel(dana)
    dana.sees("Nobody is free for a call just now")
    expect(panel_of(dana).stage).to_have_count(0)
    dana.panel.get_by_role("button", name="Go on by chat").click()
    expect(dana.box).to_be_focused()


def test_the_first_to_answer_has_it_and_the_others_stop_ringing(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    marco = is_available(AtTheDesk(new_page(), own_demo).log_in("marco@meridian.example"))
    helen = is_available(AtTheDesk(new_page(), own_demo).log_in())
    call_from_panel(dana)
    cards = [rings(agent, "Dana Whitlock") for agent in (marco, helen)]
    marco.press("a")
    expect(cards[1]).to_have_count(0, timeout=1_000)
    panel_of(dana).is_in_it()
    panel_of(dana).hears()
    dana.sees("Marco")


def test_a_switch_of_user_ends_devices_and_call_at_once(two: Two) -> None:
    dana, helen = two
    _panel, desk = connect(dana, helen)
    desk.hears()
    dana.page.locator("details.who > summary").click()
    dana.page.locator("[data-switch]").filter(has_text="Ravi Menon").click()
    desk.is_over()
    helen.sees("the workstation was left")


def test_without_a_microphone_one_still_hears(own_demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script("""
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))
    """)
    dana = AtTheEhr(page, own_demo).log_in().open_help()
    helen = is_available(AtTheDesk(new_page(), own_demo).log_in())
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")
    helen.press("a")
    panel = panel_of(dana)
    panel.is_in_it()
    expect(panel.stage).to_contain_text("There is no microphone on this workstation")
    panel.hears()
    expect(desk_of(helen).stage).to_contain_text("Muted")


def test_the_server_is_restarted_and_the_sound_goes_on(two: Two, own_demo: Demo) -> None:
    panel, desk = connect(*two)
    desk.hears()
    own_demo.kill()
    desk.hears()
    own_demo.start()
    two[1].page.wait_for_timeout(1_000)
    panel.is_in_it()
    desk.hears()
    panel.hears()


def test_nobody_answers_and_it_says_so_and_what_one_can_do(two: Two, shot: Shot) -> None:
    dana, helen = two
    call_from_panel(dana)
    card = rings(helen, "Dana Whitlock")
    expect(panel_of(dana).stage).to_have_count(0, timeout=50_000)  # it rings for 45 s
    expect(dana.panel.locator(".phoning")).to_contain_text("Nobody could answer just now")
    expect(card).to_have_count(0, timeout=1_000)
    shot(dana.page, "call-panel-missed")
    dana.sees("The call was not answered")
    dana.panel.get_by_role("button", name="Ring again").click()
    rings(helen, "Dana Whitlock")
    panel_of(dana).click("Cancel the call")


def test_keys_alone_ask_answer_mute_and_leave(two: Two) -> None:
    dana, helen = two
    button = dana.panel.get_by_role("button", name="Call", exact=True)
    button.focus()
    dana.page.keyboard.press("Enter")
    rings(helen, "Dana Whitlock")
    helen.press("a")
    panel, desk = panel_of(dana), desk_of(helen)
    panel.is_in_it()
    panel.button("Mute").focus()
    dana.page.keyboard.press("Space")
    expect(panel.button("Unmute")).to_be_focused()
    expect(desk.stage).to_contain_text("Muted")
    dana.page.keyboard.press("ArrowRight")
    expect(panel.button("Turn the camera on")).to_be_focused()
    dana.page.keyboard.press("Enter")
    desk.sees_them()
    helen.press("x")
    panel.is_over()


def test_a_call_goes_on_while_the_agent_looks_at_another_conversation(two: Two) -> None:
    dana, helen = two
    panel, desk = connect(dana, helen)
    helen.page.get_by_text("ORD-417 when I sign").first.click()
    expect(helen.page.locator(".call-strip section.call")).to_be_visible()
    desk.hears()
    panel.hears()
    desk.click("Leave the call")
    panel.is_over()
