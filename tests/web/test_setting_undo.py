"""Whatever an administrator removes by a button can be put back by the next one, except what nothing can bring back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import httpx
import pytest

from curbside.actions.directory import Directory
from curbside.app import Application
from tests.serving import OTHER, TENANT, browser, log_in

SIGNER = {"iss": "https://new.example", "aud": "curbside"}
RULE = {"capability": "chat", "organization": "*", "role": "Physician", "module": "Orders"}
REPLY = {"title": "Hi {there}", "shortcut": "hi", "text": 'First "line"\nsecond <b>line</b>', "locale": "es"}

Kept = Callable[[Directory, str], Any]
WAYS: dict[str, tuple[str, dict[str, str], str, Kept]] = {
    "team": (
        "teams/save",
        {"name": "Night", "level": "2", "partner": "house", "modules": "Orders, Chart"},
        "teams/remove",
        lambda of, tenant: [each for each in of.teams(tenant) if each.name == "Night"],
    ),
    "employer": (
        "teams/save_partner",
        {"partner_name": "Night & Co", "in_house": "true"},
        "teams/remove_partner",
        lambda of, tenant: [each for each in of.partners(tenant).values() if each.name == "Night & Co"],
    ),
    "reply": ("replies/save", REPLY, "replies/remove", lambda of, tenant: list(of.canned(tenant))),
    "exception": (
        "switches/set",
        {**RULE, "enabled": "false"},
        "switches/remove",
        lambda of, tenant: [each for each in of.rules(tenant) if each.role == "Physician"],
    ),
    "origin": (
        "embedding/add_origin",
        {"origin": "https://new.example"},
        "embedding/remove_origin",
        lambda of, tenant: [each for each in of.tenant(tenant).origins if "new" in each],
    ),
    "issuer": (
        "embedding/save_issuer",
        {**SIGNER, "alg": "ES256", "jwks_url": "https://new.example/keys"},
        "embedding/remove_issuer",
        lambda of, tenant: [each for each in of.issuers(tenant) if each.iss == SIGNER["iss"]],
    ),
    "incident": (
        "incidents/save",
        {"text": "Orders are slow", "next_update_at": "2026-11-23T14:30"},
        "incidents/close",
        lambda of, tenant: list(of.incidents(tenant)),
    ),
}


def offered(page: httpx.Response) -> tuple[str, dict[str, str]] | None:
    """Return the way back that a page offers: where its form goes, and with what."""
    done = re.search(r'<div class="done" role="status">(.*?)</div>', page.text, re.S)
    form = done and re.search(r'action="/desk/settings/([^"]+)">(.*?)</form>', done[1], re.S)
    if not form:
        return None
    return form[1], {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form[2])}


async def post(client: httpx.AsyncClient, path: str, fields: dict[str, str]) -> httpx.Response:
    return await client.post(f"/desk/settings/{path}", data=fields)


def naming(thing: Any, fields: dict[str, str]) -> dict[str, str]:
    """Return what names a thing in the form that removes it."""
    return {"id": thing.id} if hasattr(thing, "id") else fields


@pytest.mark.parametrize("what", WAYS)
async def test_what_was_removed_is_put_back_as_it_was(curbside: Application, what: str) -> None:
    add, fields, remove, kept = WAYS[what]
    directory = curbside.floor.directory
    async with browser(curbside) as client:
        await log_in(client, "ada")
        assert (await post(client, add, fields)).status_code == 303
        before = kept(directory, TENANT)
        assert len(before) == 1
        removed = await post(client, remove, naming(before[0], fields))
        assert kept(directory, TENANT) == []
        back = offered(removed)
        assert back is not None
        assert (await post(client, *back)).status_code == 303
    assert kept(directory, TENANT) == before


@pytest.mark.parametrize("what", ["team", "employer", "reply", "incident"])
async def test_what_is_another_tenants_is_neither_removed_nor_shown(curbside: Application, what: str) -> None:
    add, fields, remove, kept = WAYS[what]
    directory = curbside.floor.directory
    async with browser(curbside) as client:
        await log_in(client, "ada")
        await post(client, add, fields)
        (ours,) = kept(directory, TENANT)
    async with browser(curbside, "10.0.0.8") as client:
        await log_in(client, "ada", OTHER)
        answer = await post(client, remove, {"id": ours.id})
    assert offered(answer) is None and ours.id not in answer.text
    assert kept(directory, TENANT) == [ours]


async def test_a_secret_that_is_removed_is_gone(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        await post(client, "embedding/save_issuer", {**SIGNER, "alg": "HS256"})
        page = await client.get("/desk/settings/embedding")
        assert "The secret is lost" in page.text, "it is said before, as nothing brings it back"
        removed = await post(client, "embedding/remove_issuer", SIGNER)
    assert removed.status_code == 303


async def test_whoever_is_revoked_is_revoked_for_good_and_the_page_says_so_first(curbside: Application) -> None:
    async with browser(curbside) as client:
        await log_in(client, "ada")
        page = await client.get("/desk/settings/agents")
        revoking = re.findall(r'<details class="sure">(.*?)</details>', page.text, re.S)
        assert revoking and all("cannot be let in again" in each for each in revoking)
        assert page.text.count('action="/desk/settings/agents/revoke"') == len(revoking)
