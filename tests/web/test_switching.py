"""What is switched off in a module is refused in its conversations, by every verb, and said to panels."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from curbside.actions.tenant import Tenants
from curbside.app import Application
from curbside.domain.entries import SwitchEntry
from tests import builders
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import TENANT, browser, code

MODULE = "Orders"


async def switch(curbside: Application, capability: str, module: str = MODULE) -> None:
    tenants = Tenants(curbside.floor.installation, curbside.floor.directory)
    await tenants.set_switch(TENANT, SwitchEntry(capability, enabled=False, module=module))
    await curbside.floor.directory.refresh(TENANT)


async def begun(curbside: Application, client: httpx.AsyncClient, module: str) -> tuple[str, Wire, str, str]:
    """Begin a conversation in a module; return the token, the panel, the conversation and a message's key."""
    token = await contact_token(client)
    panel, talk = Wire(curbside, token), builders.new_id()
    assert (await panel.act("start", talk, context={"module": module}))["type"] == "ok"
    return token, panel, talk, await panel.say(talk, "It will not sign")


async def asked(panel: Wire, talk: str, key: str, verb: str) -> dict[str, Any]:
    if verb == "send":
        frame: dict[str, Any] = {"type": "send", "conversation": talk, "kind": "message", "body": {"text": "Hello?"}}
        return await panel.command(frame)
    fields: dict[str, dict[str, Any]] = {
        "start": {"context": {"module": MODULE.upper()}},
        "edit": {"target": key, "body": {"text": "It does not sign"}},
        "delete": {"target": key},
        "urgency": {"urgency": "high"},
        "rate": {"score": 5, "back_to_work": True},
        "reopen": {},
    }
    return await panel.act(verb, builders.new_id() if verb == "start" else talk, **fields[verb])


async def resolved(curbside: Application, talk: str) -> None:
    ann = Wire(curbside, await agent_token(curbside, "ann"))
    assert (await ann.act("claim", talk))["type"] == "ok"
    assert (await ann.act("resolve", talk))["type"] == "ok"
    ann.carrier.left()


@pytest.mark.parametrize("verb", ["start", "send", "edit", "urgency", "rate", "reopen"])
async def test_where_chat_is_off_nothing_is_said_or_changed(curbside: Application, verb: str) -> None:
    async with browser(curbside) as client:
        _, panel, talk, key = await begun(curbside, client, MODULE)
        if verb in ("rate", "reopen"):
            await resolved(curbside, talk)
        await switch(curbside, "chat")
        assert (await asked(panel, talk, key, verb))["code"] == "switched_off"
        assert (await asked(panel, talk, key, "delete"))["type"] == "ok"  # to take back one's words is always allowed
        panel.carrier.left()


@pytest.mark.parametrize("verb", ["send", "edit", "urgency", "rate", "reopen"])
async def test_in_another_module_it_is_allowed(curbside: Application, verb: str) -> None:
    async with browser(curbside) as client:
        _, panel, talk, key = await begun(curbside, client, "Claims")
        if verb in ("rate", "reopen"):
            await resolved(curbside, talk)
        await switch(curbside, "chat")
        assert (await asked(panel, talk, key, verb))["type"] == "ok"
        panel.carrier.left()


@pytest.mark.parametrize(("module", "refused"), [(MODULE, True), ("Claims", False)])
async def test_files_search_and_transcript_go_by_the_module_too(
    curbside: Application, module: str, refused: bool
) -> None:
    async with browser(curbside) as client:
        token, panel, talk, _ = await begun(curbside, client, module)
        for capability in ("files", "transcript", "search"):
            await switch(curbside, capability)
        client.headers["Authorization"] = f"Bearer {token}"
        files = {"file": ("a.txt", b"a")}
        put_up = await client.post("/v1/files", data={"conversation": talk}, files=files)
        copy = await client.post("/v1/transcript", json={"conversation": talk})
        found = await client.post("/v1/search", json={"q": "sign"})
        panel.carrier.left()
    if refused:
        assert code(put_up) == code(copy) == "switched_off"
        assert found.json() == {"results": []}
    else:
        assert (put_up.status_code, copy.status_code) == (201, 200)


async def test_an_open_panel_is_told_what_is_off_where(curbside: Application) -> None:
    async with browser(curbside) as client:
        panel = Wire(curbside, await contact_token(client))
        assert (await panel.welcomed())["snapshot"]["modules"] == {}
        await switch(curbside, "chat")
        await switch(curbside, "launcher", "*")
        told = [frame for frame in await panel.hear(0.5) if frame["type"] == "settings"][-1]
        assert told["modules"]["orders"]["chat"] is False and told["switches"]["chat"] is True
        assert (await client.get(f"/v1/tenant/{TENANT}")).json()["switches"]["launcher"] is False
        panel.carrier.left()
