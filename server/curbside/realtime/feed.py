"""What one reader is sent of the conversations they watch: 1, 2, 3 … in their own numbers, nothing skipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from curbside.domain.access import may_see
from curbside.domain.conversation import Conversation
from curbside.domain.events import Event
from curbside.domain.news import CursorMoved
from curbside.domain.people import Person
from curbside.realtime import outputs
from curbside.realtime.frames import Fact, encode
from curbside.realtime.outputs import Output, Send

SUBSCRIPTIONS_MAX = 200
PAGE = 200


@dataclass(slots=True)
class Subscription:
    """How far a conversation has been sent; `wanted` is the head that was heard of while loading.

    Until it is `live` nobody has looked whether the reader may see it: nothing of it is told, and nothing done to it.
    `begun` is where the last Load began, `asked` where a `get` that is not answered yet did, `moved` a cursor that
    waits until it is allowed.
    """

    sent: int
    begun: int
    loading: bool = True
    wanted: int = 0
    live: bool = False
    asked: int | None = None
    moved: tuple[int, int] = (0, 0)


class Feed:
    """Keep a reader's subscriptions. What arrives out of turn is loaded from the rows, which are the truth."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self._subscriptions: dict[str, Subscription] = {}

    def heads(self) -> dict[str, int]:
        """Return the head of every conversation that the reader was let in to, as far as it is known here."""
        return {id: max(one.sent, one.wanted) for id, one in self._subscriptions.items() if one.live}

    def is_live(self, conversation: str) -> bool:
        """Tell whether this reader was let in to a conversation and has what it held until now."""
        subscription = self._subscriptions.get(conversation)
        return subscription is not None and subscription.live

    def subscribe(self, conversation: str, after: int) -> list[Output]:
        """Begin to watch, then read: what happens in between is heard of, and loaded."""
        if conversation not in self._subscriptions and len(self._subscriptions) >= SUBSCRIPTIONS_MAX:
            return [resync(conversation, "too_many")]
        self._subscriptions[conversation] = Subscription(sent=after, begun=after)
        return [outputs.Watch(conversation), outputs.Load(conversation, after, PAGE)]

    def unsubscribe(self, conversation: str) -> list[Output]:
        return [outputs.Unwatch(conversation)] if self._subscriptions.pop(conversation, None) else []

    def get(self, conversation: str, after: int) -> list[Output]:
        """Send again from a number: the reader has found a gap."""
        subscription = self._subscriptions.get(conversation)
        if subscription is None:
            return self.subscribe(conversation, after)
        subscription.sent = min(subscription.sent, after)
        subscription.asked = after
        return self._load(conversation, subscription, 0)

    def move(self, conversation: str, delivered: int, read: int) -> list[Output]:
        """Move this reader's cursor: only what was sent can have been stored or read."""
        subscription = self._subscriptions.get(conversation)
        if subscription is None:
            return []
        if not subscription.live:
            subscription.moved = (max(subscription.moved[0], delivered), max(subscription.moved[1], read))
            return []
        if max(delivered, read) > subscription.sent:
            return []
        return [outputs.Move(conversation, delivered, read)]

    def appended(self, after: Conversation, facts: Sequence[Fact]) -> list[Output]:
        """Take what happened in a conversation; authority is checked on every delivery."""
        subscription = self._subscriptions.get(after.id)
        if subscription is None:
            return []
        if not may_see(self.person, after):
            return self.lose(after.id)
        out: list[Output] = []
        for fact in facts:
            if self.person.audience.sees(fact.event.audience):
                out += self._pass_on(after.id, subscription, fact)
        return out

    def heard_of(self, conversation: str, head: int) -> list[Output]:
        """Take a hint that a conversation has come to `head`, in the reader's numbers."""
        subscription = self._subscriptions.get(conversation)
        if subscription is None or head <= subscription.sent:
            return []
        return self._load(conversation, subscription, head)

    def loaded(self, state: Conversation, facts: Sequence[Fact], cursors: Sequence[CursorMoved]) -> list[Output]:
        """Take what was read for a Load: send it, and go on until nothing is missing."""
        subscription = self._subscriptions.get(state.id)
        if subscription is None:
            return []
        if not may_see(self.person, state):
            return self.lose(state.id)
        subscription.loading = False
        # A `get` may have asked for what lies before the place where this reading began.
        more = bool(facts) or subscription.sent < subscription.begun
        out: list[Output] = []
        for fact in facts:
            seq = fact.event.numbers.of(self.person.audience)
            if seq == subscription.sent + 1:
                subscription.sent = seq
                out.append(Send(fact.encoded(self.person.audience)))
        wanted = max(subscription.wanted, state.numbers.of(self.person.audience))
        if more and subscription.sent < wanted:
            return out + self._load(state.id, subscription, wanted)
        return out + self._caught_up(state.id, subscription, wanted, cursors)

    def _caught_up(
        self, conversation: str, subscription: Subscription, head: int, cursors: Sequence[CursorMoved]
    ) -> list[Output]:
        out: list[Output] = []
        if subscription.asked is not None:
            page = {"after": subscription.asked, "through": subscription.sent, "head": head}
            out.append(Send(encode("page", conversation=conversation, **page)))
            subscription.asked = None
        if subscription.live:
            return out
        subscription.live = True
        out.append(Send(encode("live", conversation=conversation, seq=subscription.sent)))
        for moved in cursors:
            out += self.cursor_moved(moved)
        return out + (self.move(conversation, *subscription.moved) if any(subscription.moved) else [])

    def mentioned(self, state: Conversation, event: Event) -> list[Output]:
        """Tell that a note names this reader, unless they wrote it or may not read it."""
        mine = event.author.get("id") == self.person.id
        if mine or not self.person.audience.sees(event.audience) or not may_see(self.person, state):
            return []
        seq = event.numbers.of(self.person.audience)
        return [Send(encode("mentioned", conversation=state.id, reference=state.reference, seq=seq), droppable=True)]

    def cursor_moved(self, moved: CursorMoved) -> list[Output]:
        """Tell how far somebody has read, in the numbers of this reader's own audience."""
        if not self.is_live(moved.conversation):
            return []
        reader = self.person.audience
        frame = encode(
            "cursor",
            conversation=moved.conversation,
            reader=moved.reader,
            delivered=moved.delivered.of(reader),
            read=moved.read.of(reader),
        )
        return [Send(frame, droppable=True)]

    def look_again(self) -> list[Output]:
        """Read every conversation again, because the reader may now see others than before: what is lost is dropped."""
        out: list[Output] = []
        for conversation, subscription in self._subscriptions.items():
            out += self._load(conversation, subscription, 0)
        return out

    def drop(self, conversation: str, why: str) -> list[Output]:
        """Give up a subscription that cannot be served, and say why."""
        if self._subscriptions.pop(conversation, None) is None:
            return []
        return [outputs.Unwatch(conversation), resync(conversation, why)]

    def lose(self, conversation: str) -> list[Output]:
        """Take that this reader may no longer see a conversation."""
        return self.drop(conversation, "lost")

    def clear(self) -> list[Output]:
        """Forget every subscription: the reader asks again from their own numbers."""
        watched = list(self._subscriptions)
        self._subscriptions.clear()
        return [outputs.Unwatch(conversation) for conversation in watched]

    def _pass_on(self, conversation: str, subscription: Subscription, fact: Fact) -> list[Output]:
        seq = fact.event.numbers.of(self.person.audience)
        if seq <= subscription.sent:
            return []
        if subscription.loading or seq > subscription.sent + 1:
            return self._load(conversation, subscription, seq)
        subscription.sent = seq
        return [Send(fact.encoded(self.person.audience))]

    def _load(self, conversation: str, subscription: Subscription, wanted: int) -> list[Output]:
        subscription.wanted = max(subscription.wanted, wanted)
        if subscription.loading:
            return []
        subscription.loading, subscription.begun = True, subscription.sent
        return [outputs.Load(conversation, subscription.sent, PAGE)]


def resync(conversation: str, why: str) -> Send:
    """Say that a conversation is not, or no longer, subscribed, and why."""
    return Send(encode("resync", topic=f"conversation:{conversation}", why=why))
