"""`move`: from the embedded database into PostgreSQL, once, with nobody in it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import DBAPIError

from curbside.actions.installation import new_id
from curbside.commands.opening import fail, settings
from curbside.config import Settings
from curbside.store import moving
from curbside.store.engines import alone, opened
from curbside.store.migrations import upgrade
from curbside.store.moving import MoveRefused, Step
from curbside.store.scope import EXEMPT, is_exempt

DATABASE = "curbside.db"


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved: how many rows, under which epoch they are there, and where the old file lies now."""

    rows: int
    epoch: str
    kept: Path


def add_to(application: typer.Typer) -> None:
    """Add what leaves the embedded database."""
    application.command("move")(move_command)


def move_command(
    source: Annotated[Path | None, typer.Option("--from", help="The SQLite file; the one in CURBSIDE_DATA.")] = None,
    again: Annotated[bool, typer.Option(help="Delete what an earlier move has copied, and begin anew.")] = False,
) -> None:
    """Copy the embedded database into the PostgreSQL of CURBSIDE_DATABASE. Stopped, it goes on when called again."""
    wanted = settings()
    try:
        done = move(wanted, source or wanted.data / DATABASE, typer.echo, again=again)
    except DBAPIError as error:
        fail(f"The database could not be reached or refused ({type(error.orig).__name__}). Call it again to go on.")
    except (ValueError, OSError) as error:
        fail(str(error))
    typer.echo(f"Moved and compared: {done.rows} rows. The old file is kept as {done.kept}.")


def move(
    settings: Settings, source: Path, say: Callable[[str], object], *, again: bool = False, rows: int = moving.ROWS
) -> Moved:
    """Move a SQLite database into the PostgreSQL of the settings, compare every row, and put the file out of the way.

    Whenever it is stopped, even by SIGKILL, calling it again goes on; the target serves nobody until it is whole.
    Raises MoveRefused with a code: `not_postgresql`, `nothing_there`, `in_use`, `moving`, `not_empty`, `other_source`,
    `differs`; ValueError for a role that PostgreSQL holds to no tenant's rows.
    """
    if not settings.database_url.startswith("postgresql:"):
        raise MoveRefused("not_postgresql", "CURBSIDE_DATABASE has to name the PostgreSQL database to move into.")
    if not source.exists():
        raise MoveRefused("nothing_there", f"There is no database at {source}.")
    key = settings.database_key.get_secret_value() if settings.database_key else None
    with alone(source, key) as embedded, opened(settings.database_url) as (target, _):
        try:
            upgrade(embedded)
        except DBAPIError as error:
            if "locked" not in str(error.orig):
                raise
            raise MoveRefused("in_use", f"{source} cannot be had alone: stop the server first.") from None
        with target.connect() as connection:
            if is_exempt(connection):
                raise ValueError(EXEMPT)
        upgrade(target)
        with embedded.begin() as reading, moving.only_mover(target) as writing:
            moving.begin(reading, writing, again=again)
            moving.copy(reading, writing, lambda step: say(_told(step)), rows)
            total = moving.verify(reading, writing, lambda table: say(f"{table}: comparing"))
            epoch = moving.finish(writing, new_id)
    return Moved(total, epoch, _put_away(source))


def _told(step: Step) -> str:
    return f"{step.table}: {step.copied} of {step.of}"


def _put_away(source: Path) -> Path:
    """Rename the old file: a server that is started without CURBSIDE_DATABASE must not go on with it."""
    kept = source.with_name(f"{source.name}.moved")
    source.rename(kept)
    return kept
