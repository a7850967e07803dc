"""What each verb leads to, and whom it refuses."""

import pytest

from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.deciding import EDIT_MS, LONGEST_WAIT_MS
from curbside.domain.errors import Refused
from curbside.domain.people import Actor
from tests.domain.talk import (
    CALL,
    DANA,
    EVE,
    MARCO,
    PRIYA,
    SAM,
    STRANGER,
    SYSTEM,
    Talk,
    act,
    message,
    note,
    words,
)

ANYTHING = (
    message(),
    note(),
    act(ask.Claim),
    act(ask.Release),
    act(ask.HandOver, to_team="team-2"),
    act(ask.Wait, on="contact"),
    act(ask.Resolve),
    act(ask.Reopen),
    act(ask.Rate, score=5),
    act(ask.SetUrgency, urgency="high"),
    act(ask.Edit, target="x" * 22, body=words()),
    act(ask.Delete, target="x" * 22),
    act(ask.Redact, target="x" * 22),
)


@pytest.fixture
def claimed() -> Talk:
    talk = Talk.started()
    talk.do(PRIYA, act(ask.Claim))
    return talk


@pytest.mark.parametrize("command", ANYTHING, ids=lambda command: type(command).__name__)
@pytest.mark.parametrize("outsider", [EVE, STRANGER], ids=lambda one: one.id)
def test_a_conversation_that_is_not_yours_is_not_there(outsider: Actor, command: ask.Command) -> None:
    assert Talk.started().refuses(outsider, command) == "not_found"


def test_the_second_agent_to_claim_is_told_who_won(claimed: Talk) -> None:
    with pytest.raises(Refused) as refused:
        claimed.do(MARCO, act(ask.Claim), winner="Priya")
    assert (refused.value.code, refused.value.detail) == ("already_claimed", {"winner": "Priya"})


def test_an_agent_at_their_limit_claims_only_where_care_is_blocked() -> None:
    talk = Talk.started()
    assert talk.refuses(PRIYA, act(ask.Claim), carrying=4) == "at_capacity"
    talk.do(DANA, act(ask.SetUrgency, urgency="care_blocked"))
    assert talk.accepts(PRIYA, act(ask.Claim), carrying=4)


def test_a_contact_claims_nothing() -> None:
    assert Talk.started().refuses(DANA, act(ask.Claim)) == "forbidden"


def test_an_agent_speaks_only_where_somebody_works() -> None:
    assert Talk.started().refuses(PRIYA, message()) == "not_claimed"


def test_another_agent_who_speaks_is_disclosed_with_the_message(claimed: Talk) -> None:
    assert claimed.do(MARCO, message())[0].facts["agent"] == MARCO.card()
    assert "agent" not in claimed.do(PRIYA, message())[0].facts


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_nothing_is_not_a_message(claimed: Talk, text: str) -> None:
    assert claimed.refuses(DANA, message(text)) == "bad_body"


def test_notes_are_for_those_who_may_see_them(claimed: Talk) -> None:
    assert claimed.do(PRIYA, note(audience="house"))[0].audience is Audience.HOUSE
    assert claimed.do(CALL, note(audience="staff"))[0].audience is Audience.STAFF
    assert claimed.refuses(CALL, note(audience="house")) == "forbidden"
    assert claimed.refuses(DANA, note()) == "forbidden"
    assert claimed.refuses(SYSTEM, note()) == "forbidden"


@pytest.mark.parametrize(
    "command",
    [act(ask.Release), act(ask.HandOver, to_team="team-2"), act(ask.Wait, on="contact"), act(ask.Resolve)],
    ids=lambda command: type(command).__name__,
)
def test_only_its_owner_or_who_leads_moves_a_conversation(claimed: Talk, command: ask.Command) -> None:
    assert claimed.refuses(MARCO, command) == "not_owner"
    assert claimed.refuses(DANA, command) == "forbidden"
    assert claimed.accepts(SAM, command)


