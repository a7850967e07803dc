"""One UDP socket of an echo, and what may pass it (below the line: I/O).

A stranger's datagram must not reach the handshake: aiortc takes what comes from anywhere, so that one stray ClientHello
denies the true peer (OWASP ASVS 17.2.6). And nothing is ever sent where nobody has proved to be: checks without our
password are not answered, not even to say so, and only so many addresses may try.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from typing import Any

from aioice import stun
from aioice.candidate import Candidate, candidate_foundation, candidate_priority
from aioice.ice import Connection, StunProtocol

from curbside_signaling.echo import Place

ADDRESSES_MAX = 8
BYTES_A_SECOND = 250_000
PACKETS_A_SECOND = 500


class Guarded(StunProtocol):
    """Pass on to ICE what proves to know our password, and to the handshake what the chosen pair sends."""

    def __init__(self, connection: Connection, heard: Callable[[], None]) -> None:
        super().__init__(connection)
        self._connection = connection
        self._heard = heard
        self._addresses: set[tuple[str, int]] = set()
        self._since = 0.0
        self._bytes = self._packets = 0

    def datagram_received(self, data: bytes | str, addr: tuple[Any, ...]) -> None:
        """Pass on checks that know the password, and what the chosen pair sends; drop everything else unread."""
        if not isinstance(data, bytes) or not data:
            return
        address = (addr[0], addr[1])
        try:
            message = stun.parse_message(data)
        except ValueError:
            if self._is_chosen(address) and not self._is_too_much(len(data)):
                self._heard()
                super().datagram_received(data, addr)
            return
        if message.message_class == stun.Class.REQUEST and not self._is_known(message, address):
            return
        super().datagram_received(data, addr)

    def _is_chosen(self, address: tuple[str, int]) -> bool:
        pair = self._connection._nominated.get(1)
        return pair is not None and pair.protocol is self and pair.remote_addr == address

    def _is_known(self, message: stun.Message, address: tuple[str, int]) -> bool:
        """Tell whether a check knows our password, from one of the first addresses that did."""
        told = message.attributes
        if message.message_method != stun.Method.BINDING or not {"USERNAME", "PRIORITY"} <= told.keys():
            return False
        if told["USERNAME"] != f"{self._connection.local_username}:{self._connection.remote_username}":
            return False
        if "MESSAGE-INTEGRITY" not in told:
            return False
        if not message.check_message_integrity(self._connection.local_password.encode()):
            return False
        if address not in self._addresses and len(self._addresses) >= ADDRESSES_MAX:
            return False
        self._addresses.add(address)
        return True

    def _is_too_much(self, size: int) -> bool:
        now = asyncio.get_running_loop().time()
        if now - self._since >= 1:
            self._since, self._bytes, self._packets = now, 0, 0
        self._bytes += size
        self._packets += 1
        return self._bytes > BYTES_A_SECOND or self._packets > PACKETS_A_SECOND


def guarded(
    connection: Connection, place: Place, heard: Callable[[], None]
) -> Callable[..., Coroutine[Any, Any, list[Candidate]]]:
    """Return how `connection` finds its candidates: one socket of ours, guarded, and no other."""

    async def gather(component: int, *_: object, **__: object) -> list[Candidate]:
        protocol = await _listening(connection, place, heard)
        port = protocol.transport.get_extra_info("sockname")[1]
        protocol.local_candidate = Candidate(
            foundation=candidate_foundation("host", "udp", place.address),
            component=component,
            transport="udp",
            priority=candidate_priority(component, "host"),
            host=place.address,
            port=port,
            type="host",
        )
        connection._protocols.append(protocol)
        return [protocol.local_candidate]

    return gather


async def _listening(connection: Connection, place: Place, heard: Callable[[], None]) -> Guarded:
    loop = asyncio.get_running_loop()
    ports = list(range(place.first_port, place.last_port + 1))
    random.shuffle(ports)  # what a browser of just now still sends must not come to the next one
    for port in ports:
        try:
            _, protocol = await loop.create_datagram_endpoint(
                lambda: Guarded(connection, heard), local_addr=(place.bind, port)
            )
        except OSError:
            continue
        return protocol
    raise OSError("no port is free")
