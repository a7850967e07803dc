"""How media came, as the page itself measured it: over which way, and how long nothing moved."""

from __future__ import annotations

from typing import Literal

from playwright.sync_api import Page

from tests.browser.calling import InACall

# Every connection that a page makes, so that a test can ask the browser which way it took.
REMEMBER = """() => {
    const Real = globalThis.RTCPeerConnection
    globalThis.connections = []
    globalThis.RTCPeerConnection = class extends Real {
        constructor(...given) { super(...given); connections.push(this) }
    }
}"""
WAY = """async () => {
    const live = connections.filter(one => one.connectionState === 'connected').at(-1)
    if (!live) return null
    const all = await live.getStats()
    const transport = [...all.values()].find(({type}) => type === 'transport')
    const pair = all.get(transport?.selectedCandidatePairId)
    const [own, other] = [all.get(pair?.localCandidateId), all.get(pair?.remoteCandidateId)]
    if (!own || !other) return null
    if (own.candidateType === 'relay') return own.relayProtocol
    return other.candidateType === 'relay' ? 'relay of the other' : 'direct'
}"""
# The longest time for which no pixel of the other's picture changed, and for which none of their voice arrived.
WATCH = """selector => {
    for (const timer of globalThis.watched?.timers ?? []) clearInterval(timer)
    const canvas = document.createElement('canvas')
    canvas.width = 32, canvas.height = 24
    const on = canvas.getContext('2d', {willReadFrequently: true})
    const begun = performance.now()
    const watched = globalThis.watched = {picture: {longest: 0, at: begun}, voice: {longest: 0, at: begun}}
    const came = what => {
        what.longest = Math.max(what.longest, performance.now() - what.at)
        what.at = performance.now()
    }
    let heard = 0
    const listen = async () => {
        const live = connections.filter(one => one.connectionState !== 'closed').at(-1)
        for (const each of (await live?.getStats())?.values() ?? [])
            if (each.type === 'inbound-rtp' && each.kind === 'audio' && each.packetsReceived !== heard) {
                heard = each.packetsReceived
                came(watched.voice)
            }
    }
    let before = null
    const look = () => {
        const video = document.querySelector(selector)
        if (video?.videoWidth > 0) {
            on.drawImage(video, 0, 0, 32, 24)
            const now = on.getImageData(0, 0, 32, 24).data
            if (before && now.some((each, at) => Math.abs(each - before[at]) > 8)) came(watched.picture)
            before = now
        }
    }
    watched.timers = [setInterval(look, 40), setInterval(listen, 100)]
}"""
WATCHED = "what => Math.max(watched[what].longest, performance.now() - watched[what].at) / 1000"


def remembering(page: Page) -> Page:
    """Let a page remember its connections, from its next load on."""
    page.add_init_script(f"({REMEMBER})()")
    return page


def way(of: InACall) -> str | None:
    """Return how a side of a call reaches the other: `direct`, `relay of the other`, or by what it reaches its own."""
    found: str | None = of.place.evaluate(WAY)
    return found


def watch(*sides: InACall, picture: str = ".call-tile video") -> None:
    for side in sides:
        side.place.evaluate(WATCH, picture)


def longest_gap(side: InACall, what: Literal["picture", "voice"]) -> float:
    """Return for how many seconds at most nothing of the other's came since `watch`."""
    found: float = side.place.evaluate(WATCHED, what)
    return found
