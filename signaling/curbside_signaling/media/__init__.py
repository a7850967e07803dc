"""Where media flow: between the browsers (a mesh), or through a room on a media server, behind one small interface.

A browser meets the same in both: pairs, each with a generation, and signals that are numbered. In a mesh what one says
to the other is passed on as it is. In a room each sends once, in a pair with `ROOM`, and in the pair with each other it
gets what they send: there the room makes the offer and the browser answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

ROOM = "room"
"""Whom everybody has a pair with whose media go through a room. No participant is called this."""


@dataclass(frozen=True, slots=True)
class Said:
    """An offer or an answer: who says it to whom, for which peer connection of theirs."""

    sender: str
    to: str
    generation: int
    n: int
    type: str
    sdp: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should be: who sends, and who gets what from whom (receiver, sender), each of which generation.

    What the `wary` send gets to nobody whose own media they have not taken: they are told first who that is.
    """

    senders: Mapping[str, int]
    views: Mapping[tuple[str, str], int]
    wary: frozenset[str] = frozenset()


class Room(Protocol):
    """One call's room. Nothing here waits: what is asked is done in order, beside everything else."""

    def want(self, wanted: Wanted) -> None:
        """Let those send and get what they should; whatever else there was ends."""

    def hear(self, said: Said) -> None:
        """Take what a browser says to the room, or in its pair with another."""

    def close(self) -> None:
        """End it for everybody."""


class Rooms(Protocol):
    """A media server."""

    async def stop(self) -> None:
        """Let go of all rooms without ending them: people go on talking there until another process has one."""

    def open(self, say: Callable[[Said], None], lost: Callable[[], None]) -> Room:
        """Make a room. It speaks to browsers by `say`; `lost` is called once when it cannot be had, or is gone."""
