"""Agents log in: nothing is told to who guesses, nobody can lock another out, and what ends, ends at once."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest
from starlette.responses import Response

from curbside.actions.identity import who
from curbside.app import Application
from curbside.domain.errors import Refused
from curbside.domain.people import Agent
from curbside.web.cookies import SESSION, Cookies
from curbside.web.pages import LANGUAGES, TEMPLATES, words_of
from tests.serving import ORIGIN, PASSWORD, TENANT, browser, code, log_in


async def guess(
    client: httpx.AsyncClient, email: str = "ann@northwind.example", password: str = "wrong"
) -> httpx.Response:
    return await client.post("/desk/login", data={"email": email, "password": password})


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
