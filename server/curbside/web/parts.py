"""A part of a call that is carried over streams: a page opens another one whenever what it watches changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import TypeVar

from curbside.actions.floor import Floor
from curbside.domain.writing import name_of
from curbside.realtime.hub import Listener
from curbside.realtime.signals import CallHere, Signal
from curbside.web.carrier import Carrier

Key = TypeVar("Key")
Value = TypeVar("Value")
_REMEMBERED = 10_000
_HELD_MAX, _HELD_EACH_MAX, _HELD_MS = 2_000, 64, 5_000


class Parts:
    """Remember which part of a call each page carries, so that its next stream goes on with it."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._by_page: OrderedDict[tuple[str, ...], CallHere] = OrderedDict()
        self._early: OrderedDict[str, CallHere] = OrderedDict()  # by token: said between two streams
        self._held: OrderedDict[tuple[str, str], tuple[int, Signal]] = OrderedDict()  # by token and id: likewise
        floor.exchange.on_carried = self._carried

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

    def say(self, token_id: str, streams: Sequence[Carrier], signal: Signal) -> None:
        """Pass a signal on over the stream that carries its page's part; between two streams, over the next.

        It waits for that for five seconds at most, and so many of one page: a lost one is asked for anew after ten.
        """
        carrying = [one for one in streams if self._carries(one, signal)]
        if not carrying and (not streams or any(_page(one) in self._by_page for one in streams)):
            self._hold(token_id, signal)
            return
        for carrier in (carrying or streams)[-1:]:
            self._floor.on_call(carrier, signal)

    def _carries(self, carrier: Carrier, signal: Signal) -> bool:
        person = carrier.connection.person
        assert person is not None
        return self._floor.exchange.carrier(person.tenant, signal.call, name_of(person)) is carrier

    def _hold(self, token_id: str, signal: Signal) -> None:
        now = self._floor.installation.db.clock()
        while self._held and next(iter(self._held.values()))[0] < now - _HELD_MS:
            self._held.popitem(last=False)
        if sum(of == token_id for of, _ in self._held) < _HELD_EACH_MAX:
            _remember(self._held, (token_id, signal.id), (now, signal), _HELD_MAX)

    def _carried(self, listener: Listener) -> None:
        """Pass on what waited for a stream that carries now."""
        now = self._floor.installation.db.clock()
        theirs = [key for key in self._held if isinstance(listener, Carrier) and key[0] == listener.token_id]
        for held_at, signal in [self._held.pop(key) for key in theirs]:
            if held_at >= now - _HELD_MS:
                self._floor.on_call(listener, signal)


def _remember(where: OrderedDict[Key, Value], key: Key, what: Value, most: int = _REMEMBERED) -> None:
    where[key] = what
    where.move_to_end(key)
    if len(where) > most:
        where.popitem(last=False)


def _page(carrier: Carrier) -> tuple[str, ...]:
    person = carrier.connection.person
    assert person is not None
    return person.tenant, person.kind, person.id, carrier.tab
