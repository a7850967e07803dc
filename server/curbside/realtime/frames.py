"""Frames: what clients send, parsed into frozen structs; what the server says, encoded once per audience."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.errors import ProtocolError, Refused
from curbside.domain.events import Body, Event
from curbside.realtime.signals import CallHere, Signal, SignalAck

FRAME_MAX = 16 * 1024
_DEPTH_MAX = 8
Seq = Annotated[int, Meta(ge=0, le=2**31)]
Topic = Annotated[str, Meta(max_length=128)]


class Hello(msgspec.Struct, frozen=True, kw_only=True):
    version: Literal[1]
    token: Annotated[str, Meta(max_length=200)] = ""
    device: ask.Id
    tab: ask.Id
    epoch: str | None = None
    cursors: Annotated[dict[ask.Id, Seq], Meta(max_length=200)] = {}
    caps: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=20)] = []

    def __repr__(self) -> str:
        return "Hello(…)"


class Renew(msgspec.Struct, frozen=True):
    token: Annotated[str, Meta(max_length=200)]

    def __repr__(self) -> str:
        return "Renew(…)"


class Subscribe(msgspec.Struct, frozen=True):
    topic: Topic
    after: Seq = 0
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    before: Annotated[str, Meta(max_length=200)] | None = None


class Unsubscribe(msgspec.Struct, frozen=True):
    topic: Topic


class Get(msgspec.Struct, frozen=True):
    conversation: ask.Id
    after: Seq
    limit: Annotated[int, Meta(ge=1, le=200)] = 200


class Ack(msgspec.Struct, frozen=True):
    conversation: ask.Id
    seq: Seq


class Read(msgspec.Struct, frozen=True):
    conversation: ask.Id
    seq: Seq


class Typing(msgspec.Struct, frozen=True):
    conversation: ask.Id
    audience: Literal["contact", "staff", "house"]
    on: bool


class Ping(msgspec.Struct, frozen=True):
    at: int = 0


Command = ask.Command | ask.SetState
CallFrame = CallHere | Signal | SignalAck
Frame = Hello | Renew | Subscribe | Unsubscribe | Get | Ack | Read | Typing | Ping | CallFrame | Command

_FRAMES: dict[str, msgspec.json.Decoder[Any]] = {
    "hello": msgspec.json.Decoder(Hello),
    "renew": msgspec.json.Decoder(Renew),
    "subscribe": msgspec.json.Decoder(Subscribe),
    "unsubscribe": msgspec.json.Decoder(Unsubscribe),
    "get": msgspec.json.Decoder(Get),
    "ack": msgspec.json.Decoder(Ack),
    "read": msgspec.json.Decoder(Read),
    "typing": msgspec.json.Decoder(Typing),
    "ping": msgspec.json.Decoder(Ping),
    "call_here": msgspec.json.Decoder(CallHere),
    "signal": msgspec.json.Decoder(Signal),
    "signal_ack": msgspec.json.Decoder(SignalAck),
    "send": msgspec.json.Decoder(ask.Say),
}
_VERBS: dict[str, msgspec.json.Decoder[Any]] = {verb: msgspec.json.Decoder(kind) for verb, kind in ask.VERBS.items()}
_fields = msgspec.json.Decoder(dict[str, Any])
_encoder = msgspec.json.Encoder()


class BadFrame(Refused):
    """Refuse one frame. `key` is that of the command it held, if it could be read."""

    def __init__(self, code: str, key: str | None, why: str = "") -> None:
        super().__init__(code, detail={"why": why} if why else None)
        self.key = key


def decode(text: str) -> Frame:
    """Parse one frame.

    Raises BadFrame when it is not one of ours, and ProtocolError (`too_large`) when it is larger than a frame may be.
    """
    if len(text) > FRAME_MAX or len(raw := text.encode()) > FRAME_MAX:
        raise ProtocolError("too_large")
    fields = _checked(raw)
    type, verb, key = (one if isinstance(one := fields.get(name), str) else None for name in ("type", "verb", "key"))
    key = key if type != "signal" else one if isinstance(one := fields.get("id"), str) else None
    decoder = _VERBS.get(verb or "") if type == "act" else _FRAMES.get(type or "")
    if decoder is None:
        raise BadFrame("unknown_verb" if type == "act" else "bad_frame", key)
    try:
        frame: Frame = decoder.decode(raw)
    except msgspec.DecodeError as error:
        code = "too_large" if "length <=" in str(error) else "bad_frame"
        raise BadFrame(code, key, _why(error)) from None
    return frame


def _why(error: msgspec.DecodeError) -> str:
    """Name the place and the rule, never the value: msgspec repeats it where one of a few words was expected."""
    rule, at, place = str(error).rpartition(" - at ")
    return f"Invalid value{at}{place}" if rule.startswith("Invalid enum value") else str(error)


def _checked(raw: bytes) -> dict[str, Any]:
    """Return a frame's fields, after a look at what typed decoders let pass: its depth, and keys given twice."""
    # Eight openings cannot nest deeper than eight: only longer frames need the slow look.
    if raw.count(b"{") + raw.count(b"[") > _DEPTH_MAX and _depth(raw.decode()) > _DEPTH_MAX:
        raise BadFrame("bad_frame", None, "too deep")
    try:
        fields: dict[str, Any] = _fields.decode(raw)
        # What is written again as it came named no key twice: browsers write as our encoder does.
        if _encoder.encode(fields) != raw:
            _scanner.decode(raw.decode())
    except (ValueError, RecursionError):
        raise BadFrame("bad_frame", None, "not JSON, or a key twice") from None
    return fields


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


