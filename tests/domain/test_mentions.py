"""Who is asked for in a note finds it until they do something about it; nobody learns of a note they may not see."""

from __future__ import annotations

import pytest
from msgspec.structs import replace as changed

from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.mentions import MENTIONS_MAX, answered, asks_for, named
from tests.domain.talk import CALL, DANA, MARCO, PRIYA, SAM, Talk, act, message, note


def asking(*agents: str, audience: str = "staff") -> ask.Say:
    said = note(audience=audience)
    return changed(said, body=changed(said.body, mentions=agents))


def wanted(talk: Talk) -> set[str]:
    """Name those whom the conversation asks for, as they would find it."""
    return {one.id for one in (PRIYA, MARCO, SAM, CALL) if asks_for(talk.state.mentioned, one.audience, one.id)}


def test_whoever_is_asked_for_finds_it_until_they_do_something_there() -> None:
    talk = Talk.started()
    talk.do(PRIYA, asking("marco", "call", "priya"))
    assert wanted(talk) == {"marco", "call"}, "oneself is not asked"
    talk.do(DANA, message("Are you there?"))
    talk.do(PRIYA, note("Still open"))
    assert wanted(talk) == {"marco", "call"}
    talk.do(MARCO, note("Seen"))
    assert wanted(talk) == {"call"}


def test_it_is_still_there_when_the_conversation_is_resolved() -> None:
    talk = Talk.started()
    talk.do(PRIYA, act(ask.Claim))
    talk.do(PRIYA, asking("sam"))
    talk.do(PRIYA, act(ask.Resolve))
    assert wanted(talk) == {"sam"}


def test_a_note_for_the_house_asks_for_nobody_outside_of_it() -> None:
    talk = Talk.started()
    talk.do(PRIYA, asking("call", "sam", audience="house"))
    assert wanted(talk) == {"sam"}
    talk.do(PRIYA, asking("call"))
    talk.do(PRIYA, asking("call", audience="house"))
    assert wanted(talk) == {"sam", "call"}, "what was asked openly stays so"


@pytest.mark.parametrize("other", ["sa", "sam2", "SAM", "staff:sam", "sam|"])
def test_a_name_that_is_part_of_another_is_another(other: str) -> None:
    line = named("", Audience.STAFF, ["sam"])
    assert not asks_for(line, Audience.HOUSE, other)
    assert answered(line, other) == line


def test_a_row_stays_small_whoever_is_named() -> None:
    line = named("", Audience.STAFF, [f"agent-{n}" for n in range(5 * MENTIONS_MAX)])
    assert line.count(":") == MENTIONS_MAX
    assert asks_for(line, Audience.STAFF, f"agent-{5 * MENTIONS_MAX - 1}")
    assert answered(named("", Audience.STAFF, ["sam"]), "sam") == ""
