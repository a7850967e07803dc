"""`backup`, `restore`, `epoch`, `rebuild-search`: while the server runs or while it does not.

A backup is a folder: the database (a SQLite file, whichever it was taken from) without what makes bodies readable, and
the sealed files. What makes them readable is one file elsewhere, written anew each time. So what is erased today is
unreadable in every older backup from the next one on, and what was erased since then is erased again by the restore,
from a list that lies beside the database.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy import Connection

from curbside.actions.indexing import Indexer
from curbside.actions.installation import new_id
from curbside.actions.revocations import NAME
from curbside.commands.opening import Opened, fail, run, settings
from curbside.config import Settings
from curbside.store import backup as store
from curbside.store import revocations
from curbside.store.engines import opened
from curbside.store.installation import change_epoch, is_demonstration
from curbside.store.migrations import has_begun, upgrade
from curbside.store.scope import EVERY_TENANT, enter

T = TypeVar("T")

VERSION = 1
DATABASE = "curbside.db"
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did."""

    epoch: str
    again: int
    erased: int


def add_to(application: typer.Typer) -> None:
    """Add what keeps a copy, puts one back, and makes the search index anew."""
    application.command("backup")(backup_command)
    application.command("restore")(restore_command)
    application.command("epoch")(epoch_command)
    application.command("rebuild-search")(rebuild_search)


def backup_command(
    target: Annotated[Path, typer.Argument(help="A folder that is not there yet.")],
    keys: Annotated[Path, typer.Option(help="Where to keep the keys: one file, elsewhere, written anew each time.")],
) -> None:
    """Copy everything into a folder, while the server runs. Keep the keys and the root key apart from it."""
    _checked(lambda: backup(settings(), target, keys))
    typer.echo(f"Backed up to {target}. Its keys are in {keys}: keep them apart, and only the newest.")


def restore_command(
    source: Annotated[Path, typer.Argument(help="The folder of a backup.")],
    keys: Annotated[Path, typer.Option(help="The newest file of keys.")],
) -> None:
    """Put a backup back. Everybody has to log in again; what was erased or revoked since then stays so."""
    done = _checked(lambda: restore(settings(), source, keys))
    typer.echo(f"Restored. {done.again} revocations and erasures were done again; {done.erased} had no key any more.")


def epoch_command(
    keys: Annotated[Path | None, typer.Option(help="The newest file of keys, if the salts are not there.")] = None,
) -> None:
    """Do what a restore does to a database that was put back by other means: from a snapshot, by pg_restore."""
    done = _checked(lambda: begin_epoch(settings(), keys))
    typer.echo(
        f"A new epoch. {done.again} revocations and erasures were done again; {done.erased} had no key any more."
    )


def rebuild_search() -> None:
    """Make the search index again, from what is there."""

    async def work(opened: Opened) -> int:
        return await Indexer(opened.installation).rebuild()

    run(work)
    typer.echo("The search index has been made again.")


def backup(settings: Settings, target: Path, keys: Path) -> None:
    """Back up the database and the files into `target`, and what makes them readable into `keys`.

    Raises ValueError with a sentence for people.
    """
    if not _exists(settings):
        raise ValueError(f"There is no database at {_path(settings)}.")
    if target.exists() and any(target.iterdir()):
        raise ValueError(f"{target} is not empty.")
    if keys.resolve().is_relative_to(target.resolve()):
        raise ValueError("The keys must not lie in the backup: whoever has both can read everything.")
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    copied = target / DATABASE
    if _is_embedded(settings):
        store.copy(_path(settings), copied, _key(settings))
    else:
        store.copy_out(settings.database_url, copied, _key(settings))
    _write_whole(keys, list(store.take_out_keys(copied, _key(settings))))
    # After the database: a file that its snapshot speaks of is there, unless it was erased in between.
    _copy_files(settings.data / "files", target / "files")
    hashes = {str(path.relative_to(target)): _hash(path) for path in sorted(target.rglob("*")) if path.is_file()}
    manifest = {"version": VERSION, "made_at": int(time.time() * 1000), "files": hashes}
    _write_whole(target / MANIFEST, [json.dumps(manifest, indent=1).encode()])


