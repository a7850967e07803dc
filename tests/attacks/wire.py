"""One end of the wire, in process: the real carrier and everything behind it, without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from typing import Any

import httpx

from curbside.actions.identity import digest, new_secret
from curbside.app import Application
from curbside.store.identity import Token, add_token
from curbside.store.scope import EVERY_TENANT
from curbside.store.tables import people
from curbside.web.carrier import Carrier
from curbside.web.pull import Pull
from tests import builders, serving
from tests.stillness import still

QUIET_S = 0.1
AFTERWARDS_S = 0.05
_TURNS = 10


class Wire:
    """Send frames as somebody, and remember everything that was heard."""

    def __init__(self, application: Application, token: str, cursors: dict[str, int] | None = None) -> None:
        self.token = token
        self.carrier = Carrier(application.floor)
        self.pull = Pull(self.carrier)
        self._db = application.floor.installation.db
        self.heard: list[dict[str, Any]] = []
        self.raw = b""
        self.afterwards_s = AFTERWARDS_S  # how long to go on listening after the answer to a command
        hello = {"type": "hello", "version": 1, "token": token, "device": "d" * 22, "tab": "t" * 22}
        self.carrier.received(json.dumps({**hello, "cursors": cursors or {}}))

    async def hear(self, quiet_s: float = QUIET_S) -> list[dict[str, Any]]:
        """Return what comes until it is quiet for a moment."""
        found: list[dict[str, Any]] = []
        while frames := await self._within(quiet_s):
            found += frames
        return found

    async def _within(self, quiet_s: float) -> list[dict[str, Any]]:
        # In turns: when this process gets no time, the server that it is waiting for gets none either.
        coming = asyncio.ensure_future(self._next())
        turns = 0
        await asyncio.sleep(0)  # it begins to wait
        while turns < _TURNS and not still(self._db.writing, quiet_s):
            if (await asyncio.wait({coming}, timeout=quiet_s / _TURNS))[0]:
                return coming.result()
            turns += not self._db.writing  # what waits for the disk is not quiet
        coming.cancel()
        await asyncio.wait({coming})
        return [] if coming.cancelled() else coming.result()

    async def _next(self) -> list[dict[str, Any]]:
        """Return what comes next; nothing once the connection is over."""
        frames = await self.pull.next_frames()
        self.raw += b"\n".join(frames)
        read = [json.loads(frame) for frame in frames]
        self.heard += read
        return read

    async def welcomed(self) -> dict[str, Any]:
        """Wait for the welcome, or the bye."""
        async with asyncio.timeout(10):
            while not self.heard:
                await self._next()
        return self.heard[0]

    async def until(self, heard: Callable[[], bool]) -> None:
        """Listen until `heard` is true; raises TimeoutError if that takes longer than any machine needs."""
        async with asyncio.timeout(10):
            while not heard():
                await self._next()

    async def ask(self, frame: dict[str, Any]) -> list[dict[str, Any]]:
        await self.welcomed()
        self.carrier.received(json.dumps(frame))
        return await self.hear()

    async def command(self, frame: dict[str, Any]) -> dict[str, Any]:
        """Send a command and return its `ok` or `no`."""
        frame = {"key": builders.new_id(), **frame}
        await self.welcomed()
        self.carrier.received(json.dumps(frame))
        async with asyncio.timeout(10):
            answers: list[dict[str, Any]] = []
            while not answers:
                heard = await self._next()
                answers = [
                    one
                    for one in heard
                    if one["type"] in ("ok", "no", "bye") and one.get("key") in (frame["key"], None)
                ]
        if self.afterwards_s:
            await self.hear(self.afterwards_s)
        return answers[0]

    async def act(self, verb: str, conversation: str | None, **fields: Any) -> dict[str, Any]:
        return await self.command({"type": "act", "verb": verb, "conversation": conversation, **fields})

    async def say(
        self, conversation: str, text: str, kind: str = "message", files: Sequence[str] = (), **more: Any
    ) -> str:
        """Say something, and return its key."""
        key = builders.new_id()
        body = {"text": text, "files": list(files)}
        answer = await self.command(
            {"type": "send", "key": key, "conversation": conversation, "kind": kind, "body": body, **more}
        )
        assert answer["type"] == "ok", answer
        return key


async def turns(application: Application, s: float) -> None:
    """Let whatever is under way come to its end: by turns of this loop, which a busy machine makes longer."""
    turns, database = 0, application.floor.installation.db
    await asyncio.sleep(0)
    while turns < _TURNS and not still(database.writing, s):
        await asyncio.sleep(s / _TURNS)
        turns += not database.writing


async def contact_token(client: httpx.AsyncClient, **changes: Any) -> str:
    """Identify a contact at their EHR."""
    return await serving.identified(client, **changes)


async def agent_token(application: Application, name: str, tenant: str = serving.TENANT) -> str:
    """Give an agent a token for a socket."""
    return (await agent_session(application, name, tenant))[0]


async def agent_session(application: Application, name: str, tenant: str = serving.TENANT) -> tuple[str, str]:
    """Give an agent who is there a token for a socket and the cookie of a log-in, without the price of a password."""
    directory, installation = application.floor.directory, application.floor.installation
    (agent,) = [one for one in directory.agents(tenant) if one.id == name or one.name.lower() == name]
    token, cookie, now = new_secret(), new_secret(), installation.db.clock()
    login = digest(cookie)
    later = now + 900_000

    def write(transaction: Any) -> None:
        row = {"tenant": tenant, "id": login, "agent": agent.id, "created_at": now, "seen_at": now}
        transaction.connection.execute(builders.table(people.Login).insert().values(row))
        add_token(transaction, Token(tenant, digest(token), "agent", agent.id, login, "", "", now, later, later))

    await installation.db.write(EVERY_TENANT, write)
    return token, cookie
