"""Whole stories without a mouse: every stop can be seen, and nothing is out of reach."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from curbside.demo.centre import PASSWORD
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.seeing import OPEN_SHADOWS, focused
from tests.browser.waiting import until

pytestmark = pytest.mark.browser


class Keys:
    """A person at a keyboard, who looks where the focus is after each step."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.stops: list[dict[str, Any]] = []

    def press(self, *keys: str) -> Keys:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(60)
        return self

    def write(self, text: str) -> Keys:
        self.page.keyboard.type(text, delay=45)  # faster would be a scanner, whose text is never sent
        return self

    def look(self, panel: Frame | None = None) -> dict[str, Any]:
        """Tell where the focus is; in the panel, when the page says that it is there. It must be seen."""
        stop = focused(self.page)
        if stop is not None and stop["tag"] == "iframe" and panel is not None:
            stop = focused(panel)
        assert stop is not None, f"the focus is nowhere, after {self.stops[-1:]}"
        assert stop["marked"], f"nobody sees that this has the focus: {stop}"
        self.stops.append(stop)
        return stop

    def left_the_page(self) -> bool:
        """Tell whether the focus went past the last stop, to the browser's own bar; the next Tab begins again."""
        return focused(self.page) is None

    def tab_to(self, name: str, panel: Frame | None = None, back: bool = False) -> Keys:
        """Press Tab until something of this name has the focus."""
        for _ in range(40):
            self.press("Shift+Tab" if back else "Tab")
            if self.left_the_page():
                continue
            if self.look(panel)["name"].startswith(name):
                return self
        raise AssertionError(f"Tab never comes to {name}: {[stop['name'] for stop in self.stops]}")


def test_a_contact_needs_no_mouse(own_demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(OPEN_SHADOWS)
    page.goto(own_demo.ehr)
    keys = Keys(page).tab_to("DW Dana Whitlock").press("Enter")
    page.wait_for_url("**/worklist")
    until(page, "typeof Curbside === 'function' && !Curbside.q")
    dana = AtTheEhr(page, own_demo)
    expect(dana.box).to_be_attached(timeout=15_000)  # loaded while the page was idle, as for most people
    assert page.evaluate("() => document.activeElement.tagName") == "BODY", "what loads ahead takes no focus"
    keys.tab_to("Help").press("Enter")
    expect(dana.box).to_be_focused()
    keys.press("Escape")
    assert keys.look()["name"].startswith("Help"), "the focus goes back to where help was opened from"
    keys.press("Alt+Shift+H")
    expect(dana.box).to_be_focused()
    keys.look(dana.panel)
    keys.write("I cannot sign the heparin order").press("Shift+Enter").write("It says ORD-417").press("Enter")
    dana.sees("in line")
    keys.tab_to("Attach a file", dana.panel, back=True)
    expect(dana.box).to_be_visible()
    keys.tab_to("Message", dana.panel)

    helen = AtTheDesk(new_page(), own_demo).log_in()
    helen.open("I cannot sign the heparin order")
    helen.claim()
    helen.reply("Please choose the route again.")
    dana.sees("choose the route")
    expect(dana.box).to_be_focused()
    helen.press("e")
    dana.sees("Are you back to work?")
    keys.tab_to("Yes", dana.panel, back=True).press("Enter").tab_to("1 of 5", dana.panel)
    keys.press("ArrowRight", "ArrowRight", "ArrowRight")
    assert keys.look(dana.panel)["name"] == "4 of 5"
    keys.tab_to("Send", dana.panel).press("Enter")
    dana.sees("Thank you")
    keys.press("Escape")
    expect(page.locator("curbside-launcher iframe")).to_be_hidden()
    dana.panel.evaluate("() => document.querySelector('button').focus()")  # something that was still on its way
    page.wait_for_timeout(100)
    assert keys.look()["tag"] != "iframe", "the focus goes back to where help was opened from"
    helen.sees("4 of 5")


def test_an_agent_needs_no_mouse(own_demo: Demo, new_page: NewPage) -> None:
    asked = "The order set cannot be signed"
    dana = AtTheEhr(new_page(), own_demo).log_in().open_help()
    dana.write(asked)
    dana.sees("in line")
    page = new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{own_demo.url}/desk")
    keys = Keys(page)
    keys.look()
    keys.write("helen@northwind.example").tab_to("Password").write(PASSWORD).tab_to("Log in").press("Enter")
    helen = AtTheDesk(page, own_demo)
    expect(page.get_by_text("Connected")).to_be_visible()
    keys.tab_to("Become available").press("Enter")
    expect(page.get_by_text("You are off.")).to_be_hidden()

    row = page.locator(".row.on")
    expect(page.locator(".row").first).to_be_visible()
    keys.press("j")
    while asked not in (row.text_content() or ""):
        keys.press("j")
    keys.press("c")
    expect(page.get_by_text("You claimed this").last).to_be_visible()
    keys.press("r").look()
    keys.write("Which order set is it?").press("Enter", "Escape")
    dana.sees("Which order set is it?")
    keys.press("n").look()
    keys.write("The template of last night").press("Enter", "Escape")
    helen.sees("The template of last night")
    hand_off(keys, "Kofi")
    helen.sees("Kofi Lamptey")

    keys.press("g", "w", "j")
    helen.sees("ORD-417 when I sign")
    keys.press("Control+k").look()
    keys.write("claim")
    expect(page.get_by_role("option").first).to_contain_text("Claim")
    keys.press("Enter")
    expect(page.get_by_text("You claimed this").last).to_be_visible()
    keys.press("Control+k").write("resolve")
    expect(page.get_by_role("option").first).to_contain_text("Resolve")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Reopen")).to_be_visible()


def hand_off(keys: Keys, name: str) -> None:
    """Hand the chosen conversation to a colleague, in the dialog that H opens."""
    dialog = keys.page.get_by_role("dialog")
    keys.press("h").look()
    keys.write(name)
    expect(dialog.get_by_role("option").first).to_contain_text(name)
    keys.press("Enter").tab_to("Summary").write("The order set cannot be signed since 02:50")
    keys.tab_to("Tried").write("Another workstation").tab_to("Asked").write("Is it the template?")
    keys.tab_to("Hand off").press("Enter")
    expect(dialog).to_be_hidden()


def test_every_stop_of_the_desk_can_be_seen(demo: Demo, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1440, "height": 900})
    AtTheDesk(page, demo).log_in("kofi@northwind.example")
    expect(page.locator(".row").first).to_be_visible()
    keys = Keys(page).press("j")
    expect(page.locator(".compose textarea")).to_be_visible()
    first = keys.press("Tab").look()
    for _ in range(60):
        if not keys.press("Tab").left_the_page() and keys.look() == first:
            break
    names = {stop["name"] for stop in keys.stops}
    assert len(names) > 15, names
