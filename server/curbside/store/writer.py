"""The group-committing writer: many commands, one transaction, one commit.

`Writer` is synchronous and knows no thread; `database.Database` drives it from one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import DataError, DBAPIError

from curbside.domain.errors import Refused
from curbside.store.engines import waiting
from curbside.store.scope import NO_TENANT, enter, enter_and_time

T = TypeVar("T")
Item = TypeVar("Item")
NOTHING: Mapping[Any, Any] = MappingProxyType({})
REMEMBERED_MAX = 10_000


@dataclass(slots=True)
class Transaction:
    """One transaction, while it runs: the connection, its one `now`, and what to tell once it is committed.

    `remembered` are conversations as the last transactions left them, which need not be read again; what this one
    leaves goes to `left`, and is newer. `whose` is the tenant whose rows it may reach now.
    """

    connection: Connection
    now: int
    whose: str
    told: list[Any] = field(default_factory=list)
    remembered: Mapping[Any, Any] = field(default_factory=lambda: NOTHING, repr=False)
    left: dict[Any, Any] = field(default_factory=dict, repr=False)

    def forget(self) -> None:
        """Take that any row may have been changed."""
        self.remembered = NOTHING
        self.left.clear()

    def enter(self, whose: str) -> None:
        """Reach the rows of this tenant from here on, and of no other."""
        if self.whose != whose:
            enter(self.connection, whose)
            self.whose = whose

    @contextmanager
    def within(self, whose: str) -> Iterator[None]:
        """Reach the rows of this tenant for a while: for jobs that go from one to the next."""
        before = self.whose
        self.enter(whose)
        try:
            yield
        except DBAPIError:
            raise  # the transaction is over: nothing more can be asked in it
        except BaseException:
            self.enter(before)
            raise
        self.enter(before)


@dataclass(frozen=True, slots=True)
class Single(Generic[T]):
    """A piece of work for a tenant, in a savepoint of its own; one that is `apart` changes no conversation's row."""

    whose: str
    run: Callable[[Transaction], T]
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Batched(Generic[Item, T]):
    """A piece of work that is decided together with its neighbours of the same kind, without savepoints.

    `run` gets all of them, on PostgreSQL all of a tenant, and returns an answer or an exception for each; a Refused
    must have changed nothing.
    """

    whose: str
    run: Callable[[Transaction, Sequence[Item]], Sequence[T | Exception]]
    item: Item


Work = Single[Any] | Batched[Any, Any]


@dataclass(slots=True)
class Outcome:
    """What came of a batch: an answer or an exception for each piece of work, and what to tell."""

    answers: list[Any]
    told: list[Any]


@dataclass(slots=True)
class Memory:
    """What the last transactions left, and the version of the database for which that holds."""

    version: int | None = -1
    left: dict[Any, Any] = field(default_factory=dict)

    def after(self, version: int, transaction: Transaction) -> Memory:
        """Return what is remembered after a transaction: nothing from before it where that may have changed."""
        if transaction.remembered is not self.left or len(self.left) > REMEMBERED_MAX:
            return Memory(version, transaction.left)
        self.left.update(transaction.left)
        return self


@dataclass(slots=True)
class Begun:
    """A transaction in which all is done but the commit."""

    writer: Writer
    batch: Sequence[Work]
    transaction: Transaction
    root: RootTransaction
    answers: list[Any]
    memory: Memory
    version: int | None

    def commit(self) -> Outcome:
        """Commit, whichever thread began. Raises DBAPIError when it is not known whether anything was stored."""
        with self.transaction.connection, self.root:
            pass  # leaving commits, and rolls back what could not be
        if self.version is not None:
            self.writer.remember(self.memory.after(self.version, self.transaction))
        return Outcome(self.answers, self.transaction.told)


