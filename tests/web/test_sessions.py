"""How long an agent's session lasts: what ends it, what keeps it, and what a log-out leaves alone."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import select

from curbside.actions.identity import who
from curbside.actions.tenant import Tenants
from curbside.app import Application
from curbside.domain.errors import Refused
from curbside.store import conversation as conversations
from curbside.store.identity import LOGIN
from curbside.store.scope import EVERY_TENANT
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.builders import new_id
from tests.serving import TENANT, browser, code, log_in


async def test_a_log_out_ends_the_session_on_the_server_too(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client)
        stolen = dict(client.cookies)
        await client.post("/desk/logout")
    async with browser(curbside) as thief:
        thief.cookies.update(stolen)
        assert (await thief.get("/desk")).status_code == 303


async def test_a_revoked_agent_is_out_at_once(curbside: Application) -> None:
    floor = curbside.floor
    async with browser(curbside) as client:
        await log_in(client)
        token = (await client.post("/desk/token")).json()["token"]
        known = await who(floor.installation, floor.directory, token)
        await Tenants(floor.installation, floor.directory).revoke_agent(TENANT, known.person.id)
        with pytest.raises(Refused, match="ended"):
            await who(floor.installation, floor.directory, token)
        assert (await client.get("/desk")).status_code == 303
        assert (await log_in(client)).status_code == 401


async def _age(curbside: Application, **columns: int) -> None:
    await curbside.floor.installation.db.write(
        EVERY_TENANT, lambda transaction: transaction.connection.execute(LOGIN.update().values(columns)).rowcount
    )


@pytest.mark.parametrize(("column", "minutes"), [("seen_at", 31), ("created_at", 721)])
async def test_a_session_ends_by_idleness_and_by_age(curbside: Application, column: str, minutes: int) -> None:
    async with browser(curbside) as client:
        await log_in(client)
        token = (await client.post("/desk/token")).json()["token"]
        await _age(curbside, **{column: int(time.time() * 1000) - minutes * 60_000})
        assert (await client.get("/desk")).status_code == 303
        await curbside.logins.end_idle()
        with pytest.raises(Refused, match="ended"):
            await who(curbside.floor.installation, curbside.floor.directory, token)


async def test_who_works_over_the_socket_is_not_idle_and_a_desk_left_open_is(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client)
        row = (await curbside.floor.installation.db.read(EVERY_TENANT, lambda each: each.execute(select(LOGIN)).all()))[
            0
        ]
        await _age(curbside, seen_at=int(time.time() * 1000) - 29 * 60_000)
        before = int(time.time() * 1000) - 28 * 60_000
        await client.post("/desk/token")
        assert await _seen_at(curbside) < before
        curbside.logins.note(row.tenant, row.id)
        await curbside.logins.end_idle()
        assert await _seen_at(curbside) > before


async def _left_alone(curbside: Application) -> tuple[Wire, str]:
    """Return Ann's socket, on which a contact's question arrived, and the question; nothing was done since long ago."""
    async with browser(curbside) as client:
        dana, ann = Wire(curbside, await contact_token(client)), Wire(curbside, await agent_token(curbside, "ann"))
    talk = new_id()
    await dana.act("start", talk)
    await dana.say(talk, "Are you there?")
    assert (await ann.welcomed())["type"] == "welcome"
    await ann.ask({"type": "subscribe", "topic": f"conversation:{talk}", "after": 0})
    await _age(curbside, seen_at=1)
    dana.carrier.left()
    return ann, talk


@pytest.mark.parametrize("kind", ["ack", "read"])
async def test_what_a_desk_sends_by_itself_keeps_nobody_logged_in(curbside: Application, kind: str) -> None:
    ann, talk = await _left_alone(curbside)
    await ann.ask({"type": kind, "conversation": talk, "seq": 2})
    await curbside.logins.end_idle()
    assert [frame["code"] for frame in await ann.hear() if frame["type"] == "bye"] == ["ended"]
    ann.carrier.left()


@pytest.mark.parametrize(
    "frame",
    [
        {"type": "typing", "audience": "contact", "on": True},
        {"type": "act", "verb": "claim", "key": "k" * 22},
        {"type": "send", "kind": "message", "key": "k" * 22, "body": {"text": "I am"}},
    ],
    ids=lambda frame: frame["type"],
)
async def test_what_a_person_does_keeps_them_logged_in(curbside: Application, frame: dict[str, Any]) -> None:
    ann, talk = await _left_alone(curbside)
    await ann.ask({**frame, "conversation": talk})
    await curbside.logins.end_idle()
    assert not [heard for heard in await ann.hear() if heard["type"] == "bye"]
    ann.carrier.left()


async def test_work_over_the_fallback_keeps_an_agent_logged_in_too(curbside: Application) -> None:
    token = await agent_token(curbside, "ann")
    await _age(curbside, seen_at=1)
    async with browser(curbside, Authorization=f"Bearer {token}") as client:
        frame = {"type": "act", "verb": "state", "state": "available", "key": "k" * 22, "conversation": None}
        assert (await client.post("/v1/frame", json=frame)).json()["type"] == "ok"
        await curbside.logins.end_idle()
        assert (await client.post("/v1/frame", json={"type": "ping"})).status_code == 200


async def test_a_desk_that_is_read_says_that_somebody_is_there(curbside: Application) -> None:
    async with browser(curbside) as client:
        assert code(await client.post("/desk/here")) == "ended"
        await log_in(client)
        await _age(curbside, seen_at=int(time.time() * 1000) - 29 * 60_000)
        assert (await client.post("/desk/here")).status_code == 204
        assert await _seen_at(curbside) > int(time.time() * 1000) - 60_000


async def test_logging_off_in_one_browser_takes_nothing_from_another(curbside: Application) -> None:
    async with browser(curbside) as one, browser(curbside) as other:
        dana = Wire(curbside, await contact_token(one))
        for client in (one, other):
            await log_in(client)
        ann = Wire(curbside, (await other.post("/desk/token")).json()["token"])
        talk = new_id()
        await dana.act("start", talk)
        await dana.say(talk, "Are you there?")
        await ann.act("claim", talk)
        await one.post("/desk/logout")
        assert await _owner(curbside, talk) is not None
        await other.post("/desk/logout")
        assert await _owner(curbside, talk) is None
    for wire in (dana, ann):
        wire.carrier.left()


async def _owner(curbside: Application, talk: str) -> str | None:
    state = await curbside.floor.installation.db.read(
        EVERY_TENANT, lambda each: conversations.state(each, TENANT, talk)
    )
    assert state is not None
    return state.agent


async def _seen_at(curbside: Application) -> int:
    seen: int = await curbside.floor.installation.db.read(
        EVERY_TENANT, lambda each: each.execute(select(LOGIN.c.seen_at)).scalar_one()
    )
    return seen
