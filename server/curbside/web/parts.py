"""A part of a call that is carried over streams: a page opens another one whenever what it watches changes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

from curbside.actions.floor import Floor
from curbside.realtime.signals import CallHere
from curbside.web.carrier import Carrier

Key = TypeVar("Key")
_REMEMBERED = 10_000


class Parts:
    """Remember which part of a call each page carries, so that its next stream goes on with it."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._by_page: OrderedDict[tuple[str, ...], CallHere] = OrderedDict()
        self._early: OrderedDict[str, CallHere] = OrderedDict()  # by token: said between two streams

    def take(self, token_id: str, carrier: Carrier | None, here: CallHere) -> None:
        """Take that a page carries its person's part: over this stream, or over the next that its token opens."""
        if carrier is None:
            _remember(self._early, token_id, here)
            return
        _remember(self._by_page, _page(carrier), here)
        self._floor.on_call(carrier, here)

    def go_on(self, token_id: str, carrier: Carrier) -> None:
        """Let a stream carry what the one before it carried, unless another page has taken that over."""
        if early := self._early.pop(token_id, None):
            self.take(token_id, carrier, early)
            return
        here = self._by_page.get(_page(carrier))
        if here is not None:
            self._floor.on_going_on(carrier, here)


def _remember(where: OrderedDict[Key, CallHere], key: Key, here: CallHere) -> None:
    where[key] = here
    where.move_to_end(key)
    if len(where) > _REMEMBERED:
        where.popitem(last=False)


def _page(carrier: Carrier) -> tuple[str, ...]:
    person = carrier.connection.person
    assert person is not None
    return person.tenant, person.kind, person.id, carrier.tab
