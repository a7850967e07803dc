"""The panel keeps its word when the person goes, or is not known yet."""

from __future__ import annotations

import re
import secrets

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Demo, NewPage
from tests.browser.people import AtTheDesk, AtTheEhr
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
