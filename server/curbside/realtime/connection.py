"""One connection's protocol as a state machine, without I/O: inputs come in, outputs go out.

The order of promises (docs/protocol.md): a command is answered once for each time it is asked, after its commit;
a subscribed conversation arrives as 1, 2, 3 … in the reader's own numbers, and what is missing is loaded, never
skipped; authority is checked on everything that passes, against what holds now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from curbside.domain.access import may_see, sight
from curbside.domain.audience import Audience
from curbside.domain.call import Part
from curbside.domain.conversation import Conversation
from curbside.domain.errors import ProtocolError, Refused
from curbside.domain.events import Event
from curbside.domain.news import CursorMoved
from curbside.domain.people import Person
from curbside.realtime import frames, outputs
from curbside.realtime.allowance import Allowance
from curbside.realtime.feed import Feed, resync
from curbside.realtime.frames import BadFrame, Command, Fact, encode, encode_ok
from curbside.realtime.outputs import Close, Output, Send
from curbside.realtime.signals import CallHere, Signal, SignalAck
from curbside.realtime.standing import Standing, beyond

HEARTBEAT_MS = 15_000
HELLO_MS = 5_000
SILENCE_MS = 45_000
BAD_FRAMES_MAX = 20
IN_FLIGHT_MAX = 64


class Connection:
    """Hold one client's conversation with the server. Every method returns what is to be done, in order."""

    def __init__(self, now: int) -> None:
        self._feed: Feed | None = None
        self.standing = Standing(now + HELLO_MS)
        self.heard_at = now
        self._greeted = False
        self._closed = False
        self._bad = 0
        self._in_flight = 0
        self._allowance = Allowance(now)

    @property
    def person(self) -> Person | None:
        """Return who this is, once they are known."""
        return None if self._feed is None else self._feed.person

    @property
    def feed(self) -> Feed:
        assert self._feed is not None
        return self._feed

    @property
    def closed(self) -> bool:
        return self._closed

    def receive(self, text: str, now: int) -> list[Output]:
        """Take one frame as it came."""
        if self._closed:
            return []
        if not self._greeted and now > self.standing.expires_at:
            return self.close("no_hello", "later")
        self.heard_at = now
        wait = self._allowance.take(now)
        if wait is None:
            return self.close("too_fast", "later", 5_000)
        try:
            frame = frames.decode(text)
        except BadFrame as bad:
            return self._refuse_frame(bad)
        except ProtocolError as error:
            return self.close(error.code, error.reconnect, error.after_ms)
        if (key := frames.key_of(frame)) and (refused := self._allowance.refusal(wait, now)):
            return [self._no(key, refused)]
        return self._take(frame, now)

    def _take(self, frame: frames.Frame, now: int) -> list[Output]:
        if not self._greeted:
            if not isinstance(frame, frames.Hello):
                return self.close("no_hello", "later")
            self._greeted = True
            return [outputs.Welcome(frame)]
        if self.person is None:
            return []
        if isinstance(frame, Command):
            return self._command(frame, now)
        return _TABLE[type(frame)](self, frame, now)

    def welcomed(
        self,
        person: Person,
        expires_at: int,
        limit_at: int,
        frame: bytes,
        cursors: Mapping[str, int],
        allowance: Allowance,
        now: int,
        part: Part | None = None,
    ) -> list[Output]:
        """Greet a person whose token holds, and send on what their cursors name.

        `allowance` is the person's own, shared by all their connections: limits are keyed on identity.
        """
        self._feed = Feed(person)
        self.standing.renew(expires_at, limit_at)
        self.standing.part = part
        self._allowance = allowance
        out: list[Output] = [Send(frame)]
        for conversation, seq in cursors.items():
            out += self._withheld(conversation, now) or self._feed.subscribe(conversation, seq)
        return out

    def turned_away(self, refused: Refused) -> list[Output]:
        """Close on a person whose token does not hold."""
        again = "later" if refused.retry else "never"
        return self.close(refused.code, again if refused.code != "expired" else "now", refused.after_ms)

    def renewed(self, expires_at: int, limit_at: int, expires_in: int) -> list[Output]:
        self.standing.renew(expires_at, limit_at)
        return [Send(encode("renewed", expires_in=expires_in))]

    def done(self, command: Command, done: Any) -> list[Output]:
        """Answer a command after its commit."""
        self._in_flight -= 1
        if self._closed:
            return []
        frame = encode_ok(command.key, command.conversation, done.seq, done.at, done.duplicate, done.result)
        out: list[Output] = [Send(frame)]
        if type(command).__name__ == "Start" and command.conversation:
            out += self.feed.subscribe(command.conversation, 0)
        return out

    def refused(self, command: Command, refused: Refused) -> list[Output]:
        self._in_flight -= 1
        return [] if self._closed else [self._no(command.key, refused)]

    def appended(self, after: Conversation, facts: Sequence[Fact]) -> list[Output]:
        """Take what happened in a conversation that is watched."""
        return [] if self._closed else self._losing(self.feed.appended(after, facts))

    def heads(self, now: int) -> list[Output]:
        """Say the head of every conversation unasked, on a line that cannot ask."""
        if self._closed or self.person is None:
            return []
        return [Send(encode("heads", at=0, now=now, heads=self.feed.heads()))]

    def heard_of(self, conversation: str, head: int) -> list[Output]:
        """Take a hint that a conversation has come to `head`, in the reader's numbers."""
        return [] if self._closed else self.feed.heard_of(conversation, head)

    def loaded(self, state: Conversation, facts: Sequence[Fact], cursors: Sequence[CursorMoved]) -> list[Output]:
        """Take what was read for a Load."""
        return [] if self._closed else self._losing(self.feed.loaded(state, facts, cursors))

    def not_found(self, conversation: str) -> list[Output]:
        """Take that a Load found nothing that this person may see."""
        return [] if self._closed else self.feed.drop(conversation, "not_found")

    def unreadable(self, conversation: str) -> list[Output]:
        """Take that a Load failed for now: the client asks again."""
        return [] if self._closed else self.feed.drop(conversation, "gap")

    def cursor_moved(self, moved: CursorMoved) -> list[Output]:
        return [] if self._closed else self.feed.cursor_moved(moved)

    def may_see(self, state: Conversation) -> bool:
        return self.person is not None and may_see(self.person, state)

    def typed(self, conversation: str, audience: Audience, who: Mapping[str, Any], on: bool) -> list[Output]:
        if self._closed or not self.feed.is_live(conversation) or not self.feed.person.audience.sees(audience):
            return []
        frame = encode("typing", conversation=conversation, audience=audience.word, on=on, who=who)
        return [Send(frame, droppable=True)]

    def mentioned(self, state: Conversation, event: Event) -> list[Output]:
        return [] if self._closed else self.feed.mentioned(state, event)

    def person_changed(self, person: Person | None) -> list[Output]:
        """Take what the directory now says of this person; None ends the connection."""
        if person is None:
            return self.close("ended", "never")
        before, self.feed.person = self.feed.person, person
        return [] if self._closed or sight(before) == sight(person) else self.feed.look_again()

    def overflowed(self) -> list[Output]:
        """Take that this reader is too slow: what was queued is gone, and it has to ask again."""
        return [*self.feed.clear(), Send(encode("slow"))]

    def tick(self, now: int) -> list[Output]:
        """Look at the clock: silence, a late hello, a log-in that has run out."""
        if self._closed:
            return []
        if self.person is None:
            return self.close("no_hello", "later") if not self._greeted and now > self.standing.expires_at else []
        if now - self.heard_at > SILENCE_MS:
            return self.close("silent", "now")
        if self.standing.is_over(now):
            return self.close("expired", "now")
        return []

    def close(self, code: str, reconnect: str, after_ms: int | None = None) -> list[Output]:
        if self._closed:
            return []
        self._closed = True
        return [Close(code, reconnect, after_ms)]

    def _command(self, command: Command, now: int) -> list[Output]:
        if not self.standing.allows(self.person, command.conversation, now):
            return [self._no(command.key, Refused("expired"))]
        if code := beyond(self.standing.part, command):
            return [self._no(command.key, Refused(code))]
        if self._in_flight >= IN_FLIGHT_MAX:
            return [self._no(command.key, Refused("busy", retry=True, after_ms=1_000))]
        self._in_flight += 1
        return [outputs.Perform(command)]

    def _on_hello(self, frame: frames.Hello, now: int) -> list[Output]:
        return self._refuse_frame(BadFrame("bad_frame", None))

    def _on_renew(self, frame: frames.Renew, now: int) -> list[Output]:
        return [outputs.Renewal(frame.token)]

    def _on_subscribe(self, frame: frames.Subscribe, now: int) -> list[Output]:
        kind, _, name = frame.topic.partition(":")
        if kind == "conversation" and name:
            return self._withheld(name, now) or self.feed.subscribe(name, frame.after)
        if kind == "list" and name and self.standing.covers(None):
            if self.standing.allows(self.person, None, now):
                return [outputs.WatchList(name, frame.limit, frame.before)]
            return [Send(encode("resync", topic=frame.topic, why="expired"))]
        return [Send(encode("resync", topic=frame.topic, why="not_found"))]

    def _on_unsubscribe(self, frame: frames.Unsubscribe, now: int) -> list[Output]:
        kind, _, name = frame.topic.partition(":")
        return [outputs.UnwatchList(name)] if kind == "list" else self.feed.unsubscribe(name)

    def _on_get(self, frame: frames.Get, now: int) -> list[Output]:
        return self._withheld(frame.conversation, now) or self.feed.get(frame.conversation, frame.after)

    def _on_ack(self, frame: frames.Ack, now: int) -> list[Output]:
        return self.feed.move(frame.conversation, frame.seq, 0)

    def _on_read(self, frame: frames.Read, now: int) -> list[Output]:
        return self.feed.move(frame.conversation, frame.seq, frame.seq)

    def _on_typing(self, frame: frames.Typing, now: int) -> list[Output]:
        allowed = self.feed.person.audience.sees(Audience.of(frame.audience))
        heard = allowed and self.feed.is_live(frame.conversation)
        return [outputs.Type(frame.conversation, frame.audience, frame.on)] if heard else []

    def _on_ping(self, frame: frames.Ping, now: int) -> list[Output]:
        return [Send(encode("heads", at=frame.at, now=now, heads=self.feed.heads()))]

    def _on_call(self, frame: frames.CallFrame, now: int) -> list[Output]:
        return [outputs.OnCall(frame)]

    def not_passed(self, key: str, code: str) -> list[Output]:
        """Take that a signal was not relayed, or a call not joined."""
        return [] if self._closed else [self._no(key, Refused(code))]

    def _withheld(self, conversation: str, now: int) -> list[Output]:
        if not self.standing.covers(conversation):
            return [resync(conversation, "not_found")]
        return [] if self.standing.allows(self.person, conversation, now) else [resync(conversation, "expired")]

    def _losing(self, out: list[Output]) -> list[Output]:
        for one in out:
            if isinstance(one, outputs.Unwatch):
                self.standing.open.discard(one.conversation)
        return out

    def _refuse_frame(self, bad: BadFrame) -> list[Output]:
        self._bad += 1
        if self._bad > BAD_FRAMES_MAX or not self._greeted:
            return self.close("bad_frame", "later", 5_000)
        return [self._no(bad.key, bad)]

    def _no(self, key: str | None, refused: Refused) -> Send:
        return Send(frames.no(key, refused))


_TABLE: Mapping[type, Callable[[Connection, Any, int], list[Output]]] = {
    frames.Hello: Connection._on_hello,
    frames.Renew: Connection._on_renew,
    frames.Subscribe: Connection._on_subscribe,
    frames.Unsubscribe: Connection._on_unsubscribe,
    frames.Get: Connection._on_get,
    frames.Ack: Connection._on_ack,
    frames.Read: Connection._on_read,
    frames.Typing: Connection._on_typing,
    frames.Ping: Connection._on_ping,
    **dict.fromkeys((CallHere, Signal, SignalAck), Connection._on_call),
}
