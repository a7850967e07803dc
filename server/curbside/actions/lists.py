"""The lists of a desk and of a panel: what stands in them, in which order, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, or_, select, true

from curbside.actions.installation import Installation
from curbside.domain.access import may_see
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.people import Agent, Contact, Person
from curbside.realtime.board import lists_of
from curbside.store import lists as store
from curbside.store.ledger import conversations, state_of
from curbside.store.lists import Listed

_c = conversations.c
_OPEN = _c.status != "resolved"
_BY_QUEUE = (
    case((_c.urgency == "care_blocked", 0), else_=1),
    _c.front.desc(),
    case((_c.urgency == "normal", 1), else_=0),
    _c.waiting_since,
    _c.id,
)


def stands_in(name: str, state: Conversation, person: Person) -> bool:
    """Tell whether a conversation stands in a person's list now."""
    if not may_see(person, state):
        return False
    if isinstance(person, Contact):
        return name == "mine"
    return name in lists_of(state, person.id)


async def read_list(
    installation: Installation, person: Person, name: str, limit: int, before: str | None
) -> tuple[list[Listed], bool, int]:
    """Return a page of a list, whether there is more, and how many there are in all.

    Raises Refused(`not_found`) for a list that is not there, or not this person's.
    """
    condition = and_(_condition(name, person), visible(person))

    def read(connection: Connection) -> tuple[list[Listed], bool, int]:
        total = select(func.count()).select_from(conversations).where(_c.tenant == person.tenant, condition)
        count = int(connection.execute(total).scalar_one())
        changed = _c.contact_at if isinstance(person, Contact) else _c.changed_at
        page = and_(condition, _after(before, changed))
        order = _BY_QUEUE if name in ("waiting", "care_blocked") else (changed.desc(), _c.id)
        rows = store.read_listed(connection, installation.keys, person.tenant, page, limit=limit + 1, order=order)
        return rows[:limit], len(rows) > limit, count

    return await installation.db.read(read)


async def open_conversations(installation: Installation) -> Sequence[Conversation]:
    """Return every open conversation of every tenant: what a starting process puts on its board."""

    def read(connection: Connection) -> list[Conversation]:
        return [state_of(row) for row in connection.execute(select(conversations).where(_OPEN))]

    return await installation.db.read(read)


async def changed_since(installation: Installation, since: int) -> Sequence[Conversation]:
    """Return the conversations of all tenants that changed at or after `since`, by its own index."""

    def read(connection: Connection) -> list[Conversation]:
        return [state_of(row) for row in connection.execute(select(conversations).where(_c.changed_at >= since))]

    return await installation.db.read(read)


def _condition(name: str, person: Person) -> ColumnElement[bool]:
    if isinstance(person, Contact):
        if name != "mine":
            raise Refused("not_found")
        return true()
    kind, _, team = name.partition(":")
    conditions: dict[str, Any] = {
        "waiting": _c.status == "waiting",
        "mine": and_(_c.agent == person.id, _OPEN),
        "promised": and_(_c.status == "pending", _c.until.is_not(None)),
        "care_blocked": and_(_c.urgency == "care_blocked", _OPEN),
        "team": and_(_c.team == team, _OPEN),
        "all": _OPEN,
        "resolved": _c.status == "resolved",
    }
    if kind not in conditions:
        raise Refused("not_found")
    condition: ColumnElement[bool] = conditions[kind]
    return condition


def visible(person: Person) -> ColumnElement[bool]:
    """Say in SQL what domain.access.may_see says; a test holds the two against each other."""
    if isinstance(person, Contact):
        return _c.contact == person.id  # type: ignore[no-any-return]
    return or_(_c.agent == person.id, _c.team.in_(sorted(person.teams)), _in_house(person))


def _in_house(agent: Agent) -> ColumnElement[bool]:
    if not agent.in_house:
        return false()
    return true() if agent.leads else _c.level <= agent.level


def _after(before: str | None, changed: ColumnElement[int]) -> ColumnElement[bool]:
    if before is None:
        return true()
    at, _, id = before.partition(":")
    if not at.isdigit():
        raise Refused("bad_frame")
    return or_(changed < int(at), and_(changed == int(at), _c.id > id))
