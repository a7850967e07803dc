"""A part of a call elsewhere: a code is good once, for seconds, for one call, and ends with the log-in.

Each refusal has its twin: the same request, by whom or when it is right.
"""

from __future__ import annotations

import pytest
from sqlalchemy import update

from curbside.actions.carrying import CODE_S
from curbside.actions.tenant import Tenants
from curbside.store.identity import TOKEN
from curbside.store.scope import EVERY_TENANT
from tests import builders
from tests.attacks.wire import Wire, agent_token, contact_token
from tests.serving import OTHER, TENANT, code, identify
from tests.tokens import Verifier, claims, logout_claims, signed
from tests.web.calling import events, of
from tests.web.elsewhere import Elsewhere, bearer


async def test_a_code_brings_the_call_into_a_window_and_the_panel_lets_go(elsewhere: Elsewhere) -> None:
    dialled = elsewhere.dialled
    part = await elsewhere.part()
    assert {name: part[name] for name in ("way", "call", "conversation", "tenant")} == {
        "way": "window",
        "call": dialled.call,
        "conversation": dialled.talk,
        "tenant": TENANT,
    }
    window = Wire(dialled.application, part["token"])
    await window.welcomed()
    await window.hear()
    assert of(window.heard, "call")[0]["call"] == dialled.call
    await window.ask({"type": "call_here", "call": dialled.call, "tab": builders.new_id()})
    assert of(await dialled.dana.hear(), "call_elsewhere")
    assert dialled.state(dialled.dana)["carried"] == "window"
    await dialled.ann.hear()
    ann = dialled.state(dialled.ann)
    assert ann["carried"] == "page" and ann["pairs"][0]["generation"] == 2
    assert of(await window.ask(dialled.signal(ann["you"], generation=2)), "no") == []
    assert of(await dialled.ann.hear(), "signal")
    assert (await window.say(dialled.talk, "from the window")) and "message" in [
        frame["kind"] for frame in of(await dialled.dana.hear(), "event")
    ]
    await dialled.here(dialled.dana)  # and back
    assert of(await window.hear(), "call_elsewhere") and dialled.state(dialled.dana)["carried"] == "page"
    window.carrier.left()


async def test_what_was_shown_from_the_page_has_stopped_for_everybody_once_the_window_carries(
    elsewhere: Elsewhere,
) -> None:
    dialled = elsewhere.dialled
    shown = {"camera": True, "screen": True, "voice": True, "surface": "page"}
    assert (await dialled.act(dialled.dana, "media", **shown))["type"] == "ok"
    await dialled.here(dialled.dana)  # anew, as after a reload: the page says what it shows
    window = await elsewhere.window()
    await window.welcomed()
    await dialled.here(window)
    await dialled.ann.hear()
    dana = next(one for one in dialled.state(dialled.ann)["participants"] if one["kind"] == "contact")
    assert (dana["camera"], dana["screen"], dana["surface"], dana["voice"]) == (False, False, None, True)
    await dialled.ann.ask({"type": "subscribe", "topic": f"conversation:{dialled.talk}", "after": 0})
    assert events(dialled.ann.heard).count("call_media") == 2
    window.carrier.left()


async def test_a_code_is_good_once(elsewhere: Elsewhere) -> None:
    given = await elsewhere.code()
    assert (await elsewhere.take(given)).status_code == 200
    again = await elsewhere.take(given)
    assert (again.status_code, code(again)) == (401, "bad_token")


@pytest.mark.parametrize("way", CODE_S)
async def test_a_code_runs_out(elsewhere: Elsewhere, way: str) -> None:
    answer = (await elsewhere.ask(way=way)).json()
    assert answer["expires_in"] == {"window": 30, "phone": 60}[way]
    assert ("<svg" in answer.get("qr", "")) == (way == "phone")
    now = elsewhere.dialled.application.floor.installation.db.clock()
    await elsewhere.set_token(expires_at=now)
    late = await elsewhere.take(answer["url"].partition("#c=")[2])
    assert (late.status_code, code(late)) == (401, "bad_token")


