"""Four people in a call, in real browsers: media flow through a real Janus, and nothing is missed on the way there."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.calling import MOVES, InACall, connect, desk_of, helped, is_available, rings
from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheDesk

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("janus") is None, reason="Janus is not installed"),
]
PORTS = range(40_200, 40_600)

# Every connection of a page can be asked where it goes to.
WATCH = """(() => {
    globalThis.connections = []
    const Real = RTCPeerConnection
    globalThis.RTCPeerConnection = class extends Real {
        constructor(...given) { super(...given); connections.push(this) }
    }
})()"""
GOES_TO = """async () => {
    const found = []
    for (const one of connections.filter(({connectionState}) => connectionState === 'connected')) {
        const report = await one.getStats()
        const transport = [...report.values()].find(({type}) => type === 'transport')
        const pair = report.get(transport?.selectedCandidatePairId)
        if (pair) found.push(report.get(pair.remoteCandidateId).port)
    }
    return found
}"""
# Of each other: a voice that is heard (the fake microphone beeps once a second), and a picture that moves.
ALL_SOUND = """async ([count, ms]) => {
    const context = new AudioContext()
    try {
        const until = performance.now() + ms
        while (performance.now() < until) {
            const all = [...document.querySelectorAll('audio')]
            if (all.length !== count) { await new Promise(done => setTimeout(done, 60)); continue }
            const meters = all.map(audio => {
                const meter = context.createAnalyser()
                context.createMediaStreamSource(audio.srcObject).connect(meter)
                return meter
            })
            const heard = new Set()
            const end = Math.min(until, performance.now() + 3000)
            while (performance.now() < end && heard.size < count) {
                meters.forEach((meter, index) => {
                    const wave = new Float32Array(meter.fftSize)
                    meter.getFloatTimeDomainData(wave)
                    const loudness = Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length)
                    if (loudness > 0.005) heard.add(index)
                })
                await new Promise(done => setTimeout(done, 20))
            }
            if (heard.size === count) return true
        }
        return false
    } finally { await context.close() }
}"""

# How long the one voice that comes is away at most, in ms, from now until `silence()` is asked. It beeps once a second.
LISTEN = """() => {
    const context = new AudioContext()
    const meters = new Map()
    let last = performance.now(), longest = 0
    const look = () => {
        for (const audio of document.querySelectorAll('audio')) {
            const stream = audio.srcObject
            if (!stream || meters.has(stream)) continue
            const meter = context.createAnalyser()
            context.createMediaStreamSource(stream).connect(meter)
            meters.set(stream, meter)
        }
        for (const [stream, meter] of meters) {
            if (![...document.querySelectorAll('audio')].some(({ srcObject }) => srcObject === stream)) continue
            const wave = new Float32Array(meter.fftSize)
            meter.getFloatTimeDomainData(wave)
            if (Math.sqrt(wave.reduce((sum, each) => sum + each * each, 0) / wave.length) > 0.005) {
                longest = Math.max(longest, performance.now() - last)
                last = performance.now()
            }
        }
    }
    const timer = setInterval(look, 15)
    globalThis.silence = () => { clearInterval(timer); return Math.max(longest, performance.now() - last) }
}"""
ONE_BEEP_MISSED = 1_900


def call_of(demo: Demo) -> tuple[str, str]:
    """Return the running call and its conversation."""
    with contextlib.closing(sqlite3.connect(demo.data / "curbside.db")) as database:
        found: tuple[str, str] = database.execute("SELECT id, conversation FROM call WHERE phase != 'ended'").fetchone()
    return found


def agent_called(demo: Demo, email: str) -> str:
    with contextlib.closing(sqlite3.connect(demo.data / "curbside.db")) as database:
        return str(database.execute("SELECT id FROM agent WHERE email = ?", (email,)).fetchone()[0])


def invite(host: AtTheDesk, colleague: AtTheDesk, email: str) -> InACall:
    """Let somebody in the call ask a colleague in, who comes."""
    call, conversation = call_of(host.demo)
    asked = {"type": "act", "key": secrets.token_urlsafe(16), "conversation": conversation, "verb": "call.invite"}
    answer: Any = host.page.evaluate(
        """async act => {
            const { token } = await (await fetch('/desk/token', { method: 'POST' })).json()
            const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }
            return (await fetch('/v1/frame', { method: 'POST', headers, body: JSON.stringify(act) })).json()
        }""",
        {**asked, "call": call, "agent": agent_called(host.demo, email)},
    )
    assert answer["type"] == "ok", answer
    rings(colleague, "Dana Whitlock")
    colleague.press("a")
    joined = desk_of(colleague)
    joined.is_in_it(20)
    return joined


def hears_all(one: InACall, count: int, within: float = 20) -> None:
    assert one.place.evaluate(ALL_SOUND, [count, within * 1000]), "not everybody is heard"


def test_a_fourth_joins_and_all_hear_and_see_each_other_through_the_room(
    own_demo: Demo, new_page: NewPage, shot: Callable[[Page, str], Path]
) -> None:
    def page() -> Page:
        made = new_page()
        made.add_init_script(WATCH)
        return made

    dana, helen = helped(page(), page(), own_demo)
    others = [is_available(AtTheDesk(page(), own_demo).log_in(email)) for email in (MARCO, JASMINE)]
    panel, desk = connect(dana, helen)
    three = [panel, desk, invite(helen, others[0], MARCO)]
    for one in three:
        hears_all(one, 2)
    desk.click("Mute")
    panel.place.evaluate(LISTEN)
    four = [*three, invite(helen, others[1], JASMINE)]
    panel.place.wait_for_timeout(2_500)  # the ways between the browsers are gone by now
    assert panel.place.evaluate("silence()") < ONE_BEEP_MISSED, "the voice was away while media moved to the room"
    desk.click("Unmute")
    for one in four:
        one.click("Turn the camera on")
    for one in four:
        hears_all(one, 3)
        for nth in range(3):
            assert one.place.evaluate(MOVES, [f".call-tile:nth-of-type({nth + 1}) video", 15_000]), nth
    for one in four:
        ports = one.place.evaluate(GOES_TO)
        # One to send over, and one for each of the others; nothing between the browsers any more.
        assert len(ports) == 4 and all(port in PORTS for port in ports), ports
    shot(dana.page, "call-panel-four")
    shot(helen.page, "call-desk-four")
    panel.click("Leave the call")
    for one in four:
        one.is_over()


MARCO, JASMINE = "marco@meridian.example", "jasmine@meridian.example"