_scanner = json.JSONDecoder(object_pairs_hook=_no_key_twice)


def _depth(text: str) -> int:
    depth = deepest = 0
    in_text = escaped = False
    for letter in text:
        if in_text:
            in_text = escaped or letter != '"'
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            in_text = True
        elif letter in "{[":
            depth += 1
            deepest = max(deepest, depth)
        elif letter in "}]":
            depth -= 1
    return deepest


def key_of(frame: Frame) -> str | None:
    """Return what a frame is answered by that waits when its person is too fast; None: it is not."""
    if isinstance(frame, Command):
        return frame.key
    return frame.id if isinstance(frame, Signal) else None


def encode(type: str, **fields: Any) -> bytes:
    """Encode a frame of the server's."""
    return _encoder.encode({"type": type, **fields})


def no(key: str | None, refused: Refused) -> bytes:
    """Encode the answer to a command that was refused."""
    why = {"code": refused.code, "message": refused.message, "retry": refused.retry}
    return encode("no", key=key, **why, after_ms=refused.after_ms, detail=refused.detail)


def encode_ok(key: str, conversation: str | None, seq: int | None, at: int, duplicate: bool, result: Any) -> bytes:
    """Encode the answer to a command that was done: each message has one."""
    return _encoder.encode(_Ok(key, conversation, seq, at, duplicate, result))


class _Ok(msgspec.Struct, frozen=True, tag_field="type", tag="ok"):
    key: str
    conversation: str | None
    seq: int | None
    at: int
    duplicate: bool
    result: Any

    def __repr__(self) -> str:
        return "Ok(…)"


class _Shown(msgspec.Struct, frozen=True):
    """What every reader of an event is sent, but for its number."""

    conversation: str
    kind: str
    key: str | None
    at: int
    author: Any
    audience: str
    facts: dict[str, Any]
    body: Body | None
    gone: str | None

    def __repr__(self) -> str:
        return "Shown(…)"


class Fact:
    """An event on its way to readers: encoded once, whoever many they are; only its number differs by audience."""

    __slots__ = ("_encoded", "_shown", "event")

    def __init__(self, event: Event) -> None:
        self.event = event
        self._shown = b""
        self._encoded: dict[int, bytes] = {}

    def encoded(self, reader: Audience) -> bytes:
        seq = self.event.numbers.of(reader)
        found = self._encoded.get(seq)
        if found is None:
            self._shown = self._shown or _encode_shown(self.event)
            found = self._encoded[seq] = b'{"type":"event","seq":%d,%b' % (seq, self._shown)
        return found


def _encode_shown(event: Event) -> bytes:
    """Return the frame from behind its number on."""
    shown = _Shown(
        event.conversation,
        event.kind,
        event.key,
        event.at,
        event.author,
        event.audience.word,
        dict(event.facts),
        event.body,
        event.gone,
    )
    return _encoder.encode(shown)[1:]
