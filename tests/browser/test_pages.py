"""Pages that nobody hopes to see, and the card of a help that is silent: axe finds nothing; 200 % cuts off nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, NewPage
from tests.browser.people import AtTheDesk, AtTheEhr, Launcher
from tests.browser.seeing import OPEN_SHADOWS, cut_off, findings

pytestmark = pytest.mark.browser


def seen(page: Page) -> list[object]:
    """What is wrong with a page, in both colour schemes."""
    wrong: list[object] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(350)  # until colours have faded over
        wrong += [*findings(page), *cut_off(page)]
    return wrong


def test_axe_finds_nothing_in_the_card_of_a_help_that_is_silent(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(OPEN_SHADOWS)
    page.route(re.compile(r"/panel\?"), lambda route: route.abort())
    AtTheEhr(page, demo).log_in()
    page.wait_for_function("() => typeof Curbside === 'function' && !Curbside.q")
    page.mouse.click(*Launcher(page).button.middle)
    expect(page.get_by_text("Help is not answering")).to_be_visible(timeout=12_000)
    page.mouse.move(10, 10)
    assert seen(page) == []


def test_axe_finds_nothing_where_an_agent_may_not_or_cannot_go(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    AtTheDesk(page, demo).log_in("helen@northwind.example")
    answer = page.goto(f"{demo.url}/desk/settings/agents")
    assert answer is not None and answer.status == 403
    assert seen(page) == []
    AtTheDesk(page := new_page(), demo).log_in("nora@northwind.example")
    answer = page.goto(f"{demo.url}/desk/settings/nowhere")
    assert answer is not None and answer.status == 404
    assert seen(page) == []


def test_log_in_and_settings_at_200_percent_cut_off_nothing(demo: Demo, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{demo.url}/desk/login")
    wrong = {"log-in": enlarged(page)}
    AtTheDesk(page, demo).log_in("nora@northwind.example")
    for place in ("agents", "switches", "hours"):
        page.goto(f"{demo.url}/desk/settings/{place}")
        wrong[place] = enlarged(page)
    assert {place: cut for place, cut in wrong.items() if cut} == {}


def enlarged(page: Page) -> list[str]:
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.wait_for_timeout(60)
    return cut_off(page)


def test_on_a_phone_the_places_of_the_settings_fold_under_the_one_that_is_shown(demo: Demo, new_page: NewPage) -> None:
    page = new_page(has_touch=True)
    AtTheDesk(page, demo).log_in("nora@northwind.example")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{demo.url}/desk/settings/agents")
    heading = page.get_by_role("heading", level=1).bounding_box()
    assert heading is not None and heading["y"] < 120, "what is shown begins at the top"
    hours = page.get_by_role("link", name="Hours and promises")
    expect(hours).to_be_hidden()
    page.get_by_text("Agents").first.tap()
    assert seen(page) == []
    hours.tap()
    page.wait_for_url("**/settings/hours")
    assert seen(page) == []


def test_what_nothing_brings_back_is_asked_first(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    AtTheDesk(page, demo).log_in("nora@northwind.example")
    page.goto(f"{demo.url}/desk/settings/agents")
    page.get_by_text("Diego Salas").first.click()
    revoke = page.get_by_label("Revoke: Diego Salas")
    expect(revoke).to_have_count(2)
    expect(revoke.last).to_be_hidden()
    revoke.first.click()
    expect(revoke.last).to_be_visible()
    assert seen(page) == []
