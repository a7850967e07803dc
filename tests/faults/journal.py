"""People with a journal: they write over a real socket, remember what they were told, and come back when cut off."""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass, field
from typing import Any

import websockets

from tests import builders

LOST = (OSError, websockets.WebSocketException, TimeoutError)


@dataclass(slots=True)
class Journal:
    """What one person typed, what was acknowledged, and what they were shown, in the order of its numbers."""

    typed: list[str] = field(default_factory=list)
    acked: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    shown: dict[str, list[tuple[int, str | None]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def head(self, conversation: str) -> int:
        return len(self.shown.get(conversation, ()))

    def show(self, frame: dict[str, Any]) -> None:
        """Take an event as a client must: the next number is applied, an older one ignored, a gap is a fault."""
        seen = self.shown.setdefault(frame["conversation"], [])
        if frame["seq"] == len(seen) + 1:
            seen.append((frame["seq"], frame["key"]))
        elif frame["seq"] > len(seen) + 1:
            self.faults.append(f"gap after {len(seen)}: {frame['seq']}")


class Person:
    """A client of the wire, written from docs/protocol.md alone."""

    def __init__(self, url: str, token: str) -> None:
        self.journal = Journal()
        self._url, self._token = url, token
        self._device = builders.new_id()
        self.writing = True

    async def _connected(self) -> Any:
        ws = await websockets.connect(self._url, open_timeout=5, ping_interval=None)
        hello = {"type": "hello", "version": 1, "token": self._token, "device": self._device, "tab": self._device}
        await ws.send(json.dumps({**hello, "epoch": None, "cursors": self._cursors()}))
        welcome = json.loads(await asyncio.wait_for(ws.recv(), 10))
        assert welcome["type"] == "welcome", welcome
        return ws

    def _cursors(self) -> dict[str, int]:
        return {conversation: self.journal.head(conversation) for conversation in self.journal.shown}


class Writer(Person):
    """A contact who starts a conversation and writes without a pause, one message after the other."""

    def __init__(self, url: str, token: str, seed: int) -> None:
        super().__init__(url, token)
        self.conversation = builders.new_id()
        self._random = random.Random(seed)
        self._pending: dict[str, Any] | None = self._new({"type": "act", "verb": "start"})

    def _new(self, frame: dict[str, Any]) -> dict[str, Any]:
        key = builders.new_id()
        self.journal.typed.append(key)
        return {**frame, "key": key, "conversation": self.conversation}

    async def live(self) -> None:
        """Write until told to stop and everything is acknowledged."""
        while self.writing or self._pending:
            try:
                ws = await self._connected()
                async with ws:
                    await self._write(ws)
            except LOST:
                await asyncio.sleep(0.05)

    async def _write(self, ws: Any) -> None:
        while self.writing or self._pending:
            if self._pending is None:
                await asyncio.sleep(self._random.random() * 0.02)
                body = {"text": f"message {len(self.journal.typed)}"}
                self._pending = self._new({"type": "send", "kind": "message", "body": body})
            await ws.send(json.dumps(self._pending))
            await self._answered(ws, self._pending["key"])

    async def _answered(self, ws: Any, key: str) -> None:
        while True:
            frame = json.loads(await asyncio.wait_for(ws.recv(), 10))
            if frame["type"] == "event":
                self.journal.show(frame)
            if frame.get("key") != key or frame["type"] not in ("ok", "no"):
                continue
            if frame["type"] == "ok":
                self.journal.acked[key] = frame["seq"]
                self._pending = None
            elif frame["retry"]:
                await asyncio.sleep((frame["after_ms"] or 0) / 1000)
            else:
                self.journal.refused.append(f"{key}: {frame['code']}")
                self._pending = None
            return


class Reader(Person):
    """An agent who looks at every conversation."""

    async def live(self, writers: list[Writer]) -> None:
        while self.writing:
            try:
                ws = await self._connected()
                async with ws:
                    await self._read(ws, writers)
            except LOST:
                await asyncio.sleep(0.05)

    async def _read(self, ws: Any, writers: list[Writer]) -> None:
        subscribed = set(self.journal.shown)
        while self.writing:
            for writer in writers:
                if writer.journal.acked and writer.conversation not in subscribed:
                    subscribed.add(writer.conversation)
                    topic = f"conversation:{writer.conversation}"
                    await ws.send(json.dumps({"type": "subscribe", "topic": topic, "after": 0}))
            try:
                frame = json.loads(await asyncio.wait_for(ws.recv(), 0.2))
            except TimeoutError:
                continue
            if frame["type"] == "event":
                self.journal.show(frame)
