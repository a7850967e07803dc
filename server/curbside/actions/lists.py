"""The lists of a desk and of a panel: what stands in them, in which order, for whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, false, func, or_, select, text, true

from curbside.actions.installation import Installation
from curbside.domain.access import may_see
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.mentions import asks_for, marks
from curbside.domain.people import Agent, Contact, Person
from curbside.domain.settings import Promises
from curbside.realtime.board import lists_of
from curbside.store import lists as store
from curbside.store.ledger import conversations, state_of
from curbside.store.lists import Listed
from curbside.store.paging import Order, place, place_after
from curbside.store.scope import EVERY_TENANT

_c = conversations.c
_OPEN = _c.status != "resolved"
_NEVER = 2**53 - 1  # the largest number that a browser counts exactly: after every time
_PRESSING = frozenset({"care_blocked", "waiting", "promised", "mine", "team"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `next` is where the next one begins, None where nothing follows."""

    rows: Sequence[Listed]
    next: str | None
    count: int


def stands_in(name: str, state: Conversation, person: Person) -> bool:
    """Tell whether a conversation stands in a person's list now."""
    if not may_see(person, state):
        return False
    if isinstance(person, Contact):
        return name == "mine"
    if name == "mentioned":
        return asks_for(state.mentioned, person.audience, person.id)
    return name in lists_of(state, person.id)


async def read_list(
    installation: Installation, person: Person, name: str, limit: int, before: str | None, promises: Promises
) -> Page:
    """Return the page of a list that begins after the place `before`, and how many stand in the list in all.

    Raises Refused: `not_found` for a list that is not there, or not this person's, `bad_frame` for no place of it.
    """
    condition = and_(_condition(name, person), visible(person))
    order = _order(name, person, promises)
    page = and_(_c.tenant == person.tenant, condition, place_after(order, before))

    def read(connection: Connection) -> Page:
        total = select(func.count()).select_from(conversations).where(_c.tenant == person.tenant, condition)
        count = int(connection.execute(total).scalar_one())
        places = connection.execute(select(*order).where(page).order_by(*order).limit(limit + 1)).all()
        ids = [str(row[-1]) for row in places[:limit]]
        rows = store.listed_in_order(connection, installation.keys, person.tenant, ids)
        return Page(rows, place(places[limit - 1]) if len(places) > limit else None, count)

    return await installation.db.read(person.tenant, read)


def _order(name: str, person: Person, promises: Promises) -> Order:
    """Order a list as it is shown: work by what presses most, everything else by what changed last."""
    if isinstance(person, Contact):
        return (-_c.contact_at + _NEVER, _c.id)
    if name.partition(":")[0] not in _PRESSING:
        return (-_c.changed_at + _NEVER, _c.id)
    answer = {word: _c.answer_since + promises.of(word) for word in ("care_blocked", "high")}
    due = case(
        (_c.status == "pending", _c.until),
        *((_c.urgency == word, at) for word, at in answer.items()),
        else_=_c.answer_since + promises.normal,
    )
    return (
        case((_c.urgency == "care_blocked", 0), else_=1),
        case((_c.front, 0), else_=1),
        func.coalesce(due, _NEVER),
        func.coalesce(_c.waiting_since, _NEVER),
        _c.id,
    )


async def open_conversations(installation: Installation) -> Sequence[Conversation]:
    """Return every open conversation of every tenant: what a starting process puts on its board."""

    def read(connection: Connection) -> list[Conversation]:
        return [state_of(row) for row in connection.execute(select(conversations).where(_OPEN))]

    return await installation.db.read(EVERY_TENANT, read)


async def changed_since(installation: Installation, since: int) -> Sequence[Conversation]:
    """Return the conversations of all tenants that changed at or after `since`, by its own index."""

    def read(connection: Connection) -> list[Conversation]:
        return [state_of(row) for row in connection.execute(select(conversations).where(_c.changed_at >= since))]

    return await installation.db.read(EVERY_TENANT, read)


def _condition(name: str, person: Person) -> ColumnElement[bool]:
    if isinstance(person, Contact):
        if name != "mine":
            raise Refused("not_found")
        return true()
    kind, named, team = name.partition(":")
    conditions: dict[str, Any] = {
        "waiting": _c.status == "waiting",
        "mine": and_(_c.agent == person.id, _OPEN),
        "promised": and_(_c.status == "pending", _c.until.is_not(None)),
        "care_blocked": and_(_c.urgency == "care_blocked", _OPEN),
        "team": and_(_c.team == team, _OPEN),
        "all": _OPEN,
        "resolved": _c.status == "resolved",
        "mentioned": _mentions(person),
    }
    if kind not in conditions or bool(named) != (kind == "team"):
        raise Refused("not_found")
    condition: ColumnElement[bool] = conditions[kind]
    return condition


def _mentions(agent: Agent) -> ColumnElement[bool]:
    # Not LIKE, which takes A for a on SQLite, and not the databases' own ways to find, which have two names.
    marked = [func.replace(_c.mentioned, each, "") != _c.mentioned for each in marks(agent.audience, agent.id)]
    return and_(text("conversation.mentioned <> ''"), or_(false(), *marked))  # said as its index says it


def visible(person: Person) -> ColumnElement[bool]:
    """Say in SQL what domain.access.may_see says; a test holds the two against each other."""
    if isinstance(person, Contact):
        return _c.contact == person.id  # type: ignore[no-any-return]
    return or_(_c.agent == person.id, _c.team.in_(sorted(person.teams)), _in_house(person))


def _in_house(agent: Agent) -> ColumnElement[bool]:
    if not agent.in_house:
        return false()
    return true() if agent.leads else _c.level <= agent.level
