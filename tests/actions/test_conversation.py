"""The verbs as the process carries them out: switches, hand-overs by the directory, what a person is told."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
import pytest

from curbside.actions.transcript import write
from curbside.domain import commands as ask
from curbside.domain.errors import Refused
from curbside.domain.people import Agent, Contact
from curbside.store import lists
from curbside.store.verify import verify
from tests import builders
from tests.ground import Ground, claim, in_memory, message, start


@pytest.fixture
def ground() -> Iterator[Ground]:
    with in_memory(lambda: time.time_ns() // 1_000_000) as found:
        yield found


def test_a_start_says_the_reference_and_stands_in_the_queue(ground: Ground) -> None:
    dana = ground.contact()
    begin = start(context={"module": "Orders"}, topic="Signing")
    done = ground.perform(dana, begin)
    state = ground.state(builders.TENANT, begin.conversation)
    assert done.result == {"reference": state.reference}
    assert (state.status, state.team, state.topic) == ("waiting", "team-1", "Signing")
    assert ground.events(dana, begin.conversation)[0].body.context == {"module": "Orders"}  # type: ignore[union-attr]


def test_one_contact_cannot_fill_a_queue_and_an_agent_opens_for_them_all_the_same(ground: Ground) -> None:
    dana, eve = ground.contact(), ground.contact("Eve")
    begun = [start() for _ in range(20)]
    for one in begun:
        ground.perform(dana, one)
    with pytest.raises(Refused, match="too_many_open"):
        ground.perform(dana, start())
    assert ground.perform(dana, begun[0]).duplicate
    ground.perform(eve, start())
    priya = ground.agent()
    ground.perform(priya, start(contact=dana.id))
    ground.perform(priya, claim(begun[0].conversation))
    ground.perform(priya, claim(begun[1].conversation))
    for one in begun[:2]:
        ground.perform(priya, ask.Resolve(key=builders.new_id(), conversation=one.conversation))
    ground.perform(dana, start())
    with pytest.raises(Refused, match="too_many_open"):
        ground.perform(dana, start())


def test_a_context_that_could_hold_a_patient_starts_nothing(ground: Ground) -> None:
    begin = start(context={"url": "https://ehr.example/patient/1"})
    with pytest.raises(Refused, match="context_field"):
        ground.perform(ground.contact(), begin)
    assert ground.state(builders.TENANT, begin.conversation) is None


def test_a_hand_over_goes_to_who_is_there_and_to_nobody_else(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    marco = ground.agent("Marco Diaz", level=2, teams=("team-2",))
    begin = start()
    ground.perform(dana, begin)
    ground.perform(priya, claim(begin.conversation))

    def over(**target: str) -> ask.HandOver:
        asked = {"type": "act", "verb": "hand_over", "key": builders.new_id(), **target}
        return msgspec.convert({**asked, "conversation": begin.conversation}, ask.HandOver)

    targets: tuple[dict[str, str], ...] = ({"to_team": "nowhere"}, {"to_agent": "nobody"}, {})
    for target in targets:
        with pytest.raises(Refused, match="unknown_target"):
            ground.perform(priya, over(**target))
    ground.perform(priya, over(to_agent=marco.id))
    state = ground.state(builders.TENANT, begin.conversation)
    assert (state.agent, state.team, state.level) == (marco.id, "team-2", 2)


@pytest.mark.parametrize(("teams", "named"), [(("team-1", "team-2"), True), (("team-2",), False)])
def test_a_partner_hands_over_by_name_to_whom_they_are_told_of_and_by_team_to_others(
    ground: Ground, teams: tuple[str, ...], named: bool
) -> None:
    dana, cal = ground.contact(), ground.agent("Cal", partner="outside")
    marco = ground.agent("Marco Diaz", level=2, teams=teams)
    begin = start()
    ground.perform(dana, begin)
    ground.perform(cal, claim(begin.conversation))
    if named:
        _hand_over(ground, marco, cal, begin.conversation, "team-2")
    else:
        with pytest.raises(Refused, match="unknown_target"):
            _hand_over(ground, marco, cal, begin.conversation, "team-2")
        ground.perform(cal, ask.HandOver(key=builders.new_id(), conversation=begin.conversation, to_team="team-2"))
    state = ground.state(builders.TENANT, begin.conversation)
    assert (state.agent, state.team) == (marco.id if named else None, "team-2")


def test_a_number_in_an_answer_is_the_authors_own(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    begin = start()
    ground.perform(dana, begin)
    ground.perform(priya, claim(begin.conversation))
    body = ask.Words(text="Between us")
    note = ask.Say(key=builders.new_id(), conversation=begin.conversation, kind="note", body=body)
    assert ground.perform(priya, note).seq == 3
    assert ground.perform(dana, message(begin.conversation)).seq == 3
    assert ground.perform(priya, message(begin.conversation)).seq == 5


def test_an_agent_opens_a_conversation_for_a_contact_and_has_it(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    begin = start(contact=dana.id, channel="phone")
    ground.perform(priya, begin)
    state = ground.state(builders.TENANT, begin.conversation)
    assert (state.agent, state.contact, state.opened_by, state.channel) == (priya.id, dana.id, "agent", "phone")
    stranger = ground.contact("Olaf", of=builders.OTHER_TENANT)
    with pytest.raises(Refused, match="not_found"):
        ground.perform(priya, start(contact=stranger.id))


def _hand_over(ground: Ground, to: Agent, by: Agent, talk: str, team: str | None = None) -> None:
    ground.perform(by, ask.HandOver(key=builders.new_id(), conversation=talk, to_agent=to.id, to_team=team))


def test_somebody_takes_a_conversation_on_in_the_team_where_it_is_if_they_can(ground: Ground) -> None:
    priya = ground.agent(role="supervisor")
    colleague = ground.agent("Marco", teams=("team-1", "team-2"))
    nowhere = ground.agent("Kofi", teams=())
    upstairs = ground.agent("Ines", teams=("team-2",))
    for agent, lands in ((colleague, "team-1"), (nowhere, "team-1"), (upstairs, "team-2"), (colleague, "team-2")):
        talk = start(contact=ground.contact().id)
        ground.perform(priya, talk)
        if lands == "team-2" and agent is colleague:
            _hand_over(ground, upstairs, priya, talk.conversation)
        _hand_over(ground, agent, priya, talk.conversation)
        state = ground.state(builders.TENANT, talk.conversation)
        assert (state.agent, state.team) == (agent.id, lands), agent.name


def test_a_team_and_somebody_of_another_one_are_no_target(ground: Ground) -> None:
    priya, ines = ground.agent(), ground.agent("Ines", teams=("team-2",))
    talk = start(contact=ground.contact().id)
    ground.perform(priya, talk)
    with pytest.raises(Refused, match="unknown_target"):
        _hand_over(ground, ines, priya, talk.conversation, team="team-1")
    _hand_over(ground, ines, priya, talk.conversation, team="team-2")
    assert ground.state(builders.TENANT, talk.conversation).agent == ines.id


def _everything_written(ground: Ground) -> tuple[str, Contact, Agent, dict[str, str]]:
    dana, sue = ground.contact(), ground.agent("Sue", role="supervisor")
    begin = start(context={"module": "Orders"})
    talk = begin.conversation
    rate = ask.Rate(key=builders.new_id(), conversation=talk, score=1, comment="Fern Jane waits")
    packet = ask.Packet(summary="Fern Jane cannot be admitted")
    handed = ask.HandOver(key=builders.new_id(), to_agent=sue.id, packet=packet, conversation=talk)
    wait = ask.Wait(key=builders.new_id(), on="contact", why="Fern Jane", conversation=talk)
    ground.perform(dana, begin)
    ground.perform(sue, claim(talk))
    for command in (wait, handed, ask.Resolve(key=builders.new_id(), conversation=talk)):
        ground.perform(sue, command)
    ground.perform(dana, rate)
    return talk, dana, sue, {"started": begin.key, "waiting_why": wait.key, "packet": handed.key, "rated": rate.key}


def test_a_patients_name_leaves_wherever_it_was_written(ground: Ground) -> None:
    talk, _, sue, written = _everything_written(ground)
    for key in written.values():
        ground.perform(sue, ask.Redact(key=builders.new_id(), conversation=talk, target=key))
    left = [event for event in ground.events(sue, talk) if event.kind in written]
    assert [(event.kind, event.body, event.gone) for event in left] == [
        (kind, None, "redacted") for kind in ("started", "waiting_why", "packet", "rated")
    ]
    (listed,) = ground.read(lambda connection: lists.listed(connection, ground.keys, sue.tenant, [talk]))
    assert listed.context == {}
    assert ground.read(lambda connection: verify(connection, ground.keys, sue.tenant, talk)) == []


def test_what_an_edit_replaces_is_gone_for_every_reader(ground: Ground) -> None:
    dana, sue = ground.contact(), ground.agent("Sue", role="supervisor")
    begin = start()
    talk = begin.conversation
    ground.perform(dana, begin)
    said = message(talk, "Fern Jane cannot sign")
    ground.perform(dana, said)
    for text in ("Fern cannot sign", "She cannot sign"):
        body = ask.Words(text=text)
        ground.perform(dana, ask.Edit(key=builders.new_id(), conversation=talk, target=said.key, body=body))
    read = [(event.kind, event.gone, event.body and event.body.text) for event in ground.events(sue, talk)]
    assert read[1:] == [("message", "edited", None), ("edited", "edited", None), ("edited", None, "She cannot sign")]
    assert ground.read(lambda connection: verify(connection, ground.keys, sue.tenant, talk)) == []

    def listed() -> lists.Listed:
        (found,) = ground.read(lambda connection: lists.listed(connection, ground.keys, sue.tenant, [talk]))
        return found

    assert listed().first_words == "She cannot sign"
    written, state = ground.events(sue, talk), ground.state(sue.tenant, talk)
    assert "Sue" not in write(state, written, sue) and "She cannot sign (edited)" in write(state, written, sue)
    ground.perform(sue, ask.Redact(key=builders.new_id(), conversation=talk, target=said.key))
    assert [event.gone for event in ground.events(sue, talk)[1:4]] == ["redacted"] * 3
    assert listed().first_words is None
    assert ground.read(lambda connection: verify(connection, ground.keys, sue.tenant, talk)) == []


def test_a_key_that_names_something_is_nobody_elses(ground: Ground) -> None:
    talk, dana, sue, _ = _everything_written(ground)
    said = message(talk, "Here is more")
    ground.perform(dana, said)
    ground.perform(sue, claim(talk))
    with pytest.raises(Refused, match="conflict"):
        ground.perform(sue, ask.Wait(key=said.key, conversation=talk, on="contact", why="For the lab"))
