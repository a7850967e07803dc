"""In a call over the wire, from the first signal to the hang-up, as each of those in it hears it."""

from __future__ import annotations

from sqlalchemy import select

from curbside.store import calls as store
from curbside.store.scope import EVERY_TENANT
from tests import builders
from tests.web.calling import CANDIDATE, SDP, Calling, events, lapse, of, switch


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
    (bell,) = of(await dialled.sue.hear(), "ring")[-1:]
    assert (bell["by"]["name"], bell["by"]["employer"]) == ("Ann", "House")
    assert [one["name"] for one in bell["into"]["people"]] == ["Dana Ruiz", "Ann"]
    for wire in (dialled.dana, dialled.ann):
        (asked,) = (await dialled.heard_state(wire))["invited"]
        assert (asked["name"], asked["employer"], asked["country"]) == ("Sue", "House", "IE")
    assert (await dialled.act(dialled.sue, "accept"))["type"] == "ok"
    await dialled.here(dialled.sue)
    assert (await dialled.heard_state(dialled.dana))["invited"] == []
    assert events(dialled.dana.heard)[-2:] == ["call_invited", "call_joined"]
    assert of(dialled.dana.heard, "event")[-1]["facts"]["agent"]["employer"] == "House"
    assert len((await dialled.heard_state(dialled.dana))["pairs"]) == 2
    await dialled.act(dialled.ann, "leave")
    state = await dialled.heard_state(dialled.dana)
    assert (state["phase"], len(state["pairs"])) == ("active", 1)
    await dialled.act(dialled.dana, "leave")
    assert (await dialled.heard_state(dialled.sue, "ended"))["phase"] == "ended"


async def test_an_invitation_that_is_declined_is_seen_to_be_and_may_be_made_again(dialled: Calling) -> None:
    await dialled.in_call()
    (sue,) = [one.id for one in dialled.application.floor.directory.agents("northwind") if one.name == "Sue"]
    for _ in range(2):
        await dialled.act(dialled.ann, "invite", agent=sue)
        assert len((await dialled.heard_state(dialled.ann))["invited"]) == 1
        assert (await dialled.act(dialled.sue, "decline"))["type"] == "ok"
        state = await dialled.heard_state(dialled.ann)
        assert (state["invited"], state["phase"], len(state["participants"])) == ([], "active", 2)
    assert of(dialled.sue.heard, "call") == [], "who only was asked is told nothing of how it stands"


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


async def test_how_it_was_is_kept_with_the_call(dialled: Calling) -> None:
    await dialled.in_call()
    await dialled.act(dialled.dana, "leave")
    for mos in (3.0, 4.2):
        answer = await dialled.act(
            dialled.dana, "report", relayed=True, first_frame_ms=500, loss=0.1, rtt_ms=40, mos=mos
        )
        assert answer["type"] == "ok"
    read = dialled.application.floor.installation.db.read
    rows = await read(EVERY_TENANT, lambda connection: connection.execute(select(store.reports)).all())
    assert [(row.call, row.relayed, row.mos) for row in rows] == [(dialled.call, True, 4.2)]
    assert (await dialled.act(dialled.sue, "report", mos=1))["code"] == "not_in_call"
