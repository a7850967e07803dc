"""The whole application, asked over HTTP in process: nothing is mocked, only the network is left out."""

from __future__ import annotations

import base64
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from curbside.actions.installation import Installation
from curbside.actions.passwords import Passwords
from curbside.actions.tenant import Tenants
from curbside.app import Application, build
from curbside.config import Settings
from curbside.domain.entries import AgentEntry, IssuerEntry, PartnerEntry, TeamEntry, TenantEntry, read
from curbside.domain.settings import TenantSettings
from curbside.store import login as logins
from curbside.store.scope import EVERY_TENANT
from tests import tokens

# httpx asks at every event whether it runs on trio: without this, by a search of the disk for what is not installed.
sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]

ORIGIN = "http://127.0.0.1:8400"
EHR = "http://localhost:8401"
TENANT, OTHER = "northwind", "southwind"
PASSWORD = "a horse and a half"
ROOT_KEY = base64.b64encode(bytes(range(32))).decode()
DEVICE = "d" * 22


@asynccontextmanager
async def running(url: str, data: Path, *, demo: bool = True, **more: Any) -> AsyncIterator[Application]:
    """Run the application on a database: as a demonstration, which asks for no second factor, or as in production."""
    application = build(Settings(database=url, data=data, root_key=SecretStr(ROOT_KEY), demo=demo, **more))
    application.passwords.hasher = quick(application.floor.installation).hasher
    await application.floor.start()
    try:
        yield application
    finally:
        await application.floor.stop()


def quick(installation: Installation) -> Passwords:
    """Return passwords that take no tenth of a second each."""
    return Passwords(installation, memory_kib=64)


async def settle(application: Application) -> None:
    """Put in two tenants whose EHRs sign alike and who employ alike."""
    for tenant in (TENANT, OTHER):
        await _tenant(application, tenant)


async def _tenant(application: Application, tenant: str) -> None:
    installation, directory = application.floor.installation, application.floor.directory
    tenants = Tenants(installation, directory)
    settings = TenantSettings(phone="+1 555 0100")
    await tenants.add(TenantEntry(tenant, tenant.title()), settings)
    await tenants.put_partner(tenant, "house", PartnerEntry("House", in_house=True))
    await tenants.put_team(tenant, "first", TeamEntry("First", 1, "house"))
    await tenants.add_origin(tenant, EHR)
    aud = tokens.AUD if tenant == TENANT else "curbside-other"
    await tenants.put_issuer(tenant, IssuerEntry(tokens.ISS, aud, "HS256"), tokens.SECRET)
    hashed = await quick(installation).hash(PASSWORD)
    for name, role in (("ann", "agent"), ("sue", "supervisor"), ("ada", "admin")):
        values = {"email": f"{name}@{tenant}.example", "name": name.title(), "level": 1, "role": role}
        entry = read(AgentEntry, {**values, "partner": "house", "country": "IE", "teams": ["first"]})
        agent = await tenants.put_agent(tenant, None, entry)
        await installation.db.write(
            EVERY_TENANT, partial(logins.set_password, tenant=tenant, agent=agent, password=hashed)
        )
    await directory.refresh(tenant)


def browser(application: Application, address: str = "10.0.0.1", **headers: str) -> httpx.AsyncClient:
    """Return a browser that shows a page of ours: it keeps cookies and says where a form comes from."""
    transport = httpx.ASGITransport(application.asgi, client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers={"Origin": ORIGIN, **headers})


async def log_in(client: httpx.AsyncClient, name: str = "ann", tenant: str = TENANT) -> httpx.Response:
    return await client.post("/desk/login", data={"email": f"{name}@{tenant}.example", "password": PASSWORD})


async def identify(
    client: httpx.AsyncClient, jwt: str, verifier: tokens.Verifier, tenant: str = TENANT
) -> httpx.Response:
    """Ask as the panel asks."""
    asked = {"tenant": tenant, "jwt": jwt, "verifier": verifier.value, "device": DEVICE}
    return await client.post("/v1/identify", json=asked)


async def identified(client: httpx.AsyncClient, **changes: Any) -> str:
    """Return the opaque token of a contact."""
    verifier = tokens.Verifier()
    answer = await identify(client, tokens.signed(tokens.claims(verifier, **changes)), verifier)
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["token"]
    return token


def code(answer: httpx.Response) -> str:
    """Return the stable code of a refusal."""
    found: str = answer.json()["error"]["code"]
    return found
