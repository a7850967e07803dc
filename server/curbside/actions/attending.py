"""Calls that run are looked after: what is switched off ends in them, and who becomes free is rung too."""

from __future__ import annotations

import contextlib

from curbside.actions.calls import Calls
from curbside.actions.directory import Directory
from curbside.actions.free import free_to_answer
from curbside.actions.installation import Installation
from curbside.actions.switching import switches_of
from curbside.domain.call import rung
from curbside.domain.calls import pictures_off
from curbside.domain.errors import Refused
from curbside.domain.news import CallMoved
from curbside.domain.people import Contact
from curbside.realtime.exchange import Exchange
from curbside.realtime.live import Live
from curbside.store import identity


class Attending:
    """Look at running calls whenever switches or people change, and now and then in case that nobody told.

    What is seen here is only a reason to act: what happens is decided under the lock of the conversation.
    """

    def __init__(self, installation: Installation, directory: Directory, exchange: Exchange, calls: Calls) -> None:
        self._installation = installation
        self._directory = directory
        self._exchange = exchange
        self._calls = calls

    async def look(self, tenant: str) -> None:
        """Do what is due for each call that runs in a tenant."""
        for live in self._exchange.of(tenant):
            with contextlib.suppress(Refused):  # over meanwhile, or the next look does it
                contact = live.contact = live.contact or await self._contact(live)
                if contact is not None and self._differs(live, contact):
                    live.contact = None  # they may have another role by now
                    await self._calls.obey_switches(live.call)
                elif contact is not None and self._is_free(live, contact):
                    await self._calls.ring_more(live.call)

    def _differs(self, live: Live, contact: Contact) -> bool:
        """Tell whether a call allows more or less than the switches do."""
        switches = switches_of(self._directory, contact, live.state.module)
        return not live.call.over and (not switches["call"] or live.call.off != pictures_off(switches))

    def _is_free(self, live: Live, contact: Contact) -> bool:
        """Tell whether somebody is free whom a contact's call, which nobody has answered, does not ring for."""
        told = live.call.session.call
        if told.answered_by is not None or not rung(live.call) or live.call.by["kind"] != "contact":
            return False
        free = free_to_answer(self._directory, live.state, contact, self._exchange.busy(contact.tenant))
        return not told.asked >= {f"agent:{id}" for id in free}

    async def _contact(self, live: Live) -> Contact | None:
        place = (live.call.tenant, live.state.contact)
        return await self._installation.db.read(
            live.call.tenant, lambda connection: identity.contact(connection, *place)
        )


def frees(news: CallMoved) -> bool:
    """Tell whether somebody who was in a call is so no more, and may be rung for another."""
    before = news.before
    return before is not None and any(before.is_in(seat.who) > news.after.is_in(seat.who) for seat in before.seats)
