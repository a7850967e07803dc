"""A conversation with canaries in it, those who belong to it, and every kind of outsider."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import Connection, Select, Table, insert, select, update
from sqlmodel import SQLModel

from curbside.app import Application
from curbside.store import tables
from curbside.store.scope import EVERY_TENANT
from curbside.store.tables import people
from tests import builders, tokens
from tests.attacks.wire import AFTERWARDS_S, QUIET_S, Wire, agent_session, contact_token
from tests.serving import OTHER, TENANT, browser, identify
from tests.web.calling import switch

CANARY = "CANARY7f3a"
# The number that Dana asked to be phoned on.
NUMBER = "+1 555 737 3737"
# What every agent of the tenant may read, and nobody else.
REPLY = "CANARY5d2c"
OUTSIDERS = (
    "nobody",
    "other tenant",
    "other tenant's contact",
    "other organization",
    "other contact",
    "other partner",
    "lower level",
    "revoked",
)
# What each person's own visit leaves behind: that they came, asked, and whether they are available.
TRACES = frozenset({"token", "login", "usedjti", "loginfailure", "statechange", "receipt"})


@dataclass(slots=True)
class Place:
    """The application, and tokens and cookies for whoever comes there."""

    application: Application
    tokens: dict[str, str]
    cookies: dict[str, str]

    @asynccontextmanager
    async def browser(self, who: str) -> AsyncIterator[httpx.AsyncClient]:
        """Return a browser of `who`, with their token and, of an agent, their cookie."""
        async with browser(self.application, Authorization=f"Bearer {self.tokens[who]}") as client:
            if who in self.cookies:
                client.cookies.set("curbside", self.cookies[who])
            yield client

    async def state(self, *, without: frozenset[str] = TRACES) -> dict[str, list[str]]:
        """Return every row of the tenant, and of whatever belongs to no tenant."""
        return await self.application.floor.installation.db.read(
            EVERY_TENANT, lambda connection: _rows(connection, without)
        )


@dataclass(slots=True)
class Scene(Place):
    """The conversation `talk`, its message `said`, its file and call, with everybody in and around it.

    `in_call` names those who are in the call as the call does, and Ada, who could be invited.
    """

    talk: str
    said: str
    file: str
    call: str
    dana: str
    in_call: dict[str, str]
    owner: Wire
    sue: Wire

    def fill(self, template: Mapping[str, Any]) -> dict[str, Any]:
        """Put what belongs to this scene into a template's places."""
        text = json.dumps(template)
        places = {"talk": self.talk, "said": self.said, "dana": self.dana, "file": self.file, "call": self.call}
        places.update(self.in_call)
        for name, value in {**places, "stolen": self.tokens["other contact"], "key": builders.new_id()}.items():
            text = text.replace("{" + name + "}", value)
        filled: dict[str, Any] = json.loads(text)
        return filled

    async def reached(self, quiet_s: float = QUIET_S) -> list[dict[str, Any]]:
        """Return what has come to the contact and the agent of this conversation since they were last asked."""
        owner, sue = await asyncio.gather(self.owner.hear(quiet_s), self.sue.hear(quiet_s))
        return [*owner, *sue]


def _rows(connection: Connection, without: frozenset[str]) -> dict[str, list[str]]:
    return {
        name: sorted(repr(row) for row in connection.execute(_mine(table)))
        for name, table in sorted(SQLModel.metadata.tables.items())
        if name not in without
    }


def _mine(table: Table) -> Select[Any]:
    query = select(*(column for column in table.c if (table.name, column.name) != ("agent", "state")))
    if table.name == "timer":
        query = query.where(table.c.kind != "agent_gone")  # that an agent left, too, is their own trace
    whose = table.c.id if table.name == "tenant" else table.c.get("tenant")
    return query if whose is None else query.where(whose == TENANT)


async def make(application: Application) -> Scene:
    """Have Dana ask and Sue answer, and let everybody else log in."""
    tokens_of, cookies = await _everybody(application)
    owner, sue = Wire(application, tokens_of["dana"]), Wire(application, tokens_of["sue"])
    owner.afterwards_s = sue.afterwards_s = 0  # what follows is heard at the end
    talk = builders.new_id()
    await owner.act("start", talk, context={"screen": CANARY}, topic=CANARY)
    file = await _put_up(application, tokens_of["dana"], talk)
    said = await owner.say(talk, f"{CANARY} said", files=[file])
    await sue.act("claim", talk)
    await sue.say(talk, f"{CANARY} noted", kind="note", audience="house")
    await sue.act("hand_over", talk, to_team="upper", packet={"summary": CANARY, "tried": CANARY, "asked": CANARY})
    sue.carrier.received(json.dumps({"type": "subscribe", "topic": f"conversation:{talk}", "after": 0}))
    call, in_call = await _call(application, owner, sue, talk)
    who = (await owner.welcomed())["you"]["id"]
    while await application.indexer.catch_up():
        pass
    scene = Scene(application, tokens_of, cookies, talk, said, file, call, who, in_call, owner, sue)
    await scene.reached(2 * QUIET_S)
    owner.afterwards_s = sue.afterwards_s = AFTERWARDS_S
    return scene


