"""What browsers in a call say to each other: parsed at the edge, repeated until it has come, never stored."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from curbside.domain import commands as ask
from curbside_signaling.media import ROOM

PENDING_MAX = 200
_FIRST_REPEAT_MS, _LAST_REPEAT_MS = 1_000, 8_000


class CallHere(msgspec.Struct, frozen=True):
    """This connection carries my part of the call; `tab` is where the peer connections live."""

    call: ask.Id
    tab: ask.Id


SDP_MAX = 12 * 1024
# What a browser says: ASCII, lines, the version first. Nothing that could break a log or a parser downstream.
Sdp = Annotated[str, Meta(max_length=SDP_MAX, pattern=r"\Av=0\r\n[\r\n\t -~]*\Z")]


class Description(msgspec.Struct, frozen=True):
    type: Literal["offer", "answer"]
    sdp: Sdp

    def __repr__(self) -> str:
        return f"Description({self.type!r})"


class Candidate(msgspec.Struct, frozen=True, rename="camel"):
    """One way to be reached, as `RTCIceCandidate.toJSON()` has it. An empty one says that there are no more."""

    candidate: Annotated[str, Meta(max_length=512, pattern=r"\A(?:candidate:[ -~]*)?\Z")]
    sdp_mid: Annotated[str, Meta(max_length=64, pattern=r"\A[!-~]*\Z")] | None = None
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=255)] | None = msgspec.field(default=None, name="sdpMLineIndex")
    username_fragment: Annotated[str, Meta(max_length=256, pattern=r"\A[!-~]*\Z")] | None = None

    def __repr__(self) -> str:
        return "Candidate(…)"


class Signal(msgspec.Struct, frozen=True, kw_only=True):
    """What one participant's browser says to another's; never stored, never logged."""

    id: ask.Id
    call: ask.Id
    to: Annotated[str, Meta(pattern=rf"^(?:{ROOM}|[A-Za-z0-9_-]{{22}})\Z")]
    generation: Annotated[int, Meta(ge=1, le=2**31)]
    n: Annotated[int, Meta(ge=1, le=2**31)]  # the receiver takes what one says to it in this order
    description: Description | None = None
    candidates: Annotated[tuple[Candidate, ...], Meta(min_length=1, max_length=20)] | None = None

    def __post_init__(self) -> None:
        if (self.description is None) == (self.candidates is None):
            raise ValueError("Expected either a description or candidates")


class SignalAck(msgspec.Struct, frozen=True):
    id: ask.Id


@dataclass(slots=True)
class Pending:
    """A signal that its receiver has not acknowledged."""

    frame: bytes = field(repr=False)
    sender: str
    generation: int
    due_at: int
    wait_ms: int = _FIRST_REPEAT_MS


class Waiting:
    """What was sent to one receiver and not acknowledged. When there is too much of it the oldest is given up."""

    def __init__(self) -> None:
        self._sent: OrderedDict[str, Pending] = OrderedDict()

    def __iter__(self) -> Iterator[tuple[str, Pending]]:
        return iter(list(self._sent.items()))

    def add(self, id: str, frame: bytes, sender: str, generation: int, now: int) -> None:
        self._sent[id] = Pending(frame, sender, generation, now + _FIRST_REPEAT_MS)
        if len(self._sent) > PENDING_MAX:
            self._sent.popitem(last=False)

    def came(self, id: str) -> None:
        self._sent.pop(id, None)

    def begin_again(self, now: int) -> None:
        """Send all of it soon: its receiver has another connection."""
        for pending in self._sent.values():
            pending.due_at, pending.wait_ms = now, _FIRST_REPEAT_MS

    def due(self, now: int) -> list[bytes]:
        """Return what is to be sent once more."""
        found = []
        for pending in self._sent.values():
            if pending.due_at <= now:
                found.append(pending.frame)
                pending.due_at = now + pending.wait_ms
                pending.wait_ms = min(_LAST_REPEAT_MS, 2 * pending.wait_ms)
        return found