async def test_a_new_code_makes_the_one_before_worthless(elsewhere: Elsewhere) -> None:
    first, second = await elsewhere.code("phone"), await elsewhere.code("phone")
    assert (await elsewhere.take(first)).status_code == 401
    assert (await elsewhere.take(second)).status_code == 200


async def test_nobody_gets_a_code_for_a_call_that_they_are_not_in(elsewhere: Elsewhere) -> None:
    application = elsewhere.dialled.application
    verifier = Verifier()
    jwt = signed(claims(verifier, aud="curbside-other"))
    twin = (await identify(elsewhere.client, jwt, verifier, OTHER)).json()["token"]
    eve = await contact_token(elsewhere.client, sub="eve", sid="e")
    for token, told in ((twin, "not_found"), (eve, "not_found"), ("n" * 43, "bad_token")):
        answer = await elsewhere.ask(Wire(application, token))
        assert code(answer) == told and "#c=" not in answer.text
    for agent in ("ann", "sue"):  # who have a desk, which is a page of its own
        assert code(await elsewhere.ask(Wire(application, await agent_token(application, agent)))) == "forbidden"
    assert code(await elsewhere.ask(call=builders.new_id())) == "not_found"
    assert (await elsewhere.ask()).status_code == 200


async def test_a_code_is_worth_nothing_once_the_call_is_over(elsewhere: Elsewhere) -> None:
    part = await elsewhere.part("phone")
    given = await elsewhere.code()
    assert (await elsewhere.renew(part["token"])).status_code == 200
    await elsewhere.dialled.act(elsewhere.dialled.dana, "leave")
    assert code(await elsewhere.take(given)) == "bad_token"
    assert code(await elsewhere.renew(part["token"])) == "bad_token"
    assert code(await elsewhere.ask()) == "not_in_call"


@pytest.mark.parametrize("why", ["logout", "idle", "switched", "backend"])
async def test_a_log_off_at_the_workstation_ends_window_and_codes(elsewhere: Elsewhere, why: str) -> None:
    dialled, client = elsewhere.dialled, elsewhere.client
    part = await elsewhere.part()
    window = Wire(dialled.application, part["token"])
    await window.ask({"type": "call_here", "call": dialled.call, "tab": builders.new_id()})
    given = await elsewhere.code("phone")
    await dialled.ann.ask({"type": "subscribe", "topic": f"conversation:{dialled.talk}", "after": 0})
    if why == "backend":
        jwt = signed(logout_claims())
        assert (await client.post("/v1/end", json={"tenant": TENANT, "jwt": jwt})).status_code == 204
    else:
        await client.post("/v1/logout", json={"why": why}, headers=bearer(dialled.dana.token))
    assert [frame["code"] for frame in of(await window.hear(), "bye")] == ["ended"]
    assert code(await elsewhere.take(given)) == "bad_token"
    assert code(await elsewhere.renew(part["token"])) == "ended"
    await dialled.heard_state(dialled.ann, "ended")
    assert of(dialled.ann.heard, "event")[-1]["facts"]["why"] == "left_workstation"
    assert "call_ended" in events(dialled.ann.heard)


async def test_another_log_in_of_the_same_person_leaves_the_window_alone(elsewhere: Elsewhere) -> None:
    other = await contact_token(elsewhere.client, sid="another workstation")
    part = await elsewhere.part()
    await elsewhere.client.post("/v1/logout", json={"why": "logout"}, headers=bearer(other))
    assert (await elsewhere.renew(part["token"])).status_code == 200


async def test_a_code_of_a_log_in_that_ended_is_worth_nothing_though_the_call_goes_on(elsewhere: Elsewhere) -> None:
    dialled = elsewhere.dialled
    other = Wire(dialled.application, await contact_token(elsewhere.client, sid="another workstation"))
    await dialled.here(other)  # she has gone on there
    given = (await elsewhere.ask()).json()["url"].partition("#c=")[2]
    await elsewhere.client.post("/v1/logout", json={"why": "switched"}, headers=bearer(dialled.dana.token))
    assert code(await elsewhere.take(given)) == "bad_token"
    there = (await elsewhere.ask(other)).json()["url"].partition("#c=")[2]
    assert (await elsewhere.take(there)).status_code == 200
    other.carrier.left()


