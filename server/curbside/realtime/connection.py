"""One connection's protocol as a state machine, without I/O: inputs come in, outputs go out.

The order of promises (docs/protocol.md): a command is answered once for each time it is asked, after its commit;
a subscribed conversation arrives as 1, 2, 3 … in the reader's own numbers, and what is missing is loaded, never
skipped; authority is checked on everything that passes, against what holds now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curbside.domain.access import may_see
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.errors import MESSAGES, ProtocolError, Refused
from curbside.domain.news import CursorMoved
from curbside.domain.people import Agent, Person
from curbside.realtime import frames, outputs
from curbside.realtime.allowance import Allowance
from curbside.realtime.frames import BadFrame, Command, Fact, encode
from curbside.realtime.outputs import Close, Output, Send

HEARTBEAT_MS = 15_000
HELLO_MS = 5_000
SILENCE_MS = 45_000
BAD_FRAMES_MAX = 20
SUBSCRIPTIONS_MAX = 200
IN_FLIGHT_MAX = 64
PAGE = 200


@dataclass(slots=True)
class Subscription:
    """How far a conversation has been sent; `wanted` is the head that was heard of while loading."""

    sent: int
    loading: bool = True
    wanted: int = 0
    live: bool = False


class Connection:
    """Hold one client's conversation with the server. Every method returns what is to be done, in order."""

    def __init__(self, now: int) -> None:
        self.person: Person | None = None
        self.open_conversations: set[str] = set()
        self.expires_at = now + HELLO_MS
        self.limit_at = now + HELLO_MS
        self._heard_at = now
        self._greeted = False
        self._closed = False
        self._bad = 0
        self._in_flight = 0
        self._subscriptions: dict[str, Subscription] = {}
        self._lists: set[str] = set()
        self._allowance = Allowance(now)

    @property
    def audience(self) -> Audience:
        assert self.person is not None
        return self.person.audience

    @property
    def closed(self) -> bool:
        return self._closed

    def receive(self, text: str, now: int) -> list[Output]:
        """Take one frame as it came."""
        if self._closed:
            return []
        self._heard_at = now
        wait = self._allowance.take(now)
        if wait is None:
            return self.close("too_fast", "later", 5_000)
        try:
            frame = frames.decode(text)
        except BadFrame as bad:
            return self._refuse_frame(bad)
        except ProtocolError as error:
            return self.close(error.code, error.reconnect, error.after_ms)
        if wait > 0 and isinstance(frame, Command):
            return [self._no(frame.key, Refused("too_fast", retry=True, after_ms=wait))]
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
            return self._command(frame)
        return _TABLE[type(frame)](self, frame, now)

    def welcomed(
        self, person: Person, expires_at: int, limit_at: int, frame: bytes, cursors: Mapping[str, int]
    ) -> list[Output]:
        """Greet a person whose token holds, and send on what their cursors name."""
        self.person = person
        self.expires_at, self.limit_at = expires_at, limit_at
        self._allowance.widen(isinstance(person, Agent))
        out: list[Output] = [Send(frame)]
        for conversation, seq in cursors.items():
            out += self._subscribe(conversation, seq)
        return out

    def turned_away(self, refused: Refused) -> list[Output]:
        """Close on a person whose token does not hold."""
        again = "later" if refused.retry else "never"
        return self.close(refused.code, again if refused.code != "expired" else "now", refused.after_ms)

    def renewed(self, expires_at: int, limit_at: int, expires_in: int) -> list[Output]:
        self.expires_at, self.limit_at = expires_at, limit_at
        return [Send(encode("renewed", expires_in=expires_in))]

    def done(self, command: Command, done: Any) -> list[Output]:
        """Answer a command after its commit."""
        self._in_flight -= 1
        if self._closed:
            return []
        frame = encode(
            "ok",
            key=command.key,
            conversation=command.conversation,
            seq=done.seq,
            at=done.at,
            duplicate=done.duplicate,
            result=done.result,
        )
        out: list[Output] = [Send(frame)]
        if type(command).__name__ == "Start" and command.conversation:
            out += self._subscribe(command.conversation, 0)
        return out

    def refused(self, command: Command, refused: Refused) -> list[Output]:
        self._in_flight -= 1
        return [] if self._closed else [self._no(command.key, refused)]

    def appended(self, after: Conversation, facts: Sequence[Fact]) -> list[Output]:
        """Take what happened in a conversation that is watched."""
        subscription = self._subscriptions.get(after.id)
        if subscription is None or self._closed:
            return []
        assert self.person is not None
        if not may_see(self.person, after):
            return self._lose(after.id)
        out: list[Output] = []
        for fact in facts:
            if self.audience.sees(fact.event.audience):
                out += self._pass_on(after.id, subscription, fact)
        return out

    def note_open(self, state: Conversation) -> None:
        """Remember which conversations keep a log-in going that the EHR can no longer renew."""
        if state.status == "resolved":
            self.open_conversations.discard(state.id)
        else:
            self.open_conversations.add(state.id)

    def may_see(self, state: Conversation) -> bool:
        return self.person is not None and may_see(self.person, state)

    def is_live(self, conversation: str) -> bool:
        """Tell whether everything up to now was sent of a conversation."""
        subscription = self._subscriptions.get(conversation)
        return subscription is not None and subscription.live

    def heard_of(self, conversation: str, head: int) -> list[Output]:
        """Take a hint that a conversation has come to `head`, in the reader's numbers."""
        subscription = self._subscriptions.get(conversation)
        if subscription is None or head <= subscription.sent:
            return []
        return self._load(conversation, subscription, head)

    def _pass_on(self, conversation: str, subscription: Subscription, fact: Fact) -> list[Output]:
        seq = fact.event.numbers.of(self.audience)
        if seq <= subscription.sent:
            return []
        if subscription.loading or seq > subscription.sent + 1:
            return self._load(conversation, subscription, seq)
        subscription.sent = seq
        return [Send(fact.encoded(self.audience))]

    def _load(self, conversation: str, subscription: Subscription, wanted: int) -> list[Output]:
        subscription.wanted = max(subscription.wanted, wanted)
        if subscription.loading:
            return []
        subscription.loading = True
        return [outputs.Load(conversation, subscription.sent, PAGE)]

    def loaded(self, state: Conversation, facts: Sequence[Fact], cursors: Sequence[CursorMoved]) -> list[Output]:
        """Take what was read for a Load: send it, and go on until nothing is missing."""
        subscription = self._subscriptions.get(state.id)
        if subscription is None or self._closed:
            return []
        assert self.person is not None
        if not may_see(self.person, state):
            return self._lose(state.id)
        subscription.loading = False
        out: list[Output] = []
        for fact in facts:
            seq = fact.event.numbers.of(self.audience)
            if seq == subscription.sent + 1:
                subscription.sent = seq
                out.append(Send(fact.encoded(self.audience)))
        wanted = max(subscription.wanted, state.numbers.of(self.audience))
        if facts and subscription.sent < wanted:
            return out + self._load(state.id, subscription, wanted)
        if not subscription.live:
            subscription.live = True
            out.append(Send(encode("live", conversation=state.id, seq=subscription.sent)))
            for moved in cursors:
                out += self.cursor_moved(moved)
        return out

    def not_found(self, conversation: str) -> list[Output]:
        """Take that a Load found nothing that this person may see."""
        if self._subscriptions.pop(conversation, None) is None or self._closed:
            return []
        return [outputs.Unwatch(conversation), _resync(conversation, "not_found")]

    def unreadable(self, conversation: str) -> list[Output]:
        """Take that a Load failed for now: the client asks again."""
        if self._subscriptions.pop(conversation, None) is None or self._closed:
            return []
        return [outputs.Unwatch(conversation), _resync(conversation, "gap")]

    def cursor_moved(self, moved: CursorMoved) -> list[Output]:
        if self._closed or moved.conversation not in self._subscriptions:
            return []
        reader = self.audience
        frame = encode(
            "cursor",
            conversation=moved.conversation,
            reader=moved.reader,
            delivered=moved.delivered.of(reader),
            read=moved.read.of(reader),
        )
        return [Send(frame, droppable=True)]

    def typed(self, conversation: str, audience: Audience, who: Mapping[str, Any], on: bool) -> list[Output]:
        if self._closed or conversation not in self._subscriptions or not self.audience.sees(audience):
            return []
        frame = encode("typing", conversation=conversation, audience=audience.word, on=on, who=who)
        return [Send(frame, droppable=True)]

    def person_changed(self, person: Person | None) -> list[Output]:
        """Take what the directory now says of this person; None ends the connection."""
        if person is None:
            return self.close("ended", "never")
        self.person = person
        return []

    def overflowed(self) -> list[Output]:
        """Take that this reader is too slow: what was queued is gone, and it has to ask again."""
        conversations = list(self._subscriptions)
        self._subscriptions.clear()
        self._lists.clear()
        out: list[Output] = [outputs.Unwatch(conversation) for conversation in conversations]
        return [*out, Send(encode("slow"))]

    def tick(self, now: int) -> list[Output]:
        """Look at the clock: silence, a late hello, a log-in that has run out."""
        if self._closed:
            return []
        if self.person is None:
            return self.close("no_hello", "later") if now > self.expires_at else []
        if now - self._heard_at > SILENCE_MS:
            return self.close("silent", "now")
        # Without renewal (the EHR may be what is down) a running conversation goes on up to the tenant's limit.
        if now > self.limit_at or (now > self.expires_at and not self.open_conversations):
            return self.close("expired", "now")
        return []

    def close(self, code: str, reconnect: str, after_ms: int | None = None) -> list[Output]:
        if self._closed:
            return []
        self._closed = True
        return [Close(code, reconnect, after_ms)]

    def _command(self, command: Command) -> list[Output]:
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
            return self._subscribe(name, frame.after)
        if kind == "list" and name:
            self._lists.add(name)
            return [outputs.WatchList(name, frame.limit, frame.before)]
        return [Send(encode("resync", topic=frame.topic, why="not_found"))]

    def _subscribe(self, conversation: str, after: int) -> list[Output]:
        known = self._subscriptions.get(conversation)
        if known is None and len(self._subscriptions) >= SUBSCRIPTIONS_MAX:
            return [_resync(conversation, "too_many")]
        self._subscriptions[conversation] = Subscription(sent=after)
        return [outputs.Watch(conversation), outputs.Load(conversation, after, PAGE)]

    def _on_unsubscribe(self, frame: frames.Unsubscribe, now: int) -> list[Output]:
        kind, _, name = frame.topic.partition(":")
        if kind == "list":
            self._lists.discard(name)
            return [outputs.UnwatchList(name)]
        self.open_conversations.discard(name)
        return [outputs.Unwatch(name)] if self._subscriptions.pop(name, None) else []

    def _on_get(self, frame: frames.Get, now: int) -> list[Output]:
        subscription = self._subscriptions.get(frame.conversation)
        if subscription is None:
            return self._subscribe(frame.conversation, frame.after)
        subscription.sent = min(subscription.sent, frame.after)
        subscription.live = False
        return self._load(frame.conversation, subscription, 0)

    def _on_ack(self, frame: frames.Ack, now: int) -> list[Output]:
        return self._move(frame.conversation, frame.seq, 0)

    def _on_read(self, frame: frames.Read, now: int) -> list[Output]:
        return self._move(frame.conversation, frame.seq, frame.seq)

    def _move(self, conversation: str, delivered: int, read: int) -> list[Output]:
        subscription = self._subscriptions.get(conversation)
        # Only what was sent can have been stored or read.
        if subscription is None or max(delivered, read) > subscription.sent:
            return []
        return [outputs.Move(conversation, delivered, read)]

    def _on_typing(self, frame: frames.Typing, now: int) -> list[Output]:
        allowed = self.audience.sees(Audience.of(frame.audience))
        if frame.conversation not in self._subscriptions or not allowed:
            return []
        return [outputs.Type(frame.conversation, frame.audience, frame.on)]

    def _on_ping(self, frame: frames.Ping, now: int) -> list[Output]:
        heads = {id: max(one.sent, one.wanted) for id, one in self._subscriptions.items()}
        return [Send(encode("heads", at=frame.at, now=now, heads=heads))]

    def _lose(self, conversation: str) -> list[Output]:
        self._subscriptions.pop(conversation, None)
        self.open_conversations.discard(conversation)
        return [outputs.Unwatch(conversation), _resync(conversation, "lost")]

    def _refuse_frame(self, bad: BadFrame) -> list[Output]:
        self._bad += 1
        if self._bad > BAD_FRAMES_MAX or not self._greeted:
            return self.close("bad_frame", "later", 5_000)
        return [self._no(bad.key, bad)]

    def _no(self, key: str | None, refused: Refused) -> Send:
        message = refused.message or MESSAGES[refused.code]
        frame = encode(
            "no",
            key=key,
            code=refused.code,
            message=message,
            retry=refused.retry,
            after_ms=refused.after_ms,
            detail=refused.detail,
        )
        return Send(frame)


def _resync(conversation: str, why: str) -> Send:
    return Send(encode("resync", topic=f"conversation:{conversation}", why=why))


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
}
