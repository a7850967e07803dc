"""A backup is taken while people write, and put back under another epoch; what was erased or revoked stays so."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text, update

from curbside.actions.directory import Directory
from curbside.actions.files import Files
from curbside.actions.installation import Installation, new_id
from curbside.actions.revocations import NAME, Revocations
from curbside.commands.backup import backup, restore
from curbside.config import Settings
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import Body, Draft, Event
from curbside.domain.people import Contact
from curbside.store import conversation as conversations
from curbside.store import files as file_rows
from curbside.store import tables
from curbside.store.database import Database
from curbside.store.engines import engines
from curbside.store.engines import opened as opening
from curbside.store.filestore import FileStore
from curbside.store.identity import ENDED_SID, has_ended
from curbside.store.installation import ensure_installation
from curbside.store.migrations import upgrade
from curbside.store.scope import EVERY_TENANT
from curbside.store.sealing import Keys
from curbside.store.writer import Transaction
from tests import builders
from tests.databases import ROOT_KEY

CANARY = "heliotrope-canary"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    data = tmp_path / "data"
    data.mkdir()
    on_sqlite = request.param == "sqlite"
    url = f"sqlite:///{data / 'curbside.db'}" if on_sqlite else request.getfixturevalue("postgres").create()
    migrate(url)
    return Settings(data=data, database=url, root_key=base64.b64encode(ROOT_KEY).decode(), _env_file=None)


def migrate(url: str) -> None:
    with opening(url) as (writer, _):
        upgrade(writer)


def lose(settings: Settings) -> None:
    """Lose the database: its file, or everything that it holds."""
    if settings.database_url.startswith("sqlite"):
        (settings.data / "curbside.db").unlink()
        return
    with opening(settings.database_url) as (writer, _), writer.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))


@asynccontextmanager
async def opened(settings: Settings, *tenants: str) -> AsyncIterator[Installation]:
    database = Database(*engines(settings.database_url), _now)
    database.start()
    installation = Installation(database, Keys(ROOT_KEY))
    await database.write(EVERY_TENANT, lambda t: ensure_installation(t.connection, t.now, new_id))
    for tenant in tenants:
        await builders.tenant(installation, tenant)
    await Directory(installation).start()
    yield installation
    await database.stop()


def _now() -> int:
    import time

    return time.time_ns() // 1_000_000


async def events_of(installation: Installation, talk: Conversation) -> list[Event]:
    return await installation.db.read(
        EVERY_TENANT,
        lambda c: conversations.read_events(c, installation.keys, talk.tenant, talk.id, Audience.HOUSE, 0, 500),
    )


async def epoch_of(installation: Installation) -> str:
    return await installation.db.write(EVERY_TENANT, lambda t: ensure_installation(t.connection, t.now, new_id))


async def erase(installation: Installation, talk: Conversation, dana: Contact, key: str) -> None:
    def run(transaction: object) -> None:
        connection = transaction.connection  # type: ignore[attr-defined]
        conversations.erase_written(connection, talk.tenant, talk.id, key, "deleted")
        file_rows.erase(connection, talk.tenant, talk.id, key, _now())

    await installation.db.write(EVERY_TENANT, run)
    await builders.append(installation, talk, dana, Draft("deleted", Audience.CONTACT, {"target": key}))


async def test_a_backup_under_load_is_one_moment_and_comes_back_whole(settings: Settings, tmp_path: Path) -> None:
    async with opened(settings, builders.TENANT) as installation:
        dana = await builders.contact(installation)
        talk = await builders.conversation(installation, dana)
        before = await epoch_of(installation)
        stop = asyncio.Event()

        async def keep_writing() -> int:
            n = 0
            while not stop.is_set():
                await builders.say(installation, talk, dana, f"{CANARY} {n}")
                n += 1
            return n

        writing = asyncio.create_task(keep_writing())
        await asyncio.sleep(0.2)
        await asyncio.to_thread(backup, settings, tmp_path / "backup", tmp_path / "keys")
        await asyncio.sleep(0.1)
        stop.set()
        written = await writing
    assert CANARY.encode() not in b"".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    lose(settings)
    done = restore(settings, tmp_path / "backup", tmp_path / "keys")
    async with opened(settings) as installation:
        assert await epoch_of(installation) == done.epoch != before
        texts = [
            event.body.text for event in await events_of(installation, talk) if event.kind == "message" and event.body
        ]
        assert 0 < len(texts) <= written
        assert texts == [f"{CANARY} {n}" for n in range(len(texts))]
        state = await installation.db.read(EVERY_TENANT, lambda c: conversations.state(c, talk.tenant, talk.id))
        assert state is not None and state.numbers.house == len(texts) + 1


async def test_a_backup_alone_holds_nothing_that_can_be_read(settings: Settings, tmp_path: Path) -> None:
    async with opened(settings, builders.TENANT) as installation:
        dana = await builders.contact(installation)
        talk = await builders.conversation(installation, dana)
        await builders.say(installation, talk, dana, CANARY)
        backup(settings, tmp_path / "backup", tmp_path / "keys")
    (tmp_path / "none").write_bytes(b"")
    lose(settings)
    restore(settings, tmp_path / "backup", tmp_path / "none")
    async with opened(settings) as installation:
        events = await events_of(installation, talk)
        assert all(event.body is None for event in events)
        assert events[-1].gone == "deleted"


async def end_and_revoke(installation: Installation, tenant: str, agent: str) -> None:
    """End a contact's log-in, and take an agent's rights away."""
    sid = {"tenant": tenant, "iss": "https://ehr.example", "sid": "s", "at": _now()}
    agents = builders.table(tables.people.Agent)

    def run(transaction: Transaction) -> None:
        transaction.connection.execute(insert(ENDED_SID).values(**sid))
        transaction.connection.execute(update(agents).where(agents.c.id == agent).values(revoked_at=transaction.now))

    await installation.db.write(EVERY_TENANT, run)


@pytest.mark.parametrize("with_newer_keys", [True, False])
@pytest.mark.parametrize("database_survived", [True, False])
async def test_what_was_erased_or_revoked_since_stays_so(
    settings: Settings, tmp_path: Path, with_newer_keys: bool, database_survived: bool
) -> None:
    folder = FileStore(settings.data / "files")
    kept, lost = new_id(), new_id()
    async with opened(settings, builders.TENANT) as installation:
        directory = Directory(installation)
        await directory.start()
        files = Files(installation, directory, folder)
        revocations = Revocations(installation, settings.data / NAME)
        dana = await builders.contact(installation)
        priya = await builders.agent(installation)
        talk = await builders.conversation(installation, dana)
        ref = await files.add(dana, talk.id, "a.txt", b"regretted")
        await builders.say(installation, talk, dana, "kept", key=kept)
        await builders.say(installation, talk, dana, CANARY, key=lost, files=(ref,))
        await installation.db.write(EVERY_TENANT, lambda t: file_rows.attach(t.connection, talk.tenant, lost, [ref.id]))
        await asyncio.to_thread(backup, settings, tmp_path / "backup", tmp_path / "keys")

        await erase(installation, talk, dana, lost)
        await end_and_revoke(installation, talk.tenant, priya.id)
        assert await revocations.catch_up() == 3
        assert await revocations.catch_up() == 0
        if with_newer_keys:
            await asyncio.to_thread(backup, settings, tmp_path / "newer", tmp_path / "keys")
    if not database_survived:
        lose(settings)
    restore(settings, tmp_path / "backup", tmp_path / "keys")
    async with opened(settings) as installation:
        directory = Directory(installation)
        await directory.start()
        by_key = {event.key: event for event in await events_of(installation, talk)}
        assert by_key[kept].body == Body(text="kept")
        assert (by_key[lost].body, by_key[lost].gone) == (None, "deleted")
        assert directory.agent(talk.tenant, priya.id) is None
        assert await installation.db.read(EVERY_TENANT, lambda c: has_ended(c, talk.tenant, "https://ehr.example", "s"))
        with pytest.raises(Refused, match="not_found"):
            await Files(installation, directory, folder).link(dana, ref.id, "token")


async def test_files_and_their_names_come_back(settings: Settings, tmp_path: Path) -> None:
    async with opened(settings, builders.TENANT) as installation:
        directory = Directory(installation)
        await directory.start()
        dana = await builders.contact(installation)
        folder = FileStore(settings.data / "files")
        ref = await Files(installation, directory, folder).add(dana, new_id(), "log.txt", b"ORA-01017")
        backup(settings, tmp_path / "backup", tmp_path / "keys")
    folder.remove(ref.id)
    restore(settings, tmp_path / "backup", tmp_path / "keys")
    async with opened(settings) as installation:
        directory = Directory(installation)
        await directory.start()
        files = Files(installation, directory, folder)
        fetched = await files.fetch(dana, ref.id)
        assert (fetched.name, fetched.content) == ("log.txt", b"ORA-01017")


async def test_a_restore_while_the_server_has_it_open_is_seen_by_it(settings: Settings, tmp_path: Path) -> None:
    async with opened(settings, builders.TENANT) as installation:
        dana = await builders.contact(installation)
        talk = await builders.conversation(installation, dana)
        before = await epoch_of(installation)
        await asyncio.to_thread(backup, settings, tmp_path / "backup", tmp_path / "keys")
        await builders.say(installation, talk, dana, "after the backup")
        done = await asyncio.to_thread(restore, settings, tmp_path / "backup", tmp_path / "keys")
        assert await epoch_of(installation) == done.epoch != before
        assert len(await events_of(installation, talk)) == 1
        await builders.say(installation, talk, dana, "after the restore")
        assert len(await events_of(installation, talk)) == 2


async def test_every_login_and_token_is_ended(settings: Settings, tmp_path: Path) -> None:
    login, token = builders.table(tables.people.Login), builders.table(tables.people.Token)
    async with opened(settings, builders.TENANT) as installation:
        priya = await builders.agent(installation)
        times = {"created_at": _now(), "seen_at": _now()}
        row = insert(login).values(tenant=priya.tenant, id="l", agent=priya.id, **times)
        await installation.db.write(EVERY_TENANT, lambda t: t.connection.execute(row) and None)
        backup(settings, tmp_path / "backup", tmp_path / "keys")
        restore(settings, tmp_path / "backup", tmp_path / "keys")
        open_logins = select(func.count()).select_from(login).where(login.c.ended_at.is_(None))
        tokens = select(func.count()).select_from(token)
        assert await installation.db.read(EVERY_TENANT, lambda c: c.execute(open_logins).scalar_one()) == 0
        assert await installation.db.read(EVERY_TENANT, lambda c: c.execute(tokens).scalar_one()) == 0


async def test_a_damaged_backup_changes_nothing(settings: Settings, tmp_path: Path) -> None:
    async with opened(settings, builders.TENANT) as installation:
        before = await epoch_of(installation)
        backup(settings, tmp_path / "backup", tmp_path / "keys")
        copied = tmp_path / "backup" / "curbside.db"
        copied.write_bytes(copied.read_bytes()[:-1] + b"x")
        with pytest.raises(ValueError, match="damaged"):
            restore(settings, tmp_path / "backup", tmp_path / "keys")
        with pytest.raises(ValueError, match="not a backup"):
            restore(settings, tmp_path / "nowhere", tmp_path / "keys")
        assert await epoch_of(installation) == before


async def test_a_backup_goes_into_an_empty_folder_and_its_keys_elsewhere(settings: Settings, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "something").touch()
    with pytest.raises(ValueError, match="not empty"):
        backup(settings, full, tmp_path / "keys")
    with pytest.raises(ValueError, match="must not lie"):
        backup(settings, tmp_path / "backup", tmp_path / "backup" / "keys")


def test_a_list_of_revocations_whose_last_line_was_cut_off_is_still_read(tmp_path: Path) -> None:
    from curbside.store import revocations

    path = tmp_path / NAME
    one = revocations.EndedSid("northwind", "https://ehr.example", "s", 1)
    revocations.write_down(path, [one])
    with path.open("ab") as file:
        file.write(b'{"type":"agent","ten')
    revocations.write_down(path, [one])
    assert revocations.read_all(path) == [one, one]