async def test_a_part_is_renewed_no_longer_than_the_ehr_vouches(elsewhere: Elsewhere) -> None:
    part = await elsewhere.part()
    fresh = (await elsewhere.renew(part["token"])).json()
    assert (fresh["expires_in"], fresh["call"]) == (900, elsewhere.dialled.call)
    assert code(await elsewhere.renew(elsewhere.dialled.dana.token)) == "forbidden"  # a panel asks its host
    db = elsewhere.dialled.application.floor.installation.db
    past = update(TOKEN).where(TOKEN.c.kind == "contact").values(limit_at=db.clock())
    await db.write(EVERY_TENANT, lambda transaction: transaction.connection.execute(past) and None)
    assert code(await elsewhere.renew(fresh["token"])) == "bad_token"
    await contact_token(elsewhere.client)  # the panel of the next page has its log-in confirmed
    assert (await elsewhere.renew(fresh["token"])).status_code == 200


async def test_a_renewed_token_goes_on_over_the_open_line_and_no_other_does(elsewhere: Elsewhere) -> None:
    part = await elsewhere.part()
    window = Wire(elsewhere.dialled.application, part["token"])
    fresh = (await elsewhere.renew(part["token"])).json()["token"]
    assert of(await window.ask({"type": "renew", "token": fresh}), "renewed")
    full = elsewhere.dialled.dana.token
    assert [one["code"] for one in of(await window.ask({"type": "renew", "token": full}), "bye")] == ["ended"]
    closed = await elsewhere.dialled.dana.ask({"type": "renew", "token": fresh})
    assert [one["code"] for one in of(closed, "bye")] == ["ended"]


async def test_a_window_is_held_to_its_call_and_its_conversation(elsewhere: Elsewhere) -> None:
    dialled = elsewhere.dialled
    other = builders.new_id()
    await dialled.dana.act("start", other, topic="something else")
    window = await elsewhere.window()
    welcome = await window.welcomed()
    assert [row["conversation"] for row in welcome["snapshot"]["conversations"]] == [dialled.talk]
    for conversation in (other, dialled.talk):
        heard = await window.ask({"type": "subscribe", "topic": f"conversation:{conversation}", "after": 0})
        heard += await window.ask({"type": "get", "conversation": conversation, "after": 0, "limit": 10})
        kinds = {frame["type"] for frame in heard} & {"event", "page", "resync"}
        assert kinds == ({"resync"} if conversation == other else {"event", "page"}), conversation
    assert of(await window.ask({"type": "subscribe", "topic": "list:mine"}), "row") == []
    for conversation, told in ((other, "no"), (dialled.talk, "ok")):
        frame = {"type": "send", "conversation": conversation, "kind": "message", "body": {"text": "here"}}
        assert (await window.command(frame))["type"] == told
    fresh = builders.new_id()
    assert (await window.act("start", fresh))["code"] == "forbidden"
    assert (await window.act("call.request", dialled.talk, call=fresh))["code"] == "forbidden"
    here = await window.ask({"type": "call_here", "call": fresh, "tab": builders.new_id()})
    assert [one["code"] for one in of(here, "no")] == ["not_in_call"]
    media = {"call": dialled.call, "camera": True, "voice": True}
    assert (await window.act("call.media", dialled.talk, **media, screen=True))["code"] == "switched_off"
    assert (await window.act("call.media", dialled.talk, **media, screen=False))["type"] == "ok"
    window.carrier.left()


