"""Administrators change their own tenant, nobody else changes anything, and wrong entries change nothing."""

from __future__ import annotations

import json
import re
from typing import Any

import httpx
import pytest

from curbside.actions.tenant import Tenants
from curbside.app import Application
from curbside.domain.entries import IssuerEntry
from curbside.domain.errors import Refused
from curbside.domain.people import Agent
from curbside.web.setting_views import VIEWS
from tests import tokens
from tests.serving import EHR, OTHER, TENANT, browser, code, identify, log_in
from tests.tokens import Verifier, claims, signed

AGENT = {
    "name": "Bea Nolan",
    "email": "bea@northwind.example",
    "level": "2",
    "role": "agent",
    "partner": "house",
    "country": "ie",
    "languages": "en, es",
    "capacity": "3",
    "locale": "es",
    "tz": "Europe/Dublin",
    "teams": "first",
}


async def change(client: httpx.AsyncClient, path: str, **fields: Any) -> httpx.Response:
    return await client.post(f"/desk/settings/{path}", data=fields)


def agent(curbside: Application, name: str, tenant: str = TENANT) -> Agent | None:
    return next((each for each in curbside.floor.directory.agents(tenant) if each.name == name), None)


@pytest.mark.parametrize("section", VIEWS)
async def test_an_administrator_sees_every_place_in_both_languages(curbside: Application, section: str) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        page = await client.get(f"/desk/settings/{section}")
    assert page.status_code == 200 and 'aria-current="page"' in page.text


@pytest.mark.parametrize("name", ["ann", "sue", None])
async def test_who_is_no_administrator_changes_nothing(curbside: Application, name: str | None) -> None:
    async with browser(curbside) as client:
        if name:
            await log_in(client, name)
        expected = 403 if name else 303
        assert (await client.get("/desk/settings/agents")).status_code == expected
        assert (await change(client, "agents/save", **AGENT)).status_code == expected
        assert (await change(client, "switches/set", capability="chat", enabled="false")).status_code == expected
    assert agent(curbside, "Bea Nolan") is None
    assert curbside.floor.directory.switches(TENANT)["chat"]


async def test_an_agent_is_added_and_logs_in_by_a_link_shown_once(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        page = await change(client, "agents/save", **AGENT)
        link = re.search(r"/desk/password\?code=([\w-]+)", page.text)
        assert link is not None
        assert link[1] not in (await client.get("/desk/settings/agents")).text
    made = agent(curbside, "Bea Nolan")
    assert made is not None
    assert (made.country, made.languages, made.teams, made.level) == ("IE", ("en", "es"), frozenset({"first"}), 2)
    async with browser(curbside, "10.0.0.9") as bea:
        new = {"code": link[1], "password": "four calm words here", "again": "four calm words here"}
        assert (await bea.post("/desk/password", data=new)).status_code == 303
        entered = {"email": "BEA@northwind.example ", "password": "four calm words here"}
        assert (await bea.post("/desk/login", data=entered)).headers["location"] == "/desk"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", "ann@northwind.example"),
        ("name", ""),
        ("level", "5"),
        ("role", "root"),
        ("partner", "nobody"),
        ("country", "Ireland"),
        ("languages", "english!"),
        ("capacity", "0"),
        ("tz", "Mars/Olympus"),
        ("teams", "no-such-team"),
    ],
)
async def test_a_wrong_field_is_pointed_at_and_nothing_is_kept(curbside: Application, field: str, value: str) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        page = await change(client, "agents/save", **{**AGENT, field: value})
    assert page.status_code == 422 and 'role="alert"' in page.text
    assert field in ("teams",) or f'aria-invalid="true" aria-describedby="wrong-{field}"' in page.text
    assert field in ("teams",) or page.text.count(f'class="problem" id="wrong-{field}">') == 1
    assert agent(curbside, "Bea Nolan") is None
    assert len(curbside.floor.directory.agents(TENANT)) == 3


