"""The database as the actions see it: `await db.write(tenant, fn)`, `await db.read(tenant, fn)`."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError

from curbside.domain.errors import Refused
from curbside.store.engines import READERS
from curbside.store.scope import enter
from curbside.store.writer import Batched, Outcome, Single, Transaction, Work, Writer

T = TypeVar("T")
Item = TypeVar("Item")
Answered = Callable[[Any], object]
Waiting = tuple[Work, Answered]
_QUEUED_MAX = 20_000
_BATCH_MAX = 256
_log = structlog.get_logger(__name__)


class Database:
    """Queue writes for the one writer, and run reads in a small pool.

    What queued during the last commit is the next batch: no delay is added to gather more (measured: it loses more
    than it wins). `on_commit` hears what each transaction told, in order, before any of its futures is resolved.
    """

    def __init__(self, writer: Engine, reader: Engine, clock: Callable[[], int]) -> None:
        self.clock = clock
        self.writer = Writer(writer, clock)
        self.on_commit: Callable[[list[Any]], None] = lambda told: None
        self._reader = reader
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="curbside-read")
        self._committer = ThreadPoolExecutor(1, thread_name_prefix="curbside-write")
        self._waiting: deque[Waiting] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._busy = False
        self._woken = False
        self._idle: asyncio.Event | None = None

    def start(self) -> None:
        """Begin to write; call it from the running event loop, which every write then comes from."""
        self._loop = asyncio.get_running_loop()
        self._idle = asyncio.Event()

    async def stop(self) -> None:
        """Finish what is queued, then close every connection."""
        while self._loop is not None and self.writing:
            assert self._idle is not None
            self._idle.clear()
            await self._idle.wait()
        self._loop = None
        self._committer.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.writer.engine.dispose()
        self._reader.dispose()

    @property
    def queued(self) -> int:
        """Count what waits for the next batch."""
        return len(self._waiting)

    @property
    def writing(self) -> bool:
        """Tell whether a batch is under way, or something waits for the next."""
        return self._busy or bool(self._waiting)

    async def write(self, whose: str, run: Callable[[Transaction], T], *, apart: bool = False) -> T:
        """Run `run` in the writer's next transaction and return its answer once that is committed.

        `whose` rows it may reach: a tenant's, or everybody's (`scope.EVERY_TENANT`).
        `apart` promises that it changes nothing of conversations' rows: then the writer may remember them.

        Raises what `run` raised (nothing was changed), or Refused(`unavailable`, retry) when it could not be stored,
        or is not known to have been.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._enqueue(Single(whose, run, apart), partial(_resolve, future))
        return await future

    async def write_batched(
        self, whose: str, run: Callable[[Transaction, Sequence[Item]], Sequence[T | Exception]], item: Item
    ) -> T:
        """Run `item` together with its neighbours; the promise is that of `write`."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._enqueue(Batched(whose, run, item), partial(_resolve, future))
        return await future

    def write_soon(
        self,
        whose: str,
        run: Callable[[Transaction, Sequence[Item]], Sequence[T | Exception]],
        item: Item,
        answered: Callable[[T | Exception], object],
    ) -> None:
        """Do what `write_batched` does without a task that waits: `answered` gets what it would return or raise.

        Raises Refused(`busy`, retry) at once when too much waits already.
        """
        self._enqueue(Batched(whose, run, item), answered)

    async def read(self, whose: str, run: Callable[[Connection], T]) -> T:
        """Run `run` on a read-only connection in a thread; `whose` as for `write`.

        Raises Refused(`unavailable`, retry) when the database cannot be read.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, whose, run)

    def _read(self, whose: str, run: Callable[[Connection], T]) -> T:
        try:
            with self._reader.connect() as connection:
                enter(connection, whose)
                return run(connection)
        except DataError as error:
            raise Refused("bad_body") from error  # asked for what no row can hold: it will not be there later either
        except DBAPIError as error:
            raise Refused("unavailable", retry=True, after_ms=1000) from error

    def _enqueue(self, work: Work, answered: Answered) -> None:
        if len(self._waiting) >= _QUEUED_MAX or self._loop is None:
            raise Refused("busy", retry=True, after_ms=2000)
        self._waiting.append((work, answered))
        if not self._busy and not self._woken:
            # What else came in this turn of the event loop belongs to the same batch.
            self._woken = True
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        """Begin the next batch, unless one is under way."""
        self._woken = False
        if self._busy or not self._waiting:
            return
        self._busy = True
        batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), _BATCH_MAX))]
        works = [work for work, _ in batch]
        try:
            # Statements here, the commit in a thread: two threads that both run Python cost each other more.
            begun = self.writer.begin_at_once(works)
            finish = partial(self.writer.run, works) if begun is None else partial(self.writer.finish, begun)
        except Exception as error:  # a bug in batched work: nothing was committed, everyone is told
            finish = partial(Outcome, [error for _ in works], [])
        self._committer.submit(self._finish, finish, [answered for _, answered in batch])

    def _finish(self, finish: Callable[[], Outcome], waiting: list[Answered]) -> None:
        try:
            outcome = finish()
        except Exception as error:  # a bug in batched work, as above
            outcome = Outcome([error for _ in waiting], [])
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._settle, waiting, outcome)

    def _settle(self, waiting: list[Answered], outcome: Outcome) -> None:
        self._busy = False
        if outcome.told:
            self.on_commit(outcome.told)
        for answered, answer in zip(waiting, outcome.answers, strict=True):
            try:
                answered(answer)
            except Exception:  # one who cannot take an answer must not keep the others from theirs
                _log.exception("database.answered")
        if self._waiting and not self._woken and self._loop is not None:
            # Not at once: what has come in meanwhile is read first, and fewer, larger batches cost less than they wait.
            self._woken = True
            self._loop.call_soon(self._next)
        if self._idle is not None:
            self._idle.set()


def _resolve(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
