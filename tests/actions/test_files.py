"""Attachments: who may put them up, what they become, who may fetch them, and that erased means gone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from sqlalchemy import insert, update

from curbside.actions.conversation import Conversations
from curbside.actions.directory import Directory
from curbside.actions.files import ORPHAN_S, UNSENT_MAX, Files
from curbside.actions.installation import Installation
from curbside.actions.timers import fire_due
from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import FileRef
from curbside.domain.people import Agent, Contact, Person
from curbside.store import conversation as conversations
from curbside.store import files as store
from curbside.store import tables
from curbside.store.filestore import FileStore
from tests import builders, samples

CANARY = "heliotrope-canary"
TOKEN = "the id of a token"


@pytest.fixture
async def files(installation: Installation, tmp_path: Path) -> Files:
    directory = Directory(installation)
    await directory.start()
    return Files(installation, directory, FileStore(tmp_path / "files"))


@pytest.fixture
async def dana(installation: Installation) -> Contact:
    return await builders.contact(installation)


@pytest.fixture
async def talk(installation: Installation, dana: Contact) -> Conversation:
    return await builders.conversation(installation, dana)


async def _send(installation: Installation, talk: Conversation, person: Person, key: str, *ids: str) -> None:
    """Bind files to a message and put that on the timeline, as sending does."""

    def bind(transaction: object) -> tuple[FileRef, ...]:
        connection = transaction.connection  # type: ignore[attr-defined]
        author = f"{person.kind}:{person.id}"
        refs = store.refs(connection, installation.keys, person.tenant, talk.id, author, key, ids)
        store.attach(connection, person.tenant, key, ids)
        return refs

    refs = await installation.db.write(person.tenant, bind)
    await builders.say(installation, talk, person, "look", key=key, files=refs)


async def _fetch(files: Files, person: Person, id: str) -> bytes:
    await files.link(person, id, TOKEN)
    return (await files.fetch(person, id)).content


async def test_a_contacts_file_reaches_the_agent(
    installation: Installation, files: Files, dana: Contact, talk: Conversation
) -> None:
    priya = await builders.agent(installation)
    ref = await files.add(dana, talk.id, "error.txt", b"ORA-01017")
    await _send(installation, talk, dana, builders.new_id(), ref.id)
    assert (ref.name, ref.mime, ref.size) == ("error.txt", "text/plain", 9)
    assert await _fetch(files, priya, ref.id) == b"ORA-01017"
    assert await _fetch(files, dana, ref.id) == b"ORA-01017"


async def test_an_image_is_shown_and_everything_else_is_a_download(
    files: Files, dana: Contact, talk: Conversation
) -> None:
    image = await files.add(dana, talk.id, "a.jpeg", samples.photo_with_metadata(CANARY))
    table = await files.add(dana, talk.id, "a.csv", b"=1+1;2")
    shown = await files.fetch(dana, image.id)
    kept = await files.fetch(dana, table.id)
    assert (shown.inline, shown.name, image.width, image.height) == (True, "a.jpg", 6, 8)
    assert CANARY.encode() not in shown.content
    assert (kept.inline, kept.content) == (False, b"=1+1;2")


async def test_nothing_readable_lies_on_the_disk_or_in_the_database(
    installation: Installation, files: Files, dana: Contact, talk: Conversation, tmp_path: Path
) -> None:
    await files.add(dana, talk.id, f"{CANARY}.txt", CANARY.encode())
    stored = [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    assert len(stored) == 1
    assert all(CANARY.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert stored[0].stat().st_mode & 0o777 == 0o600


async def test_a_contact_may_put_up_a_file_before_the_conversation_is_here(
    installation: Installation, files: Files, dana: Contact
) -> None:
    id = builders.new_id()
    ref = await files.add(dana, id, "a.txt", b"early")
    talk = await builders.conversation(installation, dana, id=id)
    await _send(installation, talk, dana, builders.new_id(), ref.id)
    assert await _fetch(files, dana, ref.id) == b"early"


async def test_nobody_else_can_send_a_file_that_waits_for_its_conversation(
    installation: Installation, files: Files, dana: Contact
) -> None:
    id = builders.new_id()
    ref = await files.add(dana, id, "a.txt", b"early")
    eve = await builders.contact(installation, "Eve")
    talk = await builders.conversation(installation, eve, id=id)
    with pytest.raises(Refused, match="bad_file"):
        await _send(installation, talk, eve, builders.new_id(), ref.id)


async def test_a_file_stands_in_one_message_only(
    installation: Installation, files: Files, dana: Contact, talk: Conversation
) -> None:
    ref = await files.add(dana, talk.id, "a.txt", b"once")
    key = builders.new_id()
    await _send(installation, talk, dana, key, ref.id)
    for ids in ([ref.id], ["x" * 22], [ref.id, ref.id]):
        with pytest.raises(Refused, match="bad_file"):
            await _send(installation, talk, dana, builders.new_id(), *ids)


async def test_a_file_goes_only_where_it_was_put_up_for(
    installation: Installation, files: Files, dana: Contact, talk: Conversation
) -> None:
    elsewhere = await builders.conversation(installation, dana)
    ref = await files.add(dana, talk.id, "a.txt", b"here")
    with pytest.raises(Refused, match="bad_file"):
        await _send(installation, elsewhere, dana, builders.new_id(), ref.id)


async def test_outsiders_can_neither_put_up_nor_fetch(
    installation: Installation, files: Files, dana: Contact, talk: Conversation
) -> None:
    ref = await files.add(dana, talk.id, "a.txt", b"private")
    await _send(installation, talk, dana, builders.new_id(), ref.id)
    outsiders: list[Person] = [
        await builders.contact(installation, "Eve"),
        await builders.contact(installation, "Mallory", of=builders.OTHER_TENANT),
        await builders.agent(installation, "Other team's", partner="outside", teams=("team-2",)),
        await builders.agent(installation, "Other tenant's", role="admin", of=builders.OTHER_TENANT),
    ]
    for outsider in outsiders:
        with pytest.raises(Refused, match="not_found"):
            await files.link(outsider, ref.id, TOKEN)
    for outsider in outsiders:
        if not (isinstance(outsider, Contact) and outsider.tenant != dana.tenant):
            with pytest.raises(Refused, match="not_found"):
                await files.add(outsider, talk.id, "b.txt", b"intruding")


async def test_a_file_that_is_not_sent_is_its_uploaders_alone(
    installation: Installation, files: Files, dana: Contact, talk: Conversation
) -> None:
    lead = await builders.agent(installation, role="supervisor")
    ref = await files.add(dana, talk.id, "a.txt", b"not yet")
    with pytest.raises(Refused, match="not_found"):
        await files.link(lead, ref.id, TOKEN)
    assert await _fetch(files, dana, ref.id) == b"not yet"


@pytest.mark.parametrize(("audience", "partner_sees"), [(Audience.STAFF, True), (Audience.HOUSE, False)])
async def test_a_notes_file_is_for_its_audience_only(
    installation: Installation, files: Files, dana: Contact, talk: Conversation, audience: Audience, partner_sees: bool
) -> None:
    priya = await builders.agent(installation)
    partner: Agent = await builders.agent(installation, "Sam", partner="outside")
    ref = await files.add(priya, talk.id, "a.txt", b"internal")
    key = builders.new_id()
    await installation.db.write(talk.tenant, lambda t: store.attach(t.connection, talk.tenant, key, [ref.id]))
    await builders.note(installation, talk, priya, "see file", audience=audience, key=key)
    assert await _fetch(files, priya, ref.id) == b"internal"
    with pytest.raises(Refused, match="not_found"):
        await files.link(dana, ref.id, TOKEN)
    if partner_sees:
        assert await _fetch(files, partner, ref.id) == b"internal"
    else:
        with pytest.raises(Refused, match="not_found"):
            await files.link(partner, ref.id, TOKEN)


async def test_a_link_that_was_tampered_with_or_moved_opens_nothing(
    files: Files, dana: Contact, talk: Conversation
) -> None:
    one = await files.add(dana, talk.id, "a.txt", b"one")
    two = await files.add(dana, talk.id, "b.txt", b"two")
    signature = await files.link(dana, one.id, TOKEN)
    flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
    for id, wrong in ((two.id, signature), (one.id, flipped), (one.id, ""), (one.id, "é"), (one.id, "A" * 90)):
        with pytest.raises(Refused, match="not_found"):
            files.holder(id, wrong)
    assert files.holder(one.id, signature) == TOKEN


async def test_a_link_lives_a_minute(
    installation: Installation, files: Files, dana: Contact, talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = await files.add(dana, talk.id, "a.txt", b"brief")
    signature = await files.link(dana, ref.id, TOKEN)
    later = installation.db.clock() + 62_000
    monkeypatch.setattr(installation.db, "clock", lambda: later)
    with pytest.raises(Refused, match="expired"):
        files.holder(ref.id, signature)


async def test_erasing_a_message_takes_its_files_away_at_once_and_for_good(
    installation: Installation, files: Files, dana: Contact, talk: Conversation, tmp_path: Path
) -> None:
    ref = await files.add(dana, talk.id, "a.txt", b"regretted")
    key = builders.new_id()
    await _send(installation, talk, dana, key, ref.id)
    of = talk.tenant
    erased = await installation.db.write(of, lambda t: store.erase(t.connection, of, talk.id, key, t.now))
    assert erased == [ref.id]
    with pytest.raises(Refused, match="not_found"):
        await files.fetch(dana, ref.id)
    with pytest.raises(Refused, match="not_found"):
        await files.link(dana, ref.id, TOKEN)
    assert await fire_due(installation, {store.UNLINK: files.unlink}) == 1
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_a_corrected_message_keeps_its_files(
    installation: Installation, files: Files, dana: Contact, talk: Conversation
) -> None:
    ref, key = await files.add(dana, talk.id, "a.txt", b"kept"), builders.new_id()
    await _send(installation, talk, dana, key, ref.id)
    directory = Directory(installation)
    await directory.start()
    for text in ("once", "twice"):
        edit = ask.Edit(key=builders.new_id(), conversation=talk.id, target=key, body=ask.Words(text=text))
        await Conversations(installation, directory).perform(dana, edit)
    place = (installation.keys, talk.tenant, talk.id, Audience.CONTACT, 0, 10)
    last = (await installation.db.read(dana.tenant, lambda c: conversations.read_events(c, *place)))[-1]
    assert last.body is not None and (last.body.text, last.body.files) == ("twice", (ref,))
    assert await _fetch(files, dana, ref.id) == b"kept"


async def test_what_was_never_sent_and_what_no_row_speaks_of_is_swept(
    installation: Installation, files: Files, dana: Contact, talk: Conversation, tmp_path: Path
) -> None:
    folder = FileStore(tmp_path / "files")
    sent = await files.add(dana, talk.id, "a.txt", b"sent")
    await _send(installation, talk, dana, builders.new_id(), sent.id)
    unsent = await files.add(dana, talk.id, "b.txt", b"forgotten")
    orphan, arriving = builders.new_id(), builders.new_id()
    for id in (orphan, arriving):
        folder.put(id, b"x")
    old_ones = update(builders.table(tables.conversation.File)).values(created_at=1)
    await installation.db.write(builders.TENANT, lambda t: t.connection.execute(old_ones) and None)
    old = time.time() - ORPHAN_S - 60
    for path in (tmp_path / "files").rglob("*"):
        if path.is_file() and path.name != arriving:
            os.utime(path, (old, old))
    assert await files.sweep() == 3  # a row, its bytes, and those of the orphan
    await fire_due(installation, {store.UNLINK: files.unlink})
    assert {path.name for path in (tmp_path / "files").rglob("*") if path.is_file()} == {sent.id, arriving}
    with pytest.raises(Refused, match="not_found"):
        await files.link(dana, unsent.id, TOKEN)


async def test_somebody_who_only_puts_up_files_is_slowed(files: Files, dana: Contact, talk: Conversation) -> None:
    for _ in range(UNSENT_MAX):
        await files.add(dana, talk.id, "a.txt", b"a")
    with pytest.raises(Refused) as refused:
        await files.add(dana, talk.id, "a.txt", b"a")
    assert (refused.value.code, refused.value.retry) == ("too_fast", True)


async def test_a_refused_file_leaves_nothing(
    installation: Installation, files: Files, dana: Contact, talk: Conversation, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="bad_file"):
        await files.add(dana, talk.id, "a.png", b"\x89PNG\r\n\x1a\nbroken")
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("capability", ["files", "chat"])
async def test_switched_off_means_refused(
    installation: Installation, dana: Contact, talk: Conversation, tmp_path: Path, capability: str
) -> None:
    switch = builders.table(tables.tenant.Switch)
    values = {"organization": "*", "role": "*", "module": "*", "enabled": False}
    row = insert(switch).values(tenant=dana.tenant, capability=capability, **values)
    await installation.db.write(dana.tenant, lambda t: t.connection.execute(row) and None)
    directory = Directory(installation)
    await directory.start()
    with pytest.raises(Refused, match="switched_off"):
        await Files(installation, directory, FileStore(tmp_path / "files")).add(dana, talk.id, "a.txt", b"a")
