"""The person goes, or nobody is there: what they did is done, and nothing of them stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, choose, marked, switch_to
from tests.browser.waiting import pass_time

pytestmark = pytest.mark.browser


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
