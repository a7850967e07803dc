"""The server's side of an echo (below the line: I/O; loads aiortc, so it is loaded when the first echo is asked for).

Packets go back as they came, encrypted anew: nothing is decoded, so a picture costs nothing to speak of and cannot be
made to cost more.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpTransceiver, RTCSessionDescription
from aiortc.rtp import RTCP_PSFB_FIR, RTCP_PSFB_PLI, RtcpPsfbPacket, RtpPacket

from curbside_signaling.datagrams import guarded
from curbside_signaling.echo import Place
from curbside_signaling.offers import BadOffer, cleaned

CONNECT_S = 10.0
SILENCE_S = 5.0
KEYFRAME_S = 0.3
LOOK_S = 0.1
_OVER = frozenset({"failed", "closed", "disconnected"})


class EchoPeer:
    """One connection that says back what it hears."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self._heard_at: float | None = None

    async def answer(self, offer: str) -> str:
        """Return the answer to an offer. Raises BadOffer, or OSError when no port is free."""
        connection = self._connection
        try:
            await connection.setRemoteDescription(RTCSessionDescription(cleaned(offer), "offer"))
        except Exception as error:
            # A stranger's words in a library's parser: whatever it stumbles over, they are no offer.
            raise BadOffer from error
        for transceiver in connection.getTransceivers():
            transceiver.direction = "sendrecv"
            _Back(transceiver)
            found = transceiver.receiver.transport.transport.iceGatherer._connection
            found.get_component_candidates = guarded(found, self._place, self._heard)  # type: ignore[method-assign]
        await connection.setLocalDescription(await connection.createAnswer())
        return str(connection.localDescription.sdp)

    async def over(self) -> None:
        """Wait until the other side has hung up, is silent, or never came."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while self._connection.connectionState not in _OVER:
            since = loop.time() - (began if self._heard_at is None else self._heard_at)
            if since > (CONNECT_S if self._heard_at is None else SILENCE_S):
                return
            await asyncio.sleep(LOOK_S)

    async def close(self) -> None:
        await self._connection.close()

    def _heard(self) -> None:
        self._heard_at = asyncio.get_running_loop().time()


class _Back:
    """Sends back what comes in one place of a connection, before anything of it is decoded."""

    def __init__(self, transceiver: RTCRtpTransceiver) -> None:
        self._sender, self._receiver = transceiver.sender, transceiver.receiver
        self._transport = transceiver.receiver.transport
        self._last: RtpPacket | None = None
        self._asked_at = 0.0
        self._receiver._handle_rtp_packet = self._packet  # type: ignore[method-assign]
        self._sender._handle_rtcp_packet = self._report  # type: ignore[method-assign]

    async def _packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        # Packets of a second stream (what is sent again) would stand in the first one's numbers.
        if self._last is not None and packet.payload_type != self._last.payload_type:
            return
        self._last = packet
        source, packet.ssrc = packet.ssrc, self._sender._ssrc
        sent = packet.serialize(self._transport._rtp_header_extensions_map)
        packet.ssrc = source
        await self._transport._send_rtp(sent)

    async def _report(self, packet: Any) -> None:
        """A browser that cannot show its own picture asks for a whole one: it is the one to make it."""
        if not isinstance(packet, RtcpPsfbPacket) or packet.fmt not in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
            return
        now = asyncio.get_running_loop().time()
        if self._last is not None and now - self._asked_at >= KEYFRAME_S:
            self._asked_at = now
            await self._receiver._send_rtcp_pli(self._last.ssrc)
