"""What a person asks: one struct for each verb, as it comes over the wire."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

# `\Z`, not `$`, which would let a line's end follow.
Id = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}\Z")]
ShortId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}\Z")]
TEXT_MAX = 8192  # bytes of UTF-8, so that a text fits a frame whatever it is written in
Text = Annotated[str, Meta(max_length=TEXT_MAX)]
Line = Annotated[str, Meta(max_length=500)]
Urgency = Literal["normal", "high", "care_blocked"]


def _measure(text: str) -> None:
    """Hold a text to its bytes: the limit of `Text` counts characters."""
    if len(text) * 4 > TEXT_MAX and len(text.encode()) > TEXT_MAX:
        raise ValueError(f"Expected bytes of length <= {TEXT_MAX}")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=False):
    """The body of a message or a note, as a client sends it."""

    text: Text = ""
    files: Annotated[tuple[ShortId, ...], Meta(max_length=10)] = ()
    quote: Id | None = None
    mentions: Annotated[tuple[ShortId, ...], Meta(max_length=20)] = ()

    def __post_init__(self) -> None:
        _measure(self.text)

    def __repr__(self) -> str:
        return "Words(…)"


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What every command has: the key that makes it happen once, and the conversation."""

    key: Id
    conversation: Id

    def __repr__(self) -> str:  # what is asked may hold what people wrote
        return f"{type(self).__name__}({self.conversation!r})"


class Say(Command, frozen=True, kw_only=True):
    """Send a message or a note: the one hot verb."""

    kind: Literal["message", "note"]
    body: Words
    audience: Literal["staff", "house"] = "staff"


class Start(Command, frozen=True, kw_only=True):
    context: dict[str, Any] = {}
    topic: Annotated[str, Meta(max_length=80)] = ""
    urgency: Urgency = "normal"
    channel: Literal["panel", "phone", "email", "social"] = "panel"
    contact: ShortId | None = None
    test: bool = False
    external: dict[Annotated[str, Meta(max_length=40)], Annotated[str, Meta(max_length=200)]] = {}


class Claim(Command, frozen=True, kw_only=True):
    pass


class Release(Command, frozen=True, kw_only=True):
    why: Line = ""


class Packet(msgspec.Struct, frozen=True):
    summary: Text = ""
    tried: Text = ""
    asked: Text = ""

    def __post_init__(self) -> None:
        for text in (self.summary, self.tried, self.asked):
            _measure(text)

    def __repr__(self) -> str:
        return "Packet(…)"


class HandOver(Command, frozen=True, kw_only=True):
    to_team: ShortId | None = None
    to_agent: ShortId | None = None
    packet: Packet = Packet()


class Wait(Command, frozen=True, kw_only=True):
    on: Literal["contact", "third_party"]
    until: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    why: Line = ""


class Resolve(Command, frozen=True, kw_only=True):
    ask_rating: bool = True


class Reopen(Command, frozen=True, kw_only=True):
    pass


class Rate(Command, frozen=True, kw_only=True):
    score: Annotated[int, Meta(ge=1, le=5)] | None = None
    back_to_work: bool | None = None
    comment: Annotated[str, Meta(max_length=2000)] = ""


class SetUrgency(Command, frozen=True, kw_only=True):
    urgency: Urgency


class Edit(Command, frozen=True, kw_only=True):
    target: Id
    body: Words


class Delete(Command, frozen=True, kw_only=True):
    target: Id


class Redact(Command, frozen=True, kw_only=True):
    target: Id
    why: Line = ""


# What a browser found of a device; `ready` was allowed and is there, but was not opened.
Device = Literal["works", "ready", "denied", "system", "forbidden", "missing", "busy", "untested"]


class Equipment(Command, frozen=True, kw_only=True):
    """Say what a browser found of microphone, camera and the ways to us."""

    microphone: Device | Literal["silent"] = "untested"
    camera: Device | Literal["dark"] = "untested"
    line: Literal["socket", "stream", "untested"] = "untested"
    relay: Literal["udp", "tcp", "tls", "none", "untested"] = "untested"
    echo: Literal["works", "failed", "untested"] = "untested"


class PhoneMe(Command, frozen=True, kw_only=True):
    """Ask to be phoned; again: on another number."""

    number: Annotated[str, Meta(max_length=60)]


