"""The database as the actions see it: `await db.write(fn)`, `await db.read(fn)`."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError

from curbside.domain.errors import Refused
from curbside.store.engines import READERS
from curbside.store.writer import Batched, Outcome, Single, Transaction, Work, Writer

T = TypeVar("T")
Item = TypeVar("Item")
Answered = Callable[[Any], object]
Waiting = tuple[Work, Answered]
_QUEUED_MAX = 20_000
_BATCH_MAX = 512
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
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._queued = 0

    def start(self) -> None:
        """Start the writer's thread; call it from the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._write_until_stopped, name="curbside-write", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Finish what is queued, then close every connection."""
        if self._thread is not None:
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None
        self._readers.shutdown(wait=True)
        self.writer.engine.dispose()
        self._reader.dispose()

    async def write(self, run: Callable[[Transaction], T], *, apart: bool = False) -> T:
        """Run `run` in the writer's next transaction and return its answer once that is committed.

        `apart` promises that it changes nothing of conversations' rows: then the writer may remember them.

        Raises what `run` raised (nothing was changed), or Refused(`unavailable`, retry) when it could not be stored,
        or is not known to have been.
        """
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._enqueue(Single(run, apart), partial(_resolve, future))
        return await future

    async def write_batched(
        self, run: Callable[[Transaction, Sequence[Item]], Sequence[T | Exception]], item: Item
    ) -> T:
        """Run `item` together with its neighbours; the promise is that of `write`."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._enqueue(Batched(run, item), partial(_resolve, future))
        return await future

    def write_soon(
        self,
        run: Callable[[Transaction, Sequence[Item]], Sequence[T | Exception]],
        item: Item,
        answered: Callable[[T | Exception], object],
    ) -> None:
        """Do what `write_batched` does without a task that waits: `answered` gets what it would return or raise.

        Raises Refused(`busy`, retry) at once when too much waits already.
        """
        self._enqueue(Batched(run, item), answered)

    async def read(self, run: Callable[[Connection], T]) -> T:
        """Run `run` on a read-only connection in a thread.

        Raises Refused(`unavailable`, retry) when the database cannot be read.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, run)

    def _read(self, run: Callable[[Connection], T]) -> T:
        try:
            with self._reader.connect() as connection:
                return run(connection)
        except DataError as error:
            raise Refused("bad_body") from error  # asked for what no row can hold: it will not be there later either
        except DBAPIError as error:
            raise Refused("unavailable", retry=True, after_ms=1000) from error

    def _enqueue(self, work: Work, answered: Answered) -> None:
        if self._queued >= _QUEUED_MAX or self._thread is None:
            raise Refused("busy", retry=True, after_ms=2000)
        self._queued += 1
        self._queue.put((work, answered))

    def _write_until_stopped(self) -> None:
        assert self._loop is not None
        while True:
            first = self._queue.get()
            waiting, last = self._gather(first)
            if waiting:
                outcome = self._run(waiting)
                self._loop.call_soon_threadsafe(self._settle, [answered for _, answered in waiting], outcome)
            if last:
                return

    def _gather(self, first: Waiting | None) -> tuple[list[Waiting], bool]:
        waiting: list[Waiting] = []
        one: Waiting | None = first
        while True:
            if one is None:
                return waiting, True
            waiting.append(one)
            if len(waiting) >= _BATCH_MAX:
                return waiting, False
            try:
                one = self._queue.get_nowait()
            except queue.Empty:
                return waiting, False

    def _run(self, waiting: list[Waiting]) -> Outcome:
        try:
            return self.writer.run([work for work, _ in waiting])
        except Exception as error:  # a bug in batched work: nothing was committed, everyone is told
            return Outcome([error for _ in waiting], [])

    def _settle(self, waiting: list[Answered], outcome: Outcome) -> None:
        self._queued -= len(waiting)
        if outcome.told:
            self.on_commit(outcome.told)
        for answered, answer in zip(waiting, outcome.answers, strict=True):
            try:
                answered(answer)
            except Exception:  # one who cannot take an answer must not keep the others from theirs
                _log.exception("database.answered")


def _resolve(future: asyncio.Future[Any], answer: Any) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
