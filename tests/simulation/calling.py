"""Calls in a world where everything goes wrong: the real floor, and clients that say whatever a client could say."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from random import Random
from typing import Any

from msgspec.json import decode, encode

from curbside.actions.floor import Floor
from curbside.domain.errors import Refused
from curbside.domain.people import Person
from curbside.realtime import outputs
from curbside.realtime.allowance import Allowance
from curbside.realtime.connection import Connection
from tests.ground import Ground, at_once

SDP = "v=0\r\ns=-\r\n"


class Loose(Floor):
    """A floor without an event loop: what it begins beside everything else waits until the world lets it go on."""

    def begin(self, ground: Ground, random: Random) -> None:
        """Take a ground's database, and what runs on it, as a process does that starts."""
        self.begun: list[Coroutine[Any, Any, Any]] = []
        self.random = random
        self.directory = self.calls._directory = self.attending._directory = ground.directory
        self.conversations._directory = ground.directory
        self.installation.db.on_commit = self.hear
        at_once(self.calls.load())

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        self.begun.append(work)

    def go_on(self) -> None:
        """Do what was begun, in any order, and what that begins."""
        while self.begun:
            work = self.begun.pop(self.random.randrange(len(self.begun)))
            with suppress(Refused):  # a process logs it: the call has moved on meanwhile
                at_once(work)

    def end(self) -> None:
        """Die: what was begun is never done."""
        for work in self.begun:
            work.close()
        self.begun = []


class End:
    """A connection of somebody's: the server's end of it, and what the client heard."""

    def __init__(self, floor: Loose, who: str, actor: Person, id: str, arrives: Callable[[End, Any], bool]) -> None:
        self.floor, self.who, self.actor, self.id, self.arrives = floor, who, actor, id, arrives
        self.grounds = f"{who} is here"
        self.lists: dict[str, set[str]] = {}
        self.counts: dict[str, int] = {}
        self.watched: set[str] = set()
        self.answers: dict[str, Any] = {}
        self.calls: dict[str, Any] = {}
        self.signals: list[str] = []
        self.silent = False
        self.connection = Connection(self.now)
        hello = {"type": "hello", "version": 1, "token": who, "device": "d" * 22, "tab": "t" * 22, "cursors": {}}
        self.say(hello)
        never = self.now + 10**9
        welcome = encode({"type": "welcome"})
        allowance = Allowance(self.now, agent=True)
        self.run(self.connection.welcomed(actor, never, never, welcome, {}, allowance, self.now))
        floor.hub.join(self)
        floor.exchange.arrived(self)

    @property
    def now(self) -> int:
        return self.floor.installation.db.clock()

    def say(self, frame: Mapping[str, Any]) -> None:
        self.run(self.connection.receive(encode(frame).decode(), self.now))

    def leave(self) -> None:
        """Take that the transport is gone."""
        self.floor.gone(self)
        self.floor.hub.leave(self, [])
        self.connection.close("gone", "now")

    def run(self, out: Sequence[outputs.Output]) -> None:
        for one in out:
            if isinstance(one, outputs.Send):
                self._hear(decode(one.frame))
            elif isinstance(one, outputs.OnCall):
                self.floor.on_call(self, one.frame)
            elif isinstance(one, outputs.Perform):
                self.floor.spawn(self._perform(one.command))

    def tell_settings(self, frame: bytes) -> None:
        """Nobody looks at them here."""

    async def _perform(self, command: Any) -> None:
        try:
            self.run(self.connection.done(command, await self.floor.perform(self.actor, command)))
        except Refused as refused:
            self.run(self.connection.refused(command, refused))

    def _hear(self, frame: Any) -> None:
        if self.silent or not self.arrives(self, frame):
            return
        if frame["type"] in ("ok", "no"):
            self.answers[frame["key"]] = frame
        if frame["type"] == "call":
            self.calls[frame["call"]] = frame
        if frame["type"] == "signal":
            self.signals.append(frame["id"])
