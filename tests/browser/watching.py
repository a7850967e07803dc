"""How media came, as the page itself measured it."""

from __future__ import annotations

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


def remembering(page: Page) -> Page:
    """Let a page remember its connections, from its next load on."""
    page.add_init_script(f"({REMEMBER})()")
    return page


def way(of: InACall) -> str | None:
    """Return how a side of a call reaches the other: `direct`, `relay of the other`, or by what it reaches its own."""
    found: str | None = of.place.evaluate(WAY)
    return found