async def test_a_form_cannot_reach_into_another_tenant(curbside: Application) -> None:
    theirs = agent(curbside, "Ann", OTHER)
    assert theirs is not None
    async with browser(curbside) as client:
        await log_in(client, "ada")
        for path in ("agents/revoke", "agents/link", "agents/save"):
            answer = await change(client, path, **{**AGENT, "id": theirs.id, "tenant": OTHER})
            assert answer.status_code == 422
        await change(client, "agents/reset", id=theirs.id)
        await change(client, "switches/set", capability="chat", enabled="false", tenant=OTHER)
    assert agent(curbside, "Ann", OTHER) == theirs
    assert curbside.floor.directory.switches(OTHER)["chat"]
    assert not curbside.floor.directory.switches(TENANT)["chat"]


async def test_the_last_administrator_stays(curbside: Application) -> None:
    ada = agent(curbside, "Ada")
    assert ada is not None
    async with browser(curbside) as client:
        await log_in(client, "ada")
        assert (await change(client, "agents/revoke", id=ada.id)).status_code == 422
        demoted = {**AGENT, "id": ada.id, "name": "Ada", "email": "ada@northwind.example"}
        assert (await change(client, "agents/save", **demoted)).status_code == 422
    assert agent(curbside, "Ada") == ada


