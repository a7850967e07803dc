"""The equipment check in a real browser: what works, what does not, and which of many reasons it is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.calling import NO_DEVICES
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk
from tests.browser.seeing import cut_off, findings
from tests.browser.waiting import until

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]
WITH_RELAY = shutil.which("turnserver") is not None

REFUSED = """
    const refused = new DOMException('Permission denied%s', 'NotAllowedError')
    navigator.mediaDevices.getUserMedia = () => Promise.reject(refused)
"""


class Checking:
    """The check's page, run."""

    def __init__(self, page: Page, demo: Demo, query: str = "") -> None:
        self.page = page
        page.goto(f"{demo.url}/check{query}")

    def run(self) -> Checking:
        self.page.get_by_role("button", name="Start the check").click()
        return self.done()

    def done(self) -> Checking:
        expect(self.page.get_by_role("button", name="Copy as text")).to_be_visible(timeout=40_000)
        return self

    def row(self, step: str) -> Locator:
        return self.page.locator(f"[data-step={step}]")

    def states(self) -> dict[str, str | None]:
        rows = self.page.locator("[data-step]").all()
        return {str(row.get_attribute("data-step")): row.get_attribute("data-state") for row in rows}


def test_everything_works_and_the_echo_brings_picture_and_sound_back(demo: Demo, new_page: NewPage, shot: Shot) -> None:
    page = new_page(viewport={"width": 1280, "height": 1000}, permissions=["clipboard-read", "clipboard-write"])
    checking = Checking(page, demo)
    assert findings(page) == []
    shot(page, "check-before")
    page.get_by_role("button", name="Start the check").focus()
    page.keyboard.press("Enter")
    expect(checking.row("camera").locator("video")).to_be_visible(timeout=20_000)
    until(page, "document.querySelector('.check-picture')?.videoWidth > 0")
    shot(page, "check-camera")
    checking.done()
    works = {"browser": "good", "microphone": "good", "camera": "good", "screen": "good", "socket": "good"}
    relayed = {"udp": "good", "tcp": "good"} if WITH_RELAY else {"relay": "notice"}
    assert checking.states() == {**works, **relayed, "echo": "good"}
    if WITH_RELAY:
        expect(checking.row("udp")).to_contain_text("It answers")  # a stranger has no credentials
    page.get_by_role("button", name="Copy as text").click()
    text = page.evaluate("navigator.clipboard.readText()")
    assert demo.url in text and "[Works] Microphone: It hears you." in text
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shot(page, f"check-done-{scheme}")
        assert [*findings(page), *cut_off(page)] == []


@pytest.mark.skipif(not WITH_RELAY, reason="coturn is not installed")
def test_who_is_logged_in_at_the_desk_has_the_relays_tried_whole(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    AtTheDesk(page, demo).log_in()
    checking = Checking(page, demo).run()
    for way in ("udp", "tcp"):
        expect(checking.row(way)).to_contain_text("It works")


def test_without_devices_it_says_so_and_the_echo_still_comes_back_on_a_phone_in_spanish(
    demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, locale="es-MX")
    page.add_init_script(NO_DEVICES)
    checking = Checking(page, demo)
    page.get_by_role("button", name="Empezar la comprobación").click()
    expect(page.get_by_role("button", name="Copiar como texto")).to_be_visible(timeout=40_000)
    expect(checking.row("microphone")).to_contain_text("Este equipo no tiene")
    states = checking.states()
    assert (states["microphone"], states["camera"], states["echo"]) == ("bad", "notice", "good")
    shot(page, "check-phone-no-devices")
    assert [*findings(page), *cut_off(page)] == []


@pytest.mark.parametrize(
    ("why", "told"), [("", "It is blocked for this site"), (" by system", "Windows: Settings, Privacy & security")]
)
def test_a_refusal_by_the_person_is_another_one_than_by_the_system(
    demo: Demo, new_page: NewPage, why: str, told: str
) -> None:
    page = new_page()
    page.add_init_script(REFUSED % why)
    checking = Checking(page, demo).run()
    expect(checking.row("microphone")).to_contain_text(told)
    expect(page.get_by_role("status")).to_contain_text("Something stands in the way")


def test_a_page_that_forbids_devices_is_told_which_header_and_attribute_it_needs(
    demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    page = new_page()
    page.goto(demo.ehr)
    frame_of = """src => {
        const frame = Object.assign(document.createElement('iframe'), { src, allow: 'microphone', id: 'check' })
        Object.assign(frame.style, { width: '900px', height: '900px' })
        document.body.prepend(frame)
    }"""
    page.evaluate(frame_of, f"{demo.url}/check?tenant=northwind")
    frame = page.frame_locator("#check")
    frame.get_by_role("button", name="Start the check").click()
    camera = frame.locator("[data-step=camera]")
    expect(camera).to_contain_text(f'Permissions-Policy: camera=(self "{demo.url}")', timeout=20_000)
    expect(camera).to_contain_text('allow="camera"')
    expect(frame.locator("[data-step=microphone]")).to_have_attribute("data-state", "good")
    shot(page, "check-framed")


def test_where_sockets_are_refused_the_line_over_https_is_tried(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script("WebSocket = class { constructor() { setTimeout(() => this.onclose(), 20) } close() {} }")
    checking = Checking(page, demo).run()
    states = checking.states()
    assert (states["socket"], states["stream"]) == ("notice", "good")
    expect(checking.row("socket")).to_contain_text(f"Let WebSockets to {demo.url} pass")


def test_a_relay_that_is_not_reached_is_named(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    relay = {"urls": ["turn:127.0.0.1:9?transport=tcp"], "username": "x", "credential": "x"}
    nowhere = {"known": False, "echo": False, "relays": [relay]}
    page.route("**/v1/check", lambda route: route.fulfill(json=nowhere))
    checking = Checking(page, demo).run()
    assert checking.states()["tcp"] == "notice"
    expect(checking.row("tcp")).to_contain_text("Open outgoing TCP to 127.0.0.1:9")


def test_a_relay_whose_name_is_not_found_is_told_apart_from_one_that_is_not_reached(
    demo: Demo, new_page: NewPage
) -> None:
    page = new_page()
    urls = ["turn:relay.invalid:3478", "turns:127.0.0.1:9?transport=tcp"]
    relay = {"urls": urls, "username": "x", "credential": "x"}
    found = {"known": False, "echo": False, "relays": [relay]}
    page.route("**/v1/check", lambda route: route.fulfill(json=found))
    checking = Checking(page, demo).run()
    states = checking.states()
    assert (states["udp"], states["tls"]) == ("bad", "notice")
    expect(checking.row("udp")).to_contain_text("Its name is not found")
    expect(checking.row("udp")).to_contain_text("Let the DNS here answer for relay.invalid:3478")
    expect(checking.row("tls")).to_contain_text("Open outgoing TCP to 127.0.0.1:9, and let TLS to it through")
