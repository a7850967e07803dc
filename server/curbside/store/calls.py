"""Calls beside their conversations: one row each, written in the transaction of the events that it follows from."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, insert, select, update

from curbside.domain.call import Call
from curbside.domain.commands import ReportCall
from curbside.store import tables

calls: Any = tables.conversation.Call.__table__  # type: ignore[attr-defined]
reports: Any = tables.conversation.CallReport.__table__  # type: ignore[attr-defined]
_RUNNING = calls.c.phase != "ended"
_decoder = msgspec.json.Decoder(Call)


def find(connection: Connection, tenant: str, call: str) -> Call | None:
    """Return a call, or None, and lock it: two who answer at once wait here for each other."""
    return _one(connection, calls.c.tenant == tenant, calls.c.id == call)


def read(connection: Connection, tenant: str, call: str) -> Call | None:
    """Return a call, or None, as it stands: nobody waits for it."""
    state = connection.execute(select(calls.c.state).where(calls.c.tenant == tenant, calls.c.id == call)).scalar()
    return None if state is None else _decoder.decode(state)


def running(connection: Connection, tenant: str, conversation: str) -> Call | None:
    """Return the call that runs in a conversation: there is one at most."""
    return _one(connection, calls.c.tenant == tenant, calls.c.conversation == conversation, _RUNNING)


def all_running(connection: Connection) -> list[Call]:
    """Return every call that has not ended, in every tenant."""
    return [_decoder.decode(row.state) for row in connection.execute(select(calls.c.state).where(_RUNNING))]


def put(connection: Connection, call: Call, now: int, *, fresh: bool) -> None:
    """Write a call as it stands now."""
    values = {"phase": call.phase, "state": msgspec.json.encode(call).decode(), "changed_at": now}
    if fresh:
        place = {"tenant": call.tenant, "id": call.id, "conversation": call.conversation}
        connection.execute(insert(calls).values(**place, **values, created_at=now))
    else:
        mine = (calls.c.tenant == call.tenant, calls.c.id == call.id)
        connection.execute(update(calls).where(*mine).values(**values))


def keep_report(connection: Connection, tenant: str, participant: str, report: ReportCall, now: int) -> None:
    """Keep how a call was for one participant; a later word replaces an earlier one."""
    place = {"tenant": tenant, "call": report.call, "participant": participant}
    measured = ("relayed", "first_frame_ms", "loss", "rtt_ms", "mos")
    values = {name: getattr(report, name) for name in measured} | {"at": now}
    mine = (reports.c.tenant == tenant, reports.c.call == report.call, reports.c.participant == participant)
    if not connection.execute(update(reports).where(*mine).values(**values)).rowcount:
        connection.execute(insert(reports).values(**place, **values))


def _one(connection: Connection, *where: Any) -> Call | None:
    state = connection.execute(select(calls.c.state).where(*where).with_for_update()).scalar_one_or_none()
    return None if state is None else _decoder.decode(state)
