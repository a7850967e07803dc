"""The panel keeps its word when the person goes, or is not known yet."""

from __future__ import annotations

import re
import secrets
from dataclasses import replace

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, Route, expect

from curbside.demo.people import PEOPLE
from tests.browser.conftest import Demo, NewPage
from tests.browser.people import AtTheDesk, AtTheEhr, Launcher
from tests.browser.test_capabilities import choose
from tests.browser.test_story import switch_to

pytestmark = pytest.mark.browser


def marked(text: str) -> str:
    """Return text that no other test wrote."""
    return f"{text} ({secrets.token_hex(4)})"


def sign_once_too_late(page: Page, demo: Demo) -> list[Route]:
    """Let the EHR fail to sign the first time, when the test says so; afterwards it signs."""
    held: list[Route] = []

    def sign(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route(f"{demo.ehr}/token", sign)
    return held


def test_what_is_sent_before_the_ehr_says_who_it_is_waits_if_it_cannot(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    held = sign_once_too_late(page, demo)
    dana = AtTheEhr(page, demo).log_in().open_help()
    first, second = marked("The scanner beeps twice"), marked("and prints nothing")
    for text in (first, second):
        dana.write(text)
    held[0].fulfill(status=500, json={})
    dana.sees("What you wrote is not sent. It waits for you here.")
    dana.panel.get_by_role("button", name="Try again").click()
    expect(dana.box).to_have_value(f"{first}\n{second}")
    dana.box.press("Enter")
    dana.sees("Sent")
    dana.sees(second)


@pytest.mark.parametrize("leave", ["log out", "switch"])
def test_what_was_deleted_is_deleted_though_the_person_leaves_at_once(
    demo: Demo, new_page: NewPage, leave: str
) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    asked, regretted = marked("A bed is shown twice"), marked("Somebody's name")
    dana.begin(asked)
    dana.write(regretted)
    helen.open(asked)
    helen.sees(regretted)
    choose(dana, regretted, "Delete")
    expect(dana.panel.get_by_role("button", name="Undo")).to_be_visible()
    if leave == "switch":
        switch_to(dana.page, "Ravi Menon")
    else:
        dana.page.evaluate("Curbside('logout')")
    helen.sees("This message was deleted", within=2)
    expect(helen.page.get_by_text(regretted)).to_have_count(0)


def test_a_log_out_that_only_the_page_tells_ends_every_panel_of_that_log_in(demo: Demo, new_page: NewPage) -> None:
    first = AtTheEhr(new_page(), demo).log_in("Jo Lindgren").open_help()
    secret = marked("Only Jo may read this")
    first.begin(secret)
    page = first.page.context.new_page()
    page.goto(f"{demo.ehr}/worklist")
    second = AtTheEhr(page, demo).open_help()
    second.sees(secret)
    first.page.evaluate("Curbside('logout')")
    second.sees("You are signed out", within=2)
    expect(second.panel.locator("body")).not_to_contain_text(secret)
    second.panel.get_by_role("button", name="Use help again").click()
    second.sees(re.compile("We cannot see who you are"))  # the log-in is over for good


def test_taking_help_away_ends_it_in_every_tab_and_the_same_log_in_may_come_back(demo: Demo, new_page: NewPage) -> None:
    first = AtTheEhr(new_page(), demo).log_in("Jo Lindgren").open_help()
    page = first.page.context.new_page()
    page.goto(f"{demo.ehr}/worklist")
    second = AtTheEhr(page, demo).open_help()
    expect(second.box).to_be_visible()
    first.page.wait_for_timeout(500)
    first.page.evaluate("Curbside('shutdown')")
    second.sees("You are signed out", within=2)
    second.panel.get_by_role("button", name="Use help again").click()
    expect(second.box).to_be_visible()


def set_tenant(page: Page, demo: Demo, **fields: str) -> None:
    """Change what stands in the tenant's settings, as its administrator."""
    page.goto(f"{demo.url}/desk/settings/tenant")
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".done")).to_be_visible()


