"""A backup goes into either database, and what was put back by other means is made ready by hand."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from curbside.actions.revocations import NAME, Revocations
from curbside.commands.backup import backup, begin_epoch, restore
from curbside.config import Settings
from curbside.domain.events import Body
from curbside.store.copying import ROWS, TABLES, fingerprint
from curbside.store.engines import opened as opening
from curbside.store.scope import EVERY_TENANT, enter
from tests import builders
from tests.commands.test_backup import CANARY, epoch_of, erase, events_of, migrate, opened
from tests.postgres import Postgres

pytestmark = pytest.mark.postgres


def settings_of(folder: Path, name: str, url: str | None = None) -> Settings:
    data = folder / name
    data.mkdir()
    database = url or f"sqlite:///{data / 'curbside.db'}"
    migrate(database)
    return Settings(data=data, database=database, root_key="00" * 31 + "01", _env_file=None)


def fingerprints(settings: Settings) -> dict[str, tuple[int, str]]:
    with opening(settings.database_url) as (_, reader), reader.connect() as connection:
        enter(connection, EVERY_TENANT)
        return {table.name: fingerprint(connection, table) for table in TABLES if table.name != "installation"}


def tool(postgres: Postgres, name: str, *words: str, given: bytes | None = None) -> bytes:
    """Run a tool of PostgreSQL's as the pages say."""
    env = {"PGOPTIONS": f"-c curbside.tenant={EVERY_TENANT}"}
    command = [str(postgres.binaries / name), *words]
    return subprocess.run(command, input=given, env=env, stdout=subprocess.PIPE, check=True).stdout


async def test_a_backup_of_one_kind_goes_into_the_other_and_back(postgres: Postgres, tmp_path: Path) -> None:
    here, there = settings_of(tmp_path, "here"), settings_of(tmp_path, "there", postgres.create())
    async with opened(here, builders.TENANT, builders.OTHER_TENANT) as installation:
        dana = await builders.contact(installation, name="Dana \0 Ruiz", email="dana@mercy.example")
        talk = await builders.conversation(installation, dana)
        await asyncio.gather(*(builders.say(installation, talk, dana, CANARY) for _ in range(ROWS + 100)))
    backup(here, tmp_path / "one", tmp_path / "keys")
    restore(there, tmp_path / "one", tmp_path / "keys")
    assert fingerprints(there) == fingerprints(here)
    assert fingerprints(there)["event"][0] == ROWS + 101
    async with opened(there) as installation:
        assert {event.body.text for event in await events_of(installation, talk) if event.body} >= {CANARY}
        await builders.say(installation, talk, dana, "on PostgreSQL")
    backup(there, tmp_path / "two", tmp_path / "keys")
    restore(here, tmp_path / "two", tmp_path / "keys")
    assert fingerprints(there) == fingerprints(here)


async def test_what_a_database_s_own_tools_put_back_is_made_ready_by_a_command(
    postgres: Postgres, tmp_path: Path
) -> None:
    settings = settings_of(tmp_path, "data", postgres.create())
    kept, lost = builders.new_id(), builders.new_id()
    async with opened(settings, builders.TENANT) as installation:
        dana = await builders.contact(installation)
        talk = await builders.conversation(installation, dana)
        await builders.say(installation, talk, dana, "kept", key=kept)
        await builders.say(installation, talk, dana, CANARY, key=lost)
        before = await epoch_of(installation)
        dumped = tool(postgres, "pg_dump", "--enable-row-security", "-Fc", settings.database_url)
        await erase(installation, talk, dana, lost)
        assert await Revocations(installation, settings.data / NAME).catch_up() == 1
    again = settings.model_copy(update={"database": postgres.create()})
    tool(postgres, "pg_restore", "--no-owner", "-d", again.database_url, given=dumped)
    done = begin_epoch(again, None)
    assert done.again == 1
    async with opened(again) as installation:
        assert await epoch_of(installation) == done.epoch != before
        by_key = {event.key: event for event in await events_of(installation, talk)}
        assert by_key[kept].body == Body(text="kept")
        assert (by_key[lost].body, by_key[lost].gone) == (None, "deleted")
