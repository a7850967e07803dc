"""The panel as a thing on the screen: switched, moved, folded, heard once, fresh before log-in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, Launcher, marked
from tests.browser.waiting import pass_time, until

pytestmark = pytest.mark.browser


def test_before_log_in_what_everybody_may_know_stays_fresh(own_demo: Demo, new_page: NewPage) -> None:
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    page = new_page()
    page.clock.install()
    page.goto(own_demo.ehr)
    stranger = AtTheEhr(page, own_demo)
    until(page, "typeof Curbside === 'function' && !Curbside.q")
    page.mouse.click(*Launcher(page).button.middle)
    stranger.sees("Please sign in first")
    nora.page.goto(f"{own_demo.url}/desk/settings/incidents")
    nora.page.locator("[name=text]").first.fill("Signing in is slow this morning")
    nora.page.get_by_role("button", name="Tell everybody").click()
    expect(nora.page.locator(".done")).to_be_visible()
    pass_time(page, 65)
    stranger.sees("Signing in is slow this morning")
    switch(nora.page, own_demo, "launcher")
    pass_time(page, 65)
    expect_button(page, there=False)
    switch(nora.page, own_demo, "launcher")
    pass_time(page, 65)
    expect_button(page, there=True)


def switch(page: Page, demo: Demo, capability: str) -> None:
    """Flip a capability for everybody."""
    page.goto(f"{demo.url}/desk/settings/switches")
    page.locator(f"form:has(input[name=capability][value={capability}]) button").first.click()
    expect(page.locator(".done")).to_be_visible()


def expect_button(page: Page, *, there: bool) -> None:
    for _ in range(400):  # who was shown out asks again after 5 to 15 s
        if is_there(page) == there:
            return
        page.wait_for_timeout(100)
    raise AssertionError("the button is there" if not there else "there is no button")


def is_there(page: Page) -> bool:
    try:
        return Launcher(page).button.middle is not None
    except PlaywrightError:  # it has no box
        return False


def box_of(page: Page) -> tuple[float, float]:
    """Return where the panel's frame lies in the page."""
    frame = AtTheEhr(page, None).panel.frame_element()  # type: ignore[arg-type]
    box = frame.bounding_box()
    assert box is not None
    return box["x"], box["y"]


def test_the_panel_is_moved_without_dragging_and_never_off_the_screen(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    page = dana.page
    left, top = box_of(page)
    dana.panel.get_by_role("button", name="More", exact=True).click()
    dana.panel.get_by_role("button", name="Move left").click()
    page.wait_for_timeout(100)
    assert box_of(page) == (left - 80, top)
    for _ in range(10):
        dana.panel.get_by_role("button", name="Move up").press("Enter")
    page.wait_for_timeout(100)
    assert 0 <= box_of(page)[1] <= 1
    page.set_viewport_size({"width": 700, "height": 600})
    page.wait_for_timeout(200)
    x, y = box_of(page)
    assert 0 <= x <= 300 and 0 <= y <= 300
    page.set_viewport_size({"width": 1280, "height": 900})


SOUNDS = "window.sounds = 0; window.AudioContext = class extends AudioContext { constructor() { super(); sounds++; } };"


def test_five_tabs_make_one_sound(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.context.add_init_script(SOUNDS)
    first = AtTheEhr(page, demo).log_in("Jo Lindgren").open_help()
    asked, answer = marked("Five tabs ring"), marked("One answer")
    first.begin(asked)
    first.panel.get_by_role("button", name="More", exact=True).click()
    first.panel.get_by_role("button", name="Turn the sound on").click()
    tabs = [first]
    for _ in range(4):
        other = page.context.new_page()
        other.goto(f"{demo.ehr}/worklist")
        tabs.append(AtTheEhr(other, demo).open_help())
        tabs[-1].sees(asked)
    helen = AtTheDesk(new_page(), demo).log_in()
    helen.open(asked)
    helen.claim()
    helen.reply(answer)
    for tab in tabs:
        tab.page.bring_to_front()
        tab.sees(answer, within=15)
    first.page.wait_for_timeout(500)
    assert sum(tab.panel.evaluate("sounds") for tab in tabs) == 1


def test_the_button_goes_and_comes_with_its_switch_for_who_is_known(own_demo: Demo, new_page: NewPage) -> None:
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    dana.begin(marked("Is help there"))
    switch(nora.page, own_demo, "launcher")
    expect_button(dana.page, there=False)
    assert not dana.page.evaluate("Curbside('open')")
    switch(nora.page, own_demo, "launcher")
    expect_button(dana.page, there=True)


def test_folded_the_panel_is_its_header_and_unfolds(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    frame = dana.panel.frame_element()
    tall = frame.bounding_box()
    dana.panel.get_by_role("button", name="Fold", exact=True).click()
    expect(dana.box).to_have_count(0)
    dana.page.wait_for_timeout(200)
    low = frame.bounding_box()
    assert tall is not None and low is not None
    assert low["height"] <= 64 < tall["height"] and abs(low["y"] + low["height"] - tall["y"] - tall["height"]) <= 1
    dana.panel.get_by_role("button", name="Unfold").click()
    expect(dana.box).to_be_visible()


def test_what_the_page_says_of_where_it_is_reaches_the_agent(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    given = "{module: 'Claims', screen: 'Held', build: '77', url: 'https://ehr.example/x', title: 'Fern Testworth'}"
    dana.page.evaluate(f"Curbside('setContext', {given})")
    asked = marked("Where am I")
    dana.begin(asked)
    helen.open(asked)
    for field in ("Claims", "Held", "77"):
        expect(helen.page.get_by_role("complementary")).to_contain_text(field)
    for place in (helen.page.locator("body"), dana.panel.locator("body")):
        expect(place).not_to_contain_text("Fern Testworth")
        expect(place).not_to_contain_text("ehr.example/x")