def pass_time(page: Page, seconds: int) -> None:
    """Let time pass in a page whose clock the test holds, with time in between for what it asks the server."""
    for _ in range(seconds // 5):
        page.clock.fast_forward(5_000)
        page.wait_for_timeout(60)


def test_whoever_gives_no_sign_is_asked_and_then_signed_out(own_demo: Demo, new_page: NewPage) -> None:
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    set_tenant(nora.page, own_demo, contact_idle_minutes="1")
    helen = AtTheDesk(new_page(), own_demo).log_in()
    page = new_page()
    page.clock.install()
    dana = AtTheEhr(page, own_demo).log_in().open_help()
    asked, unsent = marked("A label prints twice"), marked("and one more thing")
    dana.begin(asked)
    dana.box.fill(unsent)
    helen.open(asked)
    helen.sees("here now")
    question = dana.panel.get_by_text("Are you still here?")
    pass_time(page, 35)
    expect(question).to_be_visible()
    dana.panel.get_by_role("button", name="Yes, stay signed in").click()
    expect(question).to_be_hidden()
    pass_time(page, 35)
    expect(question).to_be_visible()
    page.evaluate("Curbside('active')")
    expect(question).to_be_hidden()
    pass_time(page, 65)
    dana.sees("You are signed out")
    for text in (asked, unsent):
        expect(dana.panel.locator("body")).not_to_contain_text(text)
    helen.sees("left the workstation")
    dana.panel.get_by_role("button", name="Use help again").click()
    dana.sees(asked)
    expect(dana.box).to_have_value(unsent)
    helen.sees("here now")


def test_before_log_in_what_everybody_may_know_stays_fresh(own_demo: Demo, new_page: NewPage) -> None:
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    page = new_page()
    page.clock.install()
    page.goto(own_demo.ehr)
    stranger = AtTheEhr(page, own_demo)
    page.wait_for_function("() => typeof Curbside === 'function' && !Curbside.q")
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
    for _ in range(100):
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


def again(contact: AtTheEhr) -> AtTheEhr:
    """Load the EHR's page anew, once what was written is on the device."""
    contact.page.wait_for_timeout(700)
    contact.page.reload()
    return contact.open_help()


def test_a_correction_survives_a_reload_and_goes_on(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    wrong, right = marked("Bed fuor"), marked("Bed four")
    dana.begin(wrong)
    helen.open(wrong)
    choose(dana, wrong, "Edit")
    dana.box.fill(right)
    again(dana)
    expect(dana.box).to_have_value(right)
    dana.sees("Editing your message")
    dana.box.press("Enter")
    helen.sees(f"{right} (edited)")
    expect(dana.box).to_have_value("")
    choose(dana, right, "Edit")
    dana.box.fill("never mind")
    dana.box.press("Escape")
    again(dana)
    expect(dana.box).to_have_value("")


def test_files_and_the_quote_of_what_is_being_written_survive_a_reload(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    asked, answer, more = marked("The list is empty"), marked("Which list?"), marked("This one")
    dana.begin(asked)
    helen.open(asked)
    helen.claim()
    helen.reply(answer)
    dana.sees(answer)
    choose(dana, answer, "Reply")
    dana.box.fill(more)
    names = ("worklist.txt", "other.txt")
    for name in names:
        dana.panel.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": b"x"})
        expect(dana.panel.locator(".pending-files li").filter(has_text=name)).to_be_visible()
    expect(dana.panel.locator(".pending-files progress")).to_have_count(0)
    again(dana)
    expect(dana.box).to_have_value(more)
    dana.sees("Reply to Helen Marsh")
    expect(dana.panel.locator(".pending-files li")).to_have_text(list(names))
    dana.panel.get_by_role("button", name="Remove other.txt").click()
    again(dana)
    expect(dana.panel.locator(".pending-files li")).to_have_text([names[0]])
    dana.box.press("Enter")
    helen.sees(more)
    helen.sees(names[0])
    expect(helen.page.get_by_text(names[1])).to_have_count(0)
    expect(helen.page.locator("main .quote").filter(has_text=answer)).to_be_visible()
    again(dana)
    expect(dana.box).to_have_value("")
    expect(dana.panel.locator(".pending-files li")).to_have_count(0)


def test_what_is_said_beside_a_rating_survives_a_reload(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in_as(replace(PEOPLE["dana"], id=secrets.token_hex(8))).open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    asked, comment = marked("The label is cut off"), marked("Quick and kind")
    dana.begin(asked)
    helen.open(asked)
    helen.claim()
    helen.reply(marked("Try now"))
    helen.press("e")
    dana.sees("Are you back to work?")
    for time in (1, 2):
        dana.sees("Are you back to work?")
        dana.panel.get_by_role("button", name="Yes", exact=True).click()
        field = dana.panel.get_by_role("textbox", name="Anything we should know")
        if time == 1:
            field.fill(comment)
            again(dana)
    expect(field).to_have_value(comment)