def test_a_packet_goes_before_the_hand_over_and_to_staff_only(claimed: Talk) -> None:
    packed = act(ask.HandOver, to_team="team-2", packet=ask.Packet(summary="What I know"))
    events = claimed.do(PRIYA, packed)
    assert [(event.kind, event.audience) for event in events] == [
        ("packet", Audience.STAFF),
        ("handed_over", Audience.CONTACT),
    ]
    assert claimed.refuses(PRIYA, act(ask.Resolve)) == "not_found"  # it left her level with the hand-over
    assert (claimed.state.team, claimed.state.level, claimed.state.status) == ("team-2", 2, "waiting")


def test_a_hand_over_needs_somebody_to_hand_over_to(claimed: Talk) -> None:
    assert claimed.refuses(PRIYA, act(ask.HandOver, to_team="team-9")) == "unknown_target"
    assert claimed.refuses(PRIYA, act(ask.HandOver, to_agent="nobody")) == "unknown_target"


def test_why_one_waits_is_not_for_the_contact(claimed: Talk) -> None:
    events = claimed.do(PRIYA, act(ask.Wait, on="third_party", until=5, why="the lab"))
    assert [event.audience for event in events] == [Audience.CONTACT, Audience.STAFF]
    assert "why" not in events[0].facts and events[0].body is None


def test_a_rating_is_given_once_an_episode_by_the_contact(claimed: Talk) -> None:
    assert claimed.refuses(DANA, act(ask.Rate, score=5)) == "not_resolved"
    claimed.do(PRIYA, act(ask.Resolve))
    assert claimed.refuses(PRIYA, act(ask.Rate, score=5)) == "forbidden"
    claimed.do(DANA, act(ask.Rate, score=5))
    assert claimed.refuses(DANA, act(ask.Rate, score=1)) == "already_rated"
    claimed.do(DANA, act(ask.Reopen))
    claimed.do(PRIYA, act(ask.Claim))
    claimed.do(PRIYA, act(ask.Resolve))
    assert claimed.accepts(DANA, act(ask.Rate, score=1))


def test_a_message_is_edited_by_its_author_within_a_minute(claimed: Talk) -> None:
    said = claimed.do(DANA, message("Teh"))[0]
    edit = act(ask.Edit, target=said.key, body=words("The"))
    assert claimed.refuses(PRIYA, edit) == "not_yours"
    assert claimed.refuses(DANA, edit, now=said.at + EDIT_MS + 1) == "too_late"
    assert claimed.refuses(DANA, act(ask.Edit, target=said.key, body=words(" "))) == "bad_body"
    assert claimed.accepts(DANA, edit, now=said.at + EDIT_MS)


def test_what_is_gone_is_neither_edited_nor_deleted_again(claimed: Talk) -> None:
    said = claimed.do(DANA, message())[0]
    claimed.do(DANA, act(ask.Delete, target=said.key))
    assert claimed.refuses(DANA, act(ask.Edit, target=said.key, body=words())) == "not_found"
    assert claimed.refuses(DANA, act(ask.Delete, target=said.key)) == "not_found"
    assert claimed.refuses(SAM, act(ask.Redact, target=said.key)) == "not_found"


def test_a_note_keeps_its_audience_when_it_is_edited_or_deleted(claimed: Talk) -> None:
    said = claimed.do(PRIYA, note(audience="house"))[0]
    edited = claimed.do(PRIYA, act(ask.Edit, target=said.key, body=words("Better")))[0]
    deleted = claimed.do(PRIYA, act(ask.Delete, target=said.key))[0]
    assert {edited.audience, deleted.audience} == {Audience.HOUSE}


def test_a_note_of_the_house_is_not_there_for_a_partner(claimed: Talk) -> None:
    said = claimed.do(PRIYA, note(audience="house"))[0]
    assert claimed.refuses(CALL, act(ask.Delete, target=said.key)) == "not_found"
    assert claimed.refuses(DANA, act(ask.Delete, target=said.key)) == "not_found"


