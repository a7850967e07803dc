"""People come back to a call, or do not: after a reload, a cut, a log-off, a restart, or on another device."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from tests import builders
from tests.attacks.scene import revoke
from tests.attacks.wire import Wire, contact_token
from tests.serving import browser
from tests.web.calling import Calling, ended, lapse, of


async def test_a_reload_takes_the_call_over_and_begins_anew(dialled: Calling) -> None:
    await dialled.in_call()
    tab = builders.new_id()
    await dialled.here(dialled.ann, tab)
    await dialled.dana.hear()
    assert dialled.state(dialled.dana)["pairs"][0]["generation"] == 2
    await dialled.here(dialled.ann, tab)
    await dialled.dana.hear()
    assert dialled.state(dialled.dana)["pairs"][0]["generation"] == 2


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
    await again.until(lambda: bool(of(again.heard, "signal")))
    assert len({one["id"] for one in of(again.heard, "signal")}) == 1
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


async def test_a_second_device_takes_the_part_over(dialled: Calling) -> None:
    await dialled.in_call()
    other = Wire(dialled.application, dialled.dana.token)
    await dialled.here(other)
    assert of(await dialled.dana.hear(), "call_elsewhere") == [{"type": "call_elsewhere", "call": dialled.call}]
    dialled.dana.carrier.left()
    assert (await dialled.heard_state(dialled.ann, "active"))["phase"] == "active"
    other.carrier.left()


async def full(dialled: Calling, on: bool) -> None:
    """Let the database take no change of any call, as when its disk is full; or mend it."""
    refusing = "CREATE TRIGGER full BEFORE UPDATE ON call BEGIN SELECT RAISE(ABORT, 'full'); END"
    db = dialled.application.floor.installation.db
    await db.write(
        builders.TENANT,
        lambda transaction: transaction.connection.execute(text(refusing if on else "DROP TRIGGER full")),
    )


async def test_who_comes_while_nothing_can_be_stored_is_let_in_once_it_can(dialled: Calling) -> None:
    await dialled.in_call()
    tab = builders.new_id()
    await dialled.here(dialled.dana, tab)
    await full(dialled, on=True)
    again = Wire(dialled.application, dialled.dana.token)
    await again.welcomed()
    answers = await dialled.here(again, tab)
    assert not of(answers, "no") and not of(answers, "ice"), answers
    dialled.dana.carrier.left()
    await full(dialled, on=False)
    await again.until(lambda: bool(of(again.heard, "ice")))
    await again.hear()
    assert dialled.state(again)["phase"] == "active"
    assert (await again.ask(dialled.signal(dialled.state(again)["pairs"][0]["with"], generation=2))) == []
    again.carrier.left()


async def test_who_waits_to_be_let_in_does_not_take_the_call_from_a_later_device(dialled: Calling) -> None:
    await dialled.in_call()
    await full(dialled, on=True)
    early, late = [Wire(dialled.application, dialled.dana.token) for _ in range(2)]
    await dialled.here(early)
    await full(dialled, on=False)
    await dialled.here(late)
    await early.until(lambda: bool(of(early.heard, "no")))
    assert of(early.heard, "no")[0]["code"] == "not_in_call"
    assert not of(await late.hear(), "call_elsewhere")
    for wire in (early, late):
        wire.carrier.left()


async def test_who_is_gone_while_nothing_can_be_stored_is_shown_as_gone_once_it_can(dialled: Calling) -> None:
    await dialled.in_call()
    await full(dialled, on=True)
    dialled.dana.carrier.left()
    await dialled.ann.hear()
    await full(dialled, on=False)
    assert (await dialled.heard_state(dialled.ann, "degraded"))["phase"] == "degraded"


async def test_the_answer_comes_once_signals_pass(dialled: Calling) -> None:
    """A page says what it has to say on hearing the answer: sooner, it would be refused, and lost."""
    await dialled.in_call()
    again = Wire(dialled.application, dialled.dana.token)
    await again.welcomed()
    again.carrier.received(json.dumps({"type": "call_here", "call": dialled.call, "tab": builders.new_id()}))
    await again.until(lambda: bool(of(again.heard, "ice")))
    ann = dialled.state(dialled.ann)["you"]
    assert not of(await again.ask(dialled.signal(ann, generation=2)), "no")
    again.carrier.left()


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
