"""Due clocks are claimed once, fired once, and survive whoever claimed them."""

import pytest
from sqlalchemy import Connection

from curbside.actions.installation import Installation
from curbside.store import timers
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Transaction
from tests.builders import OTHER_TENANT, TENANT

KINDS = ["wake", "mail_answer"]


async def _set(installation: Installation, subject: str, due_at: int = 0, kind: str = "wake", of: str = TENANT) -> None:
    await installation.db.write(
        EVERY_TENANT, lambda t: timers.set_timer(t.connection, of, kind, subject, due_at, {"n": 1})
    )


async def _claim(installation: Installation, lease_ms: int = 30_000) -> list[timers.Due]:
    return await installation.db.write(EVERY_TENANT, lambda t: timers.claim(t, KINDS, lease_ms=lease_ms))


async def test_what_is_due_is_claimed_once(installation: Installation) -> None:
    await _set(installation, "a", due_at=2)
    await _set(installation, "b", due_at=1, of=OTHER_TENANT)
    first = await _claim(installation)
    assert [(due.tenant, due.subject, due.facts) for due in first] == [
        (OTHER_TENANT, "b", {"n": 1}),
        (TENANT, "a", {"n": 1}),
    ]
    assert await _claim(installation) == []


async def test_what_is_not_due_and_what_is_of_another_kind_stays(installation: Installation) -> None:
    await _set(installation, "later", due_at=2**50)
    await _set(installation, "strange", kind="of_a_newer_version")
    assert not await installation.db.read(EVERY_TENANT, lambda c: timers.anything_due(c, installation.db.clock, KINDS))
    assert await _claim(installation) == []


async def test_a_claim_that_was_never_finished_runs_out(installation: Installation) -> None:
    await _set(installation, "a")
    (lost,) = await _claim(installation, lease_ms=0)
    (again,) = await _claim(installation)
    assert again.subject == lost.subject
    if again.claimed_until != lost.claimed_until:
        assert not await installation.db.write(EVERY_TENANT, lambda t: timers.finish(t.connection, lost))
    assert await installation.db.write(EVERY_TENANT, lambda t: timers.finish(t.connection, again))
    assert not await installation.db.write(EVERY_TENANT, lambda t: timers.finish(t.connection, again))


async def test_a_clock_set_anew_while_it_fires_is_not_finished(installation: Installation) -> None:
    await _set(installation, "a")
    (due,) = await _claim(installation)
    await _set(installation, "a", due_at=2**50)
    assert not await installation.db.write(EVERY_TENANT, lambda t: timers.finish(t.connection, due))


async def test_a_clock_that_was_taken_back_never_fires(installation: Installation) -> None:
    await _set(installation, "a")
    await installation.db.write(EVERY_TENANT, lambda t: timers.cancel_timer(t.connection, TENANT, "wake", "a"))
    await installation.db.write(EVERY_TENANT, lambda t: timers.cancel_timer(t.connection, TENANT, "wake", "a"))
    assert await _claim(installation) == []


async def test_time_is_the_databases(installation: Installation) -> None:
    def look(connection: Connection) -> bool:
        return timers.anything_due(connection, lambda: 0, KINDS)

    await _set(installation, "a", due_at=1)
    on_postgres = installation.db.writer.engine.dialect.name == "postgresql"
    assert await installation.db.read(EVERY_TENANT, look) is on_postgres


async def test_undone_work_leaves_its_clock(installation: Installation) -> None:
    await _set(installation, "a")
    (due,) = await _claim(installation, lease_ms=0)

    def fail(transaction: Transaction) -> None:
        assert timers.finish(transaction.connection, due)
        raise LookupError

    with pytest.raises(LookupError):
        await installation.db.write(EVERY_TENANT, fail)
    assert [one.subject for one in await _claim(installation)] == ["a"]


async def test_a_clock_that_runs_is_not_put_off_and_one_that_is_firing_is_set_anew(installation: Installation) -> None:
    async def once(due_at: int) -> None:
        await installation.db.write(
            EVERY_TENANT, lambda t: timers.set_timer_once(t.connection, TENANT, "wake", "a", due_at)
        )

    await once(1)
    await once(2**50)
    (due,) = await _claim(installation)
    assert due.due_at == 1
    await once(2)  # while it fires: what it did may have come too early to see why it is set again
    assert not await installation.db.write(EVERY_TENANT, lambda t: timers.finish(t.connection, due))
    (again,) = await _claim(installation)
    assert again.due_at == 2
