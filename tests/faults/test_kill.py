"""kill -9 at random under load, with journals: nothing acknowledged is lost, nothing is doubled or out of order.

`CURBSIDE_KILLS` says how often; `make faults` sets 20.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from curbside.store.engines import engines
from curbside.store.ledger import events
from tests.faults.journal import Reader, Writer
from tests.faults.process import Process

KILLS = int(os.environ.get("CURBSIDE_KILLS", "3"))
WRITERS = 6
BACK_S = 3.0 * 3  # the budget, and three times as much on a machine that does other things


@pytest.mark.slow
async def test_a_server_killed_at_random_loses_and_doubles_nothing(tmp_path: Path, port: Callable[[], int]) -> None:
    process = Process(tmp_path / "data", port(), port())
    process.data.mkdir()
    seeded = random.Random(20)
    try:
        await process.start()
        writers, reader = await _people(process)
        living = [asyncio.create_task(one.live()) for one in writers]
        reading = asyncio.create_task(reader.live(writers))
        back = []
        for _ in range(KILLS):
            await asyncio.sleep(seeded.uniform(0.1, 0.8))
            await process.kill()
            back.append(await process.start())
        await asyncio.sleep(0.5)
        for one in writers:
            one.writing = False
        await asyncio.wait_for(asyncio.gather(*living), 30)
        await _caught_up(reader, writers)
        reader.writing = False
        await reading
    finally:
        await process.kill()
    log = _log(process.data, {one.conversation for one in writers})
    for one in writers:
        _hold(one, log[one.conversation], reader)
    assert sum(len(one.journal.acked) for one in writers) > WRITERS * KILLS
    assert min(back) <= BACK_S, back  # the quickest: how long the others take depends on what else runs here


async def _people(process: Process) -> tuple[list[Writer], Reader]:
    headers = {"Origin": process.origin}
    async with httpx.AsyncClient(base_url=process.origin, headers=headers, timeout=30) as client:
        # The agent first: once they are there, the demonstration has settled in.
        watching = await process.token_of_agent(client, "helen@northwind.example")
        tokens = [await process.token_of_contact(client, f"nurse{n}") for n in range(WRITERS)]
    writers = [Writer(process.socket, token, seed) for seed, token in enumerate(tokens)]
    return writers, Reader(process.socket, watching)


async def _caught_up(reader: Reader, writers: list[Writer]) -> None:
    for _ in range(100):
        heads = {one.conversation: max(one.journal.acked.values()) for one in writers}
        if all(reader.journal.head(talk) >= head for talk, head in heads.items()):
            return
        await asyncio.sleep(0.1)


def _log(data: Path, conversations: set[str]) -> dict[str, list[Any]]:
    (path,) = data.glob("*.db")
    writer, reader = engines(f"sqlite:///{path}")
    query = select(events).where(events.c.conversation.in_(conversations)).order_by(events.c.n_house)
    with reader.connect() as connection:
        rows = connection.execute(query).all()
    reader.dispose()
    writer.dispose()
    return {talk: [row for row in rows if row.conversation == talk] for talk in conversations}


def _hold(one: Writer, log: list[Any], reader: Reader) -> None:
    """Hold a journal against the database, and both screens against each other."""
    said = [row.key for row in log if row.key]
    journal = one.journal
    assert journal.refused == []
    assert said == journal.typed[1:], "lost, doubled or out of order"
    assert set(journal.acked) == set(journal.typed)
    assert [row.n_contact for row in log if row.audience == 0] == list(range(1, len(log) + 1))
    numbers = {row.key: row.n_contact for row in log if row.key}
    assert all(journal.acked[key] == numbers[key] for key in said)
    for screen in (journal, reader.journal):
        assert screen.faults == []
    shown = [key for _, key in reader.journal.shown[one.conversation] if key]
    assert shown == said
