"""The store and the actions without an event loop or a thread: what is asked is done before it returns."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from curbside.actions.conversation import Conversations, Said
from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.receipts import Done
from curbside.domain import commands as ask
from curbside.domain.audience import Audience
from curbside.domain.events import Event
from curbside.domain.people import Actor, Agent, Contact
from curbside.store import conversation as store
from curbside.store.database import Database
from curbside.store.engines import memory
from curbside.store.migrations import upgrade
from curbside.store.scope import EVERY_TENANT
from curbside.store.sealing import Keys
from curbside.store.writer import Batched, Outcome, Single, Transaction, Work
from tests import builders

T = TypeVar("T")
Item = TypeVar("Item")
ROOT_KEY = bytes(range(32))


class Immediate(Database):
    """A database whose writes and reads are done at once, by whoever asks."""

    async def write(self, whose: str, run: Callable[[Transaction], T], *, apart: bool = False) -> T:
        answer: T = self._only(Single(whose, run, apart))
        return answer

    async def write_batched(
        self, whose: str, run: Callable[[Transaction, Sequence[Item]], Sequence[T | Exception]], item: Item
    ) -> T:
        answer: T = self._only(Batched(whose, run, item))
        return answer

    async def read(self, whose: str, run: Callable[[Connection], T]) -> T:
        return self._read(whose, run)

    def _only(self, work: Work) -> Any:
        outcome = self.writer.run([work])
        self.on_commit(outcome.told)
        (answer,) = outcome.answers
        if isinstance(answer, Exception):
            raise answer
        return answer


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that has nothing to wait for."""
    try:
        work.send(None)
    except StopIteration as stop:
        found: T = stop.value
        return found
    raise AssertionError("this waited for something")


class Ground:
    """Two tenants and the people in them, on one database."""

    def __init__(self, writer: Engine, reader: Engine, clock: Callable[[], int]) -> None:
        self.installation = Installation(Immediate(writer, reader, clock), Keys(ROOT_KEY))
        self.writer = self.installation.db.writer
        self.keys = self.installation.keys
        for tenant in (builders.TENANT, builders.OTHER_TENANT):
            at_once(builders.tenant(self.installation, tenant))
        self.know()

    def know(self) -> None:
        """Read the directory anew."""
        self.directory = Directory(self.installation)
        at_once(self.directory.start())
        self.conversations = Conversations(self.installation, self.directory)

    def contact(self, name: str = "Dana Ruiz", **more: Any) -> Contact:
        return at_once(builders.contact(self.installation, name, **more))

    def agent(self, name: str = "Priya Nair", **more: Any) -> Agent:
        made = at_once(builders.agent(self.installation, name, **more))
        self.know()
        return made

    def perform(self, actor: Actor, command: ask.Command) -> Done:
        """Carry out a command; raises what it raises."""
        return at_once(self.conversations.perform(actor, command))

    def work(self, actor: Actor, command: ask.Command) -> Work:
        """Return a command as the writer takes it."""
        if isinstance(command, ask.Say):
            return Batched(
                actor.tenant, self.conversations.say, Said(actor, command, self.conversations.fingerprint(command))
            )
        prepared = self.conversations.prepare(actor, command)
        return Single(actor.tenant, lambda transaction: self.conversations.act(transaction, actor, command, prepared))

    def together(self, *asked: tuple[Actor, ask.Command]) -> Outcome:
        """Carry out commands in one transaction."""
        return self.writer.run([self.work(actor, command) for actor, command in asked])

    def read(self, run: Callable[[Connection], T]) -> T:
        return at_once(self.installation.db.read(EVERY_TENANT, run))

    def events(self, actor: Actor, conversation: str, after: int = 0, limit: int = 1_000) -> list[Event]:
        """Return what `actor` may read of a conversation."""
        return self.seen_by(actor.audience, actor.tenant, conversation, after, limit)

    def seen_by(
        self, audience: Audience, tenant: str, conversation: str, after: int = 0, limit: int = 1_000
    ) -> list[Event]:
        place = (tenant, conversation, audience, after, limit)
        return self.read(lambda connection: store.read_events(connection, self.keys, *place))

    def state(self, tenant: str, conversation: str) -> Any:
        return self.read(lambda connection: store.state(connection, tenant, conversation))


@contextmanager
def in_memory(clock: Callable[[], int]) -> Any:
    """Give a ground on a database in memory."""
    engine = memory()
    upgrade(engine)
    yield Ground(engine, engine, clock)
    engine.dispose()


def start(**more: Any) -> ask.Start:
    return ask.Start(key=builders.new_id(), conversation=more.pop("conversation", None) or builders.new_id(), **more)


def message(conversation: str, text: str = "Hello", *, key: str | None = None, **more: Any) -> ask.Say:
    body = ask.Words(text=text, **more)
    return ask.Say(key=key or builders.new_id(), conversation=conversation, kind="message", body=body)


def note(conversation: str, text: str = "Between us", *, audience: Any = "staff", key: str | None = None) -> ask.Say:
    body = ask.Words(text=text)
    return ask.Say(key=key or builders.new_id(), conversation=conversation, kind="note", body=body, audience=audience)


def claim(conversation: str) -> ask.Claim:
    return ask.Claim(key=builders.new_id(), conversation=conversation)