async def test_what_is_used_is_not_removed(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        for path, id in (("teams/remove", "first"), ("teams/remove_partner", "house")):
            answer = await change(client, path, id=id)
            assert answer.status_code == 422 and "still in use" in answer.text
    assert curbside.floor.directory.team(TENANT, "first") is not None


async def test_a_secret_is_shown_once_and_signs(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        page = await change(client, "embedding/save_issuer", iss="https://new.example", aud="curbside", alg="HS256")
        secret = re.search(r'<code class="secret">([\w-]{64})</code>', page.text)
        assert secret is not None
        assert secret[1] not in (await client.get("/desk/settings/embedding")).text
        verifier = Verifier()
        jwt = signed(claims(verifier, iss="https://new.example"), key=tokens.shared(secret[1]))
        assert (await identify(client, jwt, verifier)).status_code == 200
        await change(client, "embedding/remove_issuer", iss="https://new.example")
        jwt = signed(claims(verifier, iss="https://new.example"), key=tokens.shared(secret[1]))
        assert code(await identify(client, jwt, verifier)) == "bad_token"


@pytest.mark.parametrize(
    "wrong",
    [
        {"alg": "none"},
        {"alg": "ES256"},
        {"alg": "ES256", "pem": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"},
        {"alg": "RS256", "pem": tokens.pem(tokens.ec())},
        {"alg": "ES256", "jwks_url": "file:///etc/passwd"},
        {"alg": "HS256", "jwks_url": "https://ehr.example/jwks"},
        {"alg": "HS256", "aud": "curbside-other", "iss": tokens.ISS},
    ],
    ids=["none", "no key", "broken key", "another kind of key", "a file", "a secret and a set", "another tenant's"],
)
async def test_an_issuer_that_could_not_be_trusted_is_refused(curbside: Application, wrong: dict[str, str]) -> None:
    before = curbside.floor.directory.issuers(TENANT)
    async with browser(curbside) as client:
        await log_in(client, "ada")
        answer = await change(client, "embedding/save_issuer", **{"iss": "https://x.example", "aud": "a", **wrong})
    assert answer.status_code == 422
    assert curbside.floor.directory.issuers(TENANT) == before


@pytest.mark.parametrize(("url", "accepted"), [("https://ehr.example/jwks", True), ("http://ehr.example/jwks", False)])
async def test_keys_that_would_never_be_fetched_are_refused_at_entry(
    in_production: Application, url: str, accepted: bool
) -> None:
    tenants = Tenants(in_production.floor.installation, in_production.floor.directory)
    entry = IssuerEntry("https://ehr.example", "curbside", "ES256", jwks_url=url)
    if accepted:
        assert await tenants.put_issuer(TENANT, entry) is None
        return
    with pytest.raises(Refused) as refused:
        await tenants.put_issuer(TENANT, entry)
    assert refused.value.detail == {"field": "jwks_url"}


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*.example",
        "https://a.example/path",
        "ehr.example",
        "javascript:alert(1)",
        "https://a.example; x",
        "null",
    ],
)
async def test_an_origin_is_an_origin(curbside: Application, origin: str) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        assert (await change(client, "embedding/add_origin", origin=origin)).status_code == 422
        assert (await change(client, "embedding/add_origin", origin="HTTPS://EHR.example/")).status_code == 303
    assert curbside.floor.directory.tenant(TENANT).origins == {EHR, "https://ehr.example"}


async def test_hours_promises_and_words_reach_the_panel(curbside: Application) -> None:
    days = {f"day{day}": "" for day in range(7)}
    words = {"tenant_name": "Help", "phone": "+353 1 555", "accent": "#0B746D", "locale": "es", "default_team": "first"}
    words |= {"mail_from": "", "agent_idle_minutes": "20", "token_limit_minutes": "60", "contact_idle_minutes": "0"}
    words |= {"context_fields": "ward, bed_board", "screen_share": "ask", "screen_window": "yes"}
    async with browser(curbside) as client:
        await log_in(client, "ada")
        await change(client, "hours/save", tz="Europe/Dublin", **days)
        blank = (await client.get("/desk/settings/agents")).text
        assert 'name="tz" type="text" value="Europe/Dublin"' in blank, "a new agent begins with the centre's own zone"
        await change(client, "hours/promise", normal="90", high="45", care_blocked="20")
        await change(client, "tenant/save", **words)
        await change(client, "incidents/save", text="Orders are slow", next_update_at="2026-11-23T14:30")
        shown = (await client.get(f"/v1/tenant/{TENANT}")).json()
        wrong = await change(client, "hours/save", tz="Europe/Dublin", **{**days, "day0": "nine to five"})
        assert wrong.status_code == 422
        assert 'value="nine to five"' in wrong.text and "Times like 08:00" in wrong.text
    assert (shown["name"], shown["phone"], shown["accent"], shown["locale"]) == ("Help", "+353 1 555", "#0b746d", "es")
    assert (shown["open"], shown["opens_at"]) == (False, None)
    assert [each["text"] for each in shown["incidents"]] == ["Orders are slow"]
    settings = curbside.floor.directory.tenant(TENANT).settings
    assert (settings.promises.normal, settings.agent_idle_minutes) == (90_000, 20)
    assert (settings.contact_idle_minutes, settings.screen_share, settings.screen_window) == (0, "ask", True)
    assert {"ward", "bed_board", "module", "build"} <= set(shown["context_fields"])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contact_idle_minutes", "721"),
        ("contact_idle_minutes", "soon"),
        ("screen_share", "everything"),
        ("context_fields", "room, bed number"),
        ("context_fields", "2nd"),
        ("context_fields", "a" * 41),
    ],
)
async def test_what_contacts_may_do_is_refused_beside_its_field_when_it_is_wrong(
    curbside: Application, field: str, value: str
) -> None:
    words = {"tenant_name": "Help", "phone": "", "accent": "", "locale": "en", "default_team": "first", "mail_from": ""}
    words |= {"agent_idle_minutes": "20", "token_limit_minutes": "60", "contact_idle_minutes": "0"}
    words |= {"screen_share": "tab"}
    async with browser(curbside) as client:
        await log_in(client, "ada")
        answer = await change(client, "tenant/save", **{**words, "context_fields": "", field: value})
    assert answer.status_code == 422
    assert f'aria-describedby="wrong-{field}"' in answer.text


async def test_the_desk_is_told_whose_clock_to_show(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        ada = next(each for each in curbside.floor.directory.agents(TENANT) if each.role == "admin")
        entry = {**AGENT, "id": ada.id, "name": ada.name, "email": "ada@northwind.example", "role": "admin"}
        saved = await change(client, "agents/save", **{**entry, "tz": "America/Chicago"})
        assert saved.is_success or saved.is_redirect
        page = (await client.get("/desk")).text
    config = re.search(r'id="config">([^<]+)<', page)
    assert config is not None
    assert json.loads(config[1])["tz"] == "America/Chicago"


async def test_what_was_entered_is_shown_as_text(curbside: Application) -> None:
    attack = "<img src=x onerror=alert(1)>"
    async with browser(curbside) as client:
        await log_in(client, "ada")
        await change(client, "replies/save", title=attack, shortcut="x", text=attack, locale="en")
        page = await client.get("/desk/settings/replies")
    assert attack not in page.text and "&lt;img" in page.text
