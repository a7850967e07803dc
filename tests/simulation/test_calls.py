"""The promises of calls, held against seeded worlds in which people, devices, the network and the server do anything.

`CURBSIDE_SEEDS` says how many worlds of messages there are; of calls, in each of which far
more happens, there is one for every fifty.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest
from sqlalchemy import delete

from curbside.actions.tenant import Tenants
from curbside.domain.entries import SwitchEntry
from curbside.domain.people import Person
from curbside.realtime import ringing
from curbside.realtime.exchange import Exchange
from curbside.realtime.signals import Waiting
from curbside.store import calls as store
from curbside.store import timers
from curbside.store.ledger import bodies, conversations, events, receipts, salts
from curbside.store.scope import EVERY_TENANT
from curbside_signaling import Session
from curbside_signaling.roster import Roster
from tests import builders
from tests.ground import Ground, at_once, in_memory
from tests.simulation.callworld import CallWorld

WORLDS = max(1, int(os.environ.get("CURBSIDE_SEEDS", "200")) // 50)
FEW = range(1_000, 1_012)
SHARDS = 2
_TABLES = (store.reports, store.calls, timers._timers, receipts, salts, bodies, events, conversations)


@dataclass
class Stage:
    """A database, the people in it, and a clock that only worlds move."""

    ground: Ground
    cast: Mapping[str, Person]
    clock: list[int]

    def faults(self, seeds: Sequence[int]) -> dict[int, list[str]]:
        """Live through the worlds of `seeds`; return what was wrong, by seed."""
        return {seed: faults for seed in seeds if (faults := self._world(seed))}

    def _world(self, seed: int) -> list[str]:
        try:
            return CallWorld(seed, self.ground, self.cast, self.clock).live()
        except Exception as bug:  # whatever a client says, nothing may raise
            return [f"a bug: {bug!r}"]
        finally:
            self.ground.installation.db.on_commit = lambda told: None
            at_once(self.ground.installation.db.write(EVERY_TENANT, _empty))


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    clock = [1_790_000_000_000]
    with in_memory(lambda: clock[0]) as ground:
        cast: dict[str, Person] = {
            "dana": ground.contact("Dana Ruiz", id="dana"),
            "eve": ground.contact("Eve Stone", id="eve"),
            "olaf": ground.contact("Olaf Berg", id="olaf", of=builders.OTHER_TENANT),
            **{name: ground.agent(name.title(), id=name) for name in ("priya", "kim", "sam")},
        }
        for capability in ("call", "camera", "screen"):
            at_once(
                Tenants(ground.installation, ground.directory).set_switch("northwind", SwitchEntry(capability, True))
            )
        ground.know()
        yield Stage(ground, cast, clock)


@pytest.mark.slow
@pytest.mark.parametrize("shard", range(SHARDS))
def test_every_call_ends_one_wins_and_nobody_outside_hears_of_it(stage: Stage, shard: int) -> None:
    assert stage.faults(range(shard, WORLDS, SHARDS)) == {}


def _everybody_wins(session: Session, by: str, now: int) -> Any:
    return _accept(replace(session, call=replace(session.call, answered_by=None)), by, now)


def _to_all(self: Exchange, live: Any, who: str, frame: bytes) -> None:
    for seat in live.call.seats:
        self._send(live.call, seat.who, frame)


def _whoever(self: Exchange, listener: Any, signal: Any) -> None:
    live = self.get("northwind", signal.call)
    target = live.call.seat_with(signal.to) if live else None
    if live and target:
        self._pass(live, target.who, ringing.relayed(signal, live.call.seats[0].id))


_accept = Session.accept
MUTANTS: dict[str, tuple[Any, str, Callable[..., Any], str]] = {
    "everybody wins": (Session, "accept", _everybody_wins, "two winners"),
    "signals go to whoever was ever in it": (Exchange, "_pass", _to_all, "leaked: a signal"),
    "signals of whoever pass": (Exchange, "relay", _whoever, "leaked: a signal"),
    "stale signals pass": (Roster, "check", lambda self, signal: None, "stale"),
    "nothing is said again": (Waiting, "due", lambda self, now: [], "lost: a signal"),
    "no clock runs": (timers, "set_timer", lambda *args: None, "a call that does not end"),
    "a clock stays": (timers, "cancel_timer", lambda *args: None, "a clock that nobody needs"),
    "a start forgets the calls": (Exchange, "load", lambda self, found: None, "shut out"),
}


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_call_is_caught(stage: Stage, mutant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, name, broken, told = MUTANTS[mutant]
    monkeypatch.setattr(where, name, broken)
    assert any(fault.startswith(told) for seed in FEW for fault in stage.faults([seed]).get(seed, ())), "not caught"


def test_the_worlds_in_which_mutants_are_caught_are_whole_without_one(stage: Stage) -> None:
    assert stage.faults(FEW) == {}


def _empty(transaction: Any) -> None:
    for table in _TABLES:
        transaction.connection.execute(delete(table))
