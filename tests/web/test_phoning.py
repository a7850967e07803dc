"""Being phoned, over the real wire: who hears what of it, where the number lies, and that it can be taken back."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import structlog
from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from curbside.app import Application
from curbside.store.scope import EVERY_TENANT
from tests import builders
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import OTHER as ELSEWHERE
from tests.serving import browser
from tests.web import calling
from tests.web.calling import Calling, of

NUMBER = "+1 555 014 7373"
OTHER = "555 014 2929"


@pytest.fixture
async def asking(curbside: Application) -> AsyncIterator[Calling]:
    """Dana, who may ask to be phoned, though calls are off; Ann has her conversation."""
    async with calling.calling(curbside) as dialled:
        await calling.switch(curbside, "call", False)
        await calling.switch(curbside, "phone_me")
        await dialled.ann.act("claim", dialled.talk)
        await dialled.ann.ask({"type": "subscribe", "topic": f"conversation:{dialled.talk}", "after": 0})
        yield dialled


async def phone_me(asking: Calling, number: str = NUMBER, **more: Any) -> dict[str, Any]:
    return await asking.dana.act("phone_me", asking.talk, number=number, **more)


async def tried(asking: Calling, outcome: str, note: str = "") -> dict[str, Any]:
    return await asking.ann.act("phone_me.attempt", asking.talk, outcome=outcome, note=note)


async def events(wire: Wire) -> list[dict[str, Any]]:
    await wire.hear()
    return [one for one in of(wire.heard, "event") if one["kind"].startswith("phone_") or one["kind"] == "note"]


async def everything_kept(application: Application) -> str:
    """Return every row of every table, as it lies in the database."""

    def read(connection: Connection) -> str:
        tables = SQLModel.metadata.tables.values()
        return "".join(repr(row) for table in tables for row in connection.execute(select(table)))

    return await application.floor.installation.db.read(EVERY_TENANT, read)


async def read_again(asking: Calling) -> list[dict[str, Any]]:
    """Return the events of the conversation as somebody reads them who opens it now."""
    fresh = Wire(asking.application, asking.ann.token)
    heard = await fresh.ask({"type": "subscribe", "topic": f"conversation:{asking.talk}", "after": 0})
    fresh.carrier.left()
    return [one for one in of(heard, "event") if one["kind"] == "phone_asked"]


async def test_both_sides_hear_of_a_request_and_of_each_attempt_until_one_reaches(asking: Calling) -> None:
    assert (await phone_me(asking))["type"] == "ok"
    assert (await tried(asking, "no_answer", "Rang for a minute"))["type"] == "ok"
    assert (await tried(asking, "reached"))["type"] == "ok"
    told = await events(asking.dana)
    assert [(one["kind"], one["facts"].get("outcome")) for one in told] == [
        ("phone_asked", None),
        ("phone_tried", "no_answer"),
        ("phone_tried", "reached"),
    ]
    assert told[1]["author"]["name"] == "Ann" and told[0]["body"] == {"number": NUMBER}
    assert [one["kind"] for one in await events(asking.ann)] == ["phone_asked", "phone_tried", "note", "phone_tried"]
    assert (await tried(asking, "reached"))["code"] == "not_phoning"


async def test_it_waits_in_the_lists_as_what_nobody_has_answered(asking: Calling) -> None:
    async def row(subscribe: bool = False) -> dict[str, Any]:
        if subscribe:
            await asking.ann.ask({"type": "subscribe", "topic": "list:mine"})
        await asking.ann.hear()
        return of(asking.ann.heard, "row")[-1]

    await asking.ann.say(asking.talk, "Hello")
    assert ((await row(True))["phoning"], (await row())["due_at"]) == (False, None)
    await phone_me(asking)
    await asking.ann.say(asking.talk, "I phone you at once")
    owed = await row()
    assert owed["phoning"] and owed["due_at"]
    assert NUMBER not in repr(owed)
    await tried(asking, "busy")
    assert (await row())["phoning"] and (await row())["due_at"] > owed["due_at"]
    await tried(asking, "reached")
    assert ((await row())["phoning"], (await row())["due_at"]) == (False, None)


async def test_the_number_lies_sealed_and_is_gone_when_another_is_given_or_it_is_withdrawn(asking: Calling) -> None:
    await phone_me(asking)
    before = await everything_kept(asking.application)
    assert [one["body"] for one in await read_again(asking)] == [{"number": NUMBER}]
    await phone_me(asking, OTHER)
    assert [(one["body"], one["gone"]) for one in await read_again(asking)] == [
        (None, "deleted"),
        ({"number": OTHER}, None),
    ]
    await asking.dana.act("phone_me.withdraw", asking.talk)
    assert [(one["body"], one["gone"]) for one in await read_again(asking)] == [(None, "deleted")] * 2
    kept = before + await everything_kept(asking.application)
    assert not any(each in kept for each in (NUMBER, OTHER))


async def test_a_contact_takes_it_out_of_the_timeline_after_it_was_of_use(asking: Calling) -> None:
    key = builders.new_id()
    await phone_me(asking, key=key)
    await tried(asking, "reached")
    assert (await asking.ann.act("delete", asking.talk, target=key))["code"] == "not_yours"
    assert (await asking.dana.act("delete", asking.talk, target=key))["type"] == "ok"
    assert [(one["body"], one["gone"]) for one in await read_again(asking)] == [(None, "deleted")]


async def test_asked_twice_with_one_key_it_is_asked_once(asking: Calling) -> None:
    key = builders.new_id()
    first, again = await phone_me(asking, key=key), await phone_me(asking, key=key)
    assert (first["duplicate"], again["duplicate"], again["seq"]) == (False, True, first["seq"])
    assert (await phone_me(asking, OTHER, key=key))["code"] == "conflict"
    key = builders.new_id()
    for duplicate in (False, True):
        told = await asking.ann.act("phone_me.attempt", asking.talk, outcome="busy", note="x", key=key)
        assert told["duplicate"] is duplicate
    assert [one["kind"] for one in await events(asking.ann)] == ["phone_asked", "phone_tried", "note"]


async def test_where_it_is_off_nobody_is_promised_a_phone_call_and_what_was_asked_can_be_taken_back(
    asking: Calling,
) -> None:
    await phone_me(asking)
    await calling.switch(asking.application, "phone_me", False)
    refused = await phone_me(asking, OTHER)
    assert (refused["code"], refused["detail"]) == ("switched_off", {"capability": "phone_me"})
    assert (await tried(asking, "no_answer"))["type"] == "ok"  # what was promised holds
    await calling.switch(asking.application, "chat", False)
    assert (await asking.dana.act("phone_me.withdraw", asking.talk))["type"] == "ok"


async def test_the_number_stands_in_no_log(asking: Calling, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logs:
        await phone_me(asking)
        await phone_me(asking, "7373 is no number")
        await asking.dana.act("phone_me", asking.talk, number={"7373": True})
        await asking.ann.act("phone_me.attempt", asking.talk, outcome="7373")
    assert "7373" not in repr(logs) + caplog.text + repr([*of(asking.dana.heard, "no"), *of(asking.ann.heard, "no")])


async def test_of_another_tenant_organization_or_partner_nobody_takes_part(asking: Calling) -> None:
    key = builders.new_id()
    await phone_me(asking, key=key)
    async with browser(asking.application) as client:
        eve = Wire(asking.application, await contact_token(client, sub="eve", sid="e"))
    away = Wire(asking.application, await agent_token(asking.application, "ada", ELSEWHERE))
    for outsider in (eve, away):
        for verb, fields in (
            ("phone_me", {"number": OTHER}),
            ("phone_me.withdraw", {}),
            ("phone_me.attempt", {"outcome": "reached"}),
        ):
            assert (await outsider.act(verb, asking.talk, **fields))["code"] == "not_found"
        outsider.carrier.left()
    assert (await asking.dana.act("phone_me.attempt", asking.talk, outcome="reached"))["code"] == "forbidden"
    for verb, fields in (("phone_me", {"number": OTHER}), ("phone_me.withdraw", {})):
        assert (await asking.ann.act(verb, asking.talk, **fields))["code"] == "forbidden"
