"""A call and its roster: whatever people, connections and time do, there is a way to its end, and one winner."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curbside_signaling import CallRefused, Fact, Presence, Session, Signal, SignalRefused
from curbside_signaling.call import RING_MS, Phase
from curbside_signaling.roster import INTERRUPTED_MS
from curbside_signaling.session import ARRIVE_MS, LEASE_MS, MOST, Step

PEOPLE = ("dana", "kim", "bo", "sam")
NOW = 1_000


def ringing(*rung: str) -> Session:
    return Session.request("c1", "dana", rung or ("kim", "bo"), "dana", NOW)


def answered() -> Session:
    return ringing().accept("kim", NOW)[0]


def active() -> Session:
    both, _ = answered().here("dana", "d1", "tab-d", NOW)
    return both.here("kim", "k1", "tab-k", NOW)[0]


def kinds(step: Step) -> list[tuple[str, str, str]]:
    return [(fact.kind, fact.by, fact.why) for fact in step[1]]


def test_nobody_to_ring_is_no_call() -> None:
    with pytest.raises(CallRefused, match="nobody"):
        Session.request("c1", "dana", (), "dana", NOW)


def test_a_call_is_active_while_two_are_here_and_degraded_while_fewer_are() -> None:
    assert answered().call.phase == Phase.CONNECTING
    session = active()
    assert session.call.phase == Phase.ACTIVE
    session, facts = session.interrupted("kim", "k1", NOW)
    assert (session.call.phase, facts) == (Phase.DEGRADED, ())
    assert session.here("kim", "k2", "tab-k", NOW)[0].call.phase == Phase.ACTIVE


def test_the_same_tab_over_another_connection_keeps_its_generation_and_another_tab_does_not() -> None:
    session, _ = active().here("kim", "k2", "tab-k", NOW)
    session.roster.check(Signal("dana", "kim", 1))
    session, _ = session.here("kim", "k3", "tab-new", NOW)
    with pytest.raises(SignalRefused, match="stale"):
        session.roster.check(Signal("dana", "kim", 1))
    session.roster.check(Signal("dana", "kim", 2))


def test_a_hang_up_of_one_of_two_ends_it() -> None:
    assert kinds(active().leave("kim", NOW)) == [("left", "kim", "hung_up"), ("ended", "kim", "hung_up")]


def test_of_three_one_may_leave_but_not_whom_it_is_about() -> None:
    three, _ = active().invite("sam", NOW)
    three, facts = three.accept("sam", NOW)
    assert [fact.kind for fact in facts] == ["joined"]
    three, _ = three.here("sam", "s1", "tab-s", NOW)
    assert kinds(three.leave("kim", NOW)) == [("left", "kim", "hung_up")]
    assert kinds(three.leave("dana", NOW)) == [("left", "dana", "hung_up"), ("ended", "dana", "hung_up")]


def test_whoever_comes_back_after_leaving_has_another_peer_connection() -> None:
    three = active().invite("sam", NOW)[0].accept("sam", NOW)[0].here("sam", "s1", "tab-s", NOW)[0]
    back = three.leave("sam", NOW)[0].invite("sam", NOW)[0].accept("sam", NOW)[0].here("sam", "s1", "tab-s", NOW)[0]
    assert back.roster.pair("dana", "sam").generation == 2


def test_more_than_three_are_too_many() -> None:
    three = active().invite("sam", NOW)[0]
    with pytest.raises(CallRefused, match="full"):
        three.invite("bo", NOW)
    three = three.accept("sam", NOW)[0]
    with pytest.raises(CallRefused, match="full"):
        three.invite("bo", NOW)


@pytest.mark.parametrize("why", ["hung_up", "left_workstation"])
def test_leaving_while_it_rings_takes_the_question_back(why: str) -> None:
    told = "cancelled" if why == "hung_up" else why
    assert kinds(ringing().leave("dana", NOW, why)) == [("ended", "dana", told)]


def test_the_one_who_is_rung_and_goes_ends_it_for_the_reason_they_went() -> None:
    assert kinds(ringing("kim").leave("kim", NOW, "left_workstation")) == [("ended", "kim", "left_workstation")]
    assert kinds(ringing().leave("kim", NOW, "left_workstation")) == [("declined", "kim", "")]


def test_time_misses_interrupts_and_lets_go() -> None:
    assert kinds(ringing().expire(NOW + RING_MS)) == [("ended", "", "missed")]
    assert [fact.why for fact in answered().expire(NOW + ARRIVE_MS)[1]] == ["lost", "lost", "lost"]
    session, facts = active().expire(NOW + LEASE_MS)
    assert (session.call.phase, facts) == (Phase.DEGRADED, ())
    ended, _ = session.expire(NOW + LEASE_MS + INTERRUPTED_MS)
    assert (ended.over, ended.call.why) == (True, "lost")


def test_whoever_is_heard_stays() -> None:
    session = active().renewed({"dana": ("d1", 10**6), "kim": ("k0", 10**6)})
    session, _ = session.expire(NOW + LEASE_MS)
    presences = {one.id: one.presence for one in session.roster.participants}
    assert presences == {"dana": Presence.JOINED, "kim": Presence.INTERRUPTED}  # k0 is a connection of long ago


def test_over_is_over() -> None:
    session, _ = active().leave("kim", NOW)
    assert session.due_at is None
    assert session.leave("dana", NOW) == (session, ())
    with pytest.raises(SignalRefused, match="not_in_call"):
        session.here("dana", "d9", "tab-d", NOW)
    with pytest.raises(SignalRefused, match="not_in_call"):
        session.roster.check(Signal("dana", "kim", 1))
    with pytest.raises(CallRefused, match="ended"):
        session.accept("bo", NOW)


who, connection = st.sampled_from(PEOPLE), st.sampled_from(("1", "2"))
Act = tuple[str, tuple[Any, ...], int]
ACTS: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.sampled_from(("accept", "decline", "cancel", "invite", "leave")), st.tuples(who), st.just(0)),
    st.tuples(st.just("here"), st.tuples(who, connection, connection), st.just(0)),
    st.tuples(st.just("ring"), st.tuples(st.lists(who, max_size=2)), st.just(0)),
    st.tuples(st.just("end"), st.tuples(st.just("switched_off")), st.just(0)),
    st.tuples(st.just("interrupted"), st.tuples(who, connection), st.just(0)),
    st.tuples(st.just("expire"), st.just(()), st.sampled_from((0, 1, 15_000, ARRIVE_MS, LEASE_MS, RING_MS))),
)


def lived(acts: Sequence[Act], watch: Callable[[Session, tuple[Fact, ...]], None]) -> tuple[Session, int]:
    """Let a call live through acts, telling `watch` of each step, and return it with the time that it is."""
    session, now = ringing(), NOW
    for act, arguments, later in acts:
        now += later
        try:
            session, facts = getattr(session, act)(*arguments, now)
        except (CallRefused, SignalRefused):
            continue
        watch(session, facts)
    return session, now


@given(st.lists(ACTS, max_size=40))
@settings(max_examples=400)
def test_whatever_happens_there_is_one_winner_and_three_people_at_most(acts: list[Act]) -> None:
    winners: set[str | None] = set()
    ends: list[Fact] = []

    def watch(session: Session, facts: tuple[Fact, ...]) -> None:
        winners.update({session.call.answered_by} - {None})
        ends.extend(fact for fact in facts if fact.kind == "ended")
        assert len(session.roster.present) <= MOST
        assert session.over == bool(ends)
        if session.over:
            assert session.roster.present == () and session.call.ringing == frozenset()
        for one in session.roster.participants:
            for other in session.roster.participants:
                if one.id != other.id:
                    pair = session.roster.pair(one.id, other.id)
                    assert pair == session.roster.pair(other.id, one.id) and pair.polite != pair.impolite

    lived(acts, watch)
    assert len(winners) <= 1 and len(ends) <= 1


@given(st.lists(ACTS, max_size=40))
@settings(max_examples=400)
def test_left_alone_every_call_ends_by_its_own_clock(acts: list[Act]) -> None:
    session, now = lived(acts, lambda session, facts: None)
    for _ in range(2 * MOST + 3):
        if session.over:
            break
        assert session.due_at is not None
        now = max(now, session.due_at)
        session, _ = session.expire(now)
    assert session.over and session.due_at is None


@given(st.lists(ACTS, max_size=40), who)
@settings(max_examples=400)
def test_whoever_is_in_a_call_can_always_leave_it_and_is_out(acts: list[Act], leaver: str) -> None:
    session, now = lived(acts, lambda session, facts: None)
    with contextlib.suppress(SignalRefused):
        session, _ = session.leave(leaver, now)
    assert leaver not in {one.id for one in session.roster.present}
    assert leaver not in session.call.ringing


@given(st.lists(ACTS, max_size=40))
@settings(max_examples=200)
def test_generations_only_grow_so_that_what_is_stale_stays_so(acts: list[Act]) -> None:
    seen: dict[frozenset[str], int] = {}

    def watch(session: Session, facts: tuple[Fact, ...]) -> None:
        for pair, generation in session.roster.generations:
            assert generation >= seen.get(pair, 1)
            seen[pair] = generation

    lived(acts, watch)
