"""Contacts over HTTP: identified by a signed token, once, and ended within seconds. Each attack meets its guard."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sqlalchemy import func, select

from curbside.actions.identity import who
from curbside.app import Application
from curbside.domain.errors import Refused
from curbside.domain.news import GroundsEnded
from curbside.domain.people import Contact
from curbside.store.identity import CONTACT, ORGANIZATION, TOKEN
from curbside.store.scope import EVERY_TENANT
from tests import tokens
from tests.attacks.wire import Wire
from tests.serving import OTHER, TENANT, browser, code, identified, identify
from tests.tokens import Verifier, claims, logout_claims, signed


async def count(application: Application, table: Any) -> int:
    found: int = await application.floor.installation.db.read(
        EVERY_TENANT, lambda connection: connection.execute(select(func.count()).select_from(table)).scalar_one()
    )
    return found


def listen(application: Application) -> list[Any]:
    """Return the list that everything which is told from now on comes into."""
    told: list[Any] = []
    hear = application.floor.installation.db.on_commit

    def both(news: list[Any]) -> None:
        told.extend(news)
        hear(news)

    application.floor.installation.db.on_commit = both
    return told


async def ended(application: Application, token: str) -> str:
    with pytest.raises(Refused) as caught:
        await who(application.floor.installation, application.floor.directory, token)
    return caught.value.code


async def test_a_device_may_be_named_later(curbside: Application) -> None:
    verifier = Verifier()
    asked = {"tenant": TENANT, "jwt": signed(claims(verifier)), "verifier": verifier.value}
    async with browser(curbside) as client:
        for wrong in ("d" * 21, "d" * 23, "é" * 22):
            assert (await client.post("/v1/identify", json={**asked, "device": wrong})).status_code == 400
        given = (await client.post("/v1/identify", json=asked)).json()
    wire = Wire(curbside, given["token"])
    assert (await wire.welcomed())["type"] == "welcome" and wire.carrier.device == "d" * 22
    wire.carrier.left()


async def test_a_signed_token_is_exchanged_for_an_opaque_one(curbside: Application) -> None:
    verifier = Verifier()
    async with browser(curbside) as client:
        answer = await identify(client, signed(claims(verifier)), verifier)
    given = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert (given["expires_in"], given["contact"]["name"], given["contact"]["locale"]) == (900, "Dana Ruiz", "es")
    known = await who(curbside.floor.installation, curbside.floor.directory, given["token"])
    assert isinstance(known.person, Contact)
    assert (known.person.organization_name, known.device) == ("Mercy Hospital", "d" * 22)
    assert known.limit_at - known.expires_at == 45 * 60_000


async def test_the_opaque_token_is_not_in_the_database(curbside: Application) -> None:
    async with browser(curbside) as client:
        token = await identified(client)
    rows = await curbside.floor.installation.db.read(
        EVERY_TENANT, lambda connection: connection.execute(select(TOKEN)).all()
    )
    assert rows and token not in repr(rows)


async def test_a_token_is_used_once(curbside_on_either: Application) -> None:
    verifier = Verifier()
    jwt = signed(claims(verifier))
    async with browser(curbside_on_either) as client:
        assert (await identify(client, jwt, verifier)).status_code == 200
        again = await identify(client, jwt, verifier)
    assert (again.status_code, code(again)) == (401, "bad_token")


async def test_a_refused_token_leaves_nothing_behind(curbside: Application) -> None:
    verifier = Verifier()
    async with browser(curbside) as client:
        for jwt in (signed(claims(verifier, exp=1)), signed(claims(Verifier())), tokens.unsigned({}, {"alg": "none"})):
            assert (await identify(client, jwt, verifier)).status_code == 401
    assert [await count(curbside, table) for table in (CONTACT, TOKEN, ORGANIZATION)] == [0, 0, 0]


async def test_a_token_for_one_tenant_is_refused_by_another(curbside: Application) -> None:
    verifier = Verifier()
    async with browser(curbside) as client:
        assert code(await identify(client, signed(claims(verifier)), verifier, OTHER)) == "bad_token"
        assert code(await identify(client, signed(claims(verifier)), verifier, "nowhere")) == "bad_token"


async def test_the_same_person_is_one_contact_and_others_are_others(curbside_on_either: Application) -> None:
    async with browser(curbside_on_either) as client:
        for changes in ({}, {"name": "Dana Ruiz-Lopez"}, {"sub": "eve"}, {"organization": "lakeside"}):
            await identified(client, **changes)
        last = await identified(client)
    assert await count(curbside_on_either, CONTACT) == 3
    known = await who(curbside_on_either.floor.installation, curbside_on_either.floor.directory, last)
    assert known.person.name == "Dana Ruiz"


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"null", b'{"tenant":"northwind"}', b'{"tenant":7,"jwt":8,"verifier":9,"device":10}', b"\xff"],
)
async def test_what_is_not_a_request_is_answered_with_a_code(curbside: Application, body: bytes) -> None:
    async with browser(curbside) as client:
        answer = await client.post("/v1/identify", content=body)
    assert (answer.status_code, code(answer)) == (400, "bad_frame")


async def test_a_body_that_is_too_large_is_not_read(curbside: Application) -> None:
    async with browser(curbside) as client:
        answer = await client.post("/v1/identify", content=b"x" * 20_000)
    assert (answer.status_code, code(answer)) == (413, "too_large")


async def test_one_address_that_floods_is_told_when_to_come_back(curbside: Application) -> None:
    async with browser(curbside) as client:
        for _ in range(3_000):  # on a slow machine more is let in meanwhile
            last = await client.post("/v1/identify", content=b"{}")
            if last.status_code != 400:
                break
    assert (last.status_code, code(last)) == (429, "too_fast")
    assert last.json()["error"]["retry"] and int(last.headers["retry-after"]) >= 1
    async with browser(curbside, "10.0.0.2") as another:
        assert await identified(another)


async def test_a_log_out_ends_the_login_everywhere_and_for_good(curbside: Application) -> None:
    told = listen(curbside)
    async with browser(curbside) as client:
        one, another_tab = await identified(client), await identified(client)
        other_login = await identified(client, sid="login-2")
        answer = await client.post("/v1/logout", headers={"Authorization": f"Bearer {one}"})
        assert answer.status_code == 204
        verifier = Verifier()
        assert code(await identify(client, signed(claims(verifier)), verifier)) == "ended"
    assert await ended(curbside, one) == await ended(curbside, another_tab) == "ended"
    assert [type(news) for news in told if isinstance(news, GroundsEnded)] == [GroundsEnded]
    await who(curbside.floor.installation, curbside.floor.directory, other_login)


@pytest.mark.parametrize("why", ["idle", "switched"])
async def test_an_idle_panel_may_be_opened_again_by_the_same_login(curbside: Application, why: str) -> None:
    async with browser(curbside) as client:
        token = await identified(client)
        await client.post("/v1/logout", headers={"Authorization": f"Bearer {token}"}, json={"why": why})
        assert await ended(curbside, token) == "ended"
        assert await identified(client)


@pytest.mark.parametrize("form", ["json", "form", "form at logout"])
async def test_the_backends_word_ends_a_login(curbside: Application, form: str) -> None:
    async with browser(curbside) as client:
        token, other = await identified(client), await identified(client, sid="login-2")
        jwt = signed(logout_claims())
        if form == "json":
            answer = await client.post("/v1/end", json={"tenant": TENANT, "jwt": jwt})
        else:
            answer = await client.post("/v1/end" if form == "form" else "/v1/logout", data={"logout_token": jwt})
        assert answer.status_code == 204
        assert await ended(curbside, token) == "ended"
        await who(curbside.floor.installation, curbside.floor.directory, other)


async def test_the_backend_may_end_all_that_a_person_has(curbside_on_either: Application) -> None:
    async with browser(curbside_on_either) as client:
        mine = [await identified(client, sid=f"login-{number}") for number in range(2)]
        others = await identified(client, sub="eve", sid="login-9")
        jwt = signed(logout_claims(sid=None, sub="dana"))
        assert (await client.post("/v1/end", json={"tenant": TENANT, "jwt": jwt})).status_code == 204
    assert [await ended(curbside_on_either, token) for token in mine] == ["ended", "ended"]
    await who(curbside_on_either.floor.installation, curbside_on_either.floor.directory, others)


async def test_a_log_out_must_be_signed_and_is_used_once(curbside: Application) -> None:
    async with browser(curbside) as client:
        token = await identified(client)
        forged = [
            tokens.unsigned(logout_claims(), {"alg": "none"}, "AA"),
            signed(logout_claims(), key=tokens.shared("another-secret-that-is-long-enough-too")),
            signed(logout_claims(events={})),
            signed(claims(Verifier())),
        ]
        for jwt in forged:
            assert code(await client.post("/v1/end", json={"tenant": TENANT, "jwt": jwt})) == "bad_token"
        await who(curbside.floor.installation, curbside.floor.directory, token)
        once = signed(logout_claims())
        assert (await client.post("/v1/end", json={"tenant": TENANT, "jwt": once})).status_code == 204
        assert code(await client.post("/v1/end", json={"tenant": TENANT, "jwt": once})) == "bad_token"


async def test_an_issuer_cannot_end_what_another_tenants_issuer_began(curbside: Application) -> None:
    async with browser(curbside) as client:
        token = await identified(client)
        jwt = signed(logout_claims(aud="curbside-other"))
        assert (await client.post("/v1/end", json={"tenant": OTHER, "jwt": jwt})).status_code == 204
    await who(curbside.floor.installation, curbside.floor.directory, token)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer"}, {"Authorization": "Bearer nonsense"}])
async def test_a_log_out_without_a_token_is_refused(curbside: Application, header: dict[str, str]) -> None:
    async with browser(curbside) as client:
        assert code(await client.post("/v1/logout", headers=header)) == "bad_token"


async def test_tokens_that_never_were_are_bad_and_old_ones_expired(curbside: Application) -> None:
    async with browser(curbside) as client:
        token = await identified(client)
    assert await ended(curbside, token + "x") == "bad_token"
    old = int(time.time() * 1000) - 1
    await curbside.floor.installation.db.write(
        EVERY_TENANT, lambda transaction: transaction.connection.execute(TOKEN.update().values(expires_at=old)).rowcount
    )
    assert await ended(curbside, token) == "expired"
