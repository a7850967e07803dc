"""Calls under attack: what each guard keeps out, and beside it the twin who belongs there and is let through."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from curbside.app import Application
from curbside.realtime import allowance, exchange
from curbside.realtime import live as running
from curbside.realtime.signals import PENDING_MAX, SDP_MAX, Waiting
from curbside.store.scope import EVERY_TENANT
from curbside.store.tables import people
from curbside_signaling import Roster
from tests import builders
from tests.attacks.wire import Wire, contact_token
from tests.serving import OTHER, browser, identify
from tests.tokens import Verifier, claims, signed
from tests.web.calling import CANDIDATE, Calling, calling, events, of


@pytest.fixture
async def dialled(curbside: Application) -> AsyncIterator[Calling]:
    async with calling(curbside) as found:
        yield found


async def refused(wire: Wire, frame: dict[str, Any]) -> str | None:
    """Send a frame, and return the code it was refused with, if it was."""
    answers = of(await wire.ask(frame), "no")
    assert all(answer["key"] in (frame.get("id"), frame.get("call")) for answer in answers)
    return answers[0]["code"] if answers else None


async def reaches(dialled: Calling, sender: Wire, to: str, receiver: Wire, **more: Any) -> bool:
    """Send a signal, and tell whether it arrives."""
    await sender.ask(dialled.signal(to, **more))
    return of(await receiver.hear(), "signal") != []


async def test_nobody_signals_into_a_call_they_are_not_in(dialled: Calling) -> None:
    dana, _ = await dialled.in_call()
    assert await refused(dialled.sue, dialled.signal(dana)) == "not_in_call"  # a colleague who may see all of it
    assert await refused(dialled.sue, {"type": "call_here", "call": dialled.call, "tab": builders.new_id()})
    assert of(dialled.sue.heard, "ice") == of(dialled.sue.heard, "call") == []
    assert of(await dialled.dana.hear(), "signal") == []
    assert await reaches(dialled, dialled.ann, dana, dialled.dana)


async def test_a_colleague_of_nobody_here_signals_once_the_guard_is_gone(
    dialled: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana, _ = await dialled.in_call()
    monkeypatch.setattr(running.Live, "admits", lambda live, person: True)
    monkeypatch.setattr(running.Live, "whom", lambda live, listener: f"agent:{listener.connection.person.id}")
    monkeypatch.setattr(Roster, "check", lambda roster, signal: None)
    assert await refused(dialled.sue, dialled.signal(dana)) == "not_in_call"  # she has no seat: three guards, not one


async def test_another_tab_of_the_same_person_does_not_speak_for_the_one_that_carries(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    other = Wire(dialled.application, dialled.dana.token)
    assert await refused(other, dialled.signal(ann)) == "not_in_call"
    assert await reaches(dialled, dialled.dana, ann, dialled.ann)
    other.carrier.left()


async def test_who_was_only_invited_hears_nothing_and_gets_no_credentials(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    (sue,) = [one.id for one in dialled.application.floor.directory.agents("northwind") if one.name == "Sue"]
    await dialled.act(dialled.ann, "invite", agent=sue)
    assert await refused(dialled.sue, dialled.signal(ann)) == "not_in_call"
    assert await refused(dialled.sue, {"type": "call_here", "call": dialled.call, "tab": builders.new_id()})
    assert of(dialled.sue.heard, "ice") == []
    await dialled.act(dialled.sue, "accept")
    await dialled.here(dialled.sue)
    assert of(dialled.sue.heard, "ice") and await reaches(dialled, dialled.sue, ann, dialled.ann)


async def test_who_has_left_neither_signals_nor_comes_back_nor_gets_credentials(dialled: Calling) -> None:
    dana, ann = await dialled.in_call()
    (sue,) = [one.id for one in dialled.application.floor.directory.agents("northwind") if one.name == "Sue"]
    await dialled.act(dialled.ann, "invite", agent=sue)
    await dialled.act(dialled.sue, "accept")
    await dialled.here(dialled.sue)
    await dialled.act(dialled.ann, "leave")
    await dialled.ann.hear()
    del dialled.ann.heard[1:]
    assert await refused(dialled.ann, dialled.signal(dana)) == "not_in_call"
    assert await refused(dialled.ann, {"type": "call_here", "call": dialled.call, "tab": builders.new_id()})
    assert await refused(dialled.dana, dialled.signal(ann)) == "not_in_call"
    assert (await dialled.act(dialled.ann, "media", camera=True, screen=False, voice=True))["code"] == "not_in_call"
    now = dialled.application.floor.installation.db.clock()
    dialled.application.floor.exchange.tick(now + 10**7)
    assert of(await dialled.ann.hear(), "ice") == []
    assert of(await dialled.dana.hear(), "ice") != []


async def test_after_a_hand_over_who_may_see_it_no_more_is_out_of_the_call(dialled: Calling) -> None:
    dana, _ = await dialled.in_call()
    floor = dialled.application.floor
    await builders.team(floor.installation, "upper", level=3, of="northwind")
    await floor.directory.refresh("northwind")
    assert (await dialled.ann.act("hand_over", dialled.talk, to_team="upper"))["type"] == "ok"
    await dialled.heard_state(dialled.dana, "ended")
    assert events(dialled.dana.heard)[-2:] == ["call_left", "call_ended"]
    assert of(dialled.dana.heard, "event")[-1]["facts"]["why"] == "no_access"
    assert await refused(dialled.ann, dialled.signal(dana)) == "not_in_call"


async def test_who_leads_stays_in_it_after_a_hand_over(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    await dialled.act(dialled.sue, "accept")
    await dialled.here(dialled.dana)
    await dialled.here(dialled.sue)
    floor = dialled.application.floor
    await builders.team(floor.installation, "upper", level=3, of="northwind")
    await floor.directory.refresh("northwind")
    assert (await dialled.sue.act("hand_over", dialled.talk, to_team="upper"))["type"] == "ok"
    assert (await dialled.heard_state(dialled.dana, "active"))["phase"] == "active"


async def test_the_very_frame_of_a_hand_over_is_the_last_that_passes(
    dialled: Calling, monkeypatch: pytest.MonkeyPatch
) -> None:
    dana, _ = await dialled.in_call()
    live = dialled.application.floor.exchange.get("northwind", dialled.call)
    assert live is not None
    live.state = replace(live.state, team="upper", level=3, agent="somebody else")  # before anybody is taken out
    assert await refused(dialled.ann, dialled.signal(dana)) == "not_in_call"
    for module in (exchange, running):
        monkeypatch.setattr(module, "may_see", lambda *_: True)
    assert await reaches(dialled, dialled.ann, dana, dialled.dana)


async def test_another_tenant_with_the_same_names_is_nowhere_near(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    async with browser(dialled.application) as client:
        verifier = Verifier()
        jwt = signed(claims(verifier, aud="curbside-other"))
        twin = Wire(dialled.application, (await identify(client, jwt, verifier, OTHER)).json()["token"])
    assert await refused(twin, dialled.signal(ann)) == "not_in_call"
    assert await refused(twin, {"type": "call_here", "call": dialled.call, "tab": builders.new_id()}) == "not_in_call"
    assert (await dialled.act(twin, "leave"))["code"] == "not_found"
    assert of(twin.heard, "call") == of(twin.heard, "ring") == of(twin.heard, "ice") == []
    assert of(await dialled.ann.hear(), "signal") == []
    twin.carrier.left()


async def test_a_call_is_named_with_its_own_conversation_or_not_at_all(dialled: Calling) -> None:
    await dialled.in_call()
    mine = builders.new_id()
    async with browser(dialled.application) as client:
        eve = Wire(dialled.application, await contact_token(client, sub="eve", sid="e"))
    await eve.act("start", mine)
    for verb, more in (("leave", {}), ("accept", {}), ("media", {"camera": True, "screen": True, "voice": True})):
        assert (await eve.act(f"call.{verb}", mine, call=dialled.call, **more))["code"] == "not_found"
    answer = await eve.act("call.request", mine, call=dialled.call)
    assert answer["code"] == "conflict"
    assert (await dialled.heard_state(dialled.dana, "active"))["phase"] == "active"
    eve.carrier.left()


OFFER = {"type": "offer", "sdp": "v=0\r\n"}
UNFIT: dict[str, tuple[dict[str, Any], str]] = {
    "too long": ({"description": {"type": "offer", "sdp": "v=0\r\n" + "a" * SDP_MAX}}, "too_large"),
    "no sdp": ({"description": {"type": "offer", "sdp": "<script>"}}, "bad_frame"),
    "a zero character": ({"description": {"type": "offer", "sdp": "v=0\r\n\0"}}, "bad_frame"),
    "an escape": ({"description": {"type": "offer", "sdp": "v=0\r\n\x1b[2J"}}, "bad_frame"),
    "another type": ({"description": {"type": "rollback", "sdp": "v=0\r\n"}}, "bad_frame"),
    "nothing": ({"description": None}, "bad_frame"),
    "both": ({"description": OFFER, "candidates": [CANDIDATE]}, "bad_frame"),
    "too many candidates": ({"description": None, "candidates": [CANDIDATE] * 21}, "too_large"),
    "a long candidate": (
        {"description": None, "candidates": [{"candidate": "candidate:" + "1" * 512}]},
        "too_large",
    ),
    "no candidate": ({"description": None, "candidates": [{"candidate": "javascript:alert(1)"}]}, "bad_frame"),
    "no generation": ({"generation": 0}, "bad_frame"),
    "no number": ({"n": 0}, "bad_frame"),
    "a generation to come": ({"generation": 2}, "stale"),
    "to oneself": ({"to": "{dana}"}, "not_in_call"),
    "to nobody": ({"to": "x" * 22}, "not_in_call"),
}


async def test_an_unfit_signal_is_refused_by_its_id_and_the_line_stays(
    dialled: Calling, subtests: pytest.Subtests
) -> None:
    dana, ann = await dialled.in_call()
    for name, (fields, code) in UNFIT.items():
        to = str(fields.get("to", ann)).replace("{dana}", dana)
        with subtests.test(name):
            assert await refused(dialled.dana, {**dialled.signal(ann), **fields, "to": to}) == code
            assert of(await dialled.ann.hear(), "signal") == []
    assert await reaches(dialled, dialled.dana, ann, dialled.ann)


async def test_a_stamp_of_ones_own_is_not_believed(dialled: Calling) -> None:
    dana, ann = await dialled.in_call()
    await dialled.dana.ask({**dialled.signal(ann), "from": ann, "extra": "x"})
    (heard,) = of(await dialled.ann.hear(), "signal")
    assert heard["from"] == dana and "extra" not in heard


async def test_a_flood_of_signals_is_slowed_and_then_cut(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    frames = [json.dumps(dialled.signal(ann)) for _ in range(int(allowance._CONTACT[1] + allowance._PATIENCE) + 10)]
    for frame in frames:
        dialled.dana.carrier.received(frame)
    answers = await dialled.dana.hear()
    assert {one["code"] for one in of(answers, "no")} == {"too_fast"}
    assert [one["code"] for one in of(answers, "bye")] == ["too_fast"]
    assert len(of(await dialled.ann.hear(), "signal")) <= allowance._CONTACT[1]


def test_what_waits_for_one_receiver_is_bounded() -> None:
    waiting = Waiting()
    for number in range(PENDING_MAX + 50):
        waiting.add(str(number), b"", "contact:dana", 1, 0)
    assert next(id for id, _ in waiting) == "50" and len(waiting.due(10_000)) == PENDING_MAX


async def test_nobody_acknowledges_what_was_sent_to_another(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    signal = dialled.signal(ann)
    await dialled.dana.ask(signal)
    for wire in (dialled.dana, dialled.sue):
        await wire.ask({"type": "signal_ack", "id": signal["id"]})
    dialled.application.floor.exchange.tick(dialled.application.floor.installation.db.clock() + 1_500)
    assert len(of(await dialled.ann.hear(), "signal")) == 2


async def test_consent_is_ones_own_and_cannot_be_given_for_another(dialled: Calling) -> None:
    dana, ann = await dialled.in_call()
    forged = {"by": {"kind": "contact", "id": "x"}, "participant": dana, "you": dana}
    await dialled.act(dialled.ann, "media", camera=True, screen=True, voice=True, **forged)
    state = await dialled.heard_state(dialled.dana)
    shown = {one["id"]: (one["camera"], one["screen"]) for one in state["participants"]}
    assert shown == {dana: (False, False), ann: (True, True)}
    assert of(dialled.dana.heard, "event")[-1]["facts"]["by"]["name"] == "Ann"
    assert (await dialled.act(dialled.sue, "media", camera=True, screen=True, voice=True))["code"] == "not_in_call"


async def test_consent_replayed_turns_nothing_on_again(dialled: Calling) -> None:
    dana, _ = await dialled.in_call()
    key = builders.new_id()
    on = {"camera": True, "screen": False, "voice": True}
    await dialled.act(dialled.dana, "media", key=key, **on)
    await dialled.act(dialled.dana, "media", camera=False, screen=False, voice=True)
    again = await dialled.act(dialled.dana, "media", key=key, **on)
    assert (again["type"], again["duplicate"]) == ("ok", True)
    conflict = await dialled.act(dialled.dana, "media", key=key, camera=True, screen=True, voice=True)
    assert conflict["code"] == "conflict"
    assert (await dialled.act(dialled.ann, "media", key=key, **on))["type"] == "ok"  # another's key is another's own
    state = await dialled.heard_state(dialled.dana)
    assert {one["id"]: one["camera"] for one in state["participants"]}[dana] is False


async def test_the_clock_and_the_guard_of_the_system_are_nobodys_to_use(dialled: Calling) -> None:
    await dialled.in_call()
    for verb, more in (("lapse", {"leases": {}}), ("take_out", {"who": "contact:x", "why": "no_access"})):
        for name in (verb, f"call.{verb}"):
            answer = await dialled.dana.act(name, dialled.talk, call=dialled.call, **more)
            assert answer["code"] == "unknown_verb"


async def test_a_revoked_agent_is_not_rung(dialled: Calling) -> None:
    table = builders.table(people.Agent)
    gone = update(table).where(table.c.name == "Sue").values(revoked_at=1)
    floor = dialled.application.floor
    await floor.installation.db.write(EVERY_TENANT, lambda transaction: transaction.connection.execute(gone) and None)
    await floor.directory.refresh("northwind")
    await dialled.act(dialled.dana, "request")
    assert of(await dialled.sue.hear(), "ring") == []
    assert of(await dialled.ann.hear(), "ring")
