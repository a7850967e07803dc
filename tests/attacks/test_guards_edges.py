"""The guards of sockets, files and pages, each taken away once: what it keeps out then comes in."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image, ImageOps

from curbside.actions import files, images
from curbside.domain import files as kinds
from curbside.domain.errors import ProtocolError, Refused
from curbside.realtime import connection as protocol
from curbside.realtime import frames
from curbside.realtime.connection import Connection
from curbside.realtime.outputs import Close
from curbside.store.ledger import Ledger
from curbside.web import desk, settings
from curbside.web.socket import Sockets
from tests import builders, samples
from tests.attacks.scene import Scene
from tests.serving import ORIGIN, browser, log_in

Taken = Mapping[tuple[Any, str], Any]


def refused(decode: Callable[..., object], *given: Any) -> None:
    """Check that something is refused."""
    try:
        decode(*given)
    except (Refused, ProtocolError):
        return
    raise AssertionError("it was taken")


def ended_after(ms: int) -> None:
    """Check that a connection that has said nothing is over by now."""
    assert any(isinstance(one, Close) for one in Connection(0).tick(ms))


def bomb() -> None:
    """Check that a picture of too many pixels is refused before any of them is drawn."""
    drawn = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(ImageOps, "exif_transpose", lambda image: drawn.append(image.size))
        refused(images.redraw, samples.image("PNG", (6400, 6400), "1"), kinds.PNG)
    assert drawn == []


def from_another_page() -> None:
    sockets = Sockets(SimpleNamespace(), {ORIGIN}, set())  # type: ignore[arg-type]
    assert sockets._refusal(b"/v1/socket", b"https://evil.example") == b"403 Forbidden"


MACRO = samples.document(word__vbaProject_bin=b"macro")
JAVASCRIPT = (
    b"%PDF-1.7\n1 0 obj << /Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >> endobj\n%%EOF\n"
)
DEEP = '{"type":"ping","x":' + "[" * 40 + "]" * 40 + "}"
LARGE = '{"type":"ping","x":"' + "x" * 20_000 + '"}'
NOT_SEEN = {(kinds, "_MARKUP"): re.compile("(?!)")}


def frame(text: str) -> Callable[[], None]:
    return partial(refused, frames.decode, text)


def file(content: bytes, name: str) -> Callable[[], None]:
    return partial(refused, kinds.recognise, content, name)


ROWS: dict[str, tuple[Callable[[], None], Taken]] = {
    "a foreign page": (from_another_page, {(Sockets, "_refusal"): lambda *_: None}),
    "no hello": (partial(ended_after, 5_001), {(protocol, "HELLO_MS"): 10**9}),
    "a large frame": (frame(LARGE), {(frames, "FRAME_MAX"): 10**9}),
    "a deep frame": (frame(DEEP), {(frames, "_depth"): lambda text: 0}),
    "a key twice": (frame('{"type":"ping","type":"ping"}'), {(frames, "_scanner"): json.JSONDecoder()}),
    "a page as a text": (file(b"<script>ran()</script>", "a.txt"), NOT_SEEN),
    "a drawing that runs": (file(b"<svg onload=ran()>", "a.png"), NOT_SEEN),
    "a document that runs": (file(JAVASCRIPT, "a.pdf"), {(kinds, "check_pdf"): lambda content: None}),
    "a macro": (file(MACRO, "a.docx"), {(kinds, "check_office"): lambda content: "word"}),
    "pixels without end": (bomb, {(images, "PIXELS_MAX"): 10**12, (Image, "MAX_IMAGE_PIXELS"): None}),
}


@pytest.mark.parametrize("name", ROWS)
def test_with_its_guard_it_is_refused_and_without_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    attack, taken = ROWS[name]
    attack()
    for (where, guard), instead in taken.items():
        monkeypatch.setattr(where, guard, instead)
    with pytest.raises(AssertionError):
        attack()


async def said_twice(scene: Scene) -> None:
    frame = {"type": "send", "conversation": scene.talk, "kind": "message", "body": {"text": "once"}}
    key = builders.new_id()
    first = await scene.owner.command({**frame, "key": key})
    again = await scene.owner.command({**frame, "key": key})
    assert (first["duplicate"], again.get("duplicate"), again.get("seq")) == (False, True, first["seq"])


async def shown_inline(scene: Scene) -> None:
    async with scene.browser("dana") as client:
        link = await client.post(f"/v1/files/{scene.file}/link")
        fetched = await client.get(link.json()["url"])
    assert fetched.headers["content-disposition"].startswith("attachment")


async def posted_from_a_foreign_page(scene: Scene) -> None:
    async with browser(scene.application) as client:
        await log_in(client, "ada")
        foreign = {"Origin": "https://evil.example"}
        assert (await client.post("/desk/token", headers=foreign)).status_code == 403
        answer = await client.post("/desk/settings/agents/revoke", headers=foreign, data={"id": "lower-level"})
        assert answer.status_code == 403


async def after_a_minute(scene: Scene) -> None:
    async with scene.browser("dana") as client:
        link = await client.post(f"/v1/files/{scene.file}/link")
        database = scene.application.floor.installation.db
        with pytest.MonkeyPatch.context() as patched:
            now = database.clock() + 62_000
            patched.setattr(database, "clock", lambda: now)
            assert (await client.get(link.json()["url"])).status_code == 401


SCENES: dict[str, tuple[Callable[[Scene], Awaitable[None]], Taken]] = {
    "replayed": (said_twice, {(Ledger, "receipt"): lambda *_: None}),
    "a file that opens here": (shown_inline, {(files, "_INLINE"): frozenset({"text/plain"})}),
    "a link that stays": (after_a_minute, {(files, "LINK_S"): 10**6}),
    "a form from elsewhere": (
        posted_from_a_foreign_page,
        {(desk, "same_origin"): lambda *_: True, (settings, "same_origin"): lambda *_: True},
    ),
}


@pytest.mark.parametrize("name", SCENES)
async def test_with_its_guard_it_fails_and_without_succeeds(
    scene: Scene, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack, taken = SCENES[name]
    await attack(scene)
    for (where, guard), instead in taken.items():
        monkeypatch.setattr(where, guard, instead)
    with pytest.raises(AssertionError):
        await attack(scene)
