"""Nobody answers: chat, a phone call, or ringing on. And a phone call, from its number to 'reached'."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Locator, Page, ViewportSize, expect

from tests.browser.calling import call_from_panel, helped, panel_of, rings
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr, key_in
from tests.browser.seeing import cut_off, findings, focused, lowest_contrast, settle

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]
SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 640},
}
NUMBER = "+1 555 014 2000 ext. 12"


def card(place: Page | Frame) -> Locator:
    return place.locator(".phoning")


def looks(shot: Shot, page: Page, name: str, inside: Frame | None = None) -> None:
    """Look at a state in light and dark, wide and narrow: nothing cut off, nothing faint, nothing that axe finds."""
    place = inside or page
    for size, viewport in SIZES.items():
        if size == "narrow" and not inside:
            continue  # a desk is no narrower than a phone
        page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            settle(page, place)
            shot(page, f"phoning {name}, {size}, {scheme}")
            assert cut_off(place) == [], (name, size)
            assert lowest_contrast(place)[0] >= 4.5, (name, size, scheme, lowest_contrast(place))
    if inside:
        page.set_viewport_size(SIZES["phone"])
        inside.evaluate("document.documentElement.style.fontSize = '200%'")
        settle(page, inside)
        shot(page, f"phoning {name}, 200 %")
        assert cut_off(inside) == [], (name, "200 %")
        inside.evaluate("document.documentElement.style.fontSize = ''")
    page.set_viewport_size(SIZES["desktop"])
    assert findings(place) == [], name


def ask(dana: AtTheEhr, number: str) -> None:
    dana.panel.get_by_label("Phone number").fill(number)
    dana.panel.locator(".phoning [type=submit]").click()


def from_the_menu(dana: AtTheEhr) -> None:
    dana.panel.get_by_role("button", name="More", exact=True).click()
    dana.panel.get_by_role("button", name="Have us phone you").click()


def writes_down(helen: AtTheDesk, outcome: str, note: str = "") -> None:
    if note:
        helen.page.get_by_label("Note for colleagues").fill(note)
    helen.page.locator(".call-back").get_by_role("button", name=outcome).click()


def test_nobody_answers_and_the_phone_does(own_demo: Demo, new_page: NewPage, shot: Shot) -> None:
    pages = [new_page(viewport=SIZES["desktop"]) for _ in range(2)]
    dana, helen = helped(pages[0], pages[1], own_demo)
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")
    expect(panel_of(dana).stage).to_have_count(0, timeout=50_000)  # it rings for 45 s
    expect(card(dana.panel)).to_contain_text("Nobody could answer just now")
    assert card(dana.panel).get_by_role("button").all_inner_texts() == ["Go on by chat", "Phone me", "Ring again"]
    looks(shot, dana.page, "unanswered", dana.panel)

    card(dana.panel).get_by_role("button", name="Phone me").click()
    expect(dana.panel.get_by_label("Phone number")).to_be_focused()
    ask(dana, "four four seven one")
    dana.sees("We could not dial this")
    looks(shot, dana.page, "form", dana.panel)
    ask(dana, NUMBER)
    dana.sees(f"We will phone you on {NUMBER}")
    expect(dana.panel.get_by_label("Phone number")).to_have_count(0)
    looks(shot, dana.page, "promised", dana.panel)

    back = helen.page.locator(".call-back")
    expect(back).to_contain_text("Dana Whitlock asks to be phoned")
    expect(back.get_by_role("link")).to_have_attribute("href", "tel:+15550142000;ext=12")
    helen.page.get_by_role("button", name=re.compile("^Mine")).click()
    expect(helen.page.locator(".row .tag.phone").first).to_be_visible()
    looks(shot, helen.page, "desk")
    writes_down(helen, "No answer", "Rang for a minute")
    said = dana.panel.locator("[aria-live=polite]").filter(has_text="Helen Marsh tried to phone you: no answer")
    expect(said).to_have_count(1)  # by voice, too
    dana.sees(re.compile("Helen Marsh tried to phone you: no answer.*We will try again"))
    expect(dana.panel.locator("body")).not_to_contain_text("Rang for a minute")
    helen.sees("Rang for a minute")
    expect(back).to_contain_text("You tried to phone: no answer")
    looks(shot, dana.page, "tried", dana.panel)
    looks(shot, helen.page, "desk tried")
    writes_down(helen, "Reached")
    dana.sees("Helen Marsh reached you by phone")
    for place in (back, card(dana.panel)):
        expect(place).to_have_count(0)
    for person in (dana, helen):
        assert NUMBER not in person.page.title() + person.page.url


def test_after_a_wrong_number_another_is_asked_for_and_it_can_be_withdrawn(own_demo: Demo, new_page: NewPage) -> None:
    dana, helen = helped(new_page(), new_page(viewport=SIZES["desktop"]), own_demo)
    from_the_menu(dana)
    ask(dana, "4471")
    dana.sees("We will phone you on 4471")
    writes_down(helen, "Wrong number")
    dana.sees("On 4471 we reached somebody else")
    helen.sees("Dana Whitlock is asked for another number")
    card(dana.panel).get_by_role("button", name="Another number").click()
    expect(dana.panel.get_by_label("Phone number")).to_have_value("4471")
    ask(dana, "4472")
    dana.sees("We will phone you on 4472")
    expect(helen.page.locator(".call-back")).to_contain_text("4472")
    expect(helen.page.locator("body")).not_to_contain_text("4471")
    card(dana.panel).get_by_role("button", name="No need any more").click()
    dana.sees("You do not need to be phoned any more")
    expect(helen.page.locator(".call-back")).to_have_count(0)
    from_the_menu(dana)
    expect(dana.panel.get_by_label("Phone number")).to_have_value("")


def test_keys_alone_do_it_and_escape_leaves_the_panel_open(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    from_the_menu(dana)
    field = dana.panel.get_by_label("Phone number")
    expect(field).to_be_focused()
    dana.page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(dana.box).to_be_focused()
    from_the_menu(dana)
    expect(field).to_be_focused()
    dana.page.keyboard.press("Enter")
    dana.sees("Write the number that we can reach you on")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    dana.page.keyboard.type("4471", delay=60)
    dana.page.keyboard.press("Enter")  # a conversation begins with it
    dana.sees("We will phone you on 4471")
    dana.sees(re.compile("in line|You are next"))
    expect(dana.box).to_be_focused()
    seen = focused(dana.panel)
    assert seen and seen["marked"]


def test_what_a_scanner_typed_is_no_number(own_demo: Demo, new_page: NewPage) -> None:
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    from_the_menu(dana)
    expect(dana.panel.get_by_label("Phone number")).to_be_focused()
    key_in(dana.page, "40771982\n", apart=0.008)
    dana.sees("A scanner typed that, so nothing was sent")
    expect(dana.panel.get_by_label("Phone number")).to_have_value("")
    expect(card(dana.panel)).to_have_count(1)
