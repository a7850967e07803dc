"""A snapshot plus the events after it equals a fresh snapshot, for each audience, over any life and the golden ones.

vitest holds the browser's fold to the same files: tests/core/timeline.test.ts.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curbside.domain.audience import START, Audience
from curbside.domain.conversation import Conversation, apply
from curbside.domain.events import Body, Event
from tests.domain.talk import USUAL, Steps, Talk, aimed

TIMELINES = {
    path.stem: json.loads(path.read_text())
    for path in sorted((Path(__file__).parents[1] / "wire" / "timelines").glob("*.json"))
}


def added_up(events: Sequence[Event], after: Conversation | None = None) -> Conversation:
    return reduce(apply, events, after or Conversation("northwind", "c" * 22, "dana", "mercy"))


def as_seen(state: Conversation, reader: Audience) -> dict[str, Any]:
    """What a state says to a reader: how often, and when, something happened that they may not see is left out."""
    seen = msgspec.structs.asdict(state)
    del seen["last_at"]
    seen["numbers"] = state.numbers.of(reader)
    return seen


def hold(events: Sequence[Event], reader: Audience, held: int) -> None:
    """Join at `held` with the row as it stood, hear what comes after it, and see what a newcomer sees."""
    heard = [event for event in events if reader.sees(event.audience)]
    snapshot = added_up([event for event in events if event.numbers.of(reader) <= held])
    after = [event for event in heard if event.numbers.of(reader) > held]
    assert [event.numbers.of(reader) for event in after] == list(range(held + 1, len(heard) + 1))
    assert as_seen(added_up(after, snapshot), reader) == as_seen(added_up(events), reader)


@given(USUAL, st.sampled_from(Audience), st.integers(0, 40))
@settings(max_examples=300)
def test_a_snapshot_plus_the_events_after_it_equals_a_fresh_snapshot(asked: Steps, reader: Audience, at: int) -> None:
    found = Talk.started()
    for actor, command in asked:
        found.accepts(actor, aimed(command, found.said))
    assert added_up(found.events) == found.state
    hold(found.events, reader, min(at, found.state.numbers.of(reader)))


@pytest.mark.parametrize("name", TIMELINES)
def test_a_golden_timeline_adds_up_to_what_its_readers_see(name: str) -> None:
    expected = TIMELINES[name]["expected"]
    state = added_up(golden(name))
    assert {field: getattr(state, field) for field in ("status", "reference", "urgency", "agent", "team")} == {
        field: expected[field] for field in ("status", "reference", "urgency", "agent", "team")
    }
    assert (state.on, state.until, state.numbers.house) == (expected["on"], expected["until"], expected["seq"])
    assert state.rating == (expected["rating"]["score"] if expected["rating"] else None)


@pytest.mark.parametrize("name", TIMELINES)
@given(data=st.data())
@settings(max_examples=60)
def test_a_golden_timeline_may_be_joined_anywhere_by_anybody(name: str, data: st.DataObject) -> None:
    events, reader = golden(name), data.draw(st.sampled_from(Audience))
    hold(events, reader, data.draw(st.integers(0, events[-1].numbers.of(reader))))


def golden(name: str) -> list[Event]:
    """The events of a golden timeline, as in-house staff read them, numbered for everybody."""
    events, numbers = [], START
    for one in TIMELINES[name]["events"]:
        audience = Audience.of(one["audience"])
        numbers = numbers.after(audience)
        assert numbers.house == one["seq"]
        body = None if one["body"] is None else msgspec.convert(one["body"], Body)
        said = (one["kind"], one["author"], one["at"], one["key"], one["facts"], body, one["gone"])
        events.append(Event("northwind", one["conversation"], numbers, audience, *said))
    return events
