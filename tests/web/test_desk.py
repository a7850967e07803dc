"""Agents log in: nothing is told to who guesses, nobody can lock another out, and what ends, ends at once."""

from __future__ import annotations

import re
import time
from typing import Any

import httpx
import pyotp
import pytest
from sqlalchemy import select
from starlette.responses import Response

from curbside.actions.identity import who
from curbside.actions.tenant import Tenants
from curbside.app import Application
from curbside.domain.errors import Refused
from curbside.domain.people import Agent
from curbside.store import conversation as conversations
from curbside.store.identity import LOGIN
from curbside.web.cookies import SESSION, Cookies
from curbside.web.pages import LANGUAGES, TEMPLATES, words_of
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.builders import new_id
from tests.serving import ORIGIN, PASSWORD, TENANT, browser, code, log_in


async def guess(
    client: httpx.AsyncClient, email: str = "ann@northwind.example", password: str = "wrong"
) -> httpx.Response:
    return await client.post("/desk/login", data={"email": email, "password": password})


async def enrol(client: httpx.AsyncClient) -> tuple[str, httpx.Response]:
    """Set up the second factor as an agent would; return its secret and the last answer."""
    assert (await log_in(client)).headers["location"] == "/desk/login/code"
    page = (await client.get("/desk/login/code")).text
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found is not None
    secret = found[1].replace(" ", "")
    return secret, await client.post("/desk/login/code", data={"code": pyotp.TOTP(secret).now()})


async def test_the_right_password_opens_the_desk(curbside: Application) -> None:
    async with browser(curbside) as client:
        answer = await log_in(client)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
        desk = await client.get("/desk")
    assert desk.status_code == 200 and '"name":"Ann"' in desk.text


async def test_the_desk_is_shut_to_who_is_not_logged_in(curbside: Application) -> None:
    async with browser(curbside) as client:
        assert (await client.get("/desk")).headers["location"] == "/desk/login"
        assert code(await client.post("/desk/token")) == "ended"
        client.cookies.set("curbside", "x" * 43)
        assert (await client.get("/desk")).headers["location"] == "/desk/login"


async def test_wrong_password_and_unknown_address_look_alike(curbside: Application) -> None:
    async with browser(curbside) as client:
        wrong = await guess(client)
        unknown = await guess(client, "nobody@northwind.example")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("ann@", "") == unknown.text.replace("nobody@", "")


async def test_unknown_addresses_cost_as_much_as_known_ones(curbside: Application) -> None:
    hashed: list[str] = []
    passwords = curbside.passwords
    verify = passwords._verify
    passwords._verify = lambda stored, password: hashed.append(stored) or verify(stored, password)  # type: ignore[method-assign,func-returns-value]
    async with browser(curbside) as client:
        await guess(client)
        await guess(client, "nobody@northwind.example")
    assert len(hashed) == 2


async def test_guesses_are_slowed_down_and_told_when_to_come_back(curbside: Application) -> None:
    async with browser(curbside) as client:
        statuses = [(await guess(client)).status_code for _ in range(5)]
        assert statuses == [401] * 5
        waiting = await guess(client, password=PASSWORD)
    assert waiting.status_code == 429 and int(waiting.headers["retry-after"]) >= 1


async def test_a_guesser_elsewhere_does_not_lock_the_owner_out(curbside: Application) -> None:
    async with browser(curbside, "10.6.6.6") as guesser, browser(curbside, "10.0.0.1") as owner:
        for _ in range(12):
            await guess(guesser)
        assert (await guess(guesser, password=PASSWORD)).status_code == 429
        assert (await log_in(owner)).status_code == 303


async def test_many_guessers_elsewhere_do_not_lock_the_owner_out(curbside_on_either: Application) -> None:
    for n in range(10):
        async with browser(curbside_on_either, f"10.6.6.{n}") as guesser:
            for _ in range(5):
                await guess(guesser)
    async with browser(curbside_on_either, "10.0.0.1") as owner:
        assert (await guess(owner)).status_code == 401
        assert (await log_in(owner)).status_code == 303


async def test_a_known_browser_is_not_locked_out_even_from_the_same_address(curbside: Application) -> None:
    async with browser(curbside) as owner, browser(curbside) as guesser:
        await log_in(owner)
        for _ in range(12):
            await guess(guesser)
        assert (await guess(guesser, password=PASSWORD)).status_code == 429
        assert (await log_in(owner)).status_code == 303


