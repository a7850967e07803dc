"""A call rings: for whom, until when, and who answers it."""

from __future__ import annotations

from tests import builders
from tests.attacks.wire import Wire
from tests.web.calling import Calling, ended, events, lapse, of, switch


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


async def test_who_cannot_be_called_is_told_so(dialled: Calling) -> None:
    await switch(dialled.application, "call", enabled=False)
    assert (await dialled.act(dialled.dana, "request"))["code"] == "switched_off"
    await switch(dialled.application, "call")
    for wire in (dialled.ann, dialled.sue):
        await wire.act("state", None, state="off")
    await dialled.application.floor.directory.refresh("northwind")
    assert (await dialled.act(dialled.dana, "request"))["code"] == "nobody_free"


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


async def test_an_answer_that_nobody_comes_for_is_given_up(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    await dialled.act(dialled.ann, "accept")
    await dialled.here(dialled.dana)
    await lapse(dialled, 31_000)
    await dialled.dana.hear()
    assert (await ended(dialled.dana))["why"] == "lost"
