"""What a call's peer connections agree on in a real browser, and that none is left when it is over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.calling import connect, helped
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo

pytestmark = pytest.mark.browser

KEEP = """
    globalThis.made = []
    const Real = globalThis.RTCPeerConnection
    globalThis.RTCPeerConnection = class extends Real {
        constructor(...given) { super(...given); made.push(this) }
    }
"""
OPEN = "made.filter(one => one.connectionState !== 'closed').length"
AGREED = """() => {
    const [one] = made.filter(one => one.connectionState === 'connected')
    const voice = sdp => sdp.split('\\r\\n').find(line => line.includes('useinbandfec')) ?? ''
    const priority = sender => sender.getParameters().encodings[0]?.networkPriority
    const [said, heard] = [one.localDescription.sdp, one.remoteDescription.sdp].map(voice)
    return { said, heard, priorities: one.getSenders().map(priority) }
}"""


def test_voice_bears_loss_rests_in_silence_and_goes_before_pictures_and_no_connection_outlives_its_call(
    own_demo: Demo, new_page: NewPage
) -> None:
    contact, agent = (
        new_page(viewport={"width": 1280, "height": 900}),
        new_page(viewport={"width": 1440, "height": 900}),
    )
    for page in (contact, agent):
        page.add_init_script(KEEP)
    dana, helen = helped(contact, agent, own_demo)
    sides: tuple[Page | Frame, ...] = (dana.panel, helen.page)
    for _ in range(3):
        panel, desk = connect(dana, helen)
        desk.hears()
        for side in sides:
            agreed = side.evaluate(AGREED)
            assert "useinbandfec=1" in agreed["heard"] and "usedtx=1" in agreed["heard"], agreed
            assert agreed["priorities"] == ["high", "low", "medium"]  # voice, camera, screen
        panel.click("Leave the call")
        panel.is_over()
        desk.is_over()
        assert [side.evaluate(OPEN) for side in sides] == [0, 0]
    expect(helen.page.locator("audio")).to_have_count(0)
