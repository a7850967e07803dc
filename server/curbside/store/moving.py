"""Moving an embedded database into PostgreSQL: a batch a transaction, so that it goes on where it was stopped.

How far it has come stands in the target, in a table that is there for as long as the move is not over: nobody serves
from a database that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    delete,
    func,
    inspect,
    literal_column,
    select,
    text,
    update,
)

from curbside.store.copying import TABLES, counts, empty, fingerprint, put
from curbside.store.installation import INSTALLATION, change_epoch, epoch_of
from curbside.store.scope import EVERY_TENANT, enter

ROWS = 2_000
# The search index makes itself again.
MOVED = tuple(table for table in TABLES if table.name not in ("searchword", "searchprogress"))
_moving = Table(
    "moving",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("epoch", String, nullable=False),
    Column("through", BigInteger, nullable=False),
    Column("copied", BigInteger, nullable=False),
)
_rowid = literal_column("rowid", BigInteger)
_LOCK = text("SELECT pg_try_advisory_lock(hashtext('curbside move'))")


class MoveRefused(ValueError):
    """Why a database is not moved: a code for programs, a sentence for people."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{sentence} ({code})")
        self.code = code


@dataclass(frozen=True, slots=True)
class Step:
    """How far the rows of a table have come."""

    table: str
    copied: int
    of: int


@contextmanager
def only_mover(target: Engine) -> Iterator[Connection]:
    """Give a connection to the target over which nobody else moves anything meanwhile."""
    with target.connect() as connection:
        if not connection.execute(_LOCK).scalar_one():
            raise MoveRefused("moving", "Another move into this database is under way.")
        connection.commit()
        yield connection


def is_moving(connection: Connection) -> bool:
    """Tell whether a move into this database was begun and is not over."""
    return inspect(connection).has_table(_moving.name)


def begin(source: Connection, target: Connection, *, again: bool) -> None:
    """Begin a move, or see that it can go on; `again`: what an earlier one has copied is deleted first.

    Raises MoveRefused: `not_empty`, `other_source`.
    """
    epoch = epoch_of(source)
    if epoch is None:
        raise MoveRefused("nothing_there", "The source is no database of Curbside, or an empty one.")
    with target.begin():
        enter(target, EVERY_TENANT)
        if is_moving(target) and not again:
            if set(target.scalars(select(_moving.c.epoch))) != {epoch}:
                raise MoveRefused("other_source", "A move from another database was begun: finish it, or use --again.")
            return
        if is_moving(target):
            _moving.drop(target)
            empty(target)
        if any(count for name, count in counts(target).items() if name != INSTALLATION.name):
            raise MoveRefused("not_empty", "The database in CURBSIDE_DATABASE is not empty.")
        target.execute(delete(INSTALLATION))
        _moving.create(target)
        names = [{"name": table.name, "epoch": epoch, "through": -1, "copied": 0} for table in MOVED]
        target.execute(_moving.insert(), names)


def copy(source: Connection, target: Connection, tell: Callable[[Step], object], rows: int = ROWS) -> None:
    """Copy whatever has not been copied yet, and tell after each batch how far it is."""
    for table in MOVED:
        total = source.execute(select(func.count()).select_from(table)).scalar_one()
        while True:
            with target.begin():
                step = _copy_some(source, target, table, total, rows)
            if step is None:
                break
            tell(step)


def _copy_some(source: Connection, target: Connection, table: Table, total: int, rows: int) -> Step | None:
    enter(target, EVERY_TENANT)
    mine = _moving.c.name == table.name
    through, copied = target.execute(select(_moving.c.through, _moving.c.copied).where(mine)).one()
    after = select(_rowid).select_from(table).where(_rowid > through).order_by(_rowid).limit(rows)
    ids = list(source.scalars(after))
    if not ids:
        return None
    found = source.execute(select(table).where(_rowid > through, _rowid <= ids[-1]).order_by(_rowid)).all()
    put(target, table, found)
    target.execute(update(_moving).where(mine).values(through=ids[-1], copied=copied + len(found)))
    return Step(table.name, copied + len(found), total)


def verify(source: Connection, target: Connection, tell: Callable[[str], object]) -> int:
    """Compare every table by count and hash; return how many rows there are.

    Raises MoveRefused(`differs`), which also says that the source was changed between two runs.
    """
    total = 0
    with target.begin():
        enter(target, EVERY_TENANT)
        for table in MOVED:
            tell(table.name)
            there, here = fingerprint(target, table), fingerprint(source, table)
            if there != here:
                why = f"{table.name} has {there[0]} rows there and {here[0]} here, or others: the source was changed."
                raise MoveRefused("differs", f"{why} Begin anew with --again.")
            total += here[0]
    return total


def finish(target: Connection, new_id: Callable[[], str]) -> str:
    """End the move: another epoch, by which clients know to fetch again."""
    with target.begin():
        enter(target, EVERY_TENANT)
        epoch = change_epoch(target, new_id)
        _moving.drop(target)
    return epoch
