"""The story: a nurse clicks Help and types; an agent answers; nothing is lost; she is back to work."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, Launcher, marked, switch_to
from tests.browser.seeing import cut_off
from tests.browser.waiting import until

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]


# The page hears of the conversation's course, as docs/embedding.md says.
LISTEN = """() => {
    globalThis.heard = []
    for (const name of ['started', 'claimed', 'resolved', 'reopened', 'rated'])
        Curbside('on', `conversation:${name}`, detail => heard.push({ name, detail }))
}"""


def test_from_click_to_rating_two_people_understand_each_other(own_demo: Demo, new_page: NewPage, shot: Shot) -> None:
    dana = AtTheEhr(new_page(viewport={"width": 1280, "height": 860}), own_demo).log_in().open_help()
    helen = AtTheDesk(new_page(viewport={"width": 1440, "height": 900}), own_demo).log_in()
    dana.page.evaluate(LISTEN)
    asked = marked("I cannot sign the heparin order")
    shot(dana.page, "panel-empty")
    dana.write(asked)
    dana.sees("in line")
    shot(dana.page, "panel-waiting")

    helen.open(asked)
    helen.claim()
    dana.sees("Helen Marsh")
    dana.sees("Northwind")
    helen.reply("The order set lost its default route. Please choose it again and sign.")
    dana.sees("lost its default route")
    helen.sees("Read")
    helen.note("Same as Harbor on Friday")
    dana.write("That worked. Thank you!")
    helen.sees("That worked. Thank you!")
    shot(helen.page, "desk-conversation")
    shot(dana.page, "panel-conversation")
    expect(dana.panel.locator("body")).not_to_contain_text("Harbor")

    helen.press("e")
    dana.sees("Are you back to work?")
    shot(dana.page, "panel-rating")
    card = dana.panel.locator(".rating")
    card.get_by_role("button", name="Yes").click()
    card.get_by_role("radio", name="5 of 5").check(force=True)
    card.get_by_role("button", name="Send").click()
    helen.sees("Resolved")
    dana.sees("Thank you")
    until(dana.page, "heard.some(({ name }) => name === 'rated')")
    heard = dana.page.evaluate("heard.map(({ name }) => name)")
    assert heard == ["started", "claimed", "resolved", "rated"], "what the EHR's page is told, each once"
    facts = dana.page.evaluate("heard.map(({ detail }) => Object.keys(detail).join())")
    assert facts == ["", "reference", "reference", "score"]


def test_a_contact_on_a_phone_taps_help_writes_and_reads_the_answer(demo: Demo, new_page: NewPage, shot: Shot) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    ravi = AtTheEhr(page, demo).log_in("Ravi Menon")
    until(page, "typeof Curbside === 'function' && !Curbside.q")
    page.touchscreen.tap(*Launcher(page).button.middle)
    expect(ravi.box).to_be_visible()
    page.evaluate("Curbside('startConversation')")  # whatever this person asked in another test
    asked, answer = marked("No results on my phone"), marked("Which ward is it?")
    ravi.box.tap()
    page.keyboard.type(asked, delay=45)
    ravi.panel.get_by_role("button", name="Send").tap()
    ravi.sees(re.compile("in line|You are next"))
    helen = AtTheDesk(new_page(), demo).log_in()
    helen.open(asked)
    helen.claim()
    helen.reply(answer)
    ravi.sees(answer)
    shot(page, "phone-conversation")
    assert cut_off(ravi.panel) == []


def test_unsent_words_and_the_conversation_survive_a_reload(demo: Demo, new_page: NewPage) -> None:
    jo = AtTheEhr(new_page(), demo).log_in("Jo Lindgren").open_help()
    asked = marked("The remittance does not post")
    jo.write(asked)
    jo.sees("Sent")
    jo.box.fill("half a sentence")
    jo.page.wait_for_timeout(700)
    jo.page.reload()
    jo.open_help()
    jo.sees(asked)
    expect(jo.box).to_have_value("half a sentence")


def test_a_message_written_while_the_server_is_dead_arrives_once_it_is_back(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    helen = AtTheDesk(new_page(), own_demo).log_in()
    asked, later = marked("The scanner is not read"), marked("It is bed four")
    dana.write(asked)
    dana.sees("Sent")
    own_demo.kill()
    dana.write(later)
    own_demo.start()
    helen.page.reload()
    helen.open(asked)
    helen.sees(later, within=45)  # the panel comes back at a random moment, up to 30 s
    assert helen.page.get_by_role("main").get_by_text(later, exact=True).count() == 1


def test_a_switch_of_user_shows_nothing_of_the_last_one_and_brings_back_ones_own_draft(
    demo: Demo, new_page: NewPage
) -> None:
    page = new_page()
    dana = AtTheEhr(page, demo).log_in().open_help()
    secret = marked("Only for Dana")
    dana.write(secret)
    dana.sees("Sent")
    dana.box.fill("Dana was here")
    page.wait_for_timeout(700)
    switch_to(page, "Ravi Menon")
    ravi = AtTheEhr(page, demo).open_help()
    expect(ravi.panel.locator("body")).not_to_contain_text(secret)
    expect(ravi.box).to_have_value("")
    switch_to(page, "Dana Whitlock")
    dana = AtTheEhr(page, demo).open_help()
    dana.sees(secret)
    expect(dana.box).to_have_value("Dana was here")


def test_five_tabs_show_one_conversation_once(demo: Demo, new_page: NewPage) -> None:
    first = AtTheEhr(new_page(), demo).log_in("Jo Lindgren").open_help()
    said = marked("Five tabs")
    first.write(said)
    first.sees("Sent")
    others = []
    for _ in range(4):
        page = first.page.context.new_page()
        page.goto(f"{demo.ehr}/worklist")
        others.append(AtTheEhr(page, demo).open_help())
    for tab in others:
        tab.sees(said)
    answer = marked("From the third tab")
    others[1].write(answer)
    for tab in (first, *others):
        tab.sees(answer)
        expect(tab.panel.get_by_text(answer, exact=True)).to_have_count(1)


def test_a_colleague_who_was_away_finds_where_a_note_asks_for_them(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    asked = marked("The order set lost its route")
    dana.write(asked)
    dana.sees("in line")
    ana = AtTheDesk(new_page(), own_demo).log_in("ana@northwind.example")
    ana.open(asked)
    ana.press("n")
    ana.page.keyboard.type("@Hel")
    ana.press("Enter")
    ana.page.keyboard.type("have you seen this?")
    ana.press("Enter")
    ana.sees("@Helen Marsh")

    helen = AtTheDesk(new_page(viewport={"width": 1440, "height": 900}), own_demo).log_in()
    mentions = helen.page.get_by_role("navigation").get_by_role("button", name="Mentions")
    expect(mentions).to_contain_text("1")
    mentions.click()
    helen.open(asked)
    helen.note("Yes: same as Harbor on Friday")
    expect(mentions).to_contain_text("0")
    helen.sees("No note asks for you.")
