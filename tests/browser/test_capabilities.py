"""What the product does beyond carrying words: care, hours, languages, and who was first."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import WebSocketRoute, expect

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, choose, key_in, marked
from tests.browser.waiting import until

pytestmark = pytest.mark.browser


def test_what_a_scanner_reads_is_never_sent_by_itself(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    dana.begin(marked("Wristbands are not read"))
    dana.box.fill("Look: ")
    dana.box.press("End")
    key_in(dana.page, "00482137\n", apart=0.008)
    dana.sees("That came from a scanner")
    expect(dana.panel.locator(".rich").get_by_text("00482137")).to_have_count(0)
    dana.panel.get_by_role("button", name="Remove it").click()
    expect(dana.box).to_have_value("Look: ")
    dana.box.fill("")
    typed = marked("I type this")
    key_in(dana.page, f"{typed}\n", apart=0.12)
    expect(dana.panel.locator(".rich").get_by_text(typed, exact=True)).to_have_count(1)
    expect(dana.panel.locator("body")).not_to_contain_text("That came from a scanner")


def test_pasted_text_is_no_scan(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(permissions=["clipboard-read", "clipboard-write"]), demo).log_in().open_help()
    dana.begin(marked("I paste the error"))
    pasted = f"{secrets.token_hex(20)} sixty characters and more"
    dana.page.evaluate("text => navigator.clipboard.writeText(text)", pasted)
    dana.box.focus()
    dana.page.keyboard.press("Control+v")
    expect(dana.box).to_have_value(pasted)
    key_in(dana.page, "\n", apart=0)
    expect(dana.panel.locator(".rich").get_by_text(pasted, exact=True)).to_have_count(1)


def test_a_number_like_a_social_security_number_is_pointed_out_first(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    dana.begin(marked("The record is locked"))
    risky = marked("Her SSN 536-22-1841")
    dana.box.fill(risky)
    dana.box.press("Enter")
    dana.sees("This may be patient data")
    dana.sees("It looks like a social security number")
    expect(dana.panel.locator(".rich").get_by_text(risky)).to_have_count(0)
    dana.panel.get_by_role("button", name="Edit").click()
    expect(dana.box).to_be_focused()
    expect(dana.box).to_have_value(risky)
    dana.box.press("Enter")
    dana.panel.get_by_role("button", name="Send anyway").click()
    expect(dana.panel.locator(".rich").get_by_text(risky)).to_have_count(1)


def test_of_two_who_claim_at_the_same_moment_one_is_told_who_won(demo: Demo, new_page: NewPage) -> None:
    gate = Gate()
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    asked = marked("Two of you, please")
    dana.begin(asked)
    both = []
    for email in ("helen@northwind.example", "ana@northwind.example"):
        page = new_page()
        page.route_web_socket("**/v1/socket", gate.relay)
        agent = AtTheDesk(page, demo).log_in(email)
        agent.open(asked)
        both.append(agent)
    for agent in both:
        agent.press("c")
    said = [wait_for_either(agent, "It is yours.", "was quicker and has claimed it") for agent in both]
    assert sorted(said) == ["It is yours.", "was quicker and has claimed it"]
    winner = ("Helen Marsh", "Ana Beltrán")[said.index("It is yours.")]
    both[said.index("was quicker and has claimed it")].sees(f"{winner} was quicker and has claimed it")
    dana.sees(f"{winner} is here")
    both[said.index("It is yours.")].press("u")


class Gate:
    """Lets claims through only once there are two, and then both at once."""

    def __init__(self) -> None:
        self._held: list[Callable[[], None]] = []

    def relay(self, page_side: WebSocketRoute) -> None:
        server_side = page_side.connect_to_server()

        def said(text: str | bytes) -> None:
            if '"verb":"claim"' not in str(text):
                return server_side.send(text)
            self._held.append(lambda: server_side.send(text))
            if len(self._held) == 2:
                for send in self._held:
                    send()
            return None

        page_side.on_message(said)


def wait_for_either(agent: AtTheDesk, one: str, other: str) -> str:
    agent.sees(re.compile(f"{re.escape(one)}|{re.escape(other)}"))
    return one if one in agent.page.inner_text("body") else other


def test_one_corrects_and_takes_back_what_one_wrote(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    asked, wrong, right = marked("Dose shown twice"), marked("In bed fuor"), marked("In bed four")
    dana.begin(asked)
    dana.write(wrong)
    helen.open(asked)
    choose(dana, wrong, "Edit")
    expect(dana.box).to_have_value(wrong)
    dana.box.fill(right)
    dana.box.press("Enter")
    helen.sees(f"{right} (edited)")
    expect(helen.page.locator(".rich").get_by_text(wrong)).to_have_count(0)
    choose(dana, right, "Delete")
    dana.panel.get_by_role("button", name="Undo").click()
    expect(dana.panel.locator(".rich").get_by_text(right)).to_be_visible()
    choose(dana, right, "Delete")
    helen.sees("This message was deleted", within=8)
    for body in (dana.panel.locator("body"), helen.page.locator("body")):
        expect(body).not_to_contain_text(right)


def test_outside_hours_it_says_when_somebody_is_there(own_demo: Demo, new_page: NewPage) -> None:
    nora = AtTheDesk(new_page(), own_demo).log_in("nora@northwind.example")
    opens = (datetime.now(UTC) + timedelta(days=2)).replace(hour=15, minute=0)
    nora.page.goto(f"{own_demo.url}/desk/settings/hours")
    nora.page.locator("[name=always]").uncheck()
    nora.page.locator("[name=tz]").fill("UTC")
    for day in range(7):
        nora.page.locator(f"[name=day{day}]").fill("15:00-16:00" if day == opens.weekday() else "")
    nora.page.locator("form[action$='hours/save'] button").click()
    expect(nora.page.locator(".done")).to_be_visible()
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    there = opens.astimezone(ZoneInfo("America/New_York"))  # where Dana works
    when = f"{there:%A}, {there:%B} {there.day} at {there:%I:%M %p}".replace(" at 0", " at ")
    dana.sees(f"Nobody is here right now. We are back {when}")
    dana.write(marked("Tell me tomorrow"))
    dana.sees("We have your message")
    dana.sees(f"Somebody is back {when}. You will find the answer here")


def test_before_log_in_there_is_a_phone_number_and_no_place_to_type(demo: Demo, new_page: NewPage) -> None:
    somebody = AtTheEhr(new_page(), demo)
    somebody.page.goto(demo.ehr)
    until(somebody.page, "typeof Curbside === 'function' && !Curbside.q")
    somebody.page.evaluate("Curbside('open')")
    somebody.sees("Please sign in first")
    somebody.sees("Day and night, every day")
    phone = somebody.panel.get_by_role("link", name="+1 555 0142")
    expect(phone).to_have_attribute("href", "tel:+15550142")
    expect(somebody.panel.locator("textarea, input, [contenteditable]")).to_have_count(0)


def test_who_works_in_spanish_is_answered_in_spanish(demo: Demo, new_page: NewPage) -> None:
    lucia = AtTheEhr(new_page(), demo).log_in("Lucía Ferrer").open_help()
    expect(lucia.panel.locator("html")).to_have_attribute("lang", re.compile("^es"))
    lucia.page.evaluate("Curbside('startConversation')")
    expect(lucia.box).to_have_attribute("placeholder", "¿Qué está fallando?")
    lucia.write(marked("No se firma la orden"))
    lucia.sees(re.compile("Enviado"))
    expect(lucia.panel.locator("body")).not_to_contain_text(re.compile(r"\b(You|Someone|Sent|Worklist is)\b"))


def test_a_transcript_holds_what_its_reader_saw(demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), demo).log_in().open_help()
    helen = AtTheDesk(new_page(), demo).log_in()
    asked, answer, note = marked("Is there a form?"), marked("Yes, under Orders"), marked("Third time today")
    dana.begin(asked)
    helen.open(asked)
    helen.claim()
    helen.reply(answer)
    helen.note(note)
    dana.sees(answer)
    transcript = dana.download_transcript().read_text()
    assert f"Dana Whitlock: {asked}" in transcript
    assert f"Helen Marsh: {answer}" in transcript
    assert note not in transcript
    helen.press("e")