async def test_a_mark_of_another_account_makes_no_known_browser(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client, "sue")
        for _ in range(5):
            await guess(client)
        assert (await guess(client, password=PASSWORD)).status_code == 429


async def test_a_session_has_a_new_name_at_each_login(curbside: Application) -> None:
    async with browser(curbside) as client:
        client.cookies.set("curbside", "planted-by-somebody-else", domain="127.0.0.1", path="/")
        answer = await log_in(client)
    given = answer.headers["set-cookie"]
    assert "planted" not in given
    assert re.search(r"curbside=[\w-]{43};", given)


async def test_cookies_cannot_be_read_by_scripts_and_are_bound_to_the_host_over_https(curbside: Application) -> None:
    response = Response()
    Cookies(secure=True).give(response, SESSION, "x")
    assert response.headers["set-cookie"] == "__Host-curbside=x; HttpOnly; Path=/; SameSite=lax; Secure"
    async with browser(curbside) as client:
        given = (await log_in(client)).headers.get_list("set-cookie")
    assert given and all("HttpOnly" in each for each in given)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:8401"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
        {"Origin": ""},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    "path",
    ["/desk/login", "/desk/logout", "/desk/token", "/desk/here", "/desk/password", "/desk/settings/agents/revoke"],
)
async def test_a_foreign_page_can_post_nothing(curbside: Application, headers: dict[str, str], path: str) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        answer = await client.post(path, headers=headers, data={"code": "x", "email": "a@b.cd", "password": "x"})
        assert answer.status_code == 403
        assert (await client.get("/desk")).status_code == 200


async def test_a_request_that_says_nothing_of_its_page_is_refused(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client)
        del client.headers["Origin"]
        assert (await client.post("/desk/token")).status_code == 403
        assert (await client.post("/desk/token", headers={"Sec-Fetch-Site": "same-origin"})).status_code == 200


async def test_the_desk_gets_a_token_that_stands_on_its_session(curbside: Application) -> None:
    floor = curbside.floor
    async with browser(curbside) as client:
        await log_in(client)
        given = (await client.post("/desk/token")).json()
        known = await who(floor.installation, floor.directory, given["token"])
        assert isinstance(known.person, Agent) and known.person.name == "Ann"
        answer = await client.post("/desk/logout")
        assert answer.headers["location"] == "/desk/login"
        with pytest.raises(Refused, match="ended"):
            await who(floor.installation, floor.directory, given["token"])
        assert (await client.get("/desk")).status_code == 303


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
        lambda transaction: transaction.connection.execute(LOGIN.update().values(columns)).rowcount
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
        row = (await curbside.floor.installation.db.read(lambda each: each.execute(select(LOGIN)).all()))[0]
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
    state = await curbside.floor.installation.db.read(lambda each: conversations.state(each, TENANT, talk))
    assert state is not None
    return state.agent


async def _seen_at(curbside: Application) -> int:
    seen: int = await curbside.floor.installation.db.read(
        lambda each: each.execute(select(LOGIN.c.seen_at)).scalar_one()
    )
    return seen


async def test_in_production_a_password_alone_opens_nothing(in_production: Application) -> None:
    async with browser(in_production) as client:
        assert (await log_in(client)).headers["location"] == "/desk/login/code"
        assert (await client.get("/desk")).headers["location"] == "/desk/login"
        assert code(await client.post("/desk/token")) == "ended"
        drawing = await client.get("/desk/login/code.svg")
        assert drawing.headers["content-type"] == "image/svg+xml"


async def test_no_tenant_can_do_without_the_second_factor(in_production: Application) -> None:
    tenants = Tenants(in_production.floor.installation, in_production.floor.directory)
    with pytest.raises(Refused, match="bad_body"):
        await tenants.change_settings(TENANT, {"second_factor_required": False})


async def test_a_second_factor_is_set_up_and_then_asked_for(in_production: Application) -> None:
    async with browser(in_production) as client:
        secret, answer = await enrol(client)
        assert answer.headers["location"] == "/desk"
        await client.post("/desk/logout")
        await log_in(client)
        page = await client.get("/desk/login/code")
        assert secret not in page.text.replace(" ", "")
        assert (await client.get("/desk/login/code.svg")).status_code == 404
        later = pyotp.TOTP(secret).at(int(time.time()) + 30)
        assert (await client.post("/desk/login/code", data={"code": later})).headers["location"] == "/desk"


