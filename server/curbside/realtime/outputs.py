"""What a connection asks of whoever carries it. Plain values: the connection itself does no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field

from curbside.realtime.frames import CallFrame, Command, Hello


@dataclass(frozen=True, slots=True)
class Send:
    """Send a frame. A droppable one (typing, presence) may be left out when the reader is slow."""

    frame: bytes = field(repr=False)
    droppable: bool = False


@dataclass(frozen=True, slots=True)
class Close:
    """Say `bye`, then close."""

    code: str
    reconnect: str
    after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Welcome:
    """Find out who holds this token, and answer with `Connection.welcomed` or `.turned_away`."""

    hello: Hello


@dataclass(frozen=True, slots=True)
class Renewal:
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Perform:
    """Carry out a command, and answer with `Connection.done` or `.refused`."""

    command: Command


@dataclass(frozen=True, slots=True)
class Watch:
    """Be told of a conversation from now on; always comes before the Load of what it held until now."""

    conversation: str


@dataclass(frozen=True, slots=True)
class Unwatch:
    conversation: str


@dataclass(frozen=True, slots=True)
class Load:
    """Read events after a number, and answer with `Connection.loaded` or `.not_found`."""

    conversation: str
    after: int
    limit: int


@dataclass(frozen=True, slots=True)
class WatchList:
    """Send the rows of a list, and be told of its changes."""

    name: str
    limit: int
    before: str | None


@dataclass(frozen=True, slots=True)
class UnwatchList:
    name: str


@dataclass(frozen=True, slots=True)
class Move:
    """Move this side's cursor; `seq` is in the reader's numbers."""

    conversation: str
    delivered: int
    read: int


@dataclass(frozen=True, slots=True)
class Type:
    """Relay that somebody types, or no longer does."""

    conversation: str
    audience: str
    on: bool


@dataclass(frozen=True, slots=True)
class OnCall:
    """Do what a frame about a call asks for: carry it over this connection, pass a signal on, stop repeating one."""

    frame: CallFrame


_Lists = WatchList | UnwatchList
Output = Send | Close | Welcome | Renewal | Perform | Watch | Unwatch | Load | Move | Type | OnCall | _Lists
