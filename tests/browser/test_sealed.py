"""Promise 5: what a browser keeps of unsent words is ciphertext, and only its own person's key opens it."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, WebSocket, expect

from tests.browser.conftest import NewPage
from tests.browser.demonstrations import Demo
from tests.browser.people import AtTheEhr, switch_to

pytestmark = pytest.mark.browser

# Everything that the frame's origin keeps, every byte of it as a letter, and how many records that are.
DUMP = """async () => {
    const settled = asked => new Promise((done, fail) => {
        asked.onsuccess = () => done(asked.result)
        asked.onerror = () => fail(asked.error)
    })
    const letters = bytes => Array.from(new Uint8Array(bytes), each => String.fromCharCode(each)).join('')
    const words = value => value instanceof ArrayBuffer ? letters(value)
        : ArrayBuffer.isView(value) ? letters(value.buffer)
        : value && typeof value === 'object' ? Object.entries(value).map(([name, each]) => name + words(each)).join(' ')
        : String(value)
    const found = [JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage })]
    let records = 0
    for (const { name, version } of await indexedDB.databases()) {
        const database = await settled(indexedDB.open(name, version))
        for (const store of database.objectStoreNames) {
            const all = database.transaction(store).objectStore(store)
            const [keys, values] = await Promise.all([settled(all.getAllKeys()), settled(all.getAll())])
            records += values.length
            found.push(...keys.map(String), ...values.map(words))
        }
        database.close()
    }
    return { records, text: found.join('\\n') }
}"""

# What a key opens of all that is kept.
OPENED = """async key => {
    const raw = Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), each => each.charCodeAt(0))
    const imported = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
    const asked = indexedDB.open('curbside')
    const database = await new Promise(done => { asked.onsuccess = () => done(asked.result) })
    const all = database.transaction('sealed').objectStore('sealed').getAll()
    const kept = await new Promise(done => { all.onsuccess = () => done(all.result) })
    database.close()
    const text = box => new TextDecoder().decode(box)
    const open = ({ iv, box }) => crypto.subtle.decrypt({ name: 'AES-GCM', iv }, imported, box).then(text, () => '')
    return (await Promise.all(kept.map(open))).join('')
}"""


class Keys:
    """The keys that the server gave to whoever was at this page, in order: no script of the page ever stores them."""

    def __init__(self, page: Page) -> None:
        self.given: list[str] = []
        page.on("websocket", self._follow)

    def _follow(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._hear)

    def _hear(self, text: str | bytes) -> None:
        frame: dict[str, Any] = json.loads(text)
        if frame["type"] == "welcome":
            self.given.append(frame["vault"])


def kept(panel: Frame) -> tuple[int, str]:
    found = panel.evaluate(DUMP)
    return found["records"], found["text"]


def test_a_draft_lies_sealed_on_the_device_and_another_persons_key_opens_nothing(demo: Demo, new_page: NewPage) -> None:
    page = new_page()
    keys = Keys(page)
    dana = AtTheEhr(page, demo).log_in().open_help()
    words = f"pneumothorax {secrets.token_hex(6)}"
    dana.box.fill(words)
    page.wait_for_timeout(1_000)
    records, text = kept(dana.panel)
    assert records > 0, "nothing is kept, so this test would see nothing"
    assert words not in text and "pneumothorax" not in text
    own = keys.given[-1]
    assert own not in text, "the key is in memory only"
    assert words in dana.panel.evaluate(OPENED, own), "or this test could not open anything"

    switch_to(page, "Ravi Menon")
    ravi = AtTheEhr(page, demo).open_help()
    expect(ravi.box).to_have_value("")
    for _ in range(50):  # the box is there before the server has said who this is
        if keys.given[-1] != own:
            break
        page.wait_for_timeout(100)
    assert keys.given[-1] != own
    assert words in ravi.panel.evaluate(OPENED, own), "it stays on the device for a day"
    assert words not in ravi.panel.evaluate(OPENED, keys.given[-1])
    assert words not in kept(ravi.panel)[1]
