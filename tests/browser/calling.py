"""A call as two people have it: what they click, and what of each other they really see and hear."""

from __future__ import annotations

import secrets

from playwright.sync_api import Frame, Locator, Page, expect

from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr

Place = Page | Frame

# Pictures are drawn twice and compared: a frozen or black one has no change. A state says nothing about what is seen.
MOVES = """async ([selector, ms]) => {
    const draw = video => {
        const canvas = document.createElement('canvas')
        canvas.width = 64, canvas.height = 48
        const on = canvas.getContext('2d')
        on.drawImage(video, 0, 0, 64, 48)
        return on.getImageData(0, 0, 64, 48).data
    }
    const until = performance.now() + ms
    while (performance.now() < until) {
        const video = document.querySelector(selector)
        if (video && video.videoWidth > 0) {
            const before = draw(video)
            await new Promise(done => setTimeout(done, 120))
            const after = draw(video)
            let changed = 0
            for (let at = 0; at < before.length; at += 4) if (Math.abs(before[at] - after[at]) > 8) changed += 1
            if (changed > 5) return true
        }
        await new Promise(done => setTimeout(done, 60))
    }
    return false
}"""
# The fake microphone beeps once a second.
SOUNDS = """async ([ms, which]) => {
    const context = new AudioContext()
    try {
        const until = performance.now() + ms
        while (performance.now() < until) {
            const audio = document.querySelectorAll('audio')[which]
            if (!audio?.srcObject) { await new Promise(done => setTimeout(done, 60)); continue }
            const meter = context.createAnalyser()
            context.createMediaStreamSource(audio.srcObject).connect(meter)
            const wave = new Float32Array(meter.fftSize)
            const end = Math.min(until, performance.now() + 2500)
            while (performance.now() < end) {
                meter.getFloatTimeDomainData(wave)
                if (Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length) > 0.005) return true
                await new Promise(done => setTimeout(done, 30))
            }
        }
        return false
    } finally { await context.close() }
}"""
# A workstation that has neither microphone nor camera.
NO_DEVICES = """
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotFoundError'))
    navigator.mediaDevices.enumerateDevices = () => Promise.resolve([])
"""


class InACall:
    """One side of a call, in the panel or at the desk."""

    def __init__(self, place: Place) -> None:
        self.place = place

    @property
    def stage(self) -> Locator:
        return self.place.locator("section.call")

    def button(self, name: str) -> Locator:
        return self.stage.get_by_role("button", name=name, exact=True)

    def click(self, name: str) -> None:
        self.button(name).click()

    def is_in_it(self, within: float = 8) -> None:
        expect(self.stage).to_contain_text("In the call", timeout=within * 1000)

    def hears(self, within: float = 8, people: int = 1) -> None:
        for which in range(people):
            assert self.place.evaluate(SOUNDS, [within * 1000, which]), "no sound comes from the other side"

    def hears_nothing(self) -> None:
        assert not self.place.evaluate(SOUNDS, [1800, 0]), "sound comes although the other side is muted"

    def sees_them(self, within: float = 8) -> None:
        assert self.place.evaluate(MOVES, [".call-tile video", within * 1000]), "no moving picture of the other side"

    def sees(self, name: str, within: float = 8) -> None:
        picture = [picture_of(name), within * 1000]
        assert self.place.evaluate(MOVES, picture), f"no moving picture of {name}"

    def sees_no_movement(self) -> None:
        assert not self.place.evaluate(MOVES, [".call-tile video", 1500]), "the other side's picture still moves"

    def sees_nobody(self) -> None:
        expect(self.place.locator(".call-tile video")).to_have_count(0)

    def is_over(self) -> None:
        expect(self.stage).to_have_count(0)
        expect(self.place.locator("audio")).to_have_count(0)


def picture_of(name: str) -> str:
    return f'.call-tile video[aria-label="Picture of {name}"]'


def panel_of(contact: AtTheEhr) -> InACall:
    return InACall(contact.panel)


def desk_of(agent: AtTheDesk) -> InACall:
    return InACall(agent.page)


def is_available(agent: AtTheDesk) -> AtTheDesk:
    """Become available, unless this agent is already."""
    button = agent.page.get_by_role("button", name="Become available")
    if button.count():
        button.click()
        expect(button).to_have_count(0)
    return agent


def call_from_panel(contact: AtTheEhr) -> None:
    contact.panel.get_by_role("button", name="Call", exact=True).click()


def rings(agent: AtTheDesk, name: str) -> Locator:
    card = agent.page.locator(".call-rings section", has_text=f"{name} is calling you")
    expect(card).to_be_visible()
    return card


def helped(contact: Page, agent: Page, demo: Demo) -> tuple[AtTheEhr, AtTheDesk]:
    """Let Dana have a question, and Helen, who is free, claim it."""
    dana = AtTheEhr(contact, demo).log_in().open_help()
    helen = is_available(AtTheDesk(agent, demo).log_in())
    asked = f"I cannot sign {secrets.token_hex(3)}"
    dana.write(asked)
    dana.sees("in line")
    helen.open(asked)
    helen.claim()
    dana.sees("Helen Marsh")
    return dana, helen


def connect(dana: AtTheEhr, helen: AtTheDesk, within: float = 8) -> tuple[InACall, InACall]:
    """Let Dana call, and Helen answer by key."""
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")
    helen.press("a")
    panel, desk = panel_of(dana), desk_of(helen)
    panel.is_in_it(within)
    desk.is_in_it(within)
    return panel, desk


def ask_in(helen: AtTheDesk, name: str, words: str) -> None:
    """Find a colleague by keys alone, and ask them in."""
    helen.press("Shift+P")
    dialog = helen.page.get_by_role("dialog", name="Invite a colleague into the call")
    field = dialog.get_by_role("combobox")
    field.fill(words)
    expect(dialog.get_by_role("option").first).to_contain_text(name)
    field.press("Enter")
    field.press("Control+Enter")
    expect(dialog).to_have_count(0)


def bell(agent: AtTheDesk) -> Locator:
    return agent.page.locator(".call-rings section")


def come_in(marco: AtTheDesk, within: float = 8) -> InACall:
    """Let who is asked in by Helen come."""
    expect(bell(marco)).to_contain_text("Helen Marsh asks you into a call")
    marco.press("a")
    desk = desk_of(marco)
    desk.is_in_it(within)
    return desk
