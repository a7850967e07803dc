"""Passwords: hashed in threads, a few at a time, and set by one-time links."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import argon2

from curbside.actions.identity import digest, new_secret
from curbside.actions.installation import Installation
from curbside.domain.errors import Refused
from curbside.domain.login import PASSWORD_MAX, check_password
from curbside.store import identity as tokens
from curbside.store import login as store
from curbside.store.identity import Token
from curbside.store.login import Account
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Transaction

T = TypeVar("T")
LINK_MS = 48 * 60 * 60_000
_AT_ONCE = 2
_WAITING_MAX = 40
_USED = "This link has been used, or is too old."


class Passwords:
    """Check, hash and set passwords. argon2id with 64 MiB: a tenth of a second of one core each."""

    def __init__(self, installation: Installation, *, memory_kib: int = 65_536) -> None:
        self._installation = installation
        self.hasher = argon2.PasswordHasher(time_cost=3, memory_cost=memory_kib, parallelism=1)
        self._hashing = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Hash a password, in a thread: 64 MiB and a tenth of a second each, a few at a time."""
        return await self._in_thread(partial(self.hasher.hash, password))

    async def matching(self, found: list[Account], password: str) -> Account | None:
        """Return the account whose password this is. The same address may log in to several tenants."""
        if len(password) > PASSWORD_MAX:
            return None
        candidates: list[Account | None] = [*found] or [None]
        right = None
        for account in candidates:
            stored = (account.password if account else None) or await self._of_nobody()
            matches = await self._in_thread(partial(self._verify, stored, password))
            if matches and account is not None and account.password is not None:
                right = right or account
        return right

    async def _of_nobody(self) -> str:
        if self._nobody is None:
            self._nobody = await self.hash(new_secret())
        return self._nobody

    async def link(self, tenant: str, agent: str) -> str:
        """Make a code for setting a password, good for once within 48 hours; earlier ones are void."""
        code = new_secret()

        def add(transaction: Transaction) -> None:
            tokens.end_grounds(transaction, tenant, "link", agent)
            until = transaction.now + LINK_MS
            tokens.add_token(
                transaction, Token(tenant, digest(code), "link", agent, agent, "", "", transaction.now, until, until)
            )

        await self._installation.db.write(tenant, add)
        return code

    async def account_of_link(self, code: str) -> Account | None:
        """Return whose password a code may set, without using it up."""
        stored = await self._installation.db.read(
            EVERY_TENANT, lambda connection: tokens.token(connection, digest(code))
        )
        now = self._installation.db.clock()
        if stored is None or stored.kind != "link" or stored.ended_at is not None or stored.expires_at <= now:
            return None
        return await self._installation.db.read(
            stored.tenant, lambda connection: store.account(connection, stored.tenant, stored.person)
        )

    async def set_password(self, code: str, password: str) -> str | None:
        """Set a password by a one-time code and end every session of its owner; return what is wrong with it, or None.

        Raises Refused(`expired`) when the code is not, or no longer, good.
        """
        account = await self.account_of_link(code)
        if account is None:
            raise Refused("expired", _USED)
        wrong = check_password(password, account.email, account.name)
        if wrong is not None:
            return wrong
        hashed = await self.hash(password)

        def change(transaction: Transaction) -> None:
            if tokens.take_token(transaction, digest(code), "link") is None:
                raise Refused("expired", _USED)
            store.set_password(transaction, account.tenant, account.agent, hashed)
            store.end_all_of(transaction, account.tenant, account.agent)

        await self._installation.db.write(account.tenant, change)
        return None

    def _verify(self, stored: str, password: str) -> bool:
        try:
            return self.hasher.verify(stored, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False

    async def _in_thread(self, work: Callable[[], T]) -> T:
        if self._waiting >= _WAITING_MAX:
            raise Refused("busy", retry=True, after_ms=3000)
        self._waiting += 1
        try:
            async with self._hashing:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1
