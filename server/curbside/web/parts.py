"""A part of a call that is carried over streams: a page opens another one whenever what it watches changes."""

from __future__ import annotations

from collections import OrderedDict

from curbside.actions.floor import Floor
from curbside.realtime.signals import CallHere
from curbside.web.carrier import Carrier

_REMEMBERED = 10_000


class Parts:
    """Remember which part of a call each page carries, so that its next stream goes on with it."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._by_page: OrderedDict[tuple[str, ...], CallHere] = OrderedDict()

    def take(self, carrier: Carrier, here: CallHere) -> None:
        """Take that a page carries its person's part over this stream."""
        self._by_page[_page(carrier)] = here
        if len(self._by_page) > _REMEMBERED:
            self._by_page.popitem(last=False)

    def go_on(self, carrier: Carrier) -> None:
        """Let a stream carry what the one before it carried, unless another page has taken that over."""
        here = self._by_page.get(_page(carrier))
        if here is not None and self._floor.exchange.is_from(carrier, here.call, here.tab):
            self._floor.on_call(carrier, here)


def _page(carrier: Carrier) -> tuple[str, ...]:
    person = carrier.connection.person
    assert person is not None
    return person.tenant, person.kind, person.id, carrier.tab
