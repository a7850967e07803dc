"""A contact's part of a call, carried elsewhere: by a code that is good once, for a token that is good for that call.

The code goes by the fragment of an address, to the call's own window or to the contact's phone; neither shares
anything with the panel. Whatever it is exchanged for stands on the log-in that the code was asked for by.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy import Connection

from curbside.actions.directory import Directory
from curbside.actions.identity import LIFETIME_MS, Known, digest, new_secret, who
from curbside.actions.installation import Installation
from curbside.actions.switching import switches_of
from curbside.domain.access import may_see
from curbside.domain.call import Call, Part
from curbside.domain.errors import Refused
from curbside.domain.people import Contact
from curbside.domain.writing import name_of
from curbside.store import calls
from curbside.store import conversation as conversations
from curbside.store import identity as store
from curbside.store.identity import Token
from curbside.store.scope import EVERY_TENANT
from curbside.store.writer import Transaction

Way = Literal["window", "phone"]
# A window opens at once; a telephone has to be found, unlocked, and held to the screen.
CODE_S: dict[Way, int] = {"window": 30, "phone": 60}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a code is exchanged for."""

    token: str = field(repr=False)
    expires_in: int
    tenant: str
    part: Part


class Carrying:
    """Give out codes, exchange each once, and renew what they were exchanged for while the call runs."""

    def __init__(self, installation: Installation, directory: Directory) -> None:
        self._installation = installation
        self._directory = directory

    async def code(self, known: Known, call: str, way: Way) -> str:
        """Return a code for a call that this contact is in; one they had before is good no more.

        Raises Refused: `forbidden`, `not_found`, `not_in_call`, `switched_off`.
        """
        person, code = known.person, new_secret()
        if not isinstance(person, Contact) or known.part is not None:
            raise Refused("forbidden")

        def give(transaction: Transaction) -> None:
            connection, now = transaction.connection, transaction.now
            found = self._running(connection, person, call)
            beneath = store.token(connection, known.token_id)
            if beneath is None or beneath.ended_at is not None:
                raise Refused("ended")
            store.end_codes(transaction, person.tenant, person.id)
            until = now + CODE_S[way] * 1000
            given = replace(beneath, kind="code", id=digest(code), device="", call=call, way=way)
            given = replace(given, conversation=found.conversation, issued_at=now)
            store.add_token(transaction, replace(given, expires_at=until, limit_at=until))

        await self._installation.db.write(person.tenant, give)
        return code

    async def take(self, code: str) -> Taken:
        """Exchange a code for a token, once. Every wrong code reads the same: Refused(`bad_token`)."""
        token = new_secret()

        def exchange(transaction: Transaction) -> Token:
            given = store.take_token(transaction, digest(code), "code")
            if given is None:
                raise Refused("bad_token")
            transaction.enter(given.tenant)
            return self._admit(transaction, given, digest(token))

        return self._taken(token, await self._installation.db.write(EVERY_TENANT, exchange))

    async def renew(self, token: str) -> Taken:
        """Exchange a part's token for a fresh one: as long as the call runs and the EHR's word for the log-in holds.

        Raises Refused: `bad_token`, `ended`, `expired`, `forbidden`.
        """
        known = await who(self._installation, self._directory, token, parts=True)
        if known.part is None:
            raise Refused("forbidden")
        fresh = new_secret()

        def exchange(transaction: Transaction) -> Token:
            given = store.token(transaction.connection, known.token_id)
            if given is None or given.ended_at is not None:
                raise Refused("ended")
            return self._admit(transaction, given, digest(fresh))

        return self._taken(fresh, await self._installation.db.write(known.person.tenant, exchange))

    def _admit(self, transaction: Transaction, given: Token, id: str) -> Token:
        """Let in whoever shows a code or a token that is good, if its log-in and its call go on."""
        connection, now = transaction.connection, transaction.now
        until = min(now + LIFETIME_MS, store.confirmed_until(connection, given))
        contact = store.contact(connection, given.tenant, given.person)
        ended = store.has_ended(connection, given.tenant, given.iss, given.grounds)
        if ended or until <= now or contact is None or not self._goes_on(connection, contact, given.call):
            raise Refused("bad_token")
        fresh = replace(given, kind="part", id=id, ended_at=None, issued_at=now)
        admitted = replace(fresh, expires_at=until, limit_at=until)
        store.add_token(transaction, admitted)
        return admitted

    def _taken(self, token: str, admitted: Token) -> Taken:
        left = (admitted.expires_at - admitted.issued_at) // 1000
        return Taken(token, left, admitted.tenant, Part(admitted.way, admitted.call, admitted.conversation))

    def _goes_on(self, connection: Connection, contact: Contact, call: str) -> bool:
        try:
            return self._running(connection, contact, call) is not None
        except Refused:
            return False

    def _running(self, connection: Connection, contact: Contact, call: str) -> Call:
        """Return a call that a contact sits in now. Raises Refused: `not_found`, `not_in_call`, `switched_off`."""
        found = calls.find(connection, contact.tenant, call)
        state = conversations.state(connection, contact.tenant, found.conversation) if found else None
        if found is None or state is None or not may_see(contact, state):
            raise Refused("not_found")
        if found.over or not found.is_in(name_of(contact)):
            raise Refused("not_in_call")
        if not switches_of(self._directory, contact, state.module)["call"]:
            raise Refused("switched_off")
        return found