class PhoneWithdraw(Command, frozen=True, kw_only=True):
    pass


class PhoneAttempt(Command, frozen=True, kw_only=True):
    """Say what came of phoning a contact; `note` is for colleagues."""

    outcome: Literal["reached", "no_answer", "busy", "wrong_number"]
    note: Annotated[str, Meta(max_length=2000)] = ""


class SetState(msgspec.Struct, frozen=True, kw_only=True):
    """Say whether one takes conversations: no conversation is named."""

    key: Id
    state: Literal["available", "busy", "break", "training", "off"]
    conversation: None = None


class Return(Command, frozen=True, kw_only=True):
    """Give a conversation back to the queue for an agent who is gone (by the system only)."""

    agent: ShortId
    why: Literal["gone", "logged_off"]


class Wake(Command, frozen=True, kw_only=True):
    """End a wait whose time has come (by the system only)."""


Want = Literal["voice", "camera", "screen"]
Tally = Annotated[int, Meta(ge=0, le=2**31)]


class CallCommand(Command, frozen=True, kw_only=True):
    """What every command on a call has beside its key: the call, whose id its first command makes."""

    call: Id


class RequestCall(CallCommand, frozen=True, kw_only=True):
    wants: Annotated[tuple[Want, ...], Meta(min_length=1, max_length=3)] = ("voice",)


class AcceptCall(CallCommand, frozen=True, kw_only=True):
    pass


class DeclineCall(CallCommand, frozen=True, kw_only=True):
    pass


class CancelCall(CallCommand, frozen=True, kw_only=True):
    pass


class LeaveCall(CallCommand, frozen=True, kw_only=True):
    pass


# What of a screen is shown: the page itself, masked; that page while its masks are not confirmed, so nothing; or else.
Surface = Literal["page", "veiled", "other"]


class ChangeMedia(CallCommand, frozen=True, kw_only=True):
    """Say what of oneself is sent: that of nobody else can be said."""

    camera: bool
    screen: bool
    voice: bool
    surface: Surface | None = None


class StopScreen(CallCommand, frozen=True, kw_only=True):
    """End what somebody else shows of their screen. Nobody can begin it for them."""

    of: ShortId


class InviteToCall(CallCommand, frozen=True, kw_only=True):
    agent: ShortId


class ReportCall(CallCommand, frozen=True, kw_only=True):
    """Say how a call was for one who took part, as their browser measured it."""

    relayed: bool | None = None
    first_frame_ms: Tally | None = None
    loss: Annotated[float, Meta(ge=0, le=1)] | None = None
    rtt_ms: Tally | None = None
    mos: Annotated[float, Meta(ge=1, le=5)] | None = None


class Lapse(CallCommand, frozen=True, kw_only=True):
    """Let time do its work on a call (by the system only); `leases` are of those who were heard since."""

    leases: dict[str, tuple[str, int]] = {}


class ObeySwitches(CallCommand, frozen=True, kw_only=True):
    """Let a call be what the switches allow now (by the system only)."""


class RingMore(CallCommand, frozen=True, kw_only=True):
    """Ring those too who have become free while it rings (by the system only)."""


class TakeOut(CallCommand, frozen=True, kw_only=True):
    """Take somebody out of a call that they may no longer be in (by the system only)."""

    who: str
    why: Literal["left_workstation", "no_access", "switched_off"]


VERBS: dict[str, type[Command] | type[SetState]] = {
    "start": Start,
    "claim": Claim,
    "release": Release,
    "hand_over": HandOver,
    "wait": Wait,
    "resolve": Resolve,
    "reopen": Reopen,
    "rate": Rate,
    "urgency": SetUrgency,
    "edit": Edit,
    "delete": Delete,
    "redact": Redact,
    "state": SetState,
    "equipment": Equipment,
    "phone_me": PhoneMe,
    "phone_me.withdraw": PhoneWithdraw,
    "phone_me.attempt": PhoneAttempt,
    "call.request": RequestCall,
    "call.accept": AcceptCall,
    "call.decline": DeclineCall,
    "call.cancel": CancelCall,
    "call.leave": LeaveCall,
    "call.media": ChangeMedia,
    "call.stop_screen": StopScreen,
    "call.invite": InviteToCall,
    "call.report": ReportCall,
}