async def office(application: Application) -> Place:
    """Let the administrator log in, where there is something of everything that the settings change."""
    await _add_rows(application)
    token, cookie = await agent_session(application, "ada")
    return Place(application, {"ada": token}, {"ada": cookie})


async def _call(application: Application, owner: Wire, sue: Wire, talk: str) -> tuple[str, dict[str, str]]:
    """Let Dana call Sue, who alone is free, and both be in the call."""
    for capability in ("call", "camera", "screen", "phone_me"):
        await switch(application, capability)
    await owner.act("phone_me", talk, number=NUMBER)
    await sue.act("state", None, state="available")
    await application.floor.directory.refresh(TENANT)
    call = builders.new_id()
    await owner.act("call.request", talk, call=call)
    await sue.act("call.accept", talk, call=call)
    for wire in (owner, sue):
        await wire.ask({"type": "call_here", "call": call, "tab": builders.new_id()})
    stands = [frame for frame in await sue.hear() + sue.heard if frame["type"] == "call"][-1]
    (ada,) = [one.id for one in application.floor.directory.agents(TENANT) if one.name == "Ada"]
    return call, {"sue": stands["you"], "ada": ada}


async def _everybody(application: Application) -> tuple[dict[str, str], dict[str, str]]:
    async with browser(application) as client:
        elsewhere = {"id": "grace", "name": "Grace"}
        found = {
            "nobody": "n" * 43,
            "dana": await contact_token(client),
            "other organization": await contact_token(client, sub="olga", sid="o", organization=elsewhere),
            "other contact": await contact_token(client, sub="eve", sid="e"),
            "other tenant's contact": await _contact_elsewhere(client),
        }
    await _add_rows(application)
    cookies: dict[str, str] = {}
    agents = {"other tenant": ("ada", OTHER), "sue": ("sue", TENANT), "ada": ("ada", TENANT)}
    for name in ("other partner", "lower level", "revoked"):
        agents[name] = (name.replace(" ", "-"), TENANT)
    for name, (agent, tenant) in agents.items():
        found[name], cookies[name] = await agent_session(application, agent, tenant)
    await revoke(application, "revoked")
    return found, cookies


async def _contact_elsewhere(client: httpx.AsyncClient) -> str:
    """Identify somebody of the other tenant who has the very names that Dana has here."""
    verifier = tokens.Verifier()
    jwt = tokens.signed(tokens.claims(verifier, aud="curbside-other"))
    token: str = (await identify(client, jwt, verifier, OTHER)).json()["token"]
    return token


async def _add_rows(application: Application) -> None:
    """Put in agents who have no business with the conversation, a team above theirs, and a reply with a canary."""
    agent = {"tenant": TENANT, "level": 2, "role": "agent", "country": "US", "state": "off", "created_at": 1}
    reply = {"tenant": TENANT, "id": "reply", "title": REPLY, "shortcut": "x", "text": REPLY, "locale": "en"}
    team = {"tenant": TENANT, "level": 3, "partner": "house"}
    incident = {"tenant": TENANT, "id": "incident", "text": "Orders are slow", "active": True, "created_at": 1}
    rows: list[tuple[type[SQLModel], dict[str, Any]]] = [
        (tables.tenant.Partner, {"tenant": TENANT, "id": "outside", "name": "Callwell", "in_house": False}),
        (tables.tenant.Partner, {"tenant": TENANT, "id": "spare", "name": "Spare", "in_house": False}),
        (tables.tenant.Team, {**team, "id": "upper", "name": "Upper"}),
        (tables.tenant.Team, {**team, "id": "spare", "name": "Spare"}),
        (tables.tenant.Incident, incident),
        (tables.tenant.CannedReply, reply),
    ]
    for id, partner in (("other-partner", "outside"), ("lower-level", "house"), ("revoked", "house")):
        rows.append((people.Agent, {**agent, "id": id, "name": id, "email": f"{id}@x.example", "partner": partner}))

    def write(transaction: Any) -> None:
        for kind, values in rows:
            transaction.connection.execute(insert(builders.table(kind)).values(**values))

    await application.floor.installation.db.write(EVERY_TENANT, write)
    await application.floor.directory.refresh(TENANT)


async def revoke(application: Application, agent: str) -> None:
    """Mark an agent as gone, in the database alone."""
    table = builders.table(people.Agent)
    gone = update(table).where(table.c.id == agent).values(revoked_at=1)
    await application.floor.installation.db.write(
        EVERY_TENANT, lambda transaction: transaction.connection.execute(gone) and None
    )
    await application.floor.directory.refresh(TENANT)


async def _put_up(application: Application, token: str, talk: str) -> str:
    async with browser(application, Authorization=f"Bearer {token}") as client:
        content = io.BytesIO(f"{CANARY} in a file".encode())
        files = {"file": (f"{CANARY}.txt", content)}
        answer = await client.post("/v1/files", data={"conversation": talk}, files=files)
    id: str = answer.json()["id"]
    return id
