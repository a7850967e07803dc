"""Four people in a call, in real browsers: media flow through a real Janus, and nothing is missed on the way there."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.calling import (
    InACall,
    ask_in,
    come_in,
    connect,
    desk_of,
    helped,
    is_available,
    panel_of,
    picture_of,
)
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.seeing import findings
from tests.browser.waiting import wait_until
from tests.browser.watching import longest_gap, remembering, watch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("janus") is None, reason="Janus is not installed"),
]
Shot = Callable[[Page, str], Path]
Four = tuple[AtTheEhr, list[AtTheDesk]]

NAMES = ("Dana Whitlock", "Helen Marsh", "Marco Ruiz", "Jasmine Dela Cruz")
PORTS = range(40_200, 40_600)
# To which port of another each connection goes that is not closed.
GOES_TO = """async () => {
    const found = []
    for (const one of connections.filter(({connectionState}) => connectionState !== 'closed')) {
        const report = await one.getStats()
        const transport = [...report.values()].find(({type}) => type === 'transport')
        const pair = report.get(transport?.selectedCandidatePairId)
        found.push(report.get(pair?.remoteCandidateId)?.port ?? 0)
    }
    return found
}"""

# The names, with employer and country, of which one's own picture covers some.
HIDDEN_NAMES = """() => {
    const own = document.querySelector('.call-own').getBoundingClientRect()
    const over = at => at.left < own.right && at.right > own.left && at.top < own.bottom && at.bottom > own.top
    return [...document.querySelectorAll('.call-tile figcaption *')]
        .filter(one => over(one.getBoundingClientRect())).map(one => one.textContent)
}"""


@pytest.fixture
def four(own_demo: Demo, new_page: NewPage) -> Four:
    """Dana in a call with Helen and Marco, all of them seen, and Jasmine at her desk."""
    dana, helen = helped(remembering(new_page()), remembering(new_page()), own_demo)
    emails = ("marco@meridian.example", "jasmine@meridian.example")
    marco, jasmine = [is_available(AtTheDesk(remembering(new_page()), own_demo).log_in(email)) for email in emails]
    connect(dana, helen)
    ask_in(helen, "Marco Ruiz", "marco")
    come_in(marco)
    for side in (panel_of(dana), desk_of(helen), desk_of(marco)):
        side.click("Turn the camera on")
    return dana, [helen, marco, jasmine]


def goes_through_the_room(side: InACall) -> bool:
    """Tell whether a side has one way to send over and one for each other, all to the media server."""
    ports = side.place.evaluate(GOES_TO)
    return len(ports) == 4 and all(port in PORTS for port in ports)


def goes_between_the_browsers(side: InACall) -> bool:
    ports = side.place.evaluate(GOES_TO)
    return len(ports) == 3 and not any(port in PORTS for port in ports)


def all_see_and_hear_all(sides: dict[str, InACall]) -> None:
    for name, side in sides.items():
        side.hears(people=3, within=20)
        for other in sides.keys() - {name}:
            side.sees(other, within=20)


def test_a_fourth_joins_and_all_hear_and_see_each_other_through_the_room(four: Four, shot: Shot) -> None:
    dana, (helen, marco, jasmine) = four
    panel = panel_of(dana)
    panel.sees("Helen Marsh")
    desk_of(helen).sees("Dana Whitlock")
    watch(panel, picture=picture_of("Helen Marsh"))
    watch(desk_of(helen), picture=picture_of("Dana Whitlock"))
    ask_in(helen, "Jasmine Dela Cruz", "jasmine")
    sides = dict(zip(NAMES, (panel, desk_of(helen), desk_of(marco), come_in(jasmine, 20)), strict=True))
    for side in sides.values():
        wait_until(helen.page, partial(goes_through_the_room, side), 40)
    for side in (panel, desk_of(helen)):
        assert longest_gap(side, "picture") < 3, "the picture stood still while media moved to the room"
    sides["Jasmine Dela Cruz"].click("Turn the camera on")
    all_see_and_hear_all(sides)
    for page, part in ((helen.page, "the desk"), (dana.panel, "the panel")):
        assert findings(page) == [], f"axe, {part} in a call of four"
    for side in (panel, desk_of(helen)):
        assert side.place.evaluate(HIDDEN_NAMES) == [], "who listens is disclosed, and oneself does not lie over it"
    shot(dana.page, "call-four-panel")
    shot(helen.page, "call-four-desk")
    desk_of(marco).click("Mute")
    expect(panel.stage.locator("figcaption", has_text="Marco Ruiz")).to_contain_text("Muted")
    marco.page.reload()  # and is back in the room
    desk_of(marco).is_in_it(20)
    desk_of(marco).hears(people=3, within=20)
    panel.hears(people=3, within=20)
    panel.click("Leave the call")
    for side in sides.values():
        side.is_over()


def test_a_media_server_that_dies_leaves_all_four_talking_between_their_browsers(four: Four, own_demo: Demo) -> None:
    dana, (helen, marco, jasmine) = four
    ask_in(helen, "Jasmine Dela Cruz", "jasmine")
    sides = dict(zip(NAMES, (panel_of(dana), desk_of(helen), desk_of(marco), come_in(jasmine, 20)), strict=True))
    sides["Jasmine Dela Cruz"].click("Turn the camera on")
    for side in sides.values():
        wait_until(helen.page, partial(goes_through_the_room, side), 40)
    os.kill(janus_of(own_demo), signal.SIGKILL)
    for side in sides.values():
        wait_until(helen.page, partial(goes_between_the_browsers, side), 40)
    all_see_and_hear_all(sides)


def janus_of(demo: Demo) -> int:
    """Return the process of the media server that a demonstration started."""
    assert demo.process is not None
    told = subprocess.run(
        ["ps", "-o", "pid=,comm=", "--ppid", str(demo.process.pid)], capture_output=True, text=True, check=True
    )
    (found,) = [line.split()[0] for line in told.stdout.splitlines() if line.split()[1] == "janus"]
    return int(found)