def restore(settings: Settings, source: Path, keys: Path) -> Restored:
    """Put a backup back, under a new epoch.

    Every token and log-in is ended. What was erased or revoked after the backup was made stays so: by the list beside
    the database, by the database that is there now, and because erased bodies have no key in the newest `keys`.
    Raises ValueError with a sentence for people, before anything is changed; so it does for the backup of a
    demonstration in the place of what is none.
    """
    _check_manifest(source)
    if not keys.exists():
        raise ValueError(f"There are no keys at {keys}.")
    known = revocations.read_all(settings.data / NAME) + _of_present(settings)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.data) as folder:
        fresh = Path(folder) / DATABASE
        shutil.copyfile(source / DATABASE, fresh)
        done = _make_ready(f"sqlite:///{fresh}", keys, known, _key(settings), is_own=_is_own(settings))
        _copy_files(source / "files", settings.data / "files")
        if _is_embedded(settings):
            store.put_back(fresh, _path(settings), _key(settings))
        else:
            store.put_in(fresh, settings.database_url, _key(settings))
    revocations.write_down(settings.data / NAME, sorted(set(known), key=lambda one: one.at))
    return done


def begin_epoch(settings: Settings, keys: Path | None) -> Restored:
    """Do to the database that is there what a restore does to a copy. Raises ValueError with a sentence for people."""
    if not _exists(settings):
        raise ValueError(f"There is no database at {_path(settings)}.")
    known = revocations.read_all(settings.data / NAME)
    return _make_ready(settings.database_url, keys, known, _key(settings), is_own=False)


def _make_ready(
    url: str, keys: Path | None, known: list[revocations.Revocation], key: str | None, *, is_own: bool
) -> Restored:
    now = int(time.time() * 1000)
    with opened(url, sqlite_key=key) as (writer, _):
        upgrade(writer)
        with writer.begin() as connection:
            enter(connection, EVERY_TENANT)
            if is_own and is_demonstration(connection):
                raise ValueError("This is the backup of a demonstration, with passwords that everybody knows.")
            store.put_in_keys(connection, keys.read_bytes().splitlines() if keys else [])
            again = revocations.replay(connection, known, now)
            erased = store.forget_unreadable(connection)
            store.end_every_login(connection, now)
            store.let_go_of_mail(connection, now)
            return Restored(change_epoch(connection, new_id), again, erased)


def _of_present(settings: Settings) -> list[revocations.Revocation]:
    """Return what the database that is there now knows, if it can still be read."""
    return _ask_present(settings, lambda connection: revocations.since(connection, 0)) or []


def _is_own(settings: Settings) -> bool:
    """Tell whether the database that is there now is in use, and is no demonstration."""
    return _ask_present(settings, is_demonstration) is False


def _ask_present(settings: Settings, ask: Callable[[Connection], T]) -> T | None:
    if not _exists(settings):
        return None
    with opened(settings.database_url, sqlite_key=_key(settings)) as (_, reader):
        try:
            with reader.connect() as connection:
                enter(connection, EVERY_TENANT)
                return ask(connection) if has_begun(connection) else None
        except Exception as error:  # a damaged database is why somebody restores: the list beside it must do
            typer.echo(f"The present database cannot be read ({type(error).__name__}); going by {NAME}.", err=True)
            return None


def _check_manifest(source: Path) -> None:
    try:
        manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text())
    except (OSError, ValueError):
        raise ValueError(f"{source} is not a backup, or not a whole one: its manifest is missing.") from None
    if manifest.get("version") != VERSION:
        raise ValueError(f"{source} was made by another version of Curbside.")
    for name, expected in manifest["files"].items():
        if not (source / name).is_file() or _hash(source / name) != expected:
            raise ValueError(f"{source} is damaged: {name} is not what it was.")


def _copy_files(source: Path, target: Path) -> None:
    for path in source.glob("??/*"):
        if path.name.endswith(".partial"):
            continue
        copied = target / path.parent.name / path.name
        copied.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            shutil.copyfile(path, copied)
        except FileNotFoundError:
            continue  # erased while we were copying
        copied.chmod(0o600)


def _write_whole(path: Path, parts: list[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())
    Path(partial).replace(path)


def _is_embedded(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite:///")


def _path(settings: Settings) -> Path:
    return Path(settings.database_url.removeprefix("sqlite:///"))


def _exists(settings: Settings) -> bool:
    return not _is_embedded(settings) or _path(settings).exists()


def _key(settings: Settings) -> str | None:
    return settings.database_key.get_secret_value() if settings.database_key else None


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _checked(work: Any) -> Any:
    try:
        return work()
    except (ValueError, OSError) as error:
        fail(str(error))
