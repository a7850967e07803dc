"""A call over the wire, from the question to the hang-up, as each of those in it hears it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from curbside.actions.identity import digest
from curbside.app import Application
from curbside.store import calls as store
from tests import builders
from tests.attacks.scene import revoke
from tests.attacks.wire import Wire, contact_token
from tests.serving import browser
from tests.web.calling import CANDIDATE, SDP, Calling, calling, events, of, switch


@pytest.fixture
async def dialled(curbside: Application) -> AsyncIterator[Calling]:
    async with calling(curbside) as found:
        yield found


async def test_a_call_rings_everybody_who_is_free_and_the_first_to_answer_wins(dialled: Calling) -> None:
    assert (await dialled.act(dialled.dana, "request", wants=["voice", "camera"]))["type"] == "ok"
    for wire in (dialled.ann, dialled.sue):
        (ring,) = of(await wire.hear(), "ring")
        assert (ring["by"]["name"], ring["wants"]) == ("Dana Ruiz", ["voice", "camera"])
    assert (await dialled.act(dialled.ann, "accept"))["type"] == "ok"
    refused = await dialled.act(dialled.sue, "accept")
    assert (refused["code"], refused["detail"]) == ("already_accepted", {"winner": "Ann"})
    (over,) = of(dialled.sue.heard, "ring_over")
    assert (over["why"], over["winner"]) == ("accepted", "Ann")
    await dialled.dana.hear()
    assert events(dialled.dana.heard) == ["call_requested", "call_accepted"]
    assert of(dialled.dana.heard, "event")[-1]["facts"]["agent"]["employer"] == "House"
    kinds = [frame["kind"] for frame in of(dialled.dana.heard, "event")]
    assert kinds[-2:] == ["claimed", "call_accepted"]


async def test_both_are_here_signals_pass_and_are_repeated_until_they_are_acknowledged(dialled: Calling) -> None:
    dana, ann = await dialled.in_call()
    state = dialled.state(dialled.dana)
    assert state["phase"] == "active"
    assert {one["id"]: one["presence"] for one in state["participants"]} == {dana: "joined", ann: "joined"}
    polite = [dialled.state(wire)["pairs"][0]["polite"] for wire in (dialled.dana, dialled.ann)]
    assert sorted(polite) == [False, True]
    offer = dialled.signal(ann)
    await dialled.dana.ask(offer)
    (heard,) = of(await dialled.ann.hear(), "signal")
    assert (heard["from"], heard["id"], heard["description"]["sdp"]) == (dana, offer["id"], SDP)
    now = dialled.application.floor.installation.db.clock()
    dialled.application.floor.exchange.tick(now + 1_500)
    assert len(of(await dialled.ann.hear(), "signal")) == 1
    await dialled.ann.ask({"type": "signal_ack", "id": offer["id"]})
    dialled.application.floor.exchange.tick(now + 60_000)
    assert of(await dialled.ann.hear(), "signal") == []
    await dialled.ann.ask(dialled.signal(dana, description=None, candidates=[CANDIDATE]))
    (heard,) = of(await dialled.dana.hear(), "signal")
    assert heard["candidates"][0]["candidate"] == CANDIDATE["candidate"]


async def test_a_hang_up_reaches_everyone_and_is_told_with_its_length(dialled: Calling) -> None:
    await dialled.in_call()
    await dialled.act(dialled.dana, "leave")
    await dialled.ann.hear()
    assert dialled.state(dialled.ann)["phase"] == "ended"
    await dialled.dana.hear()
    assert events(dialled.dana.heard)[-2:] == ["call_left", "call_ended"]
    facts = of(dialled.dana.heard, "event")[-1]["facts"]
    assert (facts["why"], facts["seconds"] >= 0) == ("hung_up", True)


async def test_who_cannot_be_called_is_told_so(dialled: Calling) -> None:
    await switch(dialled.application, "call", enabled=False)
    assert (await dialled.act(dialled.dana, "request"))["code"] == "switched_off"
    await switch(dialled.application, "call")
    for wire in (dialled.ann, dialled.sue):
        await wire.act("state", None, state="off")
    await dialled.application.floor.directory.refresh("northwind")
    assert (await dialled.act(dialled.dana, "request"))["code"] == "nobody_free"


async def test_a_reload_takes_the_call_over_and_begins_anew(dialled: Calling) -> None:
    await dialled.in_call()
    tab = builders.new_id()
    await dialled.here(dialled.ann, tab)
    await dialled.dana.hear()
    assert dialled.state(dialled.dana)["pairs"][0]["generation"] == 2
    await dialled.here(dialled.ann, tab)
    await dialled.dana.hear()
    assert dialled.state(dialled.dana)["pairs"][0]["generation"] == 2


async def lapse(dialled: Calling, ms: int) -> None:
    """Let time pass for the call, and do its work."""
    database = dialled.application.floor.installation.db
    real = database.clock
    database.clock = database.writer._clock = lambda: real() + ms
    await dialled.application.floor.calls.lapse("northwind", dialled.talk, dialled.call)
    database.clock = database.writer._clock = real


async def ended(wire: Wire) -> dict[str, Any]:
    """Return the facts of how the call ended, once they have come."""
    async with asyncio.timeout(5):
        while not (found := [one for one in of(wire.heard, "event") if one["kind"] == "call_ended"]):
            await wire.hear()
    facts: dict[str, Any] = found[-1]["facts"]
    return facts


async def test_what_nobody_answers_is_missed_and_every_bell_stops(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    await lapse(dialled, 44_000)
    await dialled.dana.hear()
    assert dialled.state(dialled.dana)["phase"] == "ringing"
    await lapse(dialled, 46_000)
    for wire in (dialled.ann, dialled.sue):
        await wire.hear()
        assert of(wire.heard, "ring_over")[-1]["why"] == "missed"
    await dialled.dana.hear()
    assert ((await ended(dialled.dana))["why"], (await ended(dialled.dana))["seconds"]) == ("missed", None)


async def test_it_rings_on_until_everybody_has_declined(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    await dialled.act(dialled.ann, "decline")
    assert of(dialled.ann.heard, "ring_over")[-1]["why"] == "declined"
    await dialled.dana.hear()
    assert events(dialled.dana.heard) == ["call_requested"]
    await dialled.act(dialled.sue, "decline")
    await dialled.dana.hear()
    assert (await ended(dialled.dana))["why"] == "declined"


async def test_who_asked_takes_it_back(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    await dialled.act(dialled.dana, "cancel")
    assert of(await dialled.ann.hear(), "ring_over")[-1]["why"] == "cancelled"
    assert (await dialled.act(dialled.ann, "accept"))["code"] == "call_over"


async def test_a_bell_rings_also_for_a_page_that_opens_late(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    late = Wire(dialled.application, dialled.ann.token)
    await late.hear()
    assert of(late.heard, "ring")[0]["call"] == dialled.call
    late.carrier.left()


async def test_an_agent_rings_the_contact_who_is_told_who_it_is(dialled: Calling) -> None:
    assert (await dialled.act(dialled.ann, "request"))["code"] == "not_claimed"
    await dialled.ann.act("claim", dialled.talk)
    assert (await dialled.act(dialled.ann, "request"))["type"] == "ok"
    (ring,) = of(await dialled.dana.hear(), "ring")
    assert {"kind": "agent", "name": "Ann", "employer": "House", "country": "IE"}.items() <= ring["by"].items()
    assert of(await dialled.sue.hear(), "ring") == []
    await dialled.act(dialled.dana, "accept")
    await dialled.ann.hear()
    assert dialled.state(dialled.ann)["phase"] == "connecting"


async def test_there_is_one_call_at_a_time(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    answer = await dialled.dana.act("call.request", dialled.talk, call=builders.new_id())
    assert (answer["code"], answer["detail"]) == ("call_running", {"call": dialled.call})
    await dialled.act(dialled.dana, "cancel")
    assert (await dialled.act(dialled.dana, "request"))["code"] == "conflict"


async def test_a_line_that_is_cut_is_shown_as_interrupted_and_comes_back(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    tab = builders.new_id()
    await dialled.here(dialled.ann, tab)
    generation = (await dialled.heard_state(dialled.dana))["pairs"][0]["generation"]
    dialled.ann.carrier.left()
    state = await dialled.heard_state(dialled.dana, "degraded")
    assert {one["id"]: one["presence"] for one in state["participants"]}[ann] == "interrupted"
    await dialled.dana.ask(dialled.signal(ann, generation=generation))
    again = Wire(dialled.application, dialled.ann.token)
    await dialled.here(again, tab)
    state = await dialled.heard_state(dialled.dana)
    assert (state["phase"], state["pairs"][0]["generation"]) == ("active", generation)
    dialled.application.floor.exchange.tick(dialled.application.floor.installation.db.clock() + 10)
    assert len(of(await again.hear(), "signal")) == 1
    again.carrier.left()


async def test_who_does_not_come_back_has_left_and_the_call_is_over(dialled: Calling) -> None:
    await dialled.in_call()
    dialled.ann.carrier.left()
    await dialled.dana.hear()
    await lapse(dialled, 29_000)
    assert (await dialled.heard_state(dialled.dana, "degraded"))["phase"] == "degraded"
    await lapse(dialled, 31_000)
    assert (await dialled.heard_state(dialled.dana, "ended"))["phase"] == "ended"
    assert (await ended(dialled.dana))["why"] == "lost"


async def test_an_answer_that_nobody_comes_for_is_given_up(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    await dialled.act(dialled.ann, "accept")
    await dialled.here(dialled.dana)
    await lapse(dialled, 31_000)
    await dialled.dana.hear()
    assert (await ended(dialled.dana))["why"] == "lost"


async def test_a_second_device_takes_the_part_over(dialled: Calling) -> None:
    await dialled.in_call()
    other = Wire(dialled.application, dialled.dana.token)
    await dialled.here(other)
    assert of(await dialled.dana.hear(), "call_elsewhere") == [{"type": "call_elsewhere", "call": dialled.call}]
    dialled.dana.carrier.left()
    assert (await dialled.heard_state(dialled.ann, "active"))["phase"] == "active"
    other.carrier.left()


async def test_media_of_ones_own_are_told_and_a_mute_is_not_a_fact(dialled: Calling) -> None:
    dana, _ = await dialled.in_call()
    await dialled.act(dialled.dana, "media", camera=True, screen=False, voice=True)
    await dialled.act(dialled.dana, "media", camera=True, screen=False, voice=False)
    await dialled.dana.hear()
    assert events(dialled.dana.heard).count("call_media") == 1
    state = await dialled.heard_state(dialled.ann)
    (mine,) = [one for one in state["participants"] if one["id"] == dana]
    assert (mine["camera"], mine["voice"]) == (True, False)
    await switch(dialled.application, "screen", enabled=False)
    refused = await dialled.act(dialled.dana, "media", camera=True, screen=True, voice=True)
    assert (refused["code"], refused["detail"]) == ("switched_off", {"capability": "screen"})


async def test_a_screen_is_shown_masked_says_who_sees_it_and_is_stopped_from_the_other_side(dialled: Calling) -> None:
    dana, ann = await dialled.in_call()
    bare = {"camera": False, "screen": True, "voice": True}
    for surface in (None, "other"):  # unless the tenant lets them, contacts show nothing without masks
        refused = await dialled.act(dialled.dana, "media", **bare, surface=surface)
        assert refused["detail"] == {"capability": "screen", "why": "unmasked"}
    assert (await dialled.act(dialled.ann, "media", **bare))["type"] == "ok"  # an agent's own desk is no page of an EHR
    await dialled.act(dialled.dana, "media", **bare, surface="page")
    await dialled.dana.hear()
    started = of(dialled.dana.heard, "event")[-1]["facts"]
    assert (started["by"]["name"], started["surface"]) == ("Dana Ruiz", "page")
    assert [one["name"] for one in started["seen_by"]] == ["Ann"]
    await dialled.act(dialled.dana, "media", **bare, surface="veiled")
    await dialled.dana.hear()
    assert events(dialled.dana.heard).count("call_media") == 2, "how its masks stand is no fact of its own"
    shown = {one["id"]: one["surface"] for one in dialled.state(dialled.dana)["participants"]}
    assert shown == {dana: "veiled", ann: "other"}
    assert (await dialled.act(dialled.ann, "stop_screen", of=ann))["code"] == "not_in_call", "one's own is call.media"
    assert (await dialled.act(dialled.ann, "stop_screen", of=dana))["type"] == "ok"
    await dialled.dana.hear()
    stopped = of(dialled.dana.heard, "event")[-1]["facts"]
    assert (stopped["by"]["name"], stopped["screen"], stopped["stopped_by"]["name"]) == ("Dana Ruiz", False, "Ann")
    assert {one["id"]: one["screen"] for one in dialled.state(dialled.dana)["participants"]} == {dana: False, ann: True}


async def test_who_joins_while_a_screen_is_shown_stands_there_as_one_who_sees_it(dialled: Calling) -> None:
    await dialled.in_call()
    await dialled.act(dialled.dana, "media", camera=False, screen=True, voice=True, surface="page")
    (sue,) = [one.id for one in dialled.application.floor.directory.agents("northwind") if one.name == "Sue"]
    assert (await dialled.act(dialled.sue, "stop_screen", of=builders.new_id()))["code"] == "not_in_call"
    await dialled.act(dialled.ann, "invite", agent=sue)
    await dialled.act(dialled.sue, "accept")
    await dialled.dana.hear()
    joined = of(dialled.dana.heard, "event")[-1]
    assert (joined["kind"], [one["name"] for one in joined["facts"]["sees"]]) == ("call_joined", ["Dana Ruiz"])


async def test_a_colleague_is_invited_disclosed_and_stays_when_the_first_leaves(dialled: Calling) -> None:
    await dialled.in_call()
    (sue,) = [one.id for one in dialled.application.floor.directory.agents("northwind") if one.name == "Sue"]
    assert (await dialled.act(dialled.ann, "invite", agent=sue))["type"] == "ok"
    assert of(await dialled.sue.hear(), "ring")
    assert (await dialled.act(dialled.sue, "accept"))["type"] == "ok"
    await dialled.here(dialled.sue)
    await dialled.dana.hear()
    assert events(dialled.dana.heard)[-2:] == ["call_invited", "call_joined"]
    assert of(dialled.dana.heard, "event")[-1]["facts"]["agent"]["employer"] == "House"
    assert len((await dialled.heard_state(dialled.dana))["pairs"]) == 2
    await dialled.act(dialled.ann, "leave")
    state = await dialled.heard_state(dialled.dana)
    assert (state["phase"], len(state["pairs"])) == ("active", 1)
    await dialled.act(dialled.dana, "leave")
    assert (await dialled.heard_state(dialled.sue, "ended"))["phase"] == "ended"


async def test_an_invitation_that_is_not_answered_leaves_the_call_alone(dialled: Calling) -> None:
    await dialled.in_call()
    (sue,) = [one.id for one in dialled.application.floor.directory.agents("northwind") if one.name == "Sue"]
    await dialled.act(dialled.ann, "invite", agent=sue)
    floor = dialled.application.floor
    for wire in (dialled.dana, dialled.ann):
        wire.carrier.connection.heard_at = floor.installation.db.clock() + 46_000
    await lapse(dialled, 46_000)
    assert of(await dialled.sue.hear(), "ring_over")[-1]["why"] == "missed"
    assert (await dialled.heard_state(dialled.dana, "active"))["phase"] == "active"


async def log_out(dialled: Calling, why: str) -> None:
    async with browser(dialled.application, Authorization=f"Bearer {dialled.dana.token}") as client:
        assert (await client.post("/v1/logout", json={"why": why})).status_code == 204


@pytest.mark.parametrize("why", ["logout", "switched", "idle"])
async def test_a_log_off_ends_the_call_within_a_second(dialled: Calling, why: str) -> None:
    await dialled.in_call()
    await log_out(dialled, why)
    await dialled.heard_state(dialled.ann, "ended")
    await dialled.ann.ask({"type": "subscribe", "topic": f"conversation:{dialled.talk}", "after": 0})
    assert (await ended(dialled.ann))["why"] == "left_workstation"
    assert (await dialled.heard_state(dialled.ann, "ended"))["phase"] == "ended"


async def test_a_log_off_ends_it_also_while_it_rings(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    await log_out(dialled, "switched")
    assert of(await dialled.ann.hear(), "ring_over")[-1]["why"] == "ended"


async def test_a_log_off_elsewhere_leaves_the_call_alone(dialled: Calling) -> None:
    async with browser(dialled.application) as client:
        elsewhere = Wire(dialled.application, await contact_token(client, sid="another workstation"))
    await elsewhere.welcomed()
    await dialled.in_call()
    async with browser(dialled.application, Authorization=f"Bearer {elsewhere.token}") as client:
        await client.post("/v1/logout", json={"why": "logout"})
    assert (await dialled.heard_state(dialled.ann, "active"))["phase"] == "active"
    elsewhere.carrier.left()


async def test_a_revoked_agent_is_out_of_the_call(dialled: Calling) -> None:
    await dialled.in_call()
    floor = dialled.application.floor
    (ann,) = [one.id for one in floor.directory.agents("northwind") if one.name == "Ann"]
    await revoke(dialled.application, ann)
    assert (await dialled.heard_state(dialled.dana, "ended"))["phase"] == "ended"
    assert (await ended(dialled.dana))["why"] == "left_workstation"


async def test_after_a_restart_the_call_goes_on_where_it_was(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    floor = dialled.application.floor
    await floor.calls.load()  # as a process that has just begun: nobody is carried
    again = Wire(dialled.application, dialled.dana.token)
    assert of(await again.hear(), "call")[0]["call"] == dialled.call
    tab = floor.exchange.get("northwind", dialled.call).call.session.roster.participants[0].tab  # type: ignore[union-attr]
    await dialled.here(again, tab)
    state = of(again.heard, "call")[-1]
    assert (state["phase"], state["pairs"][0]) == ("active", {"with": ann, "polite": False, "generation": 1})
    again.carrier.left()


async def test_how_it_was_is_kept_with_the_call(dialled: Calling) -> None:
    await dialled.in_call()
    await dialled.act(dialled.dana, "leave")
    for mos in (3.0, 4.2):
        answer = await dialled.act(
            dialled.dana, "report", relayed=True, first_frame_ms=500, loss=0.1, rtt_ms=40, mos=mos
        )
        assert answer["type"] == "ok"
    read = dialled.application.floor.installation.db.read
    rows = await read(lambda connection: connection.execute(select(store.reports)).all())
    assert [(row.call, row.relayed, row.mos) for row in rows] == [(dialled.call, True, 4.2)]
    assert (await dialled.act(dialled.sue, "report", mos=1))["code"] == "not_in_call"


async def test_a_call_goes_over_a_stream_where_sockets_do_not_pass(dialled: Calling) -> None:
    _, ann = await dialled.in_call()
    (frame,) = [one for one in dialled.application.asgi.routes if getattr(one, "path", "") == "/v1/frame"]
    over = Wire(dialled.application, dialled.dana.token)
    await over.welcomed()
    frame.endpoint.__self__._streams[digest(over.token)] = {over.carrier}  # type: ignore[attr-defined]
    here = {"type": "call_here", "call": dialled.call, "tab": builders.new_id()}
    async with browser(dialled.application, Authorization=f"Bearer {over.token}") as client:
        assert (await client.post("/v1/frame", json=here)).json() == {"type": "done"}
        await dialled.heard_state(over, "active")
        assert of(over.heard, "ice")
        for generation, told in ((2, None), (1, "stale")):
            signal = dialled.signal(ann, generation=generation)
            assert (await client.post("/v1/frame", json=signal)).json() == {"type": "done"}
            assert [one["code"] for one in of(await over.hear(), "no")] == ([told] if told else [])
    assert len(of(await dialled.ann.hear(), "signal")) == 1
    over.carrier.left()