class Writer:
    """Run pieces of work in order, in as few transactions as may be.

    Guarantee: an answer that is not an exception was committed, and its `told` stands in the outcome, in the order of
    commit. When the commit itself fails, every piece of work is answered `unavailable` with `retry`: unknown is not
    failed, and the receipts make a repetition safe.
    """

    def __init__(self, engine: Engine, clock: Callable[[], int]) -> None:
        self.engine = engine
        self._clock = clock
        self._postgres = engine.dialect.name == "postgresql"
        self._memory = Memory()

    def run(self, batch: Sequence[Work]) -> Outcome:
        """Run `batch` in one transaction; after a deadlock or an I/O error run its parts singly."""
        try:
            return self._together(batch)
        except DataError:
            if len(batch) == 1:
                return Outcome([_unfit()], [])
        except DBAPIError:
            if len(batch) == 1:
                return self._unavailable(batch)
        outcome = Outcome([], [])
        for work in batch:
            one = self._alone(work)
            outcome.answers += one.answers
            outcome.told += one.told
        return outcome

    def _alone(self, work: Work) -> Outcome:
        try:
            return self._together([work])
        except DataError:
            return Outcome([_unfit()], [])
        except DBAPIError:
            return self._unavailable([work])

    def _together(self, batch: Sequence[Work]) -> Outcome:
        return self._begin(batch).commit()

    def begin_at_once(self, batch: Sequence[Work]) -> Begun | None:
        """Do all but the commit of `batch`, or None where this cannot be done without waiting for anybody.

        For the thread of the event loop: statements of messages take microseconds on SQLite, the commit waits for the
        disk. `finish` does the rest, from any thread, and answers as `run` would.
        """
        if self._postgres or not all(isinstance(work, Batched) for work in batch):
            return None
        try:
            return self._begin(batch, wait_ms=0)
        except DBAPIError:  # another process writes, or worse: `run` waits, or finds out
            return None

    def finish(self, begun: Begun) -> Outcome:
        """Commit what `begin_at_once` began."""
        try:
            return begun.commit()
        except DBAPIError:
            return self.run(begun.batch)

    def _begin(self, batch: Sequence[Work], wait_ms: int | None = None) -> Begun:
        memory, self._memory = self._memory, Memory()
        connection = self.engine.connect()
        try:
            with waiting(connection, wait_ms):
                root = connection.begin()
            whose = batch[0].whose if batch else NO_TENANT
            transaction = Transaction(connection, self._enter(connection, whose), whose)
            version = None if self._postgres else self._version(connection)
            if memory.version == version:
                transaction.remembered = memory.left
            return Begun(self, batch, transaction, root, self._work(transaction, batch), memory, version)
        except BaseException:
            connection.close()  # and so rolls back
            raise

    def _work(self, transaction: Transaction, batch: Sequence[Work]) -> list[Any]:
        answers: list[Any] = []
        while len(answers) < len(batch):
            work = batch[len(answers)]
            if isinstance(work, Batched):
                answers += self._in_one_go(transaction, self._neighbours(batch, len(answers)))
            else:
                answers.append(self._in_savepoint(transaction, work))
                if not work.apart:
                    transaction.forget()
        return answers

    def remember(self, memory: Memory) -> None:
        self._memory = memory

    def _version(self, connection: Connection) -> int:
        """Return a number that changes when any other connection, of this process or another, changed the database.

        See sqlite.org/pragma.html#pragma_data_version. It is what makes remembering safe: on PostgreSQL, where others
        write too, rows are locked and read each time.
        """
        return int(connection.connection.cursor().execute("PRAGMA data_version").fetchone()[0])

    def _neighbours(self, batch: Sequence[Work], at: int) -> list[Batched[Any, Any]]:
        first = batch[at]
        assert isinstance(first, Batched)
        run: list[Batched[Any, Any]] = []
        for work in batch[at:]:
            if not isinstance(work, Batched) or work.run != first.run:
                break
            run.append(work)
        return run

    def _in_one_go(self, transaction: Transaction, works: Sequence[Batched[Any, Any]]) -> Sequence[Any]:
        run = works[0].run
        if not self._postgres:
            return run(transaction, [one.item for one in works])
        answers: dict[int, Any] = {}
        for whose in sorted({one.whose for one in works}):
            transaction.enter(whose)
            theirs = [n for n, one in enumerate(works) if one.whose == whose]
            answers |= zip(theirs, run(transaction, [works[n].item for n in theirs]), strict=True)
        return [answers[n] for n in range(len(works))]

    def _in_savepoint(self, transaction: Transaction, work: Single[T]) -> T | Exception:
        transaction.enter(work.whose)  # before the savepoint: whatever becomes of that, it stays
        mark = len(transaction.told)
        savepoint = transaction.connection.begin_nested()
        try:
            answer = work.run(transaction)
        except DBAPIError:
            raise
        except Exception as error:
            savepoint.rollback()
            transaction.whose = work.whose
            del transaction.told[mark:]
            return error
        savepoint.commit()
        return answer

    def _enter(self, connection: Connection, whose: str) -> int:
        return enter_and_time(connection, whose) if self._postgres else self._clock()

    def _unavailable(self, batch: Sequence[Work]) -> Outcome:
        return Outcome([Refused("unavailable", retry=True, after_ms=1000) for _ in batch], [])


def _unfit() -> Refused:
    # PostgreSQL stores no zero character, which SQLite does: what no try can store is not to be tried again.
    return Refused("bad_body")
