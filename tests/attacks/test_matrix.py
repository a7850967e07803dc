"""Every frame and every route, tried as every kind of outsider. What is new and has no row here fails.

Canaries stand in every body of one conversation; none may come back to anybody but those whom it was meant for, in
whatever answer, nor stand in a log.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import structlog
from sqlalchemy import update
from starlette.routing import Route

from curbside.actions import identity
from curbside.app import Application
from curbside.domain import access
from curbside.realtime import feed, frames
from curbside.store import tables
from curbside.store.tables import people
from curbside.web import stream
from curbside.web.socket import SOCKET
from tests import builders
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import OTHER, TENANT, browser, log_in

CANARY = "CANARY-7f3a"
OUTSIDERS = ("nobody", "other tenant", "other organization", "other contact", "other partner", "lower level", "revoked")
# What each frame that a client may send would do to the conversation `{talk}`, or its message `{said}`.
TALK, SAID, KEY = "{talk}", "{said}", "{key}"
FRAMES: dict[str, dict[str, Any]] = {
    "hello": {"version": 1, "token": "x", "device": KEY, "tab": KEY, "cursors": {TALK: 0}},
    "renew": {"token": "{stolen}"},
    "subscribe": {"topic": "conversation:{talk}", "after": 0},
    "unsubscribe": {"topic": "conversation:{talk}"},
    "get": {"conversation": TALK, "after": 0, "limit": 200},
    "ack": {"conversation": TALK, "seq": 2},
    "read": {"conversation": TALK, "seq": 2},
    "typing": {"conversation": TALK, "audience": "contact", "on": True},
    "ping": {"at": 1},
    "send": {"key": KEY, "conversation": TALK, "kind": "message", "body": {"text": "I should not be here"}},
}
VERBS: dict[str, dict[str, Any]] = {
    "start": {"conversation": TALK, "contact": "{dana}"},
    "claim": {},
    "release": {},
    "hand_over": {"to_team": "first"},
    "wait": {"on": "contact"},
    "resolve": {},
    "reopen": {},
    "rate": {"score": 1},
    "urgency": {"urgency": "high"},
    "edit": {"target": SAID, "body": {"text": "changed"}},
    "delete": {"target": SAID},
    "redact": {"target": SAID, "why": "x"},
    "state": {"conversation": None, "state": "off"},
}
# What each route asks for; `open` ones tell everybody the same.
OPEN, GUARDED = "open", "guarded"
ROUTES: dict[str, str] = {
    "/v1/socket": GUARDED,
    "/v1/stream": GUARDED,
    "/v1/frame": GUARDED,
    "/v1/identify": GUARDED,
    "/v1/logout": GUARDED,
    "/v1/end": GUARDED,
    "/v1/files": GUARDED,
    "/v1/files/{id}/link": GUARDED,
    "/v1/files/{id}/{signature}": GUARDED,
    "/v1/search": GUARDED,
    "/v1/history": GUARDED,
    "/v1/contacts": GUARDED,
    "/v1/transcript": GUARDED,
    "/v1/tenant/{tenant}": OPEN,
    "/panel": OPEN,
    "/widget.js": OPEN,
    "/widget/{hash}/widget.js": OPEN,
    "/static/built/{name}": OPEN,
    "/static/{name}": OPEN,
    "/desk": OPEN,
    "/desk/login": OPEN,
    "/desk/login/code": OPEN,
    "/desk/login/code.svg": GUARDED,
    "/desk/password": GUARDED,
    "/desk/logout": OPEN,
    "/desk/token": GUARDED,
    "/desk/here": GUARDED,
    "/desk/settings": GUARDED,
    "/desk/settings/{section}": GUARDED,
    "/desk/settings/{section}/{verb}": GUARDED,
    "/healthz": OPEN,
    "/readyz": OPEN,
    "/metrics": OPEN,
}


@dataclass(slots=True)
class Scene:
    """A conversation with canaries in it, and a token for every kind of outsider."""

    application: Application
    talk: str
    said: str
    dana: str
    owner: Wire
    tokens: dict[str, str]

    def fill(self, template: dict[str, Any]) -> dict[str, Any]:
        text = json.dumps(template)
        known = {"talk": self.talk, "said": self.said, "dana": self.dana, "stolen": self.tokens["other contact"]}
        for name, value in {**known, "key": builders.new_id()}.items():
            text = text.replace("{" + name + "}", value)
        filled: dict[str, Any] = json.loads(text)
        return filled

    async def head(self) -> list[tuple[int, str]]:
        """Return what stands on the timeline, as its owner reads it from the start."""
        await self.owner.ask({"type": "unsubscribe", "topic": f"conversation:{self.talk}"})
        found = await self.owner.ask({"type": "subscribe", "topic": f"conversation:{self.talk}", "after": 0})
        return [(frame["seq"], frame["kind"]) for frame in found if frame["type"] == "event"]


@pytest.fixture
async def scene(curbside: Application) -> AsyncIterator[Scene]:
    async with browser(curbside) as client:
        dana = await contact_token(client)
        tokens = {
            "nobody": "n" * 43,
            "other organization": await contact_token(
                client, sub="olga", sid="o", organization={"id": "grace", "name": "Grace"}
            ),
            "other contact": await contact_token(client, sub="eve", sid="e"),
        }
    tokens["other tenant"] = await agent_token(curbside, "ada", OTHER)
    for name, kind in (("other partner", "outside"), ("lower level", "house"), ("revoked", "house")):
        tokens[name] = await _agent(curbside, name.replace(" ", "-"), kind, revoked=name == "revoked")
    owner, sue = Wire(curbside, dana), Wire(curbside, await agent_token(curbside, "sue"))
    talk = builders.new_id()
    await owner.act("start", talk, context={"screen": CANARY}, topic=CANARY)
    said = await owner.say(talk, f"{CANARY} said")
    await sue.act("claim", talk)
    await sue.say(talk, f"{CANARY} noted", kind="note", audience="house")
    await sue.act("hand_over", talk, to_team="upper", packet={"summary": CANARY, "tried": CANARY, "asked": CANARY})
    who = (await owner.welcomed())["you"]["id"]
    yield Scene(curbside, talk, said, who, owner, tokens)
    owner.carrier.left()
    sue.carrier.left()


async def _agent(application: Application, id: str, partner: str, *, revoked: bool) -> str:
    """Put in an agent who has no business with the conversation, and log them in."""
    floor = application.floor

    def write(transaction: Any) -> None:
        put = transaction.connection.execute
        tenant = builders.table(tables.tenant.Partner), builders.table(tables.tenant.Team)
        if id == "other-partner":
            put(tenant[0].insert().values(tenant=TENANT, id="outside", name="Callwell", in_house=False))
            put(tenant[1].insert().values(tenant=TENANT, id="upper", name="Upper", level=3, partner="house"))
        values = {"tenant": TENANT, "id": id, "email": f"{id}@x.example", "name": id, "level": 2, "role": "agent"}
        more = {"partner": partner, "country": "US", "state": "off", "created_at": 1}
        put(builders.table(people.Agent).insert().values(**values, **more))

    await floor.installation.db.write(write)
    await floor.directory.refresh(TENANT)
    token = await agent_token(application, id)
    if revoked:
        gone = update(builders.table(people.Agent)).where(builders.table(people.Agent).c.id == id).values(revoked_at=1)
        await floor.installation.db.write(lambda transaction: transaction.connection.execute(gone) and None)
        await floor.directory.refresh(TENANT)
    return token


def test_every_frame_and_every_verb_has_a_row() -> None:
    assert set(FRAMES) == set(frames._FRAMES)
    assert set(VERBS) == set(frames._VERBS)


def test_every_route_has_a_row(curbside: Application) -> None:
    found = {SOCKET} | {route.path for route in curbside.asgi.routes if isinstance(route, Route)}
    assert found == set(ROUTES)


async def test_no_frame_of_an_outsider_learns_or_changes_anything(scene: Scene) -> None:
    before = await scene.head()
    with structlog.testing.capture_logs() as logs:
        for outsider in OUTSIDERS:
            raw = await _try_everything(scene, outsider)
            assert CANARY.encode() not in raw, outsider
            assert scene.talk.encode() not in raw or b'"event"' not in raw, outsider
    assert CANARY not in repr(logs)
    assert await scene.head() == before


async def _try_everything(scene: Scene, outsider: str) -> bytes:
    """Send every frame and verb, each on a fresh connection, and return all that came back."""
    raw = b""
    tries = [{"type": kind, **fields} for kind, fields in FRAMES.items()]
    tries += [
        {"type": "act", "key": KEY, "conversation": TALK, "verb": verb, **fields} for verb, fields in VERBS.items()
    ]
    wire = Wire(scene.application, scene.tokens[outsider])
    for template in tries:
        if wire.carrier.connection.closed:
            raw += wire.raw
            wire.carrier.left()
            wire = Wire(scene.application, scene.tokens[outsider])
        await wire.welcomed()
        wire.carrier.received(json.dumps(scene.fill(template)))
        await wire.hear(0.01)
    await wire.hear()
    wire.carrier.left()
    return raw + wire.raw


async def test_no_list_shows_an_outsider_the_conversation(scene: Scene) -> None:
    for outsider in OUTSIDERS:
        await _no_list(scene, outsider)


async def _no_list(scene: Scene, outsider: str) -> None:
    wire = Wire(scene.application, scene.tokens[outsider])
    await wire.welcomed()
    for name in ("waiting", "mine", "all", "resolved", "care_blocked", "promised", "team:upper", "team:first"):
        if not wire.carrier.connection.closed:
            wire.carrier.received(json.dumps({"type": "subscribe", "topic": f"list:{name}"}))
            await wire.hear(0.02)
    wire.carrier.left()
    assert scene.talk.encode() not in wire.raw
    assert CANARY.encode() not in wire.raw


async def test_no_route_tells_an_outsider_anything(scene: Scene) -> None:
    for outsider in OUTSIDERS:
        await _no_route(scene, outsider)


async def _no_route(scene: Scene, outsider: str) -> None:
    bearer = {"Authorization": f"Bearer {scene.tokens[outsider]}"}
    async with browser(scene.application, **bearer) as client:
        for path, kind in ROUTES.items():
            if path in ("/v1/socket", "/v1/stream"):
                continue
            for answer in await _asked(client, path, scene):
                assert CANARY not in answer.text, path
                assert scene.talk not in answer.text or answer.status_code != 200, path
                assert answer.status_code < 500, path
                if outsider == "nobody" and kind == GUARDED:
                    assert answer.status_code in (303, 400, 401, 403, 404, 405, 410, 415, 422), (
                        path,
                        answer.status_code,
                    )


async def _asked(client: httpx.AsyncClient, path: str, scene: Scene) -> list[httpx.Response]:
    parts = {"{id}": scene.said, "{signature}": "x" * 43, "{tenant}": TENANT, "{hash}": "x", "{name}": "x"}
    for name, value in {**parts, "{section}": "agents", "{verb}": "add"}.items():
        path = path.replace(name, value)
    asked = {"query": CANARY, "q": CANARY, "contact": scene.dana, "conversation": scene.talk, "text": CANARY}
    posted = await client.post(path, json=asked)
    frame = await client.post(path, json=scene.fill({"type": "get", "conversation": TALK, "after": 0}))
    return [posted, frame, await client.get(path)]


async def test_the_fallback_stream_is_no_other_door(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "POLL_S", 0.3)
    opening = {"device": "d" * 22, "tab": "t" * 22, "poll": True, "cursors": {scene.talk: 0}}
    for outsider in OUTSIDERS:
        bearer = {"Authorization": f"Bearer {scene.tokens[outsider]}"}
        async with browser(scene.application, **bearer) as client:
            answer = await client.post("/v1/stream", json=opening, timeout=30)
        assert CANARY not in answer.text
        assert '"event"' not in answer.text


async def test_a_socket_ends_when_its_agent_is_revoked(scene: Scene) -> None:
    wire = Wire(scene.application, scene.tokens["lower level"])
    assert (await wire.welcomed())["type"] == "welcome"
    floor, table = scene.application.floor, builders.table(people.Agent)
    gone = update(table).where(table.c.id == "lower-level").values(revoked_at=1)
    await floor.installation.db.write(lambda transaction: transaction.connection.execute(gone) and None)
    await floor.directory.refresh(TENANT)
    assert [frame["code"] for frame in await wire.hear() if frame["type"] == "bye"] == ["ended"]
    wire.carrier.left()


async def test_a_cookie_alone_opens_no_socket_and_no_frame(scene: Scene) -> None:
    async with browser(scene.application) as client:
        await log_in(client)
        answer = await client.post("/v1/frame", json={"type": "ping"})
    assert answer.status_code == 401


async def test_without_the_guard_an_outsider_would_see_it(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with `may_see` taken away, the same frames bring out what they must not."""
    for module in (access, feed, __import__("curbside.realtime.connection").realtime.connection):
        monkeypatch.setattr(module, "may_see", lambda actor, state: True)
    assert CANARY.encode() in await _try_everything(scene, "lower level")


async def test_without_the_guard_a_revoked_agent_would_come_in(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(scene.application, scene.tokens["revoked"])
    assert (await wire.welcomed())["type"] == "bye"
    known = scene.application.floor.directory.agent(TENANT, "lower-level")
    directory = scene.application.floor.directory
    monkeypatch.setattr(type(directory), "agent", lambda self, tenant, agent: known)
    assert (await identity.who(scene.application.floor.installation, directory, scene.tokens["revoked"])).person
