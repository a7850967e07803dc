"""A conversation's state is what its events add up to, and nothing else."""

from hypothesis import given, settings

from curbside.domain import commands as ask
from curbside.domain.access import may_see
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from tests.domain import talk
from tests.domain.talk import DANA, PRIYA, STEPS, Steps, Talk, act, aimed, message


def lived(asked: Steps) -> Talk:
    found = Talk.started()
    for actor, command in asked:
        found.accepts(actor, aimed(command, found.said))
    return found


@given(STEPS)
@settings(max_examples=200)
def test_whatever_is_accepted_is_numbered_without_a_gap_in_every_audience(asked: Steps) -> None:
    found = lived(asked)
    for reader in Audience:
        numbers = [event.numbers.of(reader) for event in found.seen_by(reader)]
        assert numbers == list(range(1, len(numbers) + 1))


@given(STEPS)
@settings(max_examples=200)
def test_what_a_state_says_hangs_together(asked: Steps) -> None:
    state = lived(asked).state
    assert state.status in {"waiting", "active", "pending", "resolved"}
    assert (state.status == "waiting") is (state.waiting_since is not None)
    if state.status == "active":
        assert state.agent is not None
    if state.status == "waiting":
        assert state.agent is None
    if state.status != "pending":
        assert state.until is None and state.on is None
    if state.status == "resolved":
        assert not state.needs_answer


@given(STEPS)
@settings(max_examples=100)
def test_a_contact_never_hears_a_note_a_packet_or_a_reason(asked: Steps) -> None:
    found = lived(asked)
    kinds = {event.kind for event in found.seen_by(Audience.CONTACT)}
    assert not kinds & {"note", "packet", "waiting_why"}
    hidden = {e.key for e in found.events if e.audience > Audience.CONTACT and e.key}
    for event in found.seen_by(Audience.CONTACT):
        assert event.facts.get("target") not in hidden


@given(STEPS)
@settings(max_examples=100)
def test_nobody_who_may_not_see_it_ever_puts_anything_on_it(asked: Steps) -> None:
    found = Talk.started()
    for actor, command in asked:
        visible = may_see(actor, found.state)
        if found.accepts(actor, aimed(command, found.said)):
            assert visible


def test_a_state_before_its_first_event_is_new() -> None:
    assert Conversation("t", "c", "dana", "mercy").status == "new"


def test_a_message_to_a_resolved_conversation_reopens_it_at_the_front_of_the_queue() -> None:
    found = Talk.started()
    found.do(PRIYA, act(ask.Claim))
    found.do(PRIYA, act(ask.Resolve))
    events = found.do(DANA, message("Still broken"))
    assert [event.kind for event in events] == ["reopened", "message"]
    assert (found.state.status, found.state.agent, found.state.front) == ("waiting", None, True)


def test_a_contact_who_answers_wakes_what_waited_for_them() -> None:
    found = Talk.started()
    found.do(PRIYA, act(ask.Claim))
    found.do(PRIYA, act(ask.Wait, on="contact", until=9))
    found.do(DANA, message())
    assert (found.state.status, found.state.agent, found.state.until) == ("active", "priya", None)


def test_an_answer_is_owed_from_the_first_word_until_an_agent_speaks() -> None:
    found = Talk.started()
    found.do(PRIYA, act(ask.Claim))
    first = found.do(DANA, message("One"))[0].at
    found.do(DANA, message("Two"))
    assert found.state.answer_since == first
    found.do(PRIYA, message("I am here"))
    assert not found.state.needs_answer


def test_what_is_given_back_keeps_its_place() -> None:
    found = Talk.started()
    found.do(PRIYA, act(ask.Claim))
    asked_at = found.do(DANA, message())[0].at
    found.do(talk.SYSTEM, act(ask.Return, agent=PRIYA.id, why="gone"))
    assert (found.state.status, found.state.front, found.state.waiting_since) == ("waiting", True, asked_at)


def test_whoever_is_handed_a_conversation_owes_a_word_though_the_last_one_was_ours() -> None:
    found = Talk.started()
    found.do(PRIYA, act(ask.Claim))
    found.do(PRIYA, message("I am handing you to Marco"))
    handed = found.do(PRIYA, act(ask.HandOver, to_agent="marco"))[-1]
    assert (found.state.agent, found.state.answer_since) == ("marco", handed.at)


def test_a_wait_that_is_over_is_owed_from_its_end_or_from_an_older_question() -> None:
    found = Talk.started()
    found.do(PRIYA, act(ask.Claim))
    found.do(PRIYA, act(ask.Wait, on="third_party", until=found.now))
    woken = found.do(talk.SYSTEM, act(ask.Wake))[0]
    assert (found.state.status, found.state.answer_since) == ("active", woken.at)
    found.do(PRIYA, act(ask.Wait, on="third_party", until=found.now))
    found.do(talk.SYSTEM, act(ask.Wake))
    assert found.state.answer_since == woken.at
