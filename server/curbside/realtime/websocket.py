"""The WebSocket protocol (RFC 6455) for a server, without I/O: bytes come in, messages go out.

Written here because every message passes it: a general library's layers cost more than all the rest of a relay.
No extension is offered, so nothing is ever compressed (each deflate window costs 20 KiB, and a small bomb much more).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from enum import IntEnum

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CONTROL_MAX = 125


class Opcode(IntEnum):
    """What a frame is (RFC 6455 §5.2)."""

    MORE = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


_OPCODES = {int(one): one for one in Opcode}
Message = tuple[Opcode, bytes]


class Broken(Exception):
    """Say that what came is not the protocol, and with which code the connection ends (RFC 6455 §7.4.1)."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Reader:
    """Put what a client sends together: whole messages, and control frames between their parts.

    Raises Broken: 1002 for a frame that is against the protocol, 1009 for a message of more than `most` bytes, which
    is refused by its length, before any of it is kept.
    """

    __slots__ = ("_begun", "_held", "_most", "_parts")

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = b""
        self._begun: Opcode | None = None
        self._parts = bytearray()

    def feed(self, data: bytes) -> list[Message]:
        """Take what arrived and return the messages that it completes, in order."""
        if self._held:
            data = self._held + data
        found: list[Message] = []
        at = 0
        while (frame := self._frame(data, at)) is not None:
            opcode, final, payload, at = frame
            message = self._put_together(opcode, final, payload)
            if message is not None:
                found.append(message)
        self._held = data[at:] if at < len(data) else b""
        return found

    def _frame(self, data: bytes, at: int) -> tuple[Opcode, bool, bytes, int] | None:
        """Return the frame that begins at `at` and where the next one does; None while it is not all there."""
        if len(data) - at < 2:
            return None
        first, second = data[at], data[at + 1]
        opcode = _OPCODES.get(first & 0x0F)
        final = first >= 0x80
        size = second & 0x7F
        # Reserved bits belong to extensions, and a client masks (§5.1); a control frame is short and whole (§5.5).
        if opcode is None or first & 0x70 or second < 0x80:
            raise Broken(1002)
        if opcode >= Opcode.CLOSE and (size > _CONTROL_MAX or not final):
            raise Broken(1002)
        at += 2
        if size > _CONTROL_MAX:
            wide = 2 if size == 126 else 8
            if len(data) - at < wide:
                return None
            size = int.from_bytes(data[at : at + wide], "big")
            at += wide
        if opcode < Opcode.CLOSE and size + len(self._parts) > self._most:
            raise Broken(1009)
        end = at + 4 + size
        if len(data) < end:
            return None
        return opcode, final, _unmasked(data[at + 4 : end], data[at : at + 4]), end

    def _put_together(self, opcode: Opcode, final: bool, payload: bytes) -> Message | None:
        if opcode >= Opcode.CLOSE:
            return opcode, payload
        if (opcode == Opcode.MORE) != (self._begun is not None):
            raise Broken(1002)  # a part of nothing, or a second message inside of the first
        if final and self._begun is None:
            return opcode, payload
        self._begun = self._begun or opcode
        self._parts += payload
        if not final:
            return None
        whole = self._begun, bytes(self._parts)
        self._begun = None
        self._parts.clear()
        return whole


def _unmasked(payload: bytes, mask: bytes) -> bytes:
    size = len(payload)
    # One long number: the interpreter's fastest way over many bytes.
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "little")
    return (int.from_bytes(payload, "little") ^ key).to_bytes(size, "little")


def text_frame(payload: bytes) -> bytes:
    """Return a whole text message of the server's, in one frame."""
    size = len(payload)
    if size <= _CONTROL_MAX:
        return b"\x81%c%b" % (size, payload)
    if size < 0x10000:
        return b"\x81\x7e%b%b" % (size.to_bytes(2, "big"), payload)
    return b"\x81\x7f%b%b" % (size.to_bytes(8, "big"), payload)


def control_frame(opcode: Opcode, payload: bytes = b"") -> bytes:
    """Return a control frame of the server's; its payload is cut to what one may carry."""
    payload = payload[:_CONTROL_MAX]
    return bytes((0x80 | opcode, len(payload))) + payload


def close_frame(code: int) -> bytes:
    """Return a close frame of the server's; the reason is the code's, words would only be read by a debugger."""
    return control_frame(Opcode.CLOSE, code.to_bytes(2, "big"))


def answer_handshake(headers: Mapping[bytes, bytes]) -> bytes | None:
    """Return the answer to a client's opening handshake (§4.2), None when it is not one of this version.

    `headers` have their names in small letters. That `upgrade` and `connection` ask for a WebSocket was checked.
    """
    key = headers.get(b"sec-websocket-key", b"").strip()
    if headers.get(b"sec-websocket-version") != b"13" or not _is_key(key):
        return None
    accepted = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest())
    head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return head + b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"


def _is_key(key: bytes) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except binascii.Error:
        return False
