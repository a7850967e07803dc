"""Before a call rings: who can call is asked nothing, who cannot be heard is told so, and the agent reads it."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import NO_DEVICES, call_from_panel, is_available, panel_of, rings
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.seeing import cut_off, findings
from tests.browser.waiting import until

pytestmark = pytest.mark.browser
Shot = Callable[[Page, str], Path]

FORBIDDEN = "document.featurePolicy.allowsFeature = name => name !== 'microphone'"


KEEP_TRACKS = """
    globalThis.tracks = []
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
    navigator.mediaDevices.getUserMedia = async asked => {
        const stream = await open(asked)
        tracks.push(...stream.getTracks())
        return stream
    }
"""
ALL_CLOSED = "tracks.length > 0 && tracks.every(track => track.readyState === 'ended')"


def two(demo: Demo, new_page: NewPage, script: str = "") -> tuple[AtTheEhr, AtTheDesk]:
    """Dana with a question, on a workstation that is as the script makes it, and Helen, who has claimed it."""
    page = new_page(viewport={"width": 1280, "height": 900})
    if script:
        page.add_init_script(script)
    dana = AtTheEhr(page, demo).log_in().open_help()
    helen = is_available(AtTheDesk(new_page(viewport={"width": 1440, "height": 900}), demo).log_in())
    asked = f"I cannot sign {secrets.token_hex(3)}"
    dana.write(asked)
    dana.sees("in line")
    helen.open(asked)
    helen.claim()
    dana.sees("Helen Marsh")
    return dana, helen


def test_who_can_be_heard_is_asked_nothing_and_the_agent_reads_that_the_microphone_works(
    own_demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    dana, helen = two(own_demo, new_page)
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")
    helen.sees("Equipment of Dana Whitlock: microphone works, camera there, not tried")
    dana.sees("Your equipment: microphone works")
    shot(helen.page, "check-desk-fact")
    panel_of(dana).click("Cancel the call")
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")
    helen.press("a")
    panel_of(dana).is_in_it()
    expect(helen.page.get_by_text("Equipment of Dana Whitlock")).to_have_count(1)  # said once


def test_without_a_microphone_it_says_so_before_it_rings_and_asks_no_second_time(
    own_demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    dana, helen = two(own_demo, new_page, NO_DEVICES)
    call_from_panel(dana)
    card = dana.panel.locator(".call-card")
    expect(card).to_contain_text("Microphone: There is none on this workstation")
    expect(helen.page.locator(".call-rings section")).to_have_count(0)
    shot(dana.page, "check-panel-no-microphone")
    assert [*findings(dana.panel), *cut_off(dana.panel)] == []
    call_anyway = card.get_by_role("button", name="Call anyway")
    call_anyway.focus()
    dana.page.keyboard.press("Enter")
    rings(helen, "Dana Whitlock")
    helen.sees("Equipment of Dana Whitlock: no microphone, no camera")
    panel_of(dana).click("Cancel the call")
    call_from_panel(dana)
    rings(helen, "Dana Whitlock")


def test_a_page_that_forbids_the_microphone_is_named_with_what_it_has_to_send(
    own_demo: Demo, new_page: NewPage
) -> None:
    page = new_page()
    page.add_init_script(FORBIDDEN)
    dana = AtTheEhr(page, own_demo).log_in().open_help()
    call_from_panel(dana)
    card = dana.panel.locator(".call-card")
    expect(card).to_contain_text(f'Permissions-Policy: microphone=(self "{own_demo.url}")')
    card.get_by_role("button", name="Write instead").click()
    expect(card).to_have_count(0)


def test_the_whole_check_is_in_the_panels_menu_and_the_agent_reads_what_it_found(
    own_demo: Demo, new_page: NewPage, shot: Shot
) -> None:
    dana, helen = two(own_demo, new_page)
    dana.panel.get_by_role("button", name="More").click()
    dana.panel.get_by_role("button", name="Check sound and picture").click()
    card = dana.panel.locator(".check-card")
    expect(card.get_by_role("button", name="Copy as text")).to_be_visible(timeout=40_000)
    shot(dana.page, "check-panel-whole")
    assert [*findings(dana.panel), *cut_off(dana.panel)] == []
    relay = ", relay over UDP" if shutil.which("turnserver") else ""
    helen.sees(f"Equipment of Dana Whitlock: microphone works, camera works{relay}, echo came back")
    card.get_by_role("button", name="Close").click()
    expect(card).to_have_count(0)


def test_a_check_that_is_closed_lets_go_of_the_camera_at_once(own_demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    page.add_init_script(KEEP_TRACKS)
    dana = AtTheEhr(page, own_demo).log_in().open_help()
    dana.panel.get_by_role("button", name="More").click()
    dana.panel.get_by_role("button", name="Check sound and picture").click()
    card = dana.panel.locator(".check-card")
    expect(card.locator("[data-step=camera] video")).to_be_visible(timeout=10_000)
    card.get_by_role("button", name="Close").click()
    until(dana.panel, ALL_CLOSED, within=1)
    expect(card).to_have_count(0)
