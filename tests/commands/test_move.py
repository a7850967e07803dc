"""A filled demonstration moves from SQLite into PostgreSQL: whole, whatever stops it, and only where nothing is yet."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation, new_id
from curbside.actions.passwords import Passwords
from curbside.app import build
from curbside.commands import application
from curbside.commands.move import move
from curbside.config import Settings
from curbside.demo import centre
from curbside.demo.history import STORIES, seed_conversations
from curbside.domain.audience import Audience
from curbside.store import conversation as conversations
from curbside.store.copying import fingerprint
from curbside.store.database import Database
from curbside.store.engines import engines
from curbside.store.engines import opened as opening
from curbside.store.installation import epoch_of, is_demonstration
from curbside.store.moving import MOVED, MoveRefused
from curbside.store.scope import EVERY_TENANT, enter
from curbside.store.sealing import Keys
from tests.databases import ROOT_KEY
from tests.postgres import Postgres

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).parents[2]
# In a process of its own, which can be killed: it stops after each line, until somebody has read it.
MOVING = """
import sys
from pathlib import Path
from curbside.commands import application
from curbside.commands.move import move
from curbside.config import Settings
def say(line):
    print(line, flush=True)
    sys.stdin.readline()
source = Path(sys.argv[1])
move(Settings(data=source.parent, database=sys.argv[2], _env_file=None), source, say, rows=7)
"""


@pytest.fixture
async def source(tmp_path: Path) -> Path:
    """A demonstration as `curbside demo` fills it."""
    data = tmp_path / "data"
    data.mkdir()
    floor = build(settings(data, None, demo=True)).floor
    installation, directory = floor.installation, floor.directory
    installation.db.start()
    await directory.start()
    passwords = Passwords(installation, memory_kib=8)
    assert await centre.settle(installation, directory, passwords, ["http://localhost:8401"])
    await seed_conversations(installation, directory, floor.conversations, new_id)
    await installation.db.stop()
    return data / "curbside.db"


@pytest.fixture
def target(postgres: Postgres, tmp_path: Path) -> Settings:
    return settings(tmp_path / "data", postgres.create())


def settings(data: Path, url: str | None, *, demo: bool = False) -> Settings:
    root_key = base64.b64encode(ROOT_KEY).decode()
    return Settings(data=data, database=url, root_key=root_key, demo=demo, _env_file=None)


async def served(settings: Settings) -> None:
    """Open an installation as a server does, and close it."""
    await build(settings).floor.installation.db.stop()


def fingerprints(url: str) -> dict[str, tuple[int, str]]:
    with opening(url) as (_, reader), reader.connect() as connection:
        enter(connection, EVERY_TENANT)
        return {table.name: fingerprint(connection, table) for table in MOVED if table.name != "installation"}


def epoch(url: str) -> str | None:
    with opening(url) as (_, reader), reader.connect() as connection:
        return epoch_of(connection)


def change(url: str, statement: str) -> None:
    with opening(url) as (writer, _), writer.begin() as connection:
        enter(connection, EVERY_TENANT)
        connection.execute(text(statement))


def stop_after(lines: int) -> Callable[[str], None]:
    """Break off when so much has been said, as a lost connection would."""
    said: list[str] = []

    def say(line: str) -> None:
        said.append(line)
        if len(said) == lines:
            raise ConnectionError

    return say


async def test_all_of_it_arrives_and_can_be_read(source: Path, target: Settings) -> None:
    before, old = fingerprints(f"sqlite:///{source}"), epoch(f"sqlite:///{source}")
    said: list[str] = []
    done = move(target, source, said.append, rows=7)
    assert fingerprints(target.database_url) == before
    assert done.rows == sum(count for count, _ in before.values()) + 1
    assert before["conversation"][0] == len(STORIES) and before["event"][0] > 3 * len(STORIES)
    assert epoch(target.database_url) == done.epoch != old
    assert f"event: {before['event'][0]} of {before['event'][0]}" in said and "event: 7 of" in " ".join(said)
    assert not source.exists() and done.kept == source.with_name("curbside.db.moved")
    assert fingerprints(f"sqlite:///{done.kept}") == before
    floor = build(target).floor
    installation = floor.installation
    installation.db.start()
    await floor.directory.start()
    assert await texts(installation) == await texts_of_old(done.kept)
    assert installation.demonstration, "what everybody knows the passwords of stays marked"
    await installation.db.stop()


async def texts(installation: Installation) -> set[str]:
    def read(connection: object) -> set[str]:
        ids = connection.execute(text("SELECT id FROM conversation")).scalars()  # type: ignore[attr-defined]
        place = (installation.keys, centre.TENANT)
        found = [
            event
            for id in list(ids)
            for event in conversations.read_events(connection, *place, id, Audience.HOUSE, 0, 500)  # type: ignore[arg-type]
        ]
        return {event.body.text for event in found if event.body and event.body.text}

    return await installation.db.read(centre.TENANT, read)


async def texts_of_old(kept: Path) -> set[str]:
    installation = Installation(Database(*engines(f"sqlite:///{kept}"), lambda: 1), Keys(ROOT_KEY))
    installation.db.start()
    await Directory(installation).start()
    found = await texts(installation)
    await installation.db.stop()
    assert {line.text for story in STORIES for line in story.lines} <= found
    return found


@pytest.mark.parametrize("lines", [1, 5, 20, 30])
async def test_killed_in_the_middle_it_goes_on(source: Path, target: Settings, lines: int) -> None:
    before = fingerprints(f"sqlite:///{source}")
    command = [sys.executable, "-c", MOVING, str(source), target.database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ, cwd=ROOT) as moving:
        assert moving.stdin is not None and moving.stdout is not None
        heard = [moving.stdout.readline()]
        while len(heard) < lines:
            moving.stdin.write(b"\n")
            moving.stdin.flush()
            heard.append(moving.stdout.readline())
        moving.send_signal(signal.SIGKILL)
    assert all(heard), "it was over before it was killed"
    with pytest.raises(ValueError, match="is not over"):
        await served(target)
    said: list[str] = []
    move(target, source, said.append, rows=7)
    assert not {line.decode().strip() for line in heard if b" of " in line} & set(said), "done twice"
    assert fingerprints(target.database_url) == before
    await served(target)


async def test_what_was_changed_between_two_runs_is_found_out(source: Path, target: Settings) -> None:
    with pytest.raises(ConnectionError):
        move(target, source, stop_after(30), rows=7)
    change(f"sqlite:///{source}", "UPDATE tenant SET name = 'Another'")
    with pytest.raises(MoveRefused, match=r"tenant has .*\(differs\)"):
        move(target, source, print)
    assert source.exists()
    move(target, source, print, again=True)
    assert fingerprints(target.database_url)["tenant"][0] == 1


async def test_what_was_changed_in_the_target_is_found_out(source: Path, target: Settings) -> None:
    with pytest.raises(ConnectionError):
        move(target, source, stop_after(30), rows=7)
    change(target.database_url, "DELETE FROM cannedreply WHERE shortcut = 'hello'")
    with pytest.raises(MoveRefused, match="differs"):
        move(target, source, print)


@pytest.mark.parametrize("again", [False, True])
async def test_it_goes_into_nothing_that_is_in_use(source: Path, target: Settings, again: bool) -> None:
    await served(target)
    change(target.database_url, "INSERT INTO tenant VALUES ('mercy', 'Mercy', '{}', '', 1)")
    with pytest.raises(MoveRefused, match="not_empty"):
        move(target, source, print, again=again)
    change(target.database_url, "DELETE FROM tenant")
    move(target, source, print, again=again)  # that a server has once been started on it is no use yet


async def test_it_takes_nothing_from_a_server_that_runs(source: Path, target: Settings) -> None:
    with opening(f"sqlite:///{source}") as (_, reader):
        with reader.connect() as connection:
            assert is_demonstration(connection)
        with pytest.raises(MoveRefused, match="in_use"):
            move(target, source, print)
    move(target, source, print)


async def test_two_moves_do_not_meet(source: Path, target: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(source.read_bytes())
    change(f"sqlite:///{other}", "UPDATE installation SET epoch = 'another'")

    def meanwhile(line: str) -> None:
        with pytest.raises(MoveRefused, match="moving"):
            move(target, other, print)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        move(target, source, meanwhile)
    with pytest.raises(MoveRefused, match="other_source"):
        move(target, other, print)
    assert move(target, source, print).rows


async def test_what_is_missing_is_said(source: Path, target: Settings, postgres: Postgres, tmp_path: Path) -> None:
    almighty = settings(tmp_path / "data", postgres.almighty(target.database_url))
    for wanted, path, said in (
        (settings(tmp_path / "data", None), source, "not_postgresql"),
        (target, tmp_path / "nowhere.db", "nothing_there"),
        (almighty, source, "BYPASSRLS"),
    ):
        with pytest.raises(ValueError, match=said):
            move(wanted, path, print)
    assert move(target, source, print).rows


async def test_the_command_says_how_far_it_is_and_why_not(source: Path, target: Settings) -> None:
    env = {"CURBSIDE_DATABASE": target.database_url, "CURBSIDE_DATA": str(source.parent)}
    done = CliRunner().invoke(application, ["move"], env=env)
    assert done.exit_code == 0 and "conversation: 4 of 4" in done.output
    assert "Moved and compared" in done.output and "curbside.db.moved" in done.output
    refused = CliRunner().invoke(application, ["move", "--from", f"{source}.moved"], env=env)
    assert refused.exit_code == 2 and "(not_empty)" in refused.output
