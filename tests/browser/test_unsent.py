"""What is written and not sent: kept, given back, or warned of; never silently gone."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from playwright.sync_api import Dialog, Page, Route, expect

from curbside.demo.people import PEOPLE
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, choose, marked

pytestmark = pytest.mark.browser


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
        expect(dana.panel.locator(".pending-files progress")).to_have_count(0)  # kept in the order in which they arrive
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


def accept(dialog: Dialog, warned: list[str]) -> None:
    """Leave all the same."""
    warned.append(dialog.type)
    dialog.accept()


def test_who_leaves_before_anything_could_be_kept_is_warned(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    sign_once_too_late(page, demo)  # nobody is greeted while it is held
    dana = AtTheEhr(page, demo).log_in().open_help()
    dana.box.click()
    page.keyboard.type("not kept anywhere", delay=20)
    warned: list[str] = []
    page.on("dialog", lambda dialog: accept(dialog, warned))
    page.reload()
    assert warned == ["beforeunload"]


def test_who_leaves_once_it_is_kept_is_not_held_up(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    expect(dana.panel.get_by_role("button", name="More", exact=True)).to_be_visible()
    dana.box.click()
    dana.page.keyboard.type("kept on this device", delay=20)
    warned: list[str] = []
    dana.page.on("dialog", lambda dialog: accept(dialog, warned))
    again(dana)
    assert warned == []
    expect(dana.box).to_have_value("kept on this device")
