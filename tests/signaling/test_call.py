"""A call's life: the first to accept wins, and there is no phase from which a call cannot end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curbside_signaling import Call, CallRefused, Phase
from curbside_signaling.call import RING_MS

PEOPLE = ("dana", "kim", "bo")
ACTS = ("ring", "accept", "decline", "cancel", "media", "lose", "recover", "end", "expire")


def after(*acts: tuple[str, str], now: int = 1_000) -> Call:
    call = Call("c1", asked_by="dana")
    for act, by in acts:
        fact = call.decide(act, by, now)
        call = call.apply(fact) if fact else call
    return call


def test_the_first_to_accept_wins_and_the_second_is_told_who() -> None:
    call = after(("ring", "kim"), ("ring", "bo"), ("accept", "kim"))
    with pytest.raises(CallRefused) as refused:
        call.decide("accept", "bo", 1_001)
    assert (refused.value.code, refused.value.winner) == ("already_accepted", "kim")


def test_accepting_twice_changes_nothing() -> None:
    call = after(("ring", "kim"), ("accept", "kim"))
    assert call.decide("accept", "kim", 1_001) is None


def test_nobody_accepts_who_was_not_asked() -> None:
    with pytest.raises(CallRefused, match="not_asked"):
        after(("ring", "kim"), ("accept", "bo"))


def test_a_call_that_everybody_declined_has_ended() -> None:
    call = after(("ring", "kim"), ("ring", "bo"), ("decline", "kim"), ("decline", "bo"))
    assert (call.phase, call.why) == (Phase.ENDED, "declined")


def test_a_call_that_one_declined_still_rings() -> None:
    assert after(("ring", "kim"), ("ring", "bo"), ("decline", "kim")).phase == Phase.RINGING


def test_a_call_rings_for_its_time_and_is_then_missed() -> None:
    call = after(("ring", "kim"))
    assert call.decide("expire", "system", 1_000 + RING_MS - 1) is None
    fact = call.decide("expire", "system", 1_000 + RING_MS)
    assert fact is not None and fact.why == "missed"


def test_an_active_call_degrades_and_recovers() -> None:
    call = after(("ring", "kim"), ("accept", "kim"), ("media", "kim"), ("lose", "dana"))
    assert call.phase == Phase.DEGRADED
    fact = call.decide("recover", "dana", 2_000)
    assert fact is not None and call.apply(fact).phase == Phase.ACTIVE


def test_only_who_asked_cancels() -> None:
    with pytest.raises(CallRefused, match="not_yours"):
        after(("ring", "kim"), ("cancel", "bo"))


@given(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(PEOPLE)), max_size=30))
def test_from_whatever_comes_a_call_can_be_ended_and_stays_so(acts: list[tuple[str, str]]) -> None:
    call = Call("c1", asked_by="dana")
    winners = set()
    for act, by in acts:
        try:
            fact = call.decide(act, by, 1_000)
        except CallRefused:
            continue
        call = call.apply(fact) if fact else call
        winners |= {call.answered_by} - {None}
    assert len(winners) <= 1
    if call.phase != Phase.ENDED:
        fact = call.decide("end", "dana", 2_000)
        assert fact is not None
        call = call.apply(fact)
    assert call.decide("end", "dana", 3_000) is None
