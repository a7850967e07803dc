"""One call's room on Janus: what should be sent and seen there, and the work that makes it so (I/O).

Only the server speaks to Janus. A browser's description is passed on without its candidates: the browser comes to the
media server, which connects to no address that somebody names.
"""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from curbside_signaling.media import ROOM, Said, Wanted
from curbside_signaling.media.janus import Event, Janus, JanusGone, JanusRefused, Server

BITRATE = 1_500_000  # bits a second that each sends at most
REACHED_WITHIN_S = 8.0
MOST = 12  # in a room: Janus' own bound, above ours
_ADDRESSES = re.compile(r"^a=(?:candidate:[^\r\n]*|end-of-candidates)\r\n", re.MULTILINE)
_log = logging.getLogger(__name__)

Job = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Sending:
    """What one of them sends, as Janus has it; others may have it once it flows."""

    handle: int
    feed: int
    generation: int
    flows: bool = False


@dataclass(slots=True)
class View:
    """What one of them gets from another."""

    handle: int
    feed: int
    generation: int
    begun: bool = False


class JanusRooms:
    """Rooms on a Janus of one's own."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._rooms: set[JanusRoom] = set()

    def open(self, say: Callable[[Said], None], lost: Callable[[], None]) -> JanusRoom:
        """Make a room; needs a running event loop."""
        room = JanusRoom(self._server, say, lost)
        self._rooms.add(room)
        room.work.add_done_callback(lambda _: self._rooms.discard(room))
        return room

    async def stop(self) -> None:
        """Let go of all rooms without ending them."""
        rooms = list(self._rooms)
        for room in rooms:
            room.let_go()
        await asyncio.gather(*(room.work for room in rooms), return_exceptions=True)


class JanusRoom:
    """A room, and one task that does in order what is asked of it."""

    def __init__(self, server: Server, say: Callable[[Said], None], lost: Callable[[], None]) -> None:
        self._say = say
        self._lost: Callable[[], None] | None = lost
        self._janus = Janus(server, self._told, self._gone)
        self._jobs: asyncio.Queue[Job] = asyncio.Queue()
        self._room = secrets.randbits(52) + 1
        self._pin = secrets.token_urlsafe(24)
        self._wanted = Wanted({}, {})
        self._sending: dict[str, Sending] = {}
        self._views: dict[tuple[str, str], View] = {}
        self._heard: dict[tuple[str, str, int], int] = {}
        self._count: dict[tuple[str, str, int], int] = {}
        self._ended = False
        self._reached = False
        self._patience: asyncio.TimerHandle | None = None
        self.work = asyncio.create_task(self._run())

    def want(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._jobs.put_nowait(self._settle)

    def hear(self, said: Said) -> None:
        self._jobs.put_nowait(lambda: self._take(said))

    def close(self) -> None:
        self._lost = None
        self._jobs.put_nowait(self._end)

    def let_go(self) -> None:
        """Close the line and nothing else: Janus keeps the room a while for those in it."""
        self._lost = None
        self.work.cancel()

    async def _run(self) -> None:
        try:
            await self._janus.start()
            await self._make()
            while not self._ended:
                await self._do(await self._jobs.get())
        except (JanusGone, JanusRefused):
            self._tell_lost()
        finally:
            if self._patience is not None:
                self._patience.cancel()
            await self._janus.stop()

    async def _do(self, job: Job) -> None:
        try:
            await job()
        except JanusRefused as refused:
            # Of one connection: its browser will make another.
            _log.warning("room.refused code=%s", refused.code)

    async def _end(self) -> None:
        self._ended = True
        await self._janus.end()

    def _gone(self) -> None:
        if self._lost is not None:
            self.work.cancel()
            self._tell_lost()

    def _tell_lost(self) -> None:
        lost, self._lost = self._lost, None
        if lost is not None:
            lost()

    def _expect(self) -> None:
        """Give the first who sends a while to get through: a media server that nobody reaches is none."""
        if self._patience is None:
            self._patience = asyncio.get_running_loop().call_later(REACHED_WITHIN_S, self._unless_reached)

    def _unless_reached(self) -> None:
        if not self._reached:
            self._gone()

    async def _make(self) -> None:
        handle = await self._janus.attach()
        await self._janus.message(
            handle,
            {
                "request": "create",
                "room": self._room,
                "pin": self._pin,
                "secret": secrets.token_urlsafe(24),
                "is_private": True,
                "publishers": MOST,
                "bitrate": BITRATE,
                "audiocodec": "opus",
                "opus_fec": True,
                "opus_dtx": True,
                "videocodec": "vp8",
                "fir_freq": 0,
                "notify_joining": False,
                "record": False,
                "lock_record": True,
            },
        )

    async def _take(self, said: Said) -> None:
        """Take each thing that is said once, and nothing that is said of what is not wanted any more."""
        line = (said.sender, said.to, said.generation)
        if said.n <= self._heard.get(line, 0):
            return
        self._heard[line] = said.n
        said = replace(said, sdp=_ADDRESSES.sub("", said.sdp))
        if said.to == ROOM and said.type == "offer" and self._wanted.senders.get(said.sender) == said.generation:
            await self._send(said)
        elif said.type == "answer":
            await self._begin(said)

    async def _send(self, said: Said) -> None:
        """Let somebody send, or agree anew on how."""
        known = self._sending.get(said.sender)
        jsep = {"type": "offer", "sdp": said.sdp}
        if known is not None and known.generation == said.generation:
            answer = await self._janus.message(known.handle, {"request": "configure"}, jsep)
        else:
            if known is not None:
                await self._end_sending(said.sender)
            sending = Sending(await self._janus.attach(), secrets.randbits(52) + 1, said.generation)
            self._sending[said.sender] = sending
            self._expect()
            asked = {"request": "joinandconfigure", "ptype": "publisher", "room": self._room, "pin": self._pin}
            try:
                answer = await self._janus.message(sending.handle, {**asked, "id": sending.feed}, jsep)
            except JanusRefused:
                await self._end_sending(said.sender)  # as if they had said nothing: they may try again
                raise
        self._tell(ROOM, said.sender, said.generation, answer)

    async def _begin(self, said: Said) -> None:
        view = self._views.get((said.sender, said.to))
        if view is None or view.generation != said.generation or view.begun:
            return
        view.begun = True
        await self._janus.message(view.handle, {"request": "start"}, {"type": "answer", "sdp": said.sdp})
        await self._settle()  # who has taken what another sends may be shown to them

    async def _settle(self) -> None:
        """Let go of what is not wanted any more, then make what is missing."""
        wanted = self._wanted
        for who, sending in list(self._sending.items()):
            if wanted.senders.get(who) != sending.generation:
                await self._end_sending(who)
        for place, view in list(self._views.items()):
            sender = self._sending.get(place[1])
            if wanted.views.get(place) != view.generation or sender is None or sender.feed != view.feed:
                del self._views[place]
                await self._janus.detach(view.handle)
        for place, generation in wanted.views.items():
            sender = self._sending.get(place[1])
            if place not in self._views and sender is not None and sender.flows and self._may_show(place):
                await self._show(place, generation, sender)

    def _may_show(self, place: tuple[str, str]) -> bool:
        receiver, sender = place
        back = self._views.get((sender, receiver))
        return sender not in self._wanted.wary or (back is not None and back.begun)

    async def _show(self, place: tuple[str, str], generation: int, sender: Sending) -> None:
        view = self._views[place] = View(await self._janus.attach(), sender.feed, generation)
        asked = {"request": "join", "ptype": "subscriber", "room": self._room, "pin": self._pin}
        offer = await self._janus.message(view.handle, {**asked, "streams": [{"feed": sender.feed}]})
        self._tell(place[1], place[0], generation, offer)

    async def _end_sending(self, who: str) -> None:
        await self._janus.detach(self._sending.pop(who).handle)

    def _tell(self, sender: str, to: str, generation: int, event: Event) -> None:
        jsep = event.get("jsep")
        if jsep is None:
            return
        line = (sender, to, generation)
        self._count[line] = n = self._count.get(line, 0) + 1
        self._say(Said(sender, to, generation, n, jsep["type"], jsep["sdp"]))

    def _told(self, event: Event) -> None:
        """Take what Janus says by itself: that something flows now, or does not any more."""
        if event.get("janus") == "webrtcup":
            for sending in self._sending.values():
                if sending.handle == event.get("sender") and not sending.flows:
                    sending.flows = self._reached = True
                    self._jobs.put_nowait(self._settle)
        elif event.get("janus") in ("timeout", "detached") and not event.get("sender"):
            self._gone()
