"""The database as the actions see it: `await db.write(fn)`, `await db.read(fn)`."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from curbside.domain.errors import Refused
from curbside.store.engines import READERS
from curbside.store.writer import Batched, Outcome, Single, Transaction, Work, Writer

T = TypeVar("T")
Item = TypeVar("Item")
Waiting = tuple[Work, "asyncio.Future[Any]"]
_QUEUED_MAX = 20_000
_BATCH_MAX = 512


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

    async def write(self, run: Callable[[Transaction], T]) -> T:
        """Run `run` in the writer's next transaction and return its answer once that is committed.

        Raises what `run` raised (nothing was changed), or Refused(`unavailable`, retry) when it could not be stored,
        or is not known to have been.
        """
        answer: T = await self._enqueue(Single(run))
        return answer

    async def write_batched(
        self, run: Callable[[Transaction, Sequence[Item]], Sequence[T | Exception]], item: Item
    ) -> T:
        """Run `item` together with its neighbours; the promise is that of `write`."""
        answer: T = await self._enqueue(Batched(run, item))
        return answer

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
        except DBAPIError as error:
            raise Refused("unavailable", retry=True, after_ms=1000) from error

    def _enqueue(self, work: Work) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Any] = loop.create_future()
        if self._queued >= _QUEUED_MAX or self._thread is None:
            raise Refused("busy", retry=True, after_ms=2000)
        self._queued += 1
        self._queue.put((work, future))
        return future

    def _write_until_stopped(self) -> None:
        assert self._loop is not None
        while True:
            first = self._queue.get()
            waiting, last = self._gather(first)
            if waiting:
                outcome = self._run(waiting)
                self._loop.call_soon_threadsafe(self._settle, [future for _, future in waiting], outcome)
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

    def _settle(self, futures: list[asyncio.Future[Any]], outcome: Outcome) -> None:
        self._queued -= len(futures)
        if outcome.told:
            self.on_commit(outcome.told)
        for future, answer in zip(futures, outcome.answers, strict=True):
            if future.done():
                continue
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)