async def test_a_code_is_used_once(in_production: Application) -> None:
    async with browser(in_production) as client:
        secret, _ = await enrol(client)
        used = pyotp.TOTP(secret).now()
        await client.post("/desk/logout")
        await log_in(client)
        assert (await client.post("/desk/login/code", data={"code": used})).status_code == 401


async def test_codes_cannot_be_guessed_for_long(in_production: Application) -> None:
    async with browser(in_production) as owner:
        await enrol(owner)
    async with browser(in_production, "10.6.6.6") as guesser:
        await log_in(guesser)
        statuses = [(await guesser.post("/desk/login/code", data={"code": f"{n:06d}"})).status_code for n in range(7)]
    assert statuses[:5] == [401] * 5 and statuses[-1] == 429


async def test_a_link_sets_a_password_once_and_ends_what_was_open(curbside: Application) -> None:
    agent = next(each for each in curbside.floor.directory.agents(TENANT) if each.name == "Ann")
    link = await curbside.passwords.link(TENANT, agent.id)
    async with browser(curbside) as client:
        await log_in(client)
        assert "ann@northwind.example" in (await client.get("/desk/password", params={"code": link})).text
        new = {"code": link, "password": "four calm words here", "again": "four calm words here"}
        assert (await client.post("/desk/password", data={**new, "again": "other"})).status_code == 422
        for weak in ("short", "password1234", "ann" * 5):
            refused = await client.post("/desk/password", data={"code": link, "password": weak, "again": weak})
            assert refused.status_code == 422
        assert (await client.post("/desk/password", data=new)).status_code == 303
        assert (await client.get("/desk")).status_code == 303
        assert (await client.post("/desk/password", data=new)).status_code == 410
        assert (await log_in(client)).status_code == 401
        assert (await guess(client, password="four calm words here")).status_code == 303


async def test_no_page_sends_anywhere_that_was_asked_for(curbside: Application) -> None:
    async with browser(curbside) as client:
        for name in ("next", "redirect", "return_to", "url"):
            answer = await client.post(
                f"/desk/login?{name}=https://evil.example",
                data={"email": "ann@northwind.example", "password": PASSWORD, name: "//evil.example"},
            )
            assert answer.headers["location"] == "/desk"


async def test_pages_speak_the_readers_language(curbside: Application) -> None:
    async with browser(curbside) as client:
        spanish = await client.get("/desk/login", headers={"Accept-Language": "fr;q=0.9, es-MX;q=0.8, en;q=0.1"})
        other = await client.get("/desk/login", headers={"Accept-Language": "xx;q=nonsense"})
    assert '<html lang="es">' in spanish.text and "Contraseña" in spanish.text
    assert '<html lang="en">' in other.text


@pytest.mark.parametrize("path", ["/desk/login", "/desk", "/desk/nowhere", "/panel?tenant=northwind"])
async def test_every_page_carries_strict_headers(curbside: Application, path: str) -> None:
    async with browser(curbside) as client:
        await log_in(client)
        answer = await client.get(path, follow_redirects=True)
    if answer.status_code == 404:
        return
    csp = answer.headers["content-security-policy"]
    assert "default-src 'none'" in csp and "unsafe" not in csp and "*" not in csp
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    framed = "frame-ancestors http://localhost:8401" if "panel" in path else "frame-ancestors 'none'"
    assert framed in csp


async def test_what_was_typed_is_shown_as_text(curbside: Application) -> None:
    attack = '"><script>alert(1)</script>@x.yz'
    async with browser(curbside) as client:
        page = await guess(client, attack)
    assert "<script>" not in page.text and "&lt;script&gt;" in page.text


def test_every_catalogue_has_every_word() -> None:
    catalogues: dict[str, Any] = {language: words_of(language) for language in LANGUAGES}
    assert catalogues["en"].keys() == catalogues["es"].keys()
    used = set()
    for template in TEMPLATES.rglob("*.html"):
        if not {"demo", "mail"} & set(template.parts):
            used |= set(re.findall(r"words\.([a-z_0-9]+)", template.read_text())) - {"format"}
    assert used <= catalogues["en"].keys()
