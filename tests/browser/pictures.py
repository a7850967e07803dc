"""Take the pictures of the documentation, from the running product: `.venv/bin/python -m tests.browser.pictures`.

One night at the demonstration's support centre is played by its own people; nothing on the pictures is drawn by hand.
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.demonstrations import ROOT, Demo, free_port
from tests.browser.people import AtTheDesk, AtTheEhr

DOCS = ROOT / "docs"
DESK = (1440, 900)
EHR = (1280, 860)
ASKED = "I can't sign the heparin order, it says ORD-417"
SUMMARY = "The order set 'Heparin drip' will not sign since 02:50"
TRIED = "Signed out and in, another workstation"
QUESTION = "Is the order set broken by tonight's update?"


def page_of(browser: Browser, size: tuple[int, int]) -> Page:
    """Open a page in a profile of its own."""
    page = browser.new_context(viewport={"width": size[0], "height": size[1]}).new_page()
    page.set_default_timeout(15_000)
    return page


def take(page: Page, name: str) -> None:
    """Keep a picture, with the pointer over nothing, and once the notices of what was just done are gone."""
    page.mouse.move(2, 2)
    expect(page.locator(".notice")).to_have_count(0, timeout=20_000)
    page.wait_for_timeout(400)
    page.screenshot(path=DOCS / f"{name}.png")
    print(f"docs/{name}.png: {(DOCS / f'{name}.png').stat().st_size // 1024} KB")


def others_who_wait(browser: Browser, demo: Demo) -> None:
    """Two more people are stuck tonight, one of them with a patient waiting."""
    jo = AtTheEhr(page_of(browser, EHR), demo).log_in("Jo Lindgren").open_help()
    jo.write("Claim 277CA is rejected, the payer says that a field is missing")
    jo.sees("in line")
    ravi = AtTheEhr(page_of(browser, EHR), demo).log_in("Ravi Menon").open_help()
    ravi.sees("ORD-417 when I sign")
    ravi.write("Now it happens for the potassium order, too")
    ravi.panel.get_by_role("button", name="Patient care is blocked").click()
    ravi.panel.get_by_role("button", name="Yes, page them now").click()
    ravi.sees("Marked: patient care is blocked")
    for person in (jo, ravi):
        person.page.context.close()


def ask_about_the_order(browser: Browser, demo: Demo) -> AtTheEhr:
    """Dana cannot sign; what the EHR says about it goes along with her words."""
    dana = AtTheEhr(page_of(browser, EHR), demo).log_in("Dana Whitlock")
    dana.page.goto(f"{demo.ehr}/orders")
    dana.page.locator("[data-sign]").first.click()
    expect(dana.page.get_by_text("ORD-417").first).to_be_visible()
    dana.open_help().write(ASKED)
    dana.sees("in line")
    return dana


def hand_over(browser: Browser, demo: Demo) -> None:
    """Marco answers first, and hands it to the second level with all that he knows."""
    page = page_of(browser, DESK)
    marco = AtTheDesk(page, demo).log_in("marco@meridian.example")
    page.get_by_role("button", name="Become available").click()
    marco.open(ASKED)
    marco.claim()
    marco.press("h")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").fill("Clinical L2")
    dialog.get_by_role("option").first.click()
    for label, words in (("Summary", SUMMARY), ("Tried", TRIED), ("Asked", QUESTION)):
        dialog.get_by_label(label).fill(words)
    dialog.get_by_role("button", name="Hand off").click()
    expect(dialog).to_be_hidden()


def play(browser: Browser, demo: Demo) -> None:
    dana = ask_about_the_order(browser, demo)
    hand_over(browser, demo)
    others_who_wait(browser, demo)
    page = page_of(browser, DESK)
    kofi = AtTheDesk(page, demo).log_in("kofi@northwind.example")
    page.get_by_role("button", name="Become available").click()
    kofi.open(ASKED)
    kofi.claim()
    kofi.reply("Hi Dana, tonight's update lost the default route. Could you choose it again and sign?")
    kofi.note("Same as Harbor on Friday: no default route.")
    dana.sees("choose it again")
    dana.write("That worked, it is signed. Will it come back?")
    kofi.sees("Will it come back?")
    page.get_by_role("button", name=re.compile("^All")).click()
    kofi.press("r")
    page.keyboard.type("It will not. We are restoring the default now.")
    take(page, "desk")
    page.emulate_media(color_scheme="dark")
    take(page, "desk-dark")
    dana.sees("typing")
    take(dana.page, "panel")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        demo = Demo(Path(folder) / "data", free_port(), free_port())
        demo.start()
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        try:
            play(browser, demo)
        finally:
            browser.close()
            demo.stop()


if __name__ == "__main__":
    main()
