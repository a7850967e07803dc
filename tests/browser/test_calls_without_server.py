"""The server dies in a call: who talks does not hear of it, and no picture goes out that nobody could stop."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.calling import connect, helped
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.watching import longest_gap, remembering, watch

pytestmark = pytest.mark.browser


def test_without_the_server_media_go_on_and_after_five_seconds_only_the_voice(
    own_demo: Demo, new_page: NewPage
) -> None:
    panel, desk = connect(*helped(remembering(new_page()), remembering(new_page()), own_demo))
    for one, other in ((panel, desk), (desk, panel)):
        one.click("Turn the camera on")
        other.sees_them()
    watch(panel, desk)
    own_demo.kill()
    panel.place.wait_for_timeout(3_000)  # in which nothing should happen
    for side in (panel, desk):
        assert max(longest_gap(side, "picture"), longest_gap(side, "voice")) < 1.5
        expect(side.stage).to_contain_text("Camera and screen wait until the server is reached", timeout=8_000)
    for side in (panel, desk):
        side.hears()
        side.sees_no_movement()
    own_demo.start()
    for side in (panel, desk):
        side.place.evaluate("() => void dispatchEvent(new Event('online'))")  # or it would wait for its next try
    for side in (panel, desk):
        side.sees_them(within=20)
        side.hears()
        assert longest_gap(side, "voice") < 1.5
