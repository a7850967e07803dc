"""Being phoned: who may ask, what is owed meanwhile, what attempts change. The number is told in no fact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.events import Draft
from curbside.domain.phoning import number_of
from tests.domain.talk import CALL, DANA, EVE, MARCO, PRIYA, SAM, STRANGER, Talk, act, message

NUMBERS = json.loads((Path(__file__).parents[1] / "wire" / "phoning" / "numbers.json").read_text())


@pytest.mark.parametrize("number", NUMBERS["good"], ids=lambda one: one["typed"])
def test_what_can_be_dialled_is_kept_as_it_was_written(number: dict[str, str]) -> None:
    assert number_of(number["typed"]) == number["kept"]


@pytest.mark.parametrize("typed", NUMBERS["bad"])
def test_what_cannot_be_dialled_is_no_number(typed: str) -> None:
    assert number_of(typed) is None
    assert Talk.started().refuses(DANA, phone_me(typed)) == "bad_number"


def phone_me(number: str = "4471") -> Any:
    return act(ask.PhoneMe, number=number)


def tried(outcome: Any, note: str = "") -> Any:
    return act(ask.PhoneAttempt, outcome=outcome, note=note)


def phoning() -> Talk:
    """Dana has asked to be phoned, and Priya has taken it on."""
    talk = Talk.started()
    talk.do(DANA, phone_me())
    talk.do(PRIYA, act(ask.Claim))
    return talk


def test_the_number_stands_in_the_body_and_in_no_fact() -> None:
    (event,) = Talk.started().do(DANA, phone_me("+1 555 014 2000"))
    assert (event.kind, event.audience) == ("phone_asked", Audience.CONTACT)
    assert event.body is not None and event.body.number == "+1 555 014 2000"
    assert "555" not in repr(event) and "555" not in repr(dict(event.facts)) and "555" not in repr(phone_me("555 0142"))


def test_an_answer_is_owed_from_the_request_on_whatever_is_written_meanwhile() -> None:
    talk = phoning()
    since = talk.state.answer_since
    talk.do(PRIYA, message("I phone you in a minute"))
    assert talk.state.answer_since == since is not None
    talk.do(DANA, phone_me("4472"))
    assert talk.state.answer_since == since  # another number is no later place


def test_a_request_ends_a_wait_and_opens_what_is_resolved_again() -> None:
    talk = phoning()
    talk.do(PRIYA, tried("reached"))
    talk.do(PRIYA, act(ask.Wait, on="contact"))
    talk.do(DANA, phone_me())
    assert (talk.state.status, talk.state.on) == ("active", None)
    talk.do(PRIYA, act(ask.Resolve))
    assert talk.state.phoning == ""
    assert [event.kind for event in talk.do(DANA, phone_me())] == ["reopened", "phone_asked"]
    assert talk.state.status == "waiting"


def test_after_an_attempt_the_next_is_owed_from_then_on_until_somebody_is_reached() -> None:
    talk = phoning()
    for outcome in ("no_answer", "busy"):
        talk.do(PRIYA, tried(outcome))
        assert (talk.state.answer_since, talk.state.phoning) == (talk.now, talk.events[1].key)
    talk.do(PRIYA, tried("reached"))
    assert (talk.state.answer_since, talk.state.phoning) == (None, "")
    assert talk.refuses(PRIYA, tried("reached")) == "not_phoning"
    assert talk.refuses(DANA, act(ask.PhoneWithdraw)) == "not_phoning"


def test_after_a_wrong_number_the_contact_has_to_say_another() -> None:
    talk = phoning()
    talk.do(PRIYA, tried("wrong_number"))
    assert talk.state.phoning and not talk.state.needs_answer
    (event,) = talk.do(DANA, phone_me("4472"))
    assert event.facts == {"changed": True} and talk.state.needs_answer


def test_what_colleagues_are_told_of_an_attempt_is_a_note() -> None:
    told, between_us = phoning().do(PRIYA, tried("busy", "Engaged for ten minutes"))
    assert told.facts == {"outcome": "busy"} and told.body is None
    assert (between_us.kind, between_us.audience) == ("note", Audience.STAFF)
    assert between_us.body is not None and between_us.body.text == "Engaged for ten minutes"


def test_somebody_else_who_phones_is_disclosed() -> None:
    (event,) = phoning().do(SAM, tried("no_answer"))
    assert event.facts == {"outcome": "no_answer", "agent": SAM.card()}


def test_a_call_that_is_answered_needs_no_phone() -> None:
    talk = phoning()
    talk._append(PRIYA, Draft("call_accepted", Audience.CONTACT, {"call": "x"}))
    assert (talk.state.phoning, talk.state.answer_since) == ("", None)


def test_taken_back_withdrawn_or_redacted_nobody_is_phoned() -> None:
    for way in (
        lambda talk: (DANA, act(ask.PhoneWithdraw)),
        lambda talk: (DANA, act(ask.Delete, target=talk.state.phoning)),
        lambda talk: (SAM, act(ask.Redact, target=talk.state.phoning)),
    ):
        talk = phoning()
        talk.do(*way(talk))
        assert talk.state.phoning == ""
        assert talk.refuses(PRIYA, tried("reached")) == "not_phoning"


def test_who_may_not_see_it_is_told_nothing_and_nobody_does_anothers_part() -> None:
    talk = phoning()
    for outsider in (EVE, STRANGER):
        for command in (phone_me(), tried("reached"), act(ask.PhoneWithdraw)):
            assert talk.refuses(outsider, command) == "not_found"
    assert talk.refuses(DANA, tried("reached")) == "forbidden"
    for agent in (PRIYA, SAM):
        assert talk.refuses(agent, phone_me()) == talk.refuses(agent, act(ask.PhoneWithdraw)) == "forbidden"


def test_whose_nobody_is_has_to_be_claimed_before_it_is_tried() -> None:
    talk = Talk.started()
    talk.do(DANA, phone_me())
    assert talk.refuses(PRIYA, tried("no_answer")) == "not_claimed"
    assert (talk.accepts(MARCO, tried("no_answer")), talk.accepts(CALL, tried("no_answer"))) == (False, False)
