"""The real server core without sockets or threads: nodes with a hub each, and one end of every connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from curbside.actions.receipts import Done
from curbside.domain.people import Person
from curbside.realtime import outputs
from curbside.realtime.allowance import Allowance
from curbside.realtime.connection import HEARTBEAT_MS, Connection
from curbside.realtime.frames import encode
from curbside.realtime.hub import Hub
from curbside.realtime.outputs import Output

if TYPE_CHECKING:
    from tests.simulation.world import World

LIMITS = {"frame": 16384, "text": 8192, "files": 10, "file_bytes": 10485760, "edit_ms": 60_000}


class Node:
    """One server process: everything it holds dies with it."""

    def __init__(self) -> None:
        self.life = 0
        self.up_from = 0
        self.begin()

    def begin(self) -> None:
        """Start anew, with nothing in memory."""
        self.life += 1
        self.hub = Hub()
        self.lines: set[Line] = set()


class Line:
    """One connection: the server's end of it, and what is under way in both directions."""

    def __init__(self, world: World, client: str, node: Node) -> None:
        self.world, self.client, self.node, self.life = world, client, node, node.life
        self.person: Person = world.people[client].actor
        self.connection = Connection(world.now)
        self.grounds = self.id = ""
        self.lists: dict[str, set[str]] = {}
        self.counts: dict[str, int] = {}
        self.watched: set[str] = set()
        self.alive = True
        self.heard = False
        self.last_up = self.last_down = 0
        node.lines.add(self)

    @property
    def served(self) -> bool:
        """Tell whether the process that holds this end still runs."""
        return self.life == self.node.life

    def run(self, out: Sequence[Output]) -> None:
        for one in out:
            _RUN[type(one)](self, one)

    def tell_settings(self, frame: bytes) -> None:
        self.run([outputs.Send(frame)])

    def leave(self) -> None:
        """Take that the transport is gone."""
        if not self.served or self not in self.node.lines:
            return
        self.node.lines.discard(self)
        if self.connection.person is not None:
            self.node.hub.leave(self, list(self.watched))
        self.connection.close("gone", "now")

    def welcome(self, hello: Any) -> None:
        world = self.world
        frame = encode(
            "welcome",
            connection="c",
            epoch=world.shown_epoch,
            heartbeat=HEARTBEAT_MS,
            now=world.now,
            expires_in=86_400,
            vault="A" * 43,
            limits=LIMITS,
            you=world.people[self.client].you,
            snapshot={"switches": {}, "tenant": {"id": self.person.tenant, "name": ""}},
        )
        cursors = hello.cursors if hello.epoch in (None, world.shown_epoch) else dict.fromkeys(hello.cursors, 0)
        allowance = Allowance(world.now, agent=True)
        never = world.now + 10**9
        out = self.connection.welcomed(self.person, never, never, frame, cursors, allowance, world.now)
        self.node.hub.join(self)
        self.run(out)

    def _send(self, out: outputs.Send) -> None:
        self.world.down(self, out.frame)

    def _close(self, out: outputs.Close) -> None:
        self.world.down(self, encode("bye", code=out.code, reconnect=out.reconnect, after_ms=out.after_ms))

    def _welcome(self, out: outputs.Welcome) -> None:
        self.world.later(5, self.world.welcomes, self, out.hello)

    def _perform(self, out: outputs.Perform) -> None:
        self.world.later(self.world.random.randint(5, 80), self.world.commits, self, out.command)
        if self.world.mutant == "acknowledge_early":
            done = Done(out.command.conversation, None, self.world.now)
            self.run(self.connection.done(out.command, done))

    def _watch(self, out: outputs.Watch) -> None:
        self.watched.add(out.conversation)
        self.node.hub.watch(self, out.conversation)

    def _unwatch(self, out: outputs.Unwatch) -> None:
        self.watched.discard(out.conversation)
        self.node.hub.unwatch(self, out.conversation)

    def _load(self, out: outputs.Load) -> None:
        self.world.later(self.world.random.randint(0, 60), self.world.loads, self, out)

    def _nothing(self, out: Output) -> None:
        """Cursors and typing may be lost, and are tested where they live; nobody looks at lists here."""


_RUN: Mapping[type, Callable[[Line, Any], None]] = {
    outputs.Send: Line._send,
    outputs.Close: Line._close,
    outputs.Welcome: Line._welcome,
    outputs.Renewal: Line._nothing,
    outputs.Perform: Line._perform,
    outputs.Watch: Line._watch,
    outputs.Unwatch: Line._unwatch,
    outputs.Load: Line._load,
    outputs.Move: Line._nothing,
    outputs.Type: Line._nothing,
    outputs.WatchList: Line._nothing,
    outputs.UnwatchList: Line._nothing,
    outputs.OnCall: Line._nothing,
}
