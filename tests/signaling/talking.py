"""People who talk through a room: real peers, on the real media server."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import warnings
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiortc import RTCConfiguration, RTCDataChannel, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError, MediaStreamTrack, VideoStreamTrack

from curbside_signaling.media import ROOM, Said, Wanted
from curbside_signaling.media.janus import Server
from curbside_signaling.media.room import JanusRoom, JanusRooms


class Talk:
    """A room, whoever sends in it, and what each of them gets of each other."""

    def __init__(self, server: Server) -> None:
        self.rooms = JanusRooms(server)
        self.lost = 0
        self.deaf: set[str] = set()
        """Who does not answer what they are offered."""
        self.got: Counter[tuple[str, str, str]] = Counter()
        self.offers: list[Said] = []
        self.sending: dict[str, RTCPeerConnection] = {}
        self.getting: dict[tuple[str, str], RTCPeerConnection] = {}
        self._all: list[RTCPeerConnection] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self.room: JanusRoom = self.rooms.open(self._said, self._lost)

    def want(self, *people: str, generation: int = 1, wary: str = "") -> None:
        """Let these people send, and each get what each other sends."""
        views = {(one, other): generation for one in people for other in people if one != other}
        self.room.want(Wanted(dict.fromkeys(people, generation), views, frozenset(wary.split())))

    async def send(self, who: str, generation: int = 1, n: int = 1) -> None:
        """Offer to send a voice, a picture and a beat."""
        connection = self.sending[who] = self._made()
        connection.addTrack(AudioStreamTrack())
        connection.addTrack(VideoStreamTrack())
        self._go_on(_beat(connection.createDataChannel("beat", ordered=False, maxRetransmits=0)))
        await connection.setLocalDescription(await connection.createOffer())
        self.room.hear(Said(who, ROOM, generation, n, "offer", connection.localDescription.sdp))

    async def until(self, so: Callable[[], bool], within: float = 10) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(within):
            while not so():
                await asyncio.sleep(0.05)

    async def all_get_all(self, *people: str) -> None:
        """Wait until each gets voice, picture and beats of each other, from now on."""
        self.got.clear()
        pairs = [(one, other) for one in people for other in people if one != other]
        wanted = [(*pair, kind) for pair in pairs for kind in ("audio", "video", "beat")]
        await self.until(lambda: all(self.got[each] >= 2 for each in wanted))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(one.close() for one in self._all))
        if not self.room.work.done():
            self.room.close()
        await asyncio.gather(self.room.work, return_exceptions=True)
        self._tasks.clear()
        # A connection that was cut short while it looked for its addresses lets go of their sockets only so.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()

    def _made(self) -> RTCPeerConnection:
        self._all.append(RTCPeerConnection(RTCConfiguration(iceServers=[])))
        return self._all[-1]

    def _lost(self) -> None:
        self.lost += 1

    def _said(self, said: Said) -> None:
        if said.sender == ROOM:
            answer = RTCSessionDescription(said.sdp, said.type)
            self._go_on(self.sending[said.to].setRemoteDescription(answer))
        else:
            self.offers.append(said)
            if said.to not in self.deaf:
                self._go_on(self._get(said))

    async def _get(self, said: Said) -> None:
        place = (said.to, said.sender)
        connection = self.getting[place] = self._made()
        connection.on("track", lambda track: self._go_on(self._count(track, place)))
        connection.on("datachannel", lambda channel: channel.on("message", lambda _: self._note(place, "beat")))
        await connection.setRemoteDescription(RTCSessionDescription(said.sdp, said.type))
        connection.createDataChannel("beat", ordered=False, maxRetransmits=0)
        await connection.setLocalDescription(await connection.createAnswer())
        sdp = connection.localDescription.sdp
        self.room.hear(Said(said.to, said.sender, said.generation, 1, "answer", sdp))

    async def _count(self, track: MediaStreamTrack, place: tuple[str, str]) -> None:
        with contextlib.suppress(MediaStreamError):
            while True:
                await track.recv()
                self._note(place, track.kind)

    def _note(self, place: tuple[str, str], kind: str) -> None:
        self.got[(*place, kind)] += 1

    def _go_on(self, work: object) -> None:
        task: asyncio.Task[None] = asyncio.ensure_future(work)  # type: ignore[call-overload]
        self._tasks.add(task)


async def _beat(channel: RTCDataChannel) -> None:
    while True:
        await asyncio.sleep(0.1)
        if channel.readyState == "open":
            channel.send(".")


@asynccontextmanager
async def talking(server: Server) -> AsyncIterator[Talk]:
    talk = Talk(server)
    try:
        yield talk
    finally:
        await talk.close()
