"""Promise 9 and the database's word: two whole applications on one database, which tell each other nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from curbside.actions.tenant import Tenants
from curbside.app import Application
from tests import builders
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import TENANT, browser, running

LOOKS_S = 2.0 * 3  # how often each looks for what changed, and three times as much on a machine that does other things
WITHIN_S = 5.0


@pytest.fixture
async def elsewhere(curbside: Application, tmp_path: Path) -> AsyncIterator[Application]:
    """Another application on the database of `curbside`."""
    async with running(f"sqlite:///{tmp_path / 'curbside.db'}", tmp_path) as application:
        yield application


async def hears(wire: Wire, type: str, within_s: float, **fields: Any) -> dict[str, Any]:
    """Wait until somebody hears a frame; an answer that comes later than that is none."""
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        for frame in await wire.hear():
            if frame["type"] == type and fields.items() <= frame.items():
                return frame
    raise AssertionError(f"no {type} {fields} within {within_s} s")


async def test_what_is_committed_on_one_reaches_who_reads_on_the_other(
    curbside: Application, elsewhere: Application
) -> None:
    async with browser(curbside) as client:
        dana = Wire(curbside, await contact_token(client))
    talk = builders.new_id()
    await dana.act("start", talk)
    ann = Wire(elsewhere, await agent_token(elsewhere, "ann"))
    await ann.ask({"type": "subscribe", "topic": f"conversation:{talk}", "after": 0})
    assert [frame["seq"] for frame in ann.heard if frame["type"] == "event"] == [1]
    key = await dana.say(talk, "Does anybody hear me over there?")
    assert (await hears(ann, "event", LOOKS_S, kind="message"))["key"] == key
    await ann.act("claim", talk)
    answer = await ann.say(talk, "I do")
    assert (await hears(dana, "event", LOOKS_S, kind="message", key=answer))["seq"] == 4
    dana.carrier.left()
    ann.carrier.left()


async def test_an_agent_who_is_revoked_on_one_is_out_on_the_other_within_five_seconds(
    curbside: Application, elsewhere: Application
) -> None:
    ann = Wire(elsewhere, await agent_token(elsewhere, "ann"))
    sue = Wire(elsewhere, await agent_token(elsewhere, "sue"))
    assert (await ann.welcomed())["type"] == (await sue.welcomed())["type"] == "welcome"
    floor = curbside.floor
    await Tenants(floor.installation, floor.directory).revoke_agent(TENANT, ann.heard[0]["you"]["id"])
    assert (await hears(ann, "bye", WITHIN_S))["code"] == "ended"
    await asyncio.sleep(0)
    assert ann.carrier.over and not sue.carrier.over
    refused = Wire(elsewhere, await agent_token(elsewhere, "sue"))
    assert (await refused.welcomed())["type"] == "welcome", "nobody else is out"
    for wire in (sue, refused):
        wire.carrier.left()
