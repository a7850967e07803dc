"""How agents log in: password, second factor, session; and what ends it."""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import structlog

from curbside.actions.directory import Directory
from curbside.actions.identity import digest, new_secret
from curbside.actions.installation import Installation
from curbside.actions.passwords import Passwords
from curbside.domain.errors import Refused
from curbside.domain.login import code_limits, limits, second_factor_step
from curbside.domain.people import Agent
from curbside.store import identity as tokens
from curbside.store import login as store
from curbside.store.identity import Token
from curbside.store.login import Account, Login
from curbside.store.scope import EVERY_TENANT, NO_TENANT
from curbside.store.sealing import unwrap, wrap
from curbside.store.writer import Transaction

MINUTE = 60_000
TOKEN_MS = 15 * MINUTE
STEP_MS = 10 * MINUTE
LONGEST_MS = 12 * 60 * MINUTE
TOUCH_MS = 30_000
SWEEP_S = 30.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Passed:
    """How far somebody came: `step` asks for the second factor, `cookie` is a session, `known` marks the browser."""

    step: str | None = field(default=None, repr=False)
    cookie: str | None = field(default=None, repr=False)
    known: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """An agent with a live session."""

    agent: Agent
    login: str


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody whose password was right, and whose second factor is still missing, or still to be set up."""

    account: Account
    token: Token
    enrols: bool
    secret: str = field(repr=False)


class Logins:
    """Log agents in and out."""

    def __init__(self, installation: Installation, directory: Directory, passwords: Passwords) -> None:
        self._installation = installation
        self._directory = directory
        self._passwords = passwords
        self._active: set[tuple[str, str]] = set()

    async def password(self, email: str, password: str, address: str, known: str | None) -> Passed:
        """Check a password; go on to the second factor, which only a demonstration does without.

        Raises Refused(`bad_login`), whatever was wrong, or `too_many_attempts` with `after_ms`.
        """
        email = email.strip().lower()
        device = self._device(email, known)
        counts = limits(email, address, device)
        wait = await self._installation.db.write(NO_TENANT, lambda transaction: store.attempt(transaction, counts))
        if wait:
            raise Refused("too_many_attempts", retry=True, after_ms=wait)
        found = await self._installation.db.read(EVERY_TENANT, lambda connection: store.accounts(connection, email))
        account = await self._passwords.matching(found, password)
        if account is None:
            raise Refused("bad_login")
        if account.sealed_totp is not None or not self._installation.demonstration:
            return Passed(step=await self._half_way(account))
        return await self._log_in(account, lambda transaction: store.succeeded(transaction, counts))

    def knows(self, email: str, known: str | None) -> bool:
        """Tell whether a browser's mark says that it has logged in to this account before. Asks no database."""
        return self._device(email.strip().lower(), known) is not None

    async def half_way(self, step: str | None) -> HalfWay:
        """Return who has given the right password and still owes the second factor."""
        stored = await self._installation.db.read(
            EVERY_TENANT, lambda connection: tokens.token(connection, digest(step or ""))
        )
        now = self._installation.db.clock()
        if stored is None or stored.kind != "step" or stored.ended_at is not None or stored.expires_at <= now:
            raise Refused("expired", "Please log in again.")
        account = await self._account(stored.tenant, stored.person)
        enrols = account.sealed_totp is None
        return HalfWay(account, stored, enrols, self._secret(account, stored))

    async def second_factor(self, step: str | None, code: str, address: str, known: str | None) -> Passed:
        """Check a code of the second factor, once; the first right one also confirms that it has been set up."""
        half_way = await self.half_way(step)
        account = half_way.account
        counts = code_limits(f"{account.tenant}|{account.agent}", address, self._device(account.email, known))
        code = "".join(code.split())

        def check(transaction: Transaction) -> int:
            wait = store.attempt(transaction, counts)
            if wait:
                return wait
            used = None if half_way.enrols else account.totp_step
            right = second_factor_step(half_way.secret, code, transaction.now, used)
            if right is None:
                return -1
            if half_way.enrols:
                sealed = wrap(half_way.secret.encode(), self._installation.keys.tenant(account.tenant), _place(account))
                store.set_totp(transaction, account.tenant, account.agent, sealed, right)
            elif not store.use_step(transaction, account.tenant, account.agent, right):
                return -1
            store.succeeded(transaction, counts)
            return 0

        wait = await self._installation.db.write(account.tenant, check)
        if wait > 0:
            raise Refused("too_many_attempts", retry=True, after_ms=wait)
        if wait < 0:
            raise Refused("bad_login")
        return await self._log_in(account, lambda transaction: self._use_up(transaction, half_way.token))

    async def logged_in(self, cookie: str | None, *, by_person: bool = True) -> LoggedIn | None:
        """Return the agent whose session this is, if it still stands: not ended, not idle, not too old, not revoked.

        What the desk asks by itself (`by_person=False`) does not count as somebody being there.
        """
        login = await self._installation.db.read(
            EVERY_TENANT, lambda connection: store.find(connection, digest(cookie or ""))
        )
        if login is None or login.ended_at is not None or not self._directory.knows(login.tenant):
            return None
        now = self._installation.db.clock()
        if now - login.seen_at > self._idle_ms(login.tenant) or now - login.created_at > LONGEST_MS:
            return None
        agent = self._directory.agent(login.tenant, login.agent)
        if agent is None:
            return None
        if by_person:
            await self._touch(login, now)
        return LoggedIn(agent, login.id)

    def note(self, tenant: str, login: str) -> None:
        """Note that an agent did something over their socket; `keep_swept` writes it down with the others."""
        self._active.add((tenant, login))

    async def keep_swept(self) -> None:
        """Write down who is active, and end the sessions of who is not, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_S)
            try:
                await self.end_idle()
            except Refused:
                _log.warning("login.sweep", why="unavailable")

    async def log_out(self, logged_in: LoggedIn) -> bool:
        """End a session; what it told ends its sockets. Tell whether it was the agent's last one."""
        agent = logged_in.agent

        def end(transaction: Transaction) -> bool:
            store.end(transaction, agent.tenant, logged_in.login)
            return not store.live_logins(transaction.connection, agent.tenant, agent.id)

        return await self._installation.db.write(agent.tenant, end)

    async def end_idle(self) -> None:
        """End the sessions in which nobody does anything any more, in every tenant."""
        active, self._active = self._active, set()
        await self._installation.db.write(EVERY_TENANT, partial(_touch_all, active))
        now = self._installation.db.clock()
        for tenant in self._directory.tenants():
            before = now - self._idle_ms(tenant)
            await self._installation.db.write(tenant, partial(_end_idle, tenant, before, now - LONGEST_MS))

    async def socket_token(self, logged_in: LoggedIn) -> str:
        """Give the desk a token for its socket, which ignores cookies. It stands on the session."""
        token = new_secret()
        tenant, agent = logged_in.agent.tenant, logged_in.agent.id

        def add(transaction: Transaction) -> None:
            until = transaction.now + TOKEN_MS
            tokens.add_token(
                transaction, _token(transaction, tenant, digest(token), "agent", agent, logged_in.login, until)
            )

        await self._installation.db.write(tenant, add)
        return token

    async def _half_way(self, account: Account) -> str:
        step = new_secret()

        def add(transaction: Transaction) -> None:
            until = transaction.now + STEP_MS
            token = _token(transaction, account.tenant, digest(step), "step", account.agent, account.agent, until)
            tokens.add_token(transaction, token)

        await self._installation.db.write(account.tenant, add)
        return step

    async def _log_in(self, account: Account, also: Callable[[Transaction], None]) -> Passed:
        cookie = new_secret()

        def begin(transaction: Transaction) -> None:
            also(transaction)
            store.add(transaction, account.tenant, digest(cookie), account.agent)

        await self._installation.db.write(account.tenant, begin)
        return Passed(cookie=cookie, known=self._mark(account.email))

    def _use_up(self, transaction: Transaction, step: Token) -> None:
        if tokens.take_token(transaction, step.id, "step") is None:
            raise Refused("expired", "Please log in again.")

    async def _account(self, tenant: str, agent: str) -> Account:
        account = await self._installation.db.read(tenant, lambda connection: store.account(connection, tenant, agent))
        if account is None:
            raise Refused("expired", "Please log in again.")
        return account

    async def _touch(self, login: Login, now: int) -> None:
        if now - login.seen_at > TOUCH_MS:
            await self._installation.db.write(
                login.tenant, lambda transaction: store.touch(transaction, login.tenant, login.id)
            )

    def _secret(self, account: Account, step: Token) -> str:
        """Return the second factor's secret, or the one that is offered while it is set up."""
        keys = self._installation.keys
        if account.sealed_totp is not None:
            return unwrap(account.sealed_totp, keys.tenant(account.tenant), _place(account)).decode()
        offered = hmac.digest(keys.root("second factor offered"), step.id.encode(), "sha256")
        return base64.b32encode(offered[:20]).decode()

    def _idle_ms(self, tenant: str) -> int:
        return self._directory.tenant(tenant).settings.agent_idle_minutes * MINUTE

    def _mark(self, email: str) -> str:
        """Make the mark of a browser that has logged in to an account."""
        name = new_secret()[:22]
        return f"{name}.{self._sign(email, name)}"

    def _device(self, email: str, known: str | None) -> str | None:
        name, _, signature = (known or "").partition(".")
        return name if name and hmac.compare_digest(signature.encode(), self._sign(email, name).encode()) else None

    def _sign(self, email: str, name: str) -> str:
        key = self._installation.keys.root("known browser")
        return base64.urlsafe_b64encode(hmac.digest(key, f"{email}\n{name}".encode(), "sha256")).decode().rstrip("=")


def _touch_all(active: set[tuple[str, str]], transaction: Transaction) -> None:
    store.sweep(transaction)
    for tenant, login in sorted(active):
        transaction.enter(tenant)
        store.touch(transaction, tenant, login)


def _end_idle(tenant: str, before: int, started_before: int, transaction: Transaction) -> None:
    for id in store.idle(transaction.connection, tenant, before, started_before):
        store.end(transaction, tenant, id)


def _place(account: Account) -> str:
    return f"totp|{account.agent}"


def _token(transaction: Transaction, tenant: str, id: str, kind: str, person: str, grounds: str, until: int) -> Token:
    return Token(tenant, id, kind, person, grounds, "", "", transaction.now, until, until)
