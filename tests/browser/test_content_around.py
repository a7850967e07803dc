"""What people write beside messages is text too: names, where one is, reasons, packets, incidents, what is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser.corpus import TEXTS
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, marked
from tests.browser.seeing import only_text_stands_in

pytestmark = pytest.mark.browser

# What would run, as much of it as a line takes.
LIVE = [text for text in TEXTS if "ran()" in text]
LONG = " ".join(LIVE)
LINE = LONG[:480].rpartition(" ")[0]
NAME = '"><img src=x onerror="ran()"></title><script>ran()</script>'
VALUES = ("<img src=x onerror=ran()>", '"><svg onload=ran()>', "</script><script>ran()</script>")


def stands(place: Frame | Page, text: str) -> None:
    """Check that a text stands there in just these characters."""
    expect(place.locator("body")).to_contain_text(text, use_inner_text=False)


def save(page: Page, place: str, field: str, value: str, which: str = "form") -> None:
    """Write into one field of the settings and save its form."""
    page.goto(page.url.partition("/desk")[0] + f"/desk/settings/{place}")
    form = page.locator(which).filter(has=page.locator(f"[name={field}]")).first
    page.locator("details").evaluate_all("all => all.forEach(each => { each.open = true; })")
    form.locator(f"[name={field}]").fill(value)
    form.get_by_role("button").first.click()
    expect(page.locator(".done")).to_be_visible()
    stands(page, value) if place != "tenant" else expect(page.locator(f"[name={field}]")).to_have_value(value)


def test_no_name_that_an_administrator_gives_runs_anywhere(own_demo: Demo, quiet_page: Callable[[], Page]) -> None:
    nora = AtTheDesk(quiet_page(), own_demo).log_in("nora@northwind.example")
    save(nora.page, "tenant", "tenant_name", NAME)
    save(nora.page, "incidents", "text", LINE[:200])
    save(nora.page, "teams", "name", NAME, "form[action$='teams/save']")
    save(nora.page, "teams", "partner_name", NAME)
    save(nora.page, "agents", "name", NAME, "form:has([value='nora@northwind.example'])")
    nora.page.goto(f"{own_demo.url}/desk")
    nora.sees("Connected")
    dana = AtTheEhr(quiet_page(), own_demo).log_in().open_help()
    stands(dana.panel, LINE[:200])
    asked = marked("Who is there?")
    dana.begin(asked)
    nora.open(asked)
    nora.claim()
    nora.reply("It is me")
    stands(dana.panel, NAME)
    expect(aloud(dana.panel).filter(has_text="It is me")).to_contain_text(f"{NAME}: It is me")
    only_words_are_said_in(dana.panel)
    nora.press("h")
    nora.page.get_by_role("combobox").fill("onerror")
    expect(nora.page.get_by_role("option").first).to_contain_text(NAME)
    for place in (dana.panel, nora.page):
        only_text_stands_in(place)


def test_nothing_that_stands_around_a_conversation_runs(demo: Demo, quiet_page: Callable[[], Page]) -> None:
    dana = AtTheEhr(quiet_page(), demo).log_in().open_help()
    kofi = AtTheDesk(quiet_page(), demo).log_in("kofi@northwind.example")
    where = dict(zip(("module", "screen", "error"), VALUES, strict=True))
    dana.page.evaluate("where => Curbside('startConversation', where)", where)
    dana.panel.get_by_role("button", name="See all").click()
    for value in VALUES:
        stands(dana.panel, value)
    asked = marked("onerror and onload")
    dana.write(f"{asked} {LONG[:600]}")
    dana.sees("Sent", within=15)
    kofi.open(asked)
    kofi.claim()
    kofi.sees("Nothing was sent along")  # no name and no code: the panel shows what a page says, the server refuses it
    quote(kofi, asked)
    stands(dana.panel, "This one?")
    found(kofi, asked.split()[-1])
    wait(kofi)
    redact(kofi, asked)
    hand_off(kofi)
    for place in (dana.panel, kofi.page):
        only_text_stands_in(place)


def test_no_topic_that_an_agent_gives_runs(own_demo: Demo, quiet_page: Callable[[], Page]) -> None:
    dana = AtTheEhr(quiet_page(), own_demo).log_in().open_help()
    helen = AtTheDesk(quiet_page(), own_demo).log_in()
    helen.press("o")
    dialog = helen.page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("Dana")
    dialog.get_by_role("option").first.click()
    dialog.get_by_label("What it is about").fill(VALUES[2])
    dialog.get_by_role("button", name="Open").click()
    expect(dialog).to_be_hidden()
    stands(helen.page, VALUES[2])
    helen.reply("I opened this for you")
    dana.page.reload()
    dana.open_help()
    for place in (dana.panel, helen.page):
        only_text_stands_in(place)


def aloud(place: Frame | Page) -> Locator:
    """Find where screen readers are told what comes."""
    return place.locator("[aria-live=polite][aria-relevant=additions]")


def only_words_are_said_in(place: Frame | Page) -> None:
    """Check that whatever is said aloud, anywhere, is words in paragraphs, and nothing that was made of them."""
    made = place.locator("[aria-live]:not([aria-live=off]), [role=status], [role=alert]").evaluate_all(
        "all => all.filter(each => each.textContent.includes('ran()'))"
        ".flatMap(each => [...each.querySelectorAll('*')].map(one => one.localName))"
    )
    assert set(made) == {"p"}


def test_nothing_that_is_said_aloud_runs(demo: Demo, quiet_page: Callable[[], Page]) -> None:
    dana = AtTheEhr(quiet_page(), demo).log_in().open_help()
    kofi = AtTheDesk(quiet_page(), demo).log_in("kofi@northwind.example")
    dana.begin(asked := marked("Read it to me"))
    kofi.open(asked)
    kofi.claim()
    kofi.reply(LONG)
    expect(aloud(dana.panel)).to_contain_text(LONG, use_inner_text=False)
    only_words_are_said_in(dana.panel)
    dana.write(LONG)
    expect(aloud(kofi.page)).to_contain_text(LONG, use_inner_text=False)
    only_words_are_said_in(kofi.page)


def quote(agent: AtTheDesk, words: str) -> None:
    choose(agent, words, "Reply")
    agent.page.keyboard.type("This one?")
    agent.press("Enter")
    expect(agent.page.locator(".quote-text")).to_contain_text(words)
    agent.press("Escape")


def choose(agent: AtTheDesk, words: str, name: str) -> None:
    """Choose something in the menu of the message that has these words."""
    agent.page.locator(".run-item").filter(has_text=words).locator(".message-more").first.click()
    agent.page.get_by_role("menuitem", name=name).click()


def found(agent: AtTheDesk, word: str) -> None:
    """Look for a word until it is found, in its snippet."""
    for _ in range(25):
        agent.press("Control+k")
        agent.page.keyboard.type(word)
        agent.page.wait_for_timeout(600)
        option = agent.page.get_by_role("option").filter(has_text="onerror")
        if option.count():
            break
        agent.press("Escape")
    expect(option.first).to_contain_text("<")
    agent.press("Escape")


def wait(agent: AtTheDesk) -> None:
    agent.press("w")
    agent.page.get_by_label("Why").fill(LINE)
    agent.page.get_by_role("dialog").get_by_role("button", name="Wait").click()
    stands(agent.page, LINE)


def redact(agent: AtTheDesk, words: str) -> None:
    choose(agent, words, "Redact")
    agent.page.get_by_label("Reason").fill(LINE)
    agent.page.get_by_role("dialog").get_by_role("button", name="Redact").click()
    agent.sees("This message was removed to protect private information")


def hand_off(agent: AtTheDesk) -> None:
    agent.press("h")
    dialog = agent.page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("Clinical L2")
    dialog.get_by_role("option").first.click()
    for label in ("Summary", "Tried", "Asked"):
        dialog.get_by_label(label).fill(LONG)
    dialog.get_by_role("button", name="Hand off").click()
    expect(dialog).to_be_hidden()
    stands(agent.page, LONG)
