"""A reader's subscriptions: whatever arrives in whatever order, they are sent 1, 2, 3 …"""

from __future__ import annotations

import json
from random import Random

import pytest

from curbside.domain.audience import START, Audience
from curbside.domain.conversation import Conversation
from curbside.domain.events import Event
from curbside.realtime import outputs
from curbside.realtime.feed import Feed
from curbside.realtime.frames import Fact
from tests.domain.talk import PRIYA

TALK = "c" * 22
LENGTH = 12


def timeline(length: int) -> tuple[list[Event], list[Conversation]]:
    """Return events, and the conversation after each of them."""
    numbers = START
    events: list[Event] = []
    states: list[Conversation] = []
    for at in range(length):
        numbers = numbers.after(Audience.CONTACT)
        events.append(Event("northwind", TALK, numbers, Audience.CONTACT, "urgency", {}, at, facts={"urgency": "high"}))
        states.append(Conversation("northwind", TALK, "dana", "mercy", team="team-1", numbers=numbers))
    return events, states


def sent(out: list[outputs.Output]) -> list[int]:
    frames = [json.loads(one.frame) for one in out if isinstance(one, outputs.Send)]
    return [frame["seq"] for frame in frames if frame["type"] == "event"]


def applied(seen: list[int]) -> int:
    """Return how far a reader comes who applies the next number and finds no gap."""
    held = 0
    for number in seen:
        assert number <= held + 1
        held = max(held, number)
    return held


@pytest.mark.parametrize("seed", range(100))
def test_hints_lost_late_or_doubled_and_slow_reads_leave_no_gap(seed: int) -> None:
    seeded = Random(seed)
    events, states = timeline(LENGTH)
    feed, head = Feed(PRIYA), 1
    waiting: list[tuple[int, int]] = []
    seen: list[int] = []

    def take(out: list[outputs.Output]) -> None:
        seen.extend(sent(out))
        waiting.extend((one.after, head) for one in out if isinstance(one, outputs.Load))

    take(feed.subscribe(TALK, 0))
    while head < LENGTH or waiting:
        if waiting and (head == LENGTH or seeded.random() < 0.4):
            after, then = waiting.pop(seeded.randrange(len(waiting)))
            found = [Fact(event) for event in events[after:then]]
            take(feed.loaded(states[then - 1], found[: seeded.choice((1, 3, 200))], ()))
        elif head < LENGTH:
            head += 1
            if seeded.random() < 0.7:
                take(feed.appended(states[head - 1], [Fact(events[head - 1])]))
        if seeded.random() < 0.15:
            take(feed.get(TALK, after=seeded.randint(0, len(set(seen)))))
    take(feed.heard_of(TALK, LENGTH))
    while waiting:
        after, _ = waiting.pop()
        take(feed.loaded(states[-1], [Fact(event) for event in events[after:]], ()))
    assert feed.heads()[TALK] == LENGTH
    assert applied(seen) == LENGTH
