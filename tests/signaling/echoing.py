"""A browser's part towards the echo, played by aiortc: its picture changes all the time, and its sound is a tone."""

from __future__ import annotations

import array
import asyncio
import fractions
import math
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiortc import MediaStreamTrack, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from av import AudioFrame, VideoFrame

Ask = Callable[[str], Awaitable[str]]


class Tone(MediaStreamTrack):
    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(0.02)
        wave = array.array(
            "h", (int(12_000 * math.sin(at * 2 * math.pi / 100)) for at in range(self._at, self._at + 960))
        )
        frame = AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(wave.tobytes())
        frame.sample_rate, frame.pts, frame.time_base = 48_000, self._at, fractions.Fraction(1, 48_000)
        self._at += 960
        return frame


class Picture(MediaStreamTrack):
    kind = "video"

    def __init__(self) -> None:
        super().__init__()
        self._at = 0

    async def recv(self) -> VideoFrame:
        await asyncio.sleep(1 / 15)
        frame = VideoFrame(64, 48, "yuv420p")
        for plane, value in zip(frame.planes, (self._at * 16 % 256, 128, 128), strict=True):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = self._at * 6_000, fractions.Fraction(1, 90_000)
        self._at += 1
        return frame


class Peer:
    """A connection that offers, and what comes back to it."""

    def __init__(self) -> None:
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.tracks: dict[str, Any] = {}
        self.connection.on("track", lambda track: self.tracks.__setitem__(track.kind, track))
        self.connection.addTrack(Tone())
        self.connection.addTrack(Picture())

    async def offer(self) -> str:
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return str(self.connection.localDescription.sdp)

    async def take(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    async def sees(self) -> bool:
        """Tell whether pictures come that differ from one another."""
        async with asyncio.timeout(8):
            grays = [bytes((await self.tracks["video"].recv()).planes[0])[0] for _ in range(8)]
        return max(grays) - min(grays) > 10

    async def hears(self) -> bool:
        """Tell whether a sound comes."""
        async with asyncio.timeout(8):
            waves = [array.array("h", bytes((await self.tracks["audio"].recv()).planes[0])) for _ in range(25)]
        return max(max(wave) for wave in waves) > 1_000


@asynccontextmanager
async def talking(ask: Ask) -> AsyncIterator[Peer]:
    """Connect to an echo."""
    peer = Peer()
    try:
        await peer.take(await ask(await peer.offer()))
        yield peer
    finally:
        await peer.connection.close()
