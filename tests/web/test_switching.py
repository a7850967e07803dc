"""What is switched off in a module is refused in its conversations, by every verb, and said to panels."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from curbside.actions.tenant import Tenants
from curbside.app import Application
from curbside.domain.entries import SwitchEntry
from tests import builders, tokens
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import TENANT, browser, code, identify
from tests.web.calling import calling
from tests.web.calling import switch as dialled_switch

MODULE = "Orders"


async def switch(
    curbside: Application, capability: str, module: str = MODULE, *, on: bool = False, role: str = "*"
) -> None:
    tenants = Tenants(curbside.floor.installation, curbside.floor.directory)
    await tenants.set_switch(TENANT, SwitchEntry(capability, enabled=on, module=module, role=role))
    await curbside.floor.directory.refresh(TENANT)


async def signed_in(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    verifier = tokens.Verifier()
    return await identify(client, tokens.signed(tokens.claims(verifier, **changes)), verifier)


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
        await switch(curbside, "sound", "*")
        told = [frame for frame in await panel.hear(0.5) if frame["type"] == "settings"][-1]
        assert told["modules"]["orders"]["chat"] is False and told["switches"]["chat"] is True
        assert (await client.get(f"/v1/tenant/{TENANT}")).json()["switches"]["sound"] is False
        panel.carrier.left()


async def test_where_the_launcher_is_off_nobody_is_let_in_and_a_line_ends(curbside: Application) -> None:
    async with browser(curbside) as client:
        token, panel, talk, _ = await begun(curbside, client, MODULE)
        ann = Wire(curbside, await agent_token(curbside, "ann"))
        assert (await ann.act("claim", talk))["type"] == "ok"
        await switch(curbside, "launcher", "*")
        await panel.until(lambda: panel.heard[-1]["type"] == "bye")
        said = panel.heard
        assert [frame["switches"]["launcher"] for frame in said if frame["type"] == "settings"][-1] is False
        assert (said[-1]["type"], said[-1]["code"], said[-1]["reconnect"]) == ("bye", "switched_off", "later")
        assert (await Wire(curbside, token).welcomed())["code"] == "switched_off"
        client.headers["Authorization"] = f"Bearer {token}"
        for path, asked_for in (
            ("stream", {"version": 1, "device": "d" * 22, "tab": "t" * 22, "cursors": {}, "poll": True}),
            ("frame", {"type": "ping", "at": 1}),
            ("search", {"q": "sign"}),
            ("transcript", {"conversation": talk}),
        ):
            assert "switched_off" in (await client.post(f"/v1/{path}", json=asked_for)).text, path
        assert code(await signed_in(client)) == "switched_off"
        await ann.say(talk, "We are still here")
        await switch(curbside, "launcher", "*", on=True)
        back = Wire(curbside, await contact_token(client), {talk: 0})
        heard = await back.hear(0.3)
        assert "We are still here" in [event["body"]["text"] for event in heard if event.get("kind") == "message"]
        for wire in (ann, back):
            wire.carrier.left()


async def test_who_has_the_launcher_in_one_module_is_let_in_and_may_ask_there_alone(curbside: Application) -> None:
    async with browser(curbside) as client:
        await switch(curbside, "launcher", "*")
        await switch(curbside, "launcher", MODULE, on=True)
        panel = Wire(curbside, await contact_token(client))
        snapshot = (await panel.welcomed())["snapshot"]
        assert not any(snapshot["switches"].values()) and snapshot["modules"][MODULE.lower()]["chat"]
        assert (await panel.act("start", builders.new_id(), context={"module": "Claims"}))["code"] == "switched_off"
        assert (await panel.act("start", builders.new_id(), context={"module": MODULE}))["type"] == "ok"
        panel.carrier.left()


async def test_the_launcher_goes_for_a_role_alone_and_whoever_lost_it_may_still_log_out(curbside: Application) -> None:
    async with browser(curbside) as client:
        nurse = await contact_token(client, sub="nurse", role="RN")
        await switch(curbside, "launcher", "*", role="RN")
        assert code(await signed_in(client, sub="nurse", role="RN")) == "switched_off"
        doctor = Wire(curbside, await contact_token(client, sub="doctor", role="MD"))
        assert (await doctor.welcomed())["type"] == "welcome"
        out = await client.post("/v1/logout", headers={"Authorization": f"Bearer {nurse}"})
        assert out.status_code == 204
        doctor.carrier.left()


async def test_a_call_ends_with_the_launcher(curbside: Application) -> None:
    async with calling(curbside) as dialled:
        await dialled.in_call()
        await dialled_switch(curbside, "launcher", enabled=False)
        ended = await dialled.heard_state(dialled.ann, "ended")
        for wire in (dialled.dana, dialled.ann):
            await wire.hear(0.3)
        assert ended["phase"] == "ended" and dialled.state(dialled.dana)["phase"] == "ended"
        assert dialled.dana.heard[-1]["code"] == "switched_off"
        facts = [frame["facts"] for frame in dialled.dana.heard if frame.get("kind") == "call_ended"]
        assert facts[-1]["why"] == "switched_off"
        refused = await dialled.ann.act("call.request", dialled.talk, call=builders.new_id())
        assert refused["code"] == "switched_off"
