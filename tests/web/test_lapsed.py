"""A contact whose token has run out goes on with the running conversation, and begins nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx
import pytest

from curbside.actions.identity import digest, new_secret
from curbside.app import Application
from curbside.store.identity import TOKEN
from curbside.store.scope import EVERY_TENANT
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.builders import new_id
from tests.serving import browser, code

MINUTE = 60_000


@dataclass(slots=True)
class Story:
    """Dana has one conversation that runs and one that is resolved; her token ran out a minute ago, if it did."""

    application: Application
    client: httpx.AsyncClient
    token: str
    running: str
    resolved: str
    file: str

    async def lapse(self, *, limit_ms: int = 45 * MINUTE) -> None:
        """Let the token have run out, as it has when the EHR could not sign for a while."""
        now = self.application.floor.installation.db.clock()
        aged = TOKEN.update().values(expires_at=now - MINUTE, limit_at=now + limit_ms)
        await self.application.floor.installation.db.write(
            EVERY_TENANT, lambda each: each.connection.execute(aged).rowcount
        )

    async def wire(self) -> Wire:
        wire = Wire(self.application, self.token)
        await wire.welcomed()
        return wire

    async def ask(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(path, json=body)

    async def frame(self, frame: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.client.post("/v1/frame", json={"key": new_id(), **frame})).json()
        return answer


@pytest.fixture
async def story(curbside: Application) -> AsyncIterator[Story]:
    async with browser(curbside) as client:
        token = await contact_token(client)
        client.headers["Authorization"] = f"Bearer {token}"
        dana, ann = Wire(curbside, token), Wire(curbside, await agent_token(curbside, "ann"))
        running, resolved = new_id(), new_id()
        added = await client.post("/v1/files", data={"conversation": resolved}, files={"file": ("a.txt", b"seen")})
        for talk in (running, resolved):
            await dana.act("start", talk)
        body = {"text": "Look", "files": [added.json()["id"]]}
        await dana.command({"type": "send", "conversation": resolved, "kind": "message", "body": body})
        for talk in (running, resolved):
            await ann.act("claim", talk)
        await ann.act("resolve", resolved)
        for wire in (dana, ann):
            wire.carrier.left()
        yield Story(curbside, client, token, running, resolved, added.json()["id"])


def commands(story: Story) -> list[dict[str, Any]]:
    """Return commands that begin something."""
    return [
        {"type": "act", "verb": "start", "conversation": new_id()},
        {"type": "act", "verb": "reopen", "conversation": story.resolved},
        {"type": "act", "verb": "rate", "conversation": story.resolved, "score": 5},
    ]


def on_with(story: Story) -> dict[str, Any]:
    return {"type": "send", "conversation": story.running, "kind": "message", "body": {"text": "Still here"}}


async def test_over_a_socket_the_running_conversation_goes_on_and_nothing_begins(story: Story) -> None:
    await story.lapse()
    wire = await story.wire()
    assert [row["conversation"] for row in wire.heard[0]["snapshot"]["conversations"]] == [story.running]
    assert (await wire.command(on_with(story)))["type"] == "ok"
    for command in commands(story):
        assert (await wire.command(command))["code"] == "expired", command
    wire.carrier.left()


async def test_over_the_fallback_too(story: Story) -> None:
    await story.lapse()
    assert (await story.frame(on_with(story)))["type"] == "ok"
    for command in commands(story):
        assert (await story.frame(command))["code"] == "expired", command


async def test_a_socket_that_was_open_already_is_no_other_door(story: Story) -> None:
    wire = await story.wire()
    wire.carrier.connection.standing.expires_at = 1
    assert (await wire.command(on_with(story)))["type"] == "ok"
    for command in commands(story):
        assert (await wire.command(command))["code"] == "expired", command
    wire.carrier.left()


async def test_a_repeated_start_of_what_runs_gets_its_ok_again(story: Story) -> None:
    key = new_id()
    wire = await story.wire()
    start = {"type": "act", "verb": "start", "conversation": new_id(), "key": key}
    assert (await wire.command(start))["type"] == "ok"
    wire.carrier.left()
    await story.lapse()
    assert (await story.frame(start))["duplicate"] is True


async def test_what_is_over_and_lists_cannot_be_read(story: Story) -> None:
    await story.lapse()
    wire = await story.wire()
    for topic in (f"conversation:{story.resolved}", "list:mine"):
        (answer,) = await wire.ask({"type": "subscribe", "topic": topic})
        assert (answer["type"], answer["topic"], answer["why"]) == ("resync", topic, "expired")
    (answer,) = await wire.ask({"type": "get", "conversation": story.resolved, "after": 0})
    assert answer["why"] == "expired"
    heard = await wire.ask({"type": "subscribe", "topic": f"conversation:{story.running}", "after": 0})
    assert "event" in {frame["type"] for frame in heard}
    wire.carrier.left()


async def test_a_hello_subscribes_to_what_runs_alone(story: Story) -> None:
    await story.lapse()
    wire = Wire(story.application, story.token, {story.running: 0, story.resolved: 0})
    await wire.welcomed()
    await wire.hear()
    refused = [frame["topic"] for frame in wire.heard if frame.get("why") == "expired"]
    assert refused == [f"conversation:{story.resolved}"]
    assert {frame["conversation"] for frame in wire.heard if frame["type"] == "event"} == {story.running}
    wire.carrier.left()


async def test_nothing_is_found_and_no_transcript_is_given(story: Story) -> None:
    paths = [("/v1/search", {"q": "look"}), ("/v1/transcript", {"conversation": story.running})]
    for path, body in paths:
        assert (await story.ask(path, **body)).status_code == 200
    await story.lapse()
    for path, body in paths:
        assert code(await story.ask(path, **body)) == "expired", path


async def test_files_go_into_the_running_conversation_and_come_out_of_no_other(story: Story) -> None:
    await story.lapse()
    put = partial(story.client.post, "/v1/files", files={"file": ("b.txt", b"new")})
    added = await put(data={"conversation": story.running})
    assert added.status_code == 201
    assert (await story.ask(f"/v1/files/{added.json()['id']}/link")).status_code == 200
    for conversation in (story.resolved, new_id()):
        assert code(await put(data={"conversation": conversation})) == "expired"
    assert code(await story.ask(f"/v1/files/{story.file}/link")) == "expired"


async def test_the_limit_ends_the_running_conversation_too(story: Story) -> None:
    wire = await story.wire()
    await story.lapse(limit_ms=-1)
    assert (await story.client.post("/v1/frame", json={"type": "ping"})).status_code == 401
    refused = Wire(story.application, story.token)
    assert (await refused.welcomed())["code"] == "expired"
    wire.carrier.connection.standing.renew(1, 2)
    wire.carrier.tick()
    assert (await wire.hear())[-1]["code"] == "expired"
    wire.carrier.left()


async def test_the_limit_is_an_hour_from_when_the_token_was_got(story: Story) -> None:
    find = TOKEN.select().where(TOKEN.c.kind == "contact")
    (row,) = await story.application.floor.installation.db.read(EVERY_TENANT, lambda each: each.execute(find).all())
    assert (row.expires_at - row.issued_at, row.limit_at - row.issued_at) == (15 * MINUTE, 60 * MINUTE)


async def test_a_link_to_a_file_ends_with_the_log_in_it_was_asked_for_with(story: Story) -> None:
    url = (await story.ask(f"/v1/files/{story.file}/link")).json()["url"]
    async with browser(story.application) as anybody:
        assert (await anybody.get(url)).content == b"seen"
        await story.ask("/v1/logout")
        assert code(await anybody.get(url)) == "ended"


async def test_a_fresh_token_opens_everything_again(story: Story) -> None:
    wire = await story.wire()
    wire.carrier.connection.standing.expires_at = 1
    fresh = new_secret()
    find = TOKEN.select().where(TOKEN.c.id == digest(story.token))

    def renew(transaction: Any) -> None:
        row = dict(transaction.connection.execute(find).one()._mapping)
        later = transaction.now + 15 * MINUTE
        transaction.connection.execute(
            TOKEN.insert().values({**row, "id": digest(fresh), "expires_at": later, "limit_at": later})
        )

    await story.application.floor.installation.db.write(EVERY_TENANT, renew)
    assert [frame["type"] for frame in await wire.ask({"type": "renew", "token": fresh})] == ["renewed"]
    assert (await wire.act("start", new_id()))["type"] == "ok"
    wire.carrier.left()
