"""Calls through a hospital's firewall: a real one, with a real relay outside; pictures and sound that really come."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser import hospital as networks
from tests.browser.calling import InACall, connect, desk_of, helped, panel_of
from tests.browser.conftest import ARGUMENTS, chromium
from tests.browser.demonstrations import Demo, free_port
from tests.browser.hospital import CannotMake, Hospital
from tests.browser.people import AtTheDesk, AtTheEhr
from tests.browser.watching import longest_gap, remembering, watch, way

pytestmark = pytest.mark.browser
Two = tuple[AtTheEhr, AtTheDesk]
CUTS = int(os.environ.get("CURBSIDE_UDP_CUTS", "3"))
PATIENCE = 1 if "CURBSIDE_UDP_CUTS" in os.environ else 2  # times are judged where nothing else runs


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    try:
        with networks.hospital() as made, networks.relay(made, tmp_path_factory.mktemp("relay")):
            yield made
    except CannotMake as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def browser(browser: Browser, hospital: Hospital, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start a Chromium at a workstation; it trusts the relay's certificate, as if a public authority had signed it."""
    started = tmp_path_factory.mktemp("workstation") / "chromium"
    started.write_text(f'#!/bin/sh\nexec {" ".join(hospital.within.inside)} {chromium()} "$@"\n')
    started.chmod(0o700)
    there = [*ARGUMENTS, "--ignore-certificate-errors"]
    launched = browser.browser_type.launch(executable_path=started, args=there)
    yield launched
    launched.close()


@pytest.fixture(scope="module")
def inside(browser: Browser, hospital: Hospital, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """Run Curbside where the workstations are, as only media are relayed; Helen has claimed what Dana asked."""
    told = {"CURBSIDE_TURN_URLS": networks.URLS, "CURBSIDE_TURN_SECRET": networks.SECRET}
    data = tmp_path_factory.mktemp("demo") / "data"
    demo = Demo(data, free_port(), free_port(), hospital.within.inside, told)
    demo.start()
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}) for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(15_000)
    dana, helen = (remembering(context.new_page()) for context in contexts)
    yield helped(dana, helen, demo)
    for context in contexts:
        context.close()
    demo.stop()


@pytest.fixture
def two(inside: Two, hospital: Hospital) -> Iterator[Two]:
    """Whatever a test did, the next one finds no firewall and no call."""
    hospital.firewall(networks.OPEN)
    yield inside
    hospital.firewall(networks.OPEN)
    panel, desk = panel_of(inside[0]), desk_of(inside[1])
    if panel.stage.count():
        panel.click("Leave the call")
    panel.is_over()
    desk.is_over()


def both_hear_and_see(panel: InACall, desk: InACall) -> None:
    for one, other in ((panel, desk), (desk, panel)):
        one.click("Turn the camera on")
        other.sees_them()
        other.hears()


@pytest.mark.parametrize(
    ("rules", "ways"),
    [
        pytest.param(networks.OPEN, {"direct"}, id="nothing is in the way"),
        pytest.param(networks.NO_DIRECT, {"udp", "relay of the other"}, id="only the relay is reached"),
        pytest.param(networks.NO_UDP, {"tcp"}, id="no UDP passes"),
        pytest.param(networks.ONLY_443, {"tls"}, id="nothing passes but TCP 443"),
    ],
)
def test_two_hear_and_see_each_other_where(
    two: Two, hospital: Hospital, rules: tuple[str, ...], ways: set[str]
) -> None:
    hospital.firewall(rules)
    panel, desk = connect(*two)
    both_hear_and_see(panel, desk)
    assert {way(panel), way(desk)} <= ways


@pytest.mark.parametrize(
    ("before", "picture_within"),
    [
        pytest.param(networks.OPEN, 4.5, id="directly"),
        # What the relay still held of the old way comes first, and can cost the browser a whole picture.
        pytest.param(networks.NO_DIRECT, 7.5, id="through a relay"),
    ],
)
def test_udp_dies_in_a_call_that_went(
    two: Two, hospital: Hospital, before: tuple[str, ...], picture_within: float
) -> None:
    for _ in range(CUTS):
        hospital.firewall(before)
        panel, desk = connect(*two)
        both_hear_and_see(panel, desk)
        watch(panel, desk)
        hospital.firewall(networks.NO_UDP)
        until(lambda: {way(panel), way(desk)} == {"tcp"})  # noqa: B023
        for side in (panel, desk):
            side.sees_them()
            side.hears()
        voice = max(longest_gap(side, "voice") for side in (panel, desk))
        picture = max(longest_gap(side, "picture") for side in (panel, desk))
        print(f"voice {voice:.1f} s, picture {picture:.1f} s")
        assert voice <= 4.5 * PATIENCE
        assert picture <= picture_within * PATIENCE
        panel.click("Leave the call")
        desk.is_over()


def until(true: Callable[[], bool], within: float = 15) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.1)
