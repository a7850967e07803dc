"""Agents' log-ins, what they know (password, second factor), and how often somebody was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import Connection, Table, delete, func, select, update

from curbside.domain.login import Counter, Limit, counted, wait
from curbside.domain.news import DirectoryChanged
from curbside.store.directory import AGENT
from curbside.store.identity import LOGIN, end_grounds, once
from curbside.store.tables import people
from curbside.store.writer import Transaction

_KEPT_MS = 30 * 24 * 60 * 60_000
FAILURE: Table = people.LoginFailure.__table__  # type: ignore[attr-defined]
STATE_CHANGE: Table = people.StateChange.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Account:
    """What a log-in is checked against."""

    tenant: str
    agent: str
    email: str
    name: str
    role: str
    locale: str
    password: str | None = field(repr=False)
    sealed_totp: bytes | None = field(repr=False)
    totp_step: int | None


@dataclass(frozen=True, slots=True)
class Login:
    """An agent's session."""

    tenant: str
    id: str
    agent: str
    created_at: int
    seen_at: int
    ended_at: int | None


_ACCOUNT = select(
    AGENT.c.tenant,
    AGENT.c.id.label("agent"),
    AGENT.c.email,
    AGENT.c.name,
    AGENT.c.role,
    AGENT.c.locale,
    AGENT.c.password,
    AGENT.c.sealed_totp,
    AGENT.c.totp_step,
).where(AGENT.c.revoked_at.is_(None))


def accounts(connection: Connection, email: str) -> list[Account]:
    """Find who logs in with this address: the one look-up that knows no tenant yet. Usually one, or nobody."""
    rows = connection.execute(_ACCOUNT.where(AGENT.c.email == email).order_by(AGENT.c.tenant).limit(3))
    return [Account(**row._mapping) for row in rows]


def account(connection: Connection, tenant: str, agent: str) -> Account | None:
    """Return an agent's account, or None if there is none in this tenant."""
    row = connection.execute(_ACCOUNT.where(AGENT.c.tenant == tenant, AGENT.c.id == agent)).one_or_none()
    return None if row is None else Account(**row._mapping)


def attempt(transaction: Transaction, limits: Iterable[Limit]) -> int:
    """Count an attempt before it is checked, so that many at once cannot slip past; return how long to wait.

    Nothing is counted while any of the limits still says to wait.
    """
    known = [(limit, _counter(transaction.connection, limit)) for limit in limits]
    still = wait(known, transaction.now)
    if still > 0:
        return still
    for limit, counter in known:
        _store(transaction, limit.id, counted(limit, counter, transaction.now))
    return 0


def succeeded(transaction: Transaction, limits: Iterable[Limit]) -> None:
    """Take the attempt back: it was right. What is nobody else's is forgotten altogether."""
    for limit in limits:
        place = FAILURE.c.id == limit.id
        if limit.forgiven:
            transaction.connection.execute(delete(FAILURE).where(place))
        else:
            transaction.connection.execute(update(FAILURE).where(place).values(until=FAILURE.c.until - limit.leak_ms))


def _counter(connection: Connection, limit: Limit) -> Counter:
    row = connection.execute(select(FAILURE).where(FAILURE.c.id == limit.id)).one_or_none()
    return Counter() if row is None else Counter(row.last_at, row.until)


def _store(transaction: Transaction, id: str, counter: Counter) -> None:
    values = {"last_at": counter.last_at, "until": counter.until}
    if not once(transaction.connection, FAILURE, {"id": id, **values}):
        transaction.connection.execute(update(FAILURE).where(FAILURE.c.id == id).values(values))


def add(transaction: Transaction, tenant: str, id: str, agent: str) -> None:
    """Begin a session."""
    now = transaction.now
    transaction.connection.execute(
        LOGIN.insert().values(tenant=tenant, id=id, agent=agent, created_at=now, seen_at=now)
    )


def find(connection: Connection, id: str) -> Login | None:
    """Find a session by its cookie's hash, which says which tenant it is of."""
    row = connection.execute(select(LOGIN).where(LOGIN.c.id == id)).first()
    return None if row is None else Login(**row._mapping)


def is_live(connection: Connection, tenant: str, id: str) -> bool:
    """Tell whether a log-in has not ended."""
    live = select(LOGIN.c.id).where(LOGIN.c.tenant == tenant, LOGIN.c.id == id, LOGIN.c.ended_at.is_(None))
    return connection.execute(live).first() is not None


