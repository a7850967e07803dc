"""Echoes: how many there are at once, how long each lasts, and that none is left behind.

The peers themselves are in `echo_peer`, which is loaded when the first is asked for.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

MOST = 8
MOST_EACH = 2  # one that goes on, and the next of who asks again
SECONDS = 30.0
CLOSE_S = 5.0


class Peer(Protocol):
    """What answers one offer."""

    async def answer(self, offer: str) -> str: ...
    async def over(self) -> None: ...
    async def close(self) -> None: ...


class EchoRefused(Exception):
    """Say why there is no echo: `off`, `full` or `bad_offer`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """Where echoes listen: `address` is told to browsers, `bind` is the interface's; port 0: any that is free."""

    address: str
    bind: str
    first_port: int = 0
    last_port: int = 0


class Echo:
    """Answer offers with the asker's own voice and picture, for a while.

    Half of the places are kept for people who are known: whoever is nobody cannot take them all. And nobody, known or
    not, has more than two of them.
    """

    def __init__(self, place: Place | None, *, most: int = MOST, seconds: float = SECONDS) -> None:
        self.seconds = seconds
        self._place = place
        ports = place.last_port - place.first_port + 1 if place and place.first_port else most
        self._most = min(most, ports)
        self._peers: dict[Peer, tuple[str, bool]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._strangers = 0
        self._each: Counter[str] = Counter()
        self._count = 0
        self._make: Callable[..., Any] | None = None

    @property
    def on(self) -> bool:
        return self._place is not None

    @property
    def count(self) -> int:
        """Return how many echoes there are now."""
        return self._count

    async def answer(self, offer: str, *, by: str, known: bool) -> str:
        """Return the answer to an offer; `by` is the person, or the address of who is nobody. Raises EchoRefused."""
        if self._place is None:
            raise EchoRefused("off")
        taken = not known and self._strangers >= max(1, self._most // 2)
        if taken or self._count >= self._most or self._each[by] >= MOST_EACH:
            raise EchoRefused("full")
        self._take(by, known, 1)
        peer = None
        try:
            peer = await self._new()
            self._peers[peer] = (by, known)
            async with asyncio.timeout(CLOSE_S):
                answer = await peer.answer(offer)
        except BaseException as error:
            if peer is None:
                self._take(by, known, -1)
            else:
                await self._let_go(peer)
            if isinstance(error, Exception):
                raise EchoRefused("full" if isinstance(error, OSError) else "bad_offer") from error
            raise
        task = asyncio.create_task(self._last(peer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return answer

    async def stop(self) -> None:
        """End them all."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for peer in list(self._peers):  # those whose task was cancelled before it began
            await self._let_go(peer)

    async def _new(self) -> Peer:
        if self._make is None:
            # Half a second, and the server has others to listen to meanwhile.
            loaded = await asyncio.to_thread(importlib.import_module, "curbside_signaling.echo_peer")
            self._make = loaded.EchoPeer
        made: Peer = self._make(self._place)
        return made

    async def _last(self, peer: Peer) -> None:
        try:
            async with asyncio.timeout(self.seconds):
                await peer.over()
        except TimeoutError:
            pass
        finally:
            await asyncio.shield(self._let_go(peer))

    async def _let_go(self, peer: Peer) -> None:
        place = self._peers.pop(peer, None)
        if place is None:
            return
        try:
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(CLOSE_S):
                    await peer.close()
        finally:
            self._take(*place, -1)

    def _take(self, by: str, known: bool, places: int) -> None:
        self._count += places
        self._each += Counter({by: places})  # which drops who has none
        self._strangers += 0 if known else places