def test_only_who_leads_redacts(claimed: Talk) -> None:
    said = claimed.do(DANA, message("MRN 1234567"))[0]
    redact = act(ask.Redact, target=said.key, why="phi")
    assert claimed.refuses(PRIYA, redact) == "forbidden"
    assert claimed.refuses(DANA, redact) == "forbidden"
    assert claimed.accepts(SAM, redact)


def test_the_system_alone_gives_back_and_only_what_needs_an_answer(claimed: Talk) -> None:
    returned = act(ask.Return, agent=PRIYA.id, why="gone")
    assert claimed.refuses(SAM, returned) == "forbidden"
    assert claimed.do(SYSTEM, returned) == []
    claimed.do(DANA, message())
    assert [event.kind for event in claimed.do(SYSTEM, returned)] == ["returned"]


def test_what_was_handed_over_meanwhile_is_not_taken_from_its_new_owner(claimed: Talk) -> None:
    claimed.do(DANA, message())
    claimed.do(PRIYA, act(ask.HandOver, to_agent=MARCO.id))
    assert claimed.do(SYSTEM, act(ask.Return, agent=PRIYA.id, why="gone")) == []
    assert claimed.state.agent == MARCO.id


def test_nothing_moves_while_resolved(claimed: Talk) -> None:
    claimed.do(PRIYA, act(ask.Resolve))
    for command in (act(ask.Claim), act(ask.Resolve), act(ask.Release), act(ask.SetUrgency, urgency="high")):
        assert claimed.refuses(PRIYA, command) == "resolved"


def _written(talk: Talk) -> dict[str, str]:
    """Let everything be written that has a body, and return its keys by kind."""
    talk.do(DANA, message("MRN 1234567"))
    talk.do(PRIYA, note())
    talk.do(PRIYA, act(ask.Wait, on="contact", why="Fern Jane is with the lab"))
    talk.do(PRIYA, act(ask.HandOver, to_team="team-1", to_agent=SAM.id, packet=ask.Packet(summary="Fern Jane")))
    talk.do(SAM, act(ask.Resolve))
    talk.do(DANA, act(ask.Rate, score=2, comment="Fern Jane is still not admitted"))
    return {event.kind: event.key for event in talk.events if event.body is not None and event.key}


def test_whatever_was_written_has_a_name_by_which_it_can_be_redacted(claimed: Talk) -> None:
    written = _written(claimed)
    assert set(written) == {"started", "message", "note", "waiting_why", "packet", "rated"}
    for kind, key in written.items():
        (event,) = claimed.do(SAM, act(ask.Redact, target=key, why="phi"))
        assert event.kind == "redacted", kind
        assert claimed.refuses(SAM, act(ask.Redact, target=key)) == "not_found"
        why = event.key
        assert why and claimed.accepts(SAM, act(ask.Redact, target=why))  # a reason may name somebody, too


def test_its_author_takes_back_what_they_wrote_and_corrects_only_what_they_said(claimed: Talk) -> None:
    written = _written(claimed)
    authors: dict[str, Actor] = {"message": DANA, "note": PRIYA, "waiting_why": PRIYA, "packet": PRIYA, "rated": DANA}
    for kind, author in authors.items():
        other = SAM if author is not SAM else PRIYA
        assert claimed.refuses(other, act(ask.Delete, target=written[kind])) == "not_yours"
        edit = act(ask.Edit, target=written[kind], body=words("Better"))
        if kind in ("message", "note"):
            assert claimed.accepts(author, edit)
        else:
            assert claimed.refuses(author, edit) == "not_found"
        assert claimed.accepts(author, act(ask.Delete, target=written[kind]))
    assert claimed.refuses(DANA, act(ask.Delete, target=written["started"])) == "not_found"


def test_nobody_waits_longer_than_a_year(claimed: Talk) -> None:
    longest = claimed.now + 7 + LONGEST_WAIT_MS
    assert claimed.refuses(PRIYA, act(ask.Wait, on="contact", until=longest + 100)) == "bad_body"
    assert claimed.accepts(PRIYA, act(ask.Wait, on="contact", until=longest - 100))