def touch(transaction: Transaction, tenant: str, id: str) -> None:
    """Note that somebody is there."""
    place = (LOGIN.c.tenant == tenant, LOGIN.c.id == id, LOGIN.c.ended_at.is_(None))
    transaction.connection.execute(update(LOGIN).where(*place).values(seen_at=transaction.now))


def end(transaction: Transaction, tenant: str, id: str) -> str | None:
    """End a session and every token that stands on it; return whose it was, or None when it had ended already."""
    live = (LOGIN.c.tenant == tenant, LOGIN.c.id == id, LOGIN.c.ended_at.is_(None))
    ended = update(LOGIN).where(*live).values(ended_at=transaction.now).returning(LOGIN.c.agent)
    agent = transaction.connection.execute(ended).scalar_one_or_none()
    if agent is None:
        return None
    end_grounds(transaction, tenant, "agent", id)
    if not live_logins(transaction.connection, tenant, agent):
        go_off(transaction, tenant, agent, "logged_off")
    return str(agent)


def end_all_of(transaction: Transaction, tenant: str, agent: str) -> None:
    """End every session of an agent."""
    for id in live_logins(transaction.connection, tenant, agent):
        end(transaction, tenant, id)


def live_logins(connection: Connection, tenant: str, agent: str) -> list[str]:
    """Return the ids of an agent's log-ins that have not ended."""
    place = (LOGIN.c.tenant == tenant, LOGIN.c.agent == agent, LOGIN.c.ended_at.is_(None))
    return list(connection.scalars(select(LOGIN.c.id).where(*place)))


def go_off(transaction: Transaction, tenant: str, agent: str, why: str) -> None:
    """Put an agent who has gone to `off`; the change is kept."""
    place = (AGENT.c.tenant == tenant, AGENT.c.id == agent, AGENT.c.state != "off")
    if transaction.connection.execute(update(AGENT).where(*place).values(state="off")).rowcount != 1:
        return
    same = (STATE_CHANGE.c.tenant == tenant, STATE_CHANGE.c.agent == agent, STATE_CHANGE.c.at == transaction.now)
    n = transaction.connection.execute(select(func.count()).select_from(STATE_CHANGE).where(*same)).scalar_one()
    change = {"tenant": tenant, "agent": agent, "at": transaction.now, "n": n, "state": "off", "why": why}
    transaction.connection.execute(STATE_CHANGE.insert().values(change))
    transaction.told.append(DirectoryChanged(tenant))


def idle(connection: Connection, tenant: str, before: int, started_before: int) -> list[str]:
    """List the live sessions in which nobody did anything since `before`, or that are too old altogether."""
    late = (LOGIN.c.seen_at < before) | (LOGIN.c.created_at < started_before)
    return list(
        connection.scalars(select(LOGIN.c.id).where(LOGIN.c.tenant == tenant, LOGIN.c.ended_at.is_(None), late))
    )


def set_password(transaction: Transaction, tenant: str, agent: str, password: str) -> None:
    """Put a password's hash in the place of the last one."""
    _update(transaction, tenant, agent, password=password)


def set_totp(transaction: Transaction, tenant: str, agent: str, sealed: bytes | None, step: int | None) -> None:
    """Keep the second factor's sealed secret and the step that was used last, or forget both."""
    _update(transaction, tenant, agent, sealed_totp=sealed, totp_step=step)


def use_step(transaction: Transaction, tenant: str, agent: str, step: int) -> bool:
    """Use a step of the second factor; tell whether it was the first time."""
    unused = AGENT.c.totp_step.is_(None) | (AGENT.c.totp_step < step)
    place = (AGENT.c.tenant == tenant, AGENT.c.id == agent, unused)
    return transaction.connection.execute(update(AGENT).where(*place).values(totp_step=step)).rowcount == 1


def _update(transaction: Transaction, tenant: str, agent: str, **values: object) -> None:
    place = (AGENT.c.tenant == tenant, AGENT.c.id == agent)
    transaction.connection.execute(update(AGENT).where(*place).values(values))


def sweep(transaction: Transaction) -> None:
    """Forget counters that have leaked away, and sessions that ended long ago."""
    now = transaction.now
    transaction.connection.execute(delete(FAILURE).where(FAILURE.c.until < now))
    transaction.connection.execute(delete(LOGIN).where(LOGIN.c.ended_at < now - _KEPT_MS))
