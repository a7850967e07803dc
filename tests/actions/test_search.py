"""Finding conversations: by every word, only one's own, never by what one may not read, never what was erased."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from curbside.actions.directory import Directory
from curbside.actions.indexing import Indexer
from curbside.actions.installation import Installation
from curbside.actions.search import Search
from curbside.actions.transcript import transcript
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import Body, Draft
from curbside.domain.people import Agent, Contact, Person
from curbside.store import conversation as conversations
from curbside.store import tables
from curbside.store.scope import EVERY_TENANT
from tests import builders

_words = builders.table(tables.work.SearchWord)


@dataclass
class Story:
    installation: Installation
    search: Search
    indexer: Indexer
    directory: Directory
    dana: Contact
    priya: Agent
    talk: Conversation

    async def find(self, person: Person, query: str) -> list[tuple[str, int]]:
        while await self.indexer.catch_up():
            pass
        return [(found.listed.state.id, found.seq) for found in await self.search.find(person, query)]

    async def edit(self, key: str, text: str) -> None:
        draft = Draft("edited", Audience.CONTACT, {"target": key}, Body(text=text), builders.new_id())
        await builders.append(self.installation, self.talk, self.dana, draft)

    async def erase(self, key: str) -> None:
        where = (self.talk.tenant, self.talk.id, key)

        def run(transaction: object) -> None:
            connection = transaction.connection  # type: ignore[attr-defined]
            conversations.erase_written(connection, *where, "deleted")

        await self.installation.db.write(EVERY_TENANT, run)
        draft = Draft("deleted", Audience.CONTACT, {"target": key})
        await builders.append(self.installation, self.talk, self.dana, draft)

    async def count(self) -> int:
        query = select(func.count()).select_from(_words)
        return int(await self.installation.db.read(EVERY_TENANT, lambda c: c.execute(query).scalar_one()))


@pytest.fixture
async def story(installation: Installation) -> Story:
    dana = await builders.contact(installation)
    priya = await builders.agent(installation)
    talk = await builders.conversation(installation, dana, reference="K7-204", topic="E-prescribing")
    directory = Directory(installation)
    await directory.start()
    return Story(
        installation,
        Search(installation, directory),
        Indexer(installation),
        directory,
        dana,
        priya,
        talk,
    )


async def test_a_conversation_is_found_by_every_word_of_it(story: Story) -> None:
    event = await builders.say(story.installation, story.talk, story.dana, "Die Druckvorschau ist leer")
    await builders.say(story.installation, story.talk, story.priya, "Which printer?")
    for query in ("druck", "DRUCKVORSCHAU leer", "printer druckvor"):
        assert [id for id, _ in await story.find(story.priya, query)] == [story.talk.id]
    assert await story.find(story.dana, "druckvorschau") == [(story.talk.id, event.numbers.contact)]
    assert await story.find(story.priya, "druckvorschaufenster") == []
    assert await story.find(story.priya, "druck scanner") == []
    assert await story.find(story.priya, "  ,; ") == []


@pytest.mark.parametrize("query", ["K7-204", "k7204", "dana", "Mercy ruiz", "e-presc"])
async def test_it_is_found_by_what_is_said_of_it(story: Story, query: str) -> None:
    assert await story.find(story.priya, query) == [(story.talk.id, 0)]


async def test_the_snippet_is_of_the_event_that_has_the_words(story: Story) -> None:
    await builders.say(story.installation, story.talk, story.dana, "The order screen is blank")
    await story.find(story.priya, "x")
    (found,) = await story.search.find(story.priya, "blank")
    assert found.snippet == "The order screen is blank"


async def test_nobody_finds_by_what_they_may_not_read(story: Story) -> None:
    partner = await builders.agent(story.installation, "Sam", partner="outside")
    await builders.note(story.installation, story.talk, story.priya, "suspected zebra")
    await builders.note(story.installation, story.talk, story.priya, "audit giraffe", audience=Audience.HOUSE)
    found = [(story.talk.id, 2)]
    assert await story.find(story.priya, "zebra") == found
    assert await story.find(partner, "zebra") == found
    assert await story.find(story.dana, "zebra") == []
    assert [id for id, _ in await story.find(story.priya, "giraffe")] == [story.talk.id]
    assert await story.find(partner, "giraffe") == []


async def test_nobody_finds_what_is_not_theirs(story: Story) -> None:
    await builders.say(story.installation, story.talk, story.dana, "canary")
    outsiders: list[Person] = [
        await builders.contact(story.installation, "Eve"),
        await builders.contact(story.installation, "Mallory", of=builders.OTHER_TENANT),
        await builders.agent(story.installation, "Sam", partner="outside", teams=("team-2",)),
        await builders.agent(story.installation, "Other", role="admin", of=builders.OTHER_TENANT),
    ]
    for outsider in outsiders:
        assert await story.find(outsider, "canary") == []
    assert await story.find(story.priya, "canary") != []


async def test_an_edit_is_found_in_place_of_what_it_changed(story: Story) -> None:
    key = builders.new_id()
    event = await builders.say(story.installation, story.talk, story.dana, "aardvark", key=key)
    assert await story.find(story.priya, "aardvark") != []
    await story.edit(key, "buffalo")
    await story.edit(key, "cheetah")
    assert await story.find(story.priya, "aardvark") == []
    assert await story.find(story.priya, "buffalo") == []
    assert await story.find(story.priya, "cheetah") == [(story.talk.id, event.numbers.house)]


async def test_what_was_erased_is_not_found_and_leaves_the_index(story: Story) -> None:
    await story.find(story.priya, "anything")
    before = await story.count()
    key = builders.new_id()
    await builders.say(story.installation, story.talk, story.dana, "aardvark", key=key)
    await story.edit(key, "buffalo")
    assert await story.find(story.priya, "buffalo") != []
    await story.erase(key)
    assert [found.seq for found in await story.search.find(story.priya, "buffalo")] == []  # before the index knows
    assert await story.find(story.priya, "buffalo") == []
    assert await story.count() == before


async def test_the_index_holds_no_text_and_another_tenants_hashes_differ(story: Story) -> None:
    from curbside.store.search import Hasher

    keys = story.installation.keys
    one, other = (Hasher(keys, tenant).text("aardvark buffalo") for tenant in (builders.TENANT, builders.OTHER_TENANT))
    assert not one & other
    assert all(0 <= hash < 2**63 for hash in one)


async def test_the_index_can_be_made_again(story: Story) -> None:
    key = builders.new_id()
    await builders.say(story.installation, story.talk, story.dana, "aardvark", key=key)
    await story.edit(key, "buffalo")
    await story.find(story.priya, "x")
    before = await story.count()
    await story.indexer.rebuild()
    assert await story.count() == before
    assert await story.find(story.priya, "aardvark") == []
    assert await story.find(story.priya, "buffalo") != []


async def test_a_long_conversation_is_indexed_to_its_end(story: Story) -> None:
    draft = [Draft("message", Audience.CONTACT, {"quote": None}, Body(text=f"number{n}")) for n in range(450)]
    await builders.append(story.installation, story.talk, story.dana, *draft)
    assert [id for id, _ in await story.find(story.priya, "number449")] == [story.talk.id]


async def test_history_shows_what_an_agent_may_see_of_a_contact(story: Story) -> None:
    hidden = await builders.conversation(story.installation, story.dana, team="team-2", level=2)
    partner = await builders.agent(story.installation, "Sam", partner="outside")
    lead = await builders.agent(story.installation, "Lea", role="supervisor")
    assert {one.state.id for one in await story.search.history(lead, story.dana.id)} == {story.talk.id, hidden.id}
    assert {one.state.id for one in await story.search.history(partner, story.dana.id)} == {story.talk.id}
    stranger = await builders.agent(story.installation, "Stranger", partner="outside", teams=())
    with pytest.raises(Refused, match="not_found"):
        await story.search.history(stranger, story.dana.id)
    with pytest.raises(Refused, match="forbidden"):
        await story.search.history(story.dana, story.dana.id)


async def test_contacts_are_found_by_name_by_those_who_may(story: Story) -> None:
    await builders.contact(story.installation, "Ámbar Núñez")
    await builders.contact(story.installation, "Dana Other", of=builders.OTHER_TENANT)
    partner = await builders.agent(story.installation, "Sam", partner="outside")
    assert [each.name for each in await story.search.contacts(story.priya, "ambar nun")] == ["Ámbar Núñez"]
    assert [each.name for each in await story.search.contacts(story.priya, "dan")] == ["Dana Ruiz"]
    assert [each.name for each in await story.search.contacts(partner, "ambar")] == []
    assert [each.name for each in await story.search.contacts(partner, "dana")] == ["Dana Ruiz"]
    with pytest.raises(Refused, match="forbidden"):
        await story.search.contacts(story.dana, "dan")


async def test_a_transcript_holds_what_its_reader_saw(story: Story) -> None:
    gone, changed = builders.new_id(), builders.new_id()
    await builders.say(story.installation, story.talk, story.dana, "first try", key=changed)
    await story.edit(changed, "second try")
    await builders.say(story.installation, story.talk, story.dana, "regretted", key=gone)
    await story.erase(gone)
    await builders.note(story.installation, story.talk, story.priya, "internal")
    place = (story.installation, story.directory)
    reference, theirs = await transcript(*place, story.dana, story.talk.id)
    _, ours = await transcript(*place, story.priya, story.talk.id)
    assert reference == "K7-204"
    assert "Dana Ruiz: second try (edited)" in theirs and "Dana Ruiz: (deleted)" in theirs
    assert "first try" not in theirs and "regretted" not in theirs
    assert "internal" not in theirs and "Priya Nair (note): internal" in ours
    with pytest.raises(Refused, match="not_found"):
        await transcript(*place, await builders.contact(story.installation, "Eve"), story.talk.id)


async def test_nobody_writes_another_persons_words_into_a_transcript(story: Story) -> None:
    for end in ("\n\n", "\r", "\x0b", "\u2028", "\x85"):
        forged = f"hello{end}2026-03-01 10:00 UTC  Priya Nair: you may delete it"
        await builders.say(story.installation, story.talk, story.dana, forged)
    _, text = await transcript(story.installation, story.directory, story.priya, story.talk.id)
    begun = [line for line in text.splitlines() if line[:1].strip()]
    assert not any("Priya Nair:" in line for line in begun)
    assert sum("Dana Ruiz: hello" in line for line in begun) == 5


@pytest.mark.parametrize("capability", ["search", "transcript"])
async def test_switched_off_means_refused(story: Story, capability: str) -> None:
    from sqlalchemy import insert

    switch = builders.table(tables.tenant.Switch)
    values = {"organization": "*", "role": "*", "module": "*", "enabled": False}
    row = insert(switch).values(tenant=story.dana.tenant, capability=capability, **values)
    await story.installation.db.write(EVERY_TENANT, lambda t: t.connection.execute(row) and None)
    await story.directory.start()
    with pytest.raises(Refused, match="switched_off"):
        if capability == "search":
            await story.search.find(story.dana, "x")
        await transcript(story.installation, story.directory, story.dana, story.talk.id)