@pytest.mark.parametrize(
    ("share", "window", "way", "told"),
    [
        ("any", True, "window", "ok"),
        ("ask", True, "window", "ok"),
        ("tab", True, "window", "unmasked"),
        ("any", False, "window", "window"),
        ("any", True, "phone", "no"),
    ],
)
async def test_a_window_shows_what_its_tenant_lets_it_and_a_phone_nothing(
    elsewhere: Elsewhere, share: str, window: bool, way: str, told: str
) -> None:
    dialled = elsewhere.dialled
    means = Tenants(dialled.application.floor.installation, dialled.application.floor.directory)
    await means.change_settings(TENANT, {"screen_share": share, "screen_window": window})
    there = Wire(dialled.application, (await elsewhere.part(way))["token"])
    await there.welcomed()
    await there.ask({"type": "call_here", "call": dialled.call, "tab": builders.new_id()})
    shows = {"call": dialled.call, "camera": False, "voice": True, "screen": True}
    for claimed in ("page", "other"):
        said = await there.act("call.media", dialled.talk, **shows, surface=claimed)
        assert (said.get("detail") or {}).get("why", said["type"]) == told
    await dialled.dana.hear()
    shown = [one["surface"] for one in dialled.state(dialled.dana)["participants"] if one["screen"]]
    assert shown == (["other"] if told == "ok" else []), "around a window there is no page, whatever it says"
    assert dialled.state(dialled.dana)["carried"] == way
    there.carrier.left()


async def test_a_window_hears_no_bell_of_another_call(elsewhere: Elsewhere) -> None:
    dialled = elsewhere.dialled
    window = await elsewhere.window()
    await window.welcomed()
    await dialled.act(dialled.dana, "leave")
    other = builders.new_id()
    await dialled.dana.act("start", other)
    await dialled.sue.act("claim", other)
    await dialled.sue.act("call.request", other, call=builders.new_id())
    assert of(await dialled.dana.hear(), "ring")
    await window.hear()
    assert of(window.heard, "ring") == []
    window.carrier.left()


async def test_a_part_opens_no_other_door_over_https(elsewhere: Elsewhere) -> None:
    dialled, client = elsewhere.dialled, elsewhere.client
    other = builders.new_id()
    await dialled.dana.act("start", other)
    token = bearer((await elsewhere.part())["token"])
    for path, asked in (
        ("/v1/search", {"q": "x"}),
        ("/v1/transcript", {"conversation": dialled.talk}),
        ("/v1/logout", {"why": "logout"}),
        ("/v1/call/code", {"call": dialled.call, "way": "phone"}),
    ):
        assert code(await client.post(path, json=asked, headers=token)) == "forbidden", path
    files = {"file": ("a.txt", b"some words")}
    for conversation, status in ((other, 404), (dialled.talk, 201)):
        added = await client.post("/v1/files", data={"conversation": conversation}, files=files, headers=token)
        assert added.status_code == status, added.text
    theirs = (
        await client.post("/v1/files", data={"conversation": other}, files=files, headers=bearer(dialled.dana.token))
    ).json()["id"]
    for id, status in ((theirs, 404), (added.json()["id"], 200)):
        assert (await client.post(f"/v1/files/{id}/link", headers=token)).status_code == status
    for conversation, told in ((other, "forbidden"), (dialled.talk, None)):
        frame = {"type": "send", "key": builders.new_id(), "conversation": conversation, "kind": "message"}
        said = (await client.post("/v1/frame", json={**frame, "body": {"text": "x"}}, headers=token)).json()
        assert said.get("code") == told, said


async def test_the_windows_page_says_nothing_of_anybody_and_stands_alone(elsewhere: Elsewhere) -> None:
    answer = await elsewhere.client.get("/call")
    policy = answer.headers["content-security-policy"]
    assert answer.status_code == 200 and "frame-ancestors 'none'" in policy and "trusted-types 'none'" in policy
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-embedder-policy"] == "require-corp"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "display-capture=(self)" in answer.headers["permissions-policy"], "the act is what a tenant allows or not"
    assert "Northwind" not in answer.text
    panel = await elsewhere.client.get("/panel", params={"tenant": TENANT})
    assert panel.headers["cross-origin-embedder-policy"] == "require-corp"


async def test_codes_are_not_asked_for_by_the_dozen(elsewhere: Elsewhere) -> None:
    answers = [await elsewhere.ask() for _ in range(25)]
    assert code(answers[-1]) == "too_fast" and answers[0].status_code == 200
    assert (await elsewhere.ask(way="telephone")).status_code in (400, 429)
