"""Who may signal whom: only those who are in the call now, for their newest peer connection."""

import pytest

from curbside_signaling import Presence, Roster, Signal, SignalRefused
from curbside_signaling.media import ROOM
from curbside_signaling.roster import INTERRUPTED_MS


def two() -> Roster:
    return Roster().invite("dana").invite("kim").join("dana", "c1", 10_000).join("kim", "c2", 10_000)


def test_two_who_joined_may_signal_each_other() -> None:
    two().check(Signal("dana", "kim", 1))


@pytest.mark.parametrize("sender,to", [("dana", "bo"), ("bo", "dana")])
def test_somebody_outside_neither_signals_nor_is_signalled(sender: str, to: str) -> None:
    with pytest.raises(SignalRefused, match="not_in_call"):
        two().check(Signal(sender, to, 1))


def test_who_was_invited_but_has_not_joined_gets_no_signal() -> None:
    with pytest.raises(SignalRefused, match="not_in_call"):
        two().invite("bo").check(Signal("dana", "bo", 1))


def test_who_has_left_is_out_and_cannot_come_back_uninvited() -> None:
    roster = two().leave("kim")
    with pytest.raises(SignalRefused, match="not_in_call"):
        roster.check(Signal("dana", "kim", 1))
    with pytest.raises(SignalRefused, match="not_in_call"):
        roster.join("kim", "c3", 20_000)


def test_another_connection_begins_a_generation_and_the_old_ones_signals_are_stale() -> None:
    roster = two().join("kim", "c3", 10_000)
    with pytest.raises(SignalRefused, match="stale"):
        roster.check(Signal("dana", "kim", 1))
    roster.check(Signal("dana", "kim", 2))


def test_exactly_one_of_a_pair_is_polite_whoever_asks() -> None:
    roster = two()
    assert roster.pair("dana", "kim") == roster.pair("kim", "dana")
    assert roster.pair("dana", "kim").polite == "kim"


def test_a_disconnect_that_names_an_older_connection_is_ignored() -> None:
    roster = two().join("kim", "c3", 10_000).disconnected("kim", "c2", 5_000)
    kim = roster.get("kim")
    assert kim is not None and kim.presence == Presence.JOINED


def test_a_lease_that_runs_out_interrupts_and_then_lets_go() -> None:
    roster = two().expire(10_000)
    kim = roster.get("kim")
    assert kim is not None and kim.presence == Presence.INTERRUPTED
    gone = roster.expire(10_000 + INTERRUPTED_MS).get("kim")
    assert gone is not None and gone.presence == Presence.LEFT


def test_a_renewed_lease_holds() -> None:
    roster = two().renew("kim", "c2", 50_000).expire(10_000)
    kim = roster.get("kim")
    assert kim is not None and kim.presence == Presence.JOINED


def test_who_is_in_the_call_may_signal_its_room_and_hear_from_it() -> None:
    roster = two()
    roster.check(Signal("dana", ROOM, 1))
    roster.check(Signal(ROOM, "dana", 1))
    for stranger in (Signal("bo", ROOM, 1), Signal(ROOM, "bo", 1), Signal(ROOM, ROOM, 1)):
        with pytest.raises(SignalRefused, match="not_in_call"):
            roster.check(stranger)


def test_whoever_comes_back_from_another_tab_has_another_pair_with_the_room_and_nobody_else_has() -> None:
    roster = two().join("kim", "c3", 10_000)
    assert (roster.generation("kim", ROOM), roster.generation("dana", ROOM)) == (2, 1)


def test_when_media_move_every_pair_begins_anew_and_once() -> None:
    roster = two().invite("bo").begin_anew()
    people = ("dana", "kim", "bo", ROOM)
    assert {roster.generation(one, other) for one in people for other in people if one != other} == {2}
    with pytest.raises(SignalRefused, match="stale"):
        roster.check(Signal("dana", "kim", 1))
    roster.check(Signal("dana", "kim", 2))
