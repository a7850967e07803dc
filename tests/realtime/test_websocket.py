"""The WebSocket protocol without I/O; a library's client is the judge of what we understand and say."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Frame
from websockets.frames import Opcode as Theirs
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.streams import StreamReader
from websockets.uri import parse_uri

from curbside.realtime.websocket import (
    Broken,
    Message,
    Opcode,
    Reader,
    answer_handshake,
    close_frame,
    control_frame,
    text_frame,
)

MOST = 40_000
payloads = st.binary(max_size=300) | st.just(b"x" * 30_000)
messages = st.lists(st.tuples(st.sampled_from([Opcode.TEXT, Opcode.BINARY]), payloads), max_size=6)


def sent(opcode: int, payload: bytes, fin: bool = True) -> bytes:
    """Return a frame as the library's client sends it."""
    return Frame(Theirs(opcode), payload, fin).serialize(mask=True)


@given(messages, st.integers(0, 2**32))
def test_whatever_way_the_bytes_are_cut_the_same_messages_arrive(wanted: list[Message], seed: int) -> None:
    dice = random.Random(seed)
    raw = bytearray()
    for opcode, payload in wanted:
        at = dice.randint(0, len(payload))
        if dice.random() < 0.5:
            raw += sent(opcode, payload)
        else:
            raw += sent(opcode, payload[:at], fin=False) + sent(Opcode.PING, b"?") + sent(Opcode.MORE, payload[at:])
    reader = Reader(MOST)
    found: list[Message] = []
    while raw:
        size = dice.randint(1, 5_000)
        found += reader.feed(bytes(raw[:size]))
        del raw[:size]
    assert [one for one in found if one[0] != Opcode.PING] == wanted
    assert all(type(payload) is bytes for _, payload in found)


@given(st.binary(max_size=200))
def test_whatever_arrives_is_read_or_refused(data: bytes) -> None:
    try:
        for _, payload in Reader(MOST).feed(data):
            assert len(payload) <= MOST
    except Broken as broken:
        assert broken.code in (1002, 1009)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"\x81\x01x", 1002),  # not masked
        (b"\xc1\x80mask", 1002),  # a reserved bit: compressed, without a word about it
        (b"\x83\x80mask", 1002),  # no such opcode
        (b"\x8b\x80mask", 1002),
        (b"\x09\x80mask", 1002),  # a ping in parts
        (b"\x89\xfe", 1002),  # a ping that is too long
        (b"\x80\x80mask", 1002),  # a part of nothing
        (b"\x01\x80mask\x81\x80mask", 1002),  # a message inside of another
        (b"\x81\xff" + (1 << 30).to_bytes(8, "big"), 1009),
        (b"\x81\xfe\xff\xff", 1009),
        (b"\x01\xfe" + (30_000).to_bytes(2, "big") + bytes(30_004) + b"\x80\xfe" + (20_000).to_bytes(2, "big"), 1009),
    ],
)
def test_what_is_against_the_protocol_is_refused_before_it_is_kept(raw: bytes, code: int) -> None:
    with pytest.raises(Broken) as broken:
        Reader(MOST).feed(raw)
    assert broken.value.code == code


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 70_000])
def test_what_we_send_is_understood(size: int) -> None:
    payload = b"a" * size
    parts = StreamReader()
    parts.feed_data(text_frame(payload))
    frame = _finished(Frame.parse(parts.read_exact, mask=False, max_size=None))
    assert (frame.opcode, bytes(frame.data), frame.fin) == (Theirs.TEXT, payload, True)


def test_a_pong_and_a_goodbye_are_understood() -> None:
    parts = StreamReader()
    parts.feed_data(control_frame(Opcode.PONG, b"p" * 200) + close_frame(4011))
    pong, goodbye = (_finished(Frame.parse(parts.read_exact, mask=False)) for _ in range(2))
    assert (pong.opcode, bytes(pong.data)) == (Theirs.PONG, b"p" * 125)
    assert (goodbye.opcode, bytes(goodbye.data)) == (Theirs.CLOSE, (4011).to_bytes(2, "big"))


def test_the_handshake_is_the_one_that_a_client_waits_for() -> None:
    client = ClientProtocol(parse_uri("ws://help.example/v1/socket"))
    request = client.connect()
    answer = answer_handshake(_headers(request))
    client.send_request(request)
    assert answer is not None
    client.receive_data(answer)
    assert client.state.name == "OPEN"
    assert ServerProtocol().accept(request).headers["Sec-WebSocket-Accept"].encode() in answer


@pytest.mark.parametrize(
    "changed",
    [
        {b"sec-websocket-version": b"12"},
        {b"sec-websocket-key": b""},
        {b"sec-websocket-key": b"not base64!"},
        {b"sec-websocket-key": b"AAAA"},
    ],
)
def test_another_handshake_is_not_answered(changed: dict[bytes, bytes]) -> None:
    good = _headers(ClientProtocol(parse_uri("ws://help.example/v1/socket")).connect())
    assert answer_handshake(good) is not None
    assert answer_handshake({**good, **changed}) is None


def _headers(request: Request) -> dict[bytes, bytes]:
    return {name.lower().encode(): value.encode() for name, value in request.headers.raw_items()}


def _finished(parsing: object) -> Frame:
    try:
        next(parsing)  # type: ignore[call-overload]
    except StopIteration as done:
        frame: Frame = done.value
        return frame
    raise AssertionError("the frame is not whole")
