"""The people of a story: someone at work in the EHR, someone at the desk, and what they do."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Frame, Locator, Page, Route, expect

from curbside.demo.centre import PASSWORD
from curbside.demo.people import Person
from tests.browser.demonstrations import Demo
from tests.browser.waiting import until


def marked(text: str) -> str:
    """Make words that no other test has written."""
    return f"{text} {secrets.token_hex(3)}"


@dataclass(frozen=True, slots=True)
class Button:
    """The launcher's button, as it lies on the screen."""

    middle: tuple[float, float]
    expanded: bool


class Launcher:
    """The launcher's button in a page. Its shadow root is closed: only the browser itself can tell where it is."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @property
    def button(self) -> Button:
        session = self._page.context.new_cdp_session(self._page)
        try:
            session.send("DOM.enable")
            nodes = session.send("DOM.getFlattenedDocument", {"depth": -1, "pierce": True})["nodes"]
            (node,) = (one for one in nodes if one["nodeName"] == "BUTTON" and "help" in one.get("attributes", ()))
            quad = session.send("DOM.getBoxModel", {"nodeId": node["nodeId"]})["model"]["border"]
        finally:
            session.detach()
        named = dict(zip(node["attributes"][::2], node["attributes"][1::2], strict=True))
        middle = (quad[0] + quad[4]) / 2, (quad[1] + quad[5]) / 2
        return Button(middle, named.get("aria-expanded") == "true")


class AtTheEhr:
    """A contact in the demonstration EHR, with the panel in its frame."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page = page
        self.demo = demo

    @property
    def panel(self) -> Frame:
        """Find the panel's frame. Its element lies in a closed shadow root, where no locator reaches."""
        for _ in range(200):
            frames = [frame for frame in self.page.frames if "/panel" in frame.url and not frame.is_detached()]
            if frames:
                return frames[-1]
            self.page.wait_for_timeout(50)
        raise AssertionError(f"there is no panel: {[frame.url for frame in self.page.frames]}")

    def log_in(self, name: str = "Dana Whitlock") -> AtTheEhr:
        self.page.goto(self.demo.ehr)
        self.page.get_by_text(name).first.click()
        self.page.wait_for_url("**/worklist")
        return self

    def log_in_as(self, person: Person) -> AtTheEhr:
        """Log in as somebody whom the EHR signs for, but nobody ever met."""
        signer, sid = self.demo.signer(), secrets.token_urlsafe(16)

        def sign(route: Route) -> None:
            nonce = (route.request.post_data_json or {})["nonce"]
            route.fulfill(json={"token": signer.identity(person, sid, nonce)})

        self.page.route(f"{self.demo.ehr}/token", sign)
        return self.log_in()

    def open_help(self) -> AtTheEhr:
        """Click the button in the corner, unless help is open already."""
        until(self.page, "typeof Curbside === 'function' && !Curbside.q")
        button = Launcher(self.page).button
        if not button.expanded:
            self.page.mouse.click(*button.middle)
        for _ in range(30):  # after a switch of user, the last one's frame may still be on its way out
            if self.box.is_visible():
                return self
            self.page.wait_for_timeout(500)
        raise AssertionError("the panel has no place to type")

    @property
    def box(self) -> Locator:
        return self.panel.locator("textarea")

    def write(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.panel.locator("body")).to_contain_text(text)

    def begin(self, text: str, within: float = 5) -> None:
        """Begin a conversation of its own with these words, whatever is open already."""
        self.page.evaluate("Curbside('startConversation')")
        expect(self.panel.get_by_text("A person answers right here")).to_be_visible()
        self.write(text)
        self.sees(re.compile("in line|You are next"), within)

    def download_transcript(self) -> Path:
        """Save the transcript of the conversation on the screen."""
        self.panel.get_by_role("button", name="More", exact=True).click()
        with self.page.expect_download() as saving:
            self.panel.get_by_role("button", name="Download the transcript").click()
        return saving.value.path()

    def sees(self, text: str | re.Pattern[str], within: float = 5) -> None:
        expect(self.panel.locator("body")).to_contain_text(text, timeout=within * 1000)


class AtTheDesk:
    """An agent at the desk."""

    def __init__(self, page: Page, demo: Demo) -> None:
        self.page = page
        self.demo = demo

    def log_in(self, email: str = "helen@northwind.example") -> AtTheDesk:
        """Log in, or go on with the log-in that an earlier test of the same demonstration has left."""
        self.page.context.add_cookies(self.demo.log_ins.get(email, []))
        self.page.goto(f"{self.demo.url}/desk")
        if "/login" in self.page.url:
            self.page.get_by_label("E-mail").fill(email)
            self.page.get_by_label("Password").fill(PASSWORD)
            self.page.get_by_role("button", name="Log in").click()
            self.page.wait_for_url("**/desk")
            self.demo.log_ins[email] = self.page.context.cookies(self.demo.url)
        expect(self.page.get_by_text("Connected")).to_be_visible()
        return self

    def open(self, words: str) -> None:
        """Open the conversation whose first words these are."""
        self.page.get_by_text(words).first.click()
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def claim(self) -> None:
        self.press("c")
        expect(self.page.get_by_text("You claimed this").last).to_be_visible()

    def reply(self, text: str) -> None:
        self.press("r")
        self.page.keyboard.type(text)
        self.press("Enter")
        self.sees(text)
        self.press("Escape")

    def note(self, text: str) -> None:
        self.press("n")
        self.page.keyboard.type(text)
        self.press("Enter")
        self.sees(text)
        self.press("Escape")

    def log_off(self) -> None:
        self.press("Control+k")
        self.page.keyboard.type("Log off")
        self.press("Enter")
        self.page.wait_for_url("**/login*")

    def sees(self, text: str | re.Pattern[str], within: float = 5) -> None:
        expect(self.page.locator("body")).to_contain_text(text, timeout=within * 1000)


def switch_to(page: Page, name: str) -> None:
    """Switch to somebody else at the EHR, as at a shared workstation."""
    page.locator("details.who > summary").click()
    page.locator("[data-switch]").filter(has_text=name).click()
    expect(page.locator("details.who > summary")).to_contain_text(name)


def choose(contact: AtTheEhr, text: str, act: str) -> None:
    """Choose what to do with a message of one's own."""
    message = contact.panel.locator(".message").filter(has_text=text)
    message.locator(".message-more").click()
    message.get_by_role("button", name=act).click()


def key_in(page: Page, text: str, apart: float) -> None:
    """Press keys at moments of their own, whatever the machine is busy with: `apart` is in seconds."""
    keys = page.context.new_cdp_session(page)
    at = time.time()
    for sign in text:
        named = (
            {"key": "Enter", "text": "\r", "windowsVirtualKeyCode": 13} if sign == "\n" else {"key": sign, "text": sign}
        )
        keys.send("Input.dispatchKeyEvent", {"type": "keyDown", "timestamp": at, **named})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": at + apart / 2, **named})
        at += apart
    keys.detach()
