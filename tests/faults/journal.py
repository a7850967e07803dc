"""People with a journal: they act over a real socket, remember what they were told, and come back when cut off."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import websockets

from tests import builders

LOST = (OSError, websockets.WebSocketException, TimeoutError)
Frame = dict[str, Any]


@dataclass(slots=True)
class Journal:
    """What one person asked, what came of it, and what they were shown, in the order of its numbers."""

    asked: list[Frame] = field(default_factory=list)
    acked: dict[str, Frame] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    shown: dict[str, list[Frame]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def head(self, conversation: str) -> int:
        return len(self.shown.get(conversation, ()))

    def show(self, event: Frame) -> None:
        """Take an event: only the next number is right. A gap is a fault, and so is what was told already."""
        seen = self.shown.setdefault(event["conversation"], [])
        if event["seq"] == len(seen) + 1:
            seen.append(event)
        else:
            self.faults.append(f"{event['seq']} ({event['kind']}) after {len(seen)}")

    def done(self, verb: str, conversation: str) -> list[Frame]:
        """What this person did of a kind, and was told to be kept, in order."""
        mine = (one for one in self.asked if one["conversation"] == conversation and named(one) == verb)
        return [one for one in mine if one["key"] in self.acked]


def named(frame: Frame) -> str:
    return str(frame.get("verb") or frame["kind"])


class Person:
    """A client of the wire, written from docs/protocol.md alone: one thing after the other, repeated until answered."""

    def __init__(self, url: str, token: str, seed: int) -> None:
        self.journal = Journal()
        self.acting = True
        self.looking = True
        self.watched: set[str] = set()
        self._subscribed: set[str] = set()  # on this connection
        self.chance = random.Random(seed)
        self._url, self._token = url, token
        self._device = builders.new_id()
        self._pending: Frame | None = None
        self._postponed = 0.0

    @property
    def settled(self) -> bool:
        return not self.acting and self._pending is None

    def next(self) -> Frame | None:
        """What this person does now, if anything."""
        raise NotImplementedError

    async def live(self) -> None:
        """Act until told to stop, and look on until told to leave."""
        while self.looking:
            try:
                async with await self._connected() as ws:
                    await self._talk(ws)
            except LOST:
                await asyncio.sleep(0.05)

    async def _connected(self) -> Any:
        ws = await websockets.connect(self._url, open_timeout=5, ping_interval=None)
        hello = {"type": "hello", "version": 1, "token": self._token, "device": self._device, "tab": self._device}
        cursors = {conversation: self.journal.head(conversation) for conversation in self.watched}
        self._subscribed = set(self.watched)
        await ws.send(json.dumps({**hello, "epoch": None, "cursors": cursors}))
        welcome = json.loads(await asyncio.wait_for(ws.recv(), 10))
        assert welcome["type"] == "welcome", welcome
        return ws

    async def _talk(self, ws: Any) -> None:
        sent = None
        while self.looking:
            for conversation in self.watched - self._subscribed:
                self._subscribed.add(conversation)
                topic = f"conversation:{conversation}"
                await ws.send(json.dumps({"type": "subscribe", "topic": topic, "after": 0}))
            if self._pending is None and self.acting:
                self._pending = self._ask(self.next())
            if self._pending is not None and sent != self._pending["key"]:
                await asyncio.sleep(self._postponed)
                sent, self._postponed = self._pending["key"], 0.0
                await ws.send(json.dumps(self._pending))
            if await self._hear(ws, 10 if self._pending else self.chance.random() * 0.02):
                sent = None

    def _ask(self, frame: Frame | None) -> Frame | None:
        if frame is not None:
            frame = {**frame, "key": builders.new_id()}
            self.journal.asked.append(frame)
        return frame

    async def _hear(self, ws: Any, patience: float) -> bool:
        """Take one frame; tell whether it asks to send the same again. Raises TimeoutError when no answer comes."""
        try:
            frame = json.loads(await asyncio.wait_for(ws.recv(), patience))
        except TimeoutError:
            if self._pending is None:
                return False
            raise
        if frame["type"] == "event":
            self.journal.show(frame)
        if self._pending is None or frame.get("key") != self._pending["key"] or frame["type"] not in ("ok", "no"):
            return False
        if frame["type"] == "no" and frame["retry"]:
            self._postponed = (frame["after_ms"] or 0) / 1000
            return True
        if frame["type"] == "ok":
            self.journal.acked[frame["key"]] = frame
            if self._pending.get("verb") == "start":  # whoever starts is subscribed by that
                self._subscribed.add(self._pending["conversation"])
                self.watched.add(self._pending["conversation"])
        else:
            self.journal.refused[frame["key"]] = frame["code"]
        self._pending = None
        return False


def act(verb: str, conversation: str, **fields: Any) -> Frame:
    return {"type": "act", "verb": verb, "conversation": conversation, **fields}


def say(conversation: str, text: str, kind: str = "message") -> Frame:
    return {"type": "send", "kind": kind, "conversation": conversation, "body": {"text": text}}


class Contact(Person):
    """Starts a conversation and writes without a pause; now and then something is put right, taken back or rated."""

    def __init__(self, url: str, token: str, seed: int) -> None:
        super().__init__(url, token, seed)
        self.conversation = builders.new_id()
        self._erased: set[str] = set()

    def next(self) -> Frame:
        if not self.journal.acked:
            return act("start", self.conversation)
        mine = [one["key"] for one in self.journal.done("message", self.conversation) if one["key"] not in self._erased]
        turn = self.chance.random()
        if turn < 0.1 and mine:
            return act("edit", self.conversation, target=mine[-1], body={"text": f"better {len(mine)}"})
        if turn < 0.15 and mine:
            self._erased.add(mine[-1])
            return act("delete", self.conversation, target=mine[-1])
        if turn < 0.2:
            return act("rate", self.conversation, score=self.chance.randint(1, 5))
        return say(self.conversation, f"message {len(self.journal.asked)}")


class Agent(Person):
    """Looks at every conversation, and does in any of them what agents do; the server says what may not be."""

    def __init__(self, url: str, token: str, seed: int, started: Callable[[], list[str]]) -> None:
        super().__init__(url, token, seed)
        self._started = started

    def next(self) -> Frame | None:
        self.watched.update(self._started())
        if not self.watched:
            return None
        conversation = self.chance.choice(sorted(self.watched))
        verb = self.chance.choices(("message", "note", "claim", "release", "resolve"), (6, 2, 4, 1, 1))[0]
        if verb in ("message", "note"):
            return say(conversation, f"{verb} {len(self.journal.asked)}", verb)
        return act(verb, conversation)
