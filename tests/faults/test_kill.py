"""kill -9 at random under load, with journals: nothing acknowledged is lost, nothing is doubled or out of order.

Contacts and agents write, claim, release, resolve, edit, delete and rate. Then the database is held against what
each was told, and against what each one's screen shows. `CURBSIDE_KILLS` says how often; `make faults` sets 20.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from curbside.store.engines import engines
from curbside.store.ledger import events
from tests.faults.journal import Agent, Contact, Person, named
from tests.faults.process import Process

KILLS = int(os.environ.get("CURBSIDE_KILLS", "3"))
CONTACTS = 8
AGENTS = ("helen", "ana", "nora")
BACK_S = 3.0 * 3  # the budget, and three times as much on a machine that does other things
LEAVES = {
    "claim": "claimed",
    "release": "released",
    "resolve": "resolved",
    "edit": "edited",
    "delete": "deleted",
    "rate": "rated",
}
# What people who act at random, and at the same time, may be told: the conversation is in another state by then.
LATE = {"already_claimed", "at_capacity", "not_owner", "not_claimed", "resolved", "not_resolved", "already_rated"}


@pytest.mark.slow
async def test_a_server_killed_at_random_loses_and_doubles_nothing(tmp_path: Path, port: Callable[[], int]) -> None:
    process = Process(tmp_path / "data", port(), port())
    process.data.mkdir()
    seeded = random.Random(20)
    try:
        await process.start()
        people = await _people(process)
        living = [asyncio.create_task(one.live()) for one in people]
        back = []
        for _ in range(KILLS):
            await asyncio.sleep(seeded.uniform(0.1, 0.8))
            await process.kill()
            back.append(await process.start())
        await asyncio.sleep(0.5)
        await _come_to_rest(people)
        for one in people:
            one.looking = False
        await asyncio.wait_for(asyncio.gather(*living), 30)
    finally:
        await process.kill()
    contacts = [one for one in people if isinstance(one, Contact)]
    log = _log(process.data, {one.conversation for one in contacts})
    for contact in contacts:
        _hold(contact, [one for one in people if isinstance(one, Agent)], log[contact.conversation])
    _hold_that_enough_happened(people)
    assert median(back) <= BACK_S, back
    assert max(back) <= 3 * BACK_S, back


async def _people(process: Process) -> list[Person]:
    headers = {"Origin": process.origin}
    contacts: list[Contact] = []

    def started() -> list[str]:
        return [one.conversation for one in contacts if one.journal.acked]

    async with httpx.AsyncClient(base_url=process.origin, headers=headers, timeout=30) as client:
        # The agents first: once they are there, the demonstration has settled in.
        agents = [await process.token_of_agent(client, f"{name}@northwind.example") for name in AGENTS]
        tokens = [await process.token_of_contact(client, f"nurse{n}") for n in range(CONTACTS)]
    contacts += [Contact(process.socket, token, seed) for seed, token in enumerate(tokens)]
    return [*contacts, *(Agent(process.socket, token, 100 + seed, started) for seed, token in enumerate(agents))]


async def _come_to_rest(people: Sequence[Person]) -> None:
    """Let everybody get their last answer, and hear everything there is to hear: until nothing comes any more."""
    for one in people:
        one.acting = False
    quiet, heard = 0, -1
    for _ in range(300):
        await asyncio.sleep(0.1)
        now = sum(len(seen) for one in people for seen in one.journal.shown.values())
        quiet = quiet + 1 if now == heard and all(one.settled for one in people) else 0
        heard = now
        if quiet == 25:  # longer than the look for what changed, every 2 s
            return
    raise AssertionError("somebody still waits for an answer, or something still comes")


def _log(data: Path, conversations: set[str]) -> dict[str, list[Any]]:
    writer, reader = engines(f"sqlite:///{data / 'curbside.db'}")
    query = select(events).where(events.c.conversation.in_(conversations)).order_by(events.c.n_house)
    with reader.connect() as connection:
        rows = connection.execute(query).all()
    reader.dispose()
    writer.dispose()
    return {talk: [row for row in rows if row.conversation == talk] for talk in conversations}


def _hold(contact: Contact, agents: Sequence[Agent], log: Sequence[Any]) -> None:
    """Hold the journals of all who were in one conversation against the database."""
    talk = contact.conversation
    assert [row.n_house for row in log] == list(range(1, len(log) + 1))
    assert [row.kind for row in log].count("started") == 1
    for one in (contact, *agents):
        assert one.journal.faults == []
        assert set(one.journal.refused.values()) <= LATE
        _hold_words(one, log, talk)
        _hold_acts(one, log, talk)
        _hold_screen(one, log, talk)
    _hold_that_nothing_was_doubled((contact, *agents), log, talk)


def _hold_words(one: Person, log: Sequence[Any], talk: str) -> None:
    """What somebody said stands there once, in their order, under the number that they were told."""
    said = [frame["key"] for kind in ("message", "note") for frame in one.journal.done(kind, talk)]
    asked = [frame["key"] for frame in one.journal.asked if frame["key"] in said]
    assert [row.key for row in log if row.key in said] == asked, "lost, doubled or out of order"
    for row in log:
        if row.key in said:
            assert one.journal.acked[row.key]["seq"] == _number(one, row)


def _hold_acts(one: Person, log: Sequence[Any], talk: str) -> None:
    """What somebody did stands where they were told that it stands."""
    numbered = {_number(one, row): row for row in log if _sees(one, row)}
    for verb, kind in LEAVES.items():
        for frame in one.journal.done(verb, talk):
            row = numbered[one.journal.acked[frame["key"]]["seq"]]
            assert row.kind == kind
            assert json.loads(row.facts).get("target") == frame.get("target")


def _hold_screen(one: Person, log: Sequence[Any], talk: str) -> None:
    """What somebody saw is what stands there, as far as they may see it: nothing less, nothing twice."""
    shown = [(event["seq"], event["kind"], event["key"]) for event in one.journal.shown.get(talk, ())]
    assert shown == [(_number(one, row), row.kind, row.key) for row in log if _sees(one, row)]


def _hold_that_nothing_was_doubled(people: Sequence[Person], log: Sequence[Any], talk: str) -> None:
    """Nothing stands there that nobody was told of: so many acts, so many events."""
    kinds = Counter(row.kind for row in log)
    # An agent who writes to what was resolved takes it on again by that.
    kinds["claimed"] -= sum(row.kind == "reopened" and row.author.startswith("agent:") for row in log)
    for verb, kind in {**LEAVES, "message": "message", "note": "note"}.items():
        assert kinds[kind] == sum(len(one.journal.done(verb, talk)) for one in people), kind


def _hold_that_enough_happened(people: Sequence[Person]) -> None:
    """Whatever somebody may do was done, or this test would say nothing of it."""
    done = Counter(named(frame) for one in people for frame in one.journal.asked if frame["key"] in one.journal.acked)
    assert done.keys() >= {"message", "note", "claim", "edit", "delete"}, done
    assert done["message"] > CONTACTS * KILLS
    assert all(one.settled for one in people)


def _sees(one: Person, row: Any) -> bool:
    return isinstance(one, Agent) or row.audience == 0


def _number(one: Person, row: Any) -> int:
    return int(row.n_house if isinstance(one, Agent) else row.n_contact)
