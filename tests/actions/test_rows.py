"""What a row tells its reader, and what it does not."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from curbside.actions.rows import row
from curbside.domain import commands as ask
from curbside.domain.errors import Refused
from curbside.domain.people import Person
from curbside.store import lists as store
from tests import builders
from tests.ground import Ground, claim, in_memory, message, note, start


@pytest.fixture
def ground() -> Iterator[Ground]:
    with in_memory(lambda: time.time_ns() // 1_000_000) as found:
        yield found


def row_for(ground: Ground, person: Person, conversation: str) -> dict[str, object]:
    (listed,) = ground.read(lambda connection: store.listed(connection, ground.keys, person.tenant, [conversation]))
    return row(listed, person, ground.directory)


def test_a_note_changes_nothing_in_the_contacts_row(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    begun = start()
    ground.perform(dana, begun)
    ground.perform(priya, claim(begun.conversation))
    before = row_for(ground, dana, begun.conversation), row_for(ground, priya, begun.conversation)
    ground.perform(priya, note(begun.conversation))
    after = row_for(ground, dana, begun.conversation), row_for(ground, priya, begun.conversation)
    assert after[0] == before[0]
    assert after[1]["version"] != before[1]["version"]
    ground.perform(priya, message(begun.conversation))
    assert row_for(ground, dana, begun.conversation)["version"] != before[0]["version"]


def test_a_partners_agent_opens_a_conversation_only_for_somebody_they_know(ground: Ground) -> None:
    dana, stranger = ground.contact(), ground.contact("Olaf Stranger")
    begun = start()
    ground.perform(dana, begun)
    outside = ground.agent("Marco", partner="outside", teams=("team-1",))
    known = ask.Start(key=builders.new_id(), conversation=builders.new_id(), contact=dana.id)
    assert ground.perform(outside, known).result["reference"]
    unknown = ask.Start(key=builders.new_id(), conversation=builders.new_id(), contact=stranger.id)
    with pytest.raises(Refused, match="not_found"):
        ground.perform(outside, unknown)


def test_an_in_house_agent_opens_a_conversation_for_any_contact_of_the_tenant(ground: Ground) -> None:
    stranger = ground.contact("Olaf Stranger")
    asked = ask.Start(key=builders.new_id(), conversation=builders.new_id(), contact=stranger.id)
    assert ground.perform(ground.agent(), asked).result["reference"]


def test_why_something_was_redacted_can_be_erased_like_anything_written(ground: Ground) -> None:
    dana, kofi = ground.contact(), ground.agent("Kofi", role="supervisor")
    begun = start()
    ground.perform(dana, begun)
    said = message(begun.conversation, "A patient's name")
    ground.perform(dana, said)
    why = "It named a patient"
    ground.perform(kofi, ask.Redact(key=builders.new_id(), conversation=begun.conversation, target=said.key, why=why))
    redacted = ground.events(kofi, begun.conversation)[-1]
    assert "why" not in redacted.facts
    assert redacted.body is not None
    assert redacted.body.why == why


def test_a_contact_neither_leaves_the_figures_nor_writes_a_patient_into_the_topic(ground: Ground) -> None:
    dana = ground.contact()
    begun = start(topic="MRN 12345678", test=True, channel="phone")
    ground.perform(dana, begun)
    state = ground.state(dana.tenant, begun.conversation)
    assert (state.topic, state.test, state.channel) == ("", False, "panel")
    named = start(topic="Orders")
    ground.perform(dana, named)
    assert ground.state(dana.tenant, named.conversation).topic == "Orders"


def test_a_reference_is_an_agents_to_give_and_to_see(ground: Ground) -> None:
    dana, priya = ground.contact(), ground.agent()
    with pytest.raises(Refused, match="forbidden"):
        ground.perform(dana, start(external={"mrn": "12345678"}))
    opened = start(contact=dana.id, external={"ticket": "INC0012345"})
    ground.perform(priya, opened)
    assert row_for(ground, priya, opened.conversation)["external"] == {"ticket": "INC0012345"}
    assert "external" not in row_for(ground, dana, opened.conversation)
    assert ground.events(priya, opened.conversation)[0].facts["external"] == {"ticket": "INC0012345"}
    for refused in ({"external": {"mrn": "12345678"}}, {"topic": "MRN 48213 is gone"}):
        with pytest.raises(Refused, match="context_field"):
            ground.perform(priya, start(contact=dana.id, **refused))
