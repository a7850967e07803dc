"""A call while the world changes: what is switched off ends in it, and who becomes free is rung too."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from curbside.domain.people import Contact
from tests.web.calling import Calling, ended, of, switch


async def stands(dialled: Calling, as_wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return how Dana is told that the call stands, once it does so."""
    async with asyncio.timeout(5):
        while not as_wanted(dialled.state(dialled.dana)):
            await dialled.dana.hear()
    return dialled.state(dialled.dana)


async def test_a_camera_that_is_switched_off_in_a_call_is_off_for_everybody_in_it(dialled: Calling) -> None:
    dana, ann = await dialled.in_call()
    for wire in (dialled.dana, dialled.ann):
        await dialled.act(wire, "media", camera=True, screen=True, voice=True, surface="page")
    await switch(dialled.application, "camera", enabled=False)
    state = await stands(dialled, lambda told: told["off"] == ["camera"])
    assert {one["id"]: (one["camera"], one["screen"]) for one in state["participants"]} == {
        dana: (False, True),
        ann: (False, True),
    }
    off = [one["facts"] for one in of(dialled.dana.heard, "event") if one["facts"].get("why") == "switched_off"]
    assert sorted((one["by"]["name"], one["camera"], one["screen"]) for one in off) == [
        ("Ann", False, True),
        ("Dana Ruiz", False, True),
    ]
    assert "seen_by" not in off[0], "a screen that goes on does not begin"
    await switch(dialled.application, "screen", enabled=False)
    state = await stands(dialled, lambda told: told["off"] == ["camera", "screen"])
    assert {one["surface"] for one in state["participants"]} == {None}
    await switch(dialled.application, "camera")
    state = await stands(dialled, lambda told: told["off"] == ["screen"])
    assert [one["camera"] for one in state["participants"]] == [False, False], "nobody's camera comes on by itself"


async def test_a_call_that_is_switched_off_ends(dialled: Calling) -> None:
    await dialled.in_call()
    await switch(dialled.application, "call", enabled=False)
    assert (await ended(dialled.dana))["why"] == "switched_off"
    for wire in (dialled.dana, dialled.ann):
        assert (await dialled.heard_state(wire, "ended"))["phase"] == "ended"


async def test_what_is_switched_off_while_it_rings_is_off_already(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request", wants=["voice", "camera"])
    await switch(dialled.application, "camera", enabled=False)
    state = await stands(dialled, lambda told: told["off"] == ["camera"])
    assert (state["phase"], state["wants"]) == ("ringing", ["voice"])
    await dialled.ann.hear()
    assert [one["wants"] for one in of(dialled.ann.heard, "ring")] == [["voice", "camera"], ["voice"]]
    await switch(dialled.application, "call", enabled=False)
    assert (await ended(dialled.dana))["why"] == "switched_off"
    assert of(await dialled.ann.hear(), "ring_over")[-1]["why"] == "ended"


async def test_a_switch_of_others_leaves_a_call_alone(dialled: Calling) -> None:
    await dialled.in_call()
    version = dialled.state(dialled.dana)["version"]
    for rule in ({"role": "pharmacist"}, {"organization": "general"}, {"module": "orders"}):
        await switch(dialled.application, "call", enabled=False, **rule)
    await dialled.application.floor.attending.look("northwind")
    assert ((await dialled.heard_state(dialled.dana))["phase"], dialled.state(dialled.dana)["version"]) == (
        "active",
        version,
    )


async def test_a_camera_switched_off_in_this_contacts_organization_is_off(dialled: Calling) -> None:
    await dialled.in_call()
    person = dialled.dana.carrier.connection.person
    assert isinstance(person, Contact)
    await switch(dialled.application, "camera", enabled=False, organization=person.organization)
    assert (await stands(dialled, lambda told: told["off"] == ["camera"]))["phase"] == "active"


async def test_who_becomes_free_while_it_rings_is_rung_too(dialled: Calling) -> None:
    floor = dialled.application.floor
    await dialled.sue.act("state", None, state="break")
    await floor.directory.refresh("northwind")
    await dialled.act(dialled.dana, "request")
    assert of(await dialled.sue.hear(), "ring") == []
    await dialled.sue.act("state", None, state="available")
    async with asyncio.timeout(5):
        while not (rings := of(dialled.sue.heard, "ring")):
            await dialled.sue.hear()
    await dialled.ann.hear()
    assert rings[0]["until"] == of(dialled.ann.heard, "ring")[0]["until"], "it rings no longer for that"
    assert (await dialled.act(dialled.sue, "accept"))["type"] == "ok"
    assert of(await dialled.ann.hear(), "ring_over")[-1]["winner"] == "Sue"


async def test_who_has_declined_is_not_rung_again(dialled: Calling) -> None:
    await dialled.act(dialled.dana, "request")
    await dialled.act(dialled.sue, "decline")
    for state in ("break", "available"):
        await dialled.sue.act("state", None, state=state)
        await dialled.application.floor.directory.refresh("northwind")
    await dialled.application.floor.attending.look("northwind")
    await dialled.sue.hear()
    assert len(of(dialled.sue.heard, "ring")) == 1
