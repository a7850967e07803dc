"""Read what a carrier says by asking for it, where nobody can be pushed to."""

from __future__ import annotations

import asyncio

from curbside.web.carrier import Carrier


class Pull:
    """Wait for a carrier's frames: for one reader."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self._ready = asyncio.Event()
        carrier.wake = self._ready.set

    async def next_frames(self) -> list[bytes]:
        """Wait for frames to send; an empty list means that everything was sent and the connection is to close."""
        while not (found := self._carrier.take()):
            if self._carrier.over:
                return []
            self._ready.clear()
            await self._ready.wait()
        return found
