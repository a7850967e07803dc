"""A contact who is away gets one mail that an answer is there, and nothing of what it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select, update

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.letters import letter
from curbside.actions.mail import MAIL_ANSWER, Mail, MailServer
from curbside.actions.timers import fire_due, run_timers
from curbside.domain.audience import Audience
from curbside.domain.conversation import Conversation
from curbside.domain.people import Agent, Contact
from curbside.store import conversation as conversations
from curbside.store import outbox, tables, timers
from curbside.store.cursor import move_cursor
from curbside.store.outbox import Outgoing
from curbside.store.scope import EVERY_TENANT
from tests import builders

SETTINGS = '{"mail_from": "help@northwind.example"}'
SECRET = "the-patient-is-Ann-Smith"
_outbox = builders.table(tables.work.Outgoing)


@dataclass
class Inbox:
    """A mail server's handler that keeps what it gets, or answers as it is told."""

    answers: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 kept"
        if answer.startswith("250"):
            mail = message_from_bytes(envelope.content, policy=default)
            assert isinstance(mail, EmailMessage)
            self.mails.append(mail)
            self.recipients += envelope.rcpt_tos
        return answer


@dataclass
class Story:
    installation: Installation
    mail: Mail
    inbox: Inbox
    directory: Directory
    dana: Contact
    priya: Agent
    talk: Conversation

    async def answer(self) -> int:
        event = await builders.say(self.installation, self.talk, self.priya, SECRET)
        return event.numbers.house

    async def set_clock(self, n_house: int) -> None:
        where = (self.talk.tenant, MAIL_ANSWER, self.talk.id)
        await self.installation.db.write(
            EVERY_TENANT, lambda t: timers.set_timer(t.connection, *where, due_at=0, facts={"n_house": n_house})
        )

    async def fire(self) -> int:
        return await fire_due(self.installation, {MAIL_ANSWER: self.mail.answer_due})

    async def rows(self) -> list[Any]:
        return await self.installation.db.read(EVERY_TENANT, lambda c: list(c.execute(select(_outbox)).all()))

    async def hurry(self) -> None:
        waiting = update(_outbox).where(_outbox.c.sent_at.is_(None)).values(due_at=0)
        await self.installation.db.write(EVERY_TENANT, lambda t: t.connection.execute(waiting) and None)


@pytest.fixture
async def story(empty_installation: Installation, port: Callable[[], int]) -> AsyncIterator[Story]:
    installation = empty_installation
    await builders.tenant(installation, settings=SETTINGS)
    directory = Directory(installation)
    await directory.start()
    dana = await builders.contact(installation, email="dana@mercy.example", locale="es-MX")
    priya = await builders.agent(installation)
    talk = await builders.conversation(installation, dana, reference="K7-204")
    inbox = Inbox()
    controller = Controller(inbox, hostname="127.0.0.1", port=port())
    controller.start()
    mail = Mail(installation, directory, MailServer("127.0.0.1", controller.port, tls="none"))
    yield Story(installation, mail, inbox, directory, dana, priya, talk)
    controller.stop()


async def test_an_unread_answer_is_announced_once_and_says_nothing(story: Story) -> None:
    await story.set_clock(await story.answer())
    assert await story.fire() == 1
    assert await story.mail.send_due() == 1
    assert await story.mail.send_due() == 0
    assert await story.fire() == 0
    (mail,) = story.inbox.mails
    assert story.inbox.recipients == ["dana@mercy.example"]
    assert (mail["From"], mail["Subject"]) == ("Northwind <help@northwind.example>", "Tiene una respuesta (K7-204)")
    text = mail.as_bytes().decode(errors="replace") + str(mail.get_body(("plain",))) + str(mail.get_body(("html",)))
    assert "K7-204" in text and SECRET not in text and story.dana.name not in text and "http" not in text


async def test_an_answer_that_was_read_is_not_announced(story: Story) -> None:
    n_house = await story.answer()

    def read(transaction: Any) -> None:
        seq = conversations.state(transaction.connection, story.talk.tenant, story.talk.id)
        assert seq is not None
        where = (story.talk.tenant, story.talk.id, "contact", Audience.CONTACT)
        move_cursor(transaction, *where, (seq.numbers.contact, seq.numbers.contact))

    await story.installation.db.write(EVERY_TENANT, read)
    await story.set_clock(n_house)
    assert await story.fire() == 1
    assert await story.rows() == []


async def test_a_contact_without_an_address_gets_none(story: Story) -> None:
    contact = builders.table(tables.people.Contact)
    await story.installation.db.write(
        EVERY_TENANT, lambda t: t.connection.execute(update(contact).values(email=None)) and None
    )
    await story.set_clock(await story.answer())
    await story.fire()
    assert await story.rows() == []


async def test_the_same_answer_is_never_announced_twice_though_its_clock_is_set_again(story: Story) -> None:
    n_house = await story.answer()
    for _ in range(2):
        await story.set_clock(n_house)
        await story.fire()
        await story.mail.send_due()
    assert len(story.inbox.mails) == 1


async def test_a_server_that_is_busy_is_tried_again_later(story: Story) -> None:
    story.inbox.answers = ["451 try later"]
    await story.set_clock(await story.answer())
    await story.fire()
    assert await story.mail.send_due() == 0
    assert await story.mail.send_due() == 0  # not before its time
    (row,) = await story.rows()
    assert (row.attempts, row.sent_at, row.failed_at) == (1, None, None)
    await story.hurry()
    assert await story.mail.send_due() == 1


async def test_a_server_that_says_no_for_good_ends_it(story: Story) -> None:
    story.inbox.answers = ["550 no such person"]
    await story.set_clock(await story.answer())
    await story.fire()
    await story.mail.send_due()
    (row,) = await story.rows()
    assert row.failed_at is not None
    await story.hurry()
    assert await story.mail.send_due() == 0


async def test_trying_again_ends_at_last(story: Story) -> None:
    story.inbox.answers = ["451 later"] * 20
    await story.set_clock(await story.answer())
    await story.fire()
    for _ in range(12):
        await story.mail.send_due()
        await story.hurry()
    (row,) = await story.rows()
    assert (row.attempts, row.failed_at is not None) == (8, True)


async def test_two_processes_send_it_once(story: Story) -> None:
    await story.set_clock(await story.answer())
    await story.fire()
    assert sum(await asyncio.gather(*(story.mail.send_due() for _ in range(5)))) == 1
    assert len(story.inbox.mails) == 1


async def test_the_runners_send_it_by_themselves(story: Story) -> None:
    wake = asyncio.Event()
    firings = {MAIL_ANSWER: story.mail.answer_due}
    runners = [
        asyncio.create_task(story.mail.run()),
        asyncio.create_task(run_timers(story.installation, firings, wake)),
    ]
    await asyncio.sleep(0)
    await story.set_clock(await story.answer())
    wake.set()
    async with asyncio.timeout(9):
        while not story.inbox.mails:
            await asyncio.sleep(0.02)
    for runner in runners:
        runner.cancel()
    await asyncio.gather(*runners, return_exceptions=True)


@pytest.mark.parametrize(
    "recipient", ["nobody", "a@b.example\r\nBcc: eve@evil.example", "a@b.example, eve@evil.example"]
)
async def test_an_address_that_is_none_is_given_up_on(story: Story, recipient: str) -> None:
    facts = {"reference": "K7-204", "locale": "en", "tenant": "Northwind"}
    await story.installation.db.write(
        EVERY_TENANT, lambda t: outbox.post(t, story.talk.tenant, "x", "answer", recipient, facts)
    )
    await story.mail.send_due()
    assert story.inbox.mails == []
    assert (await story.rows())[0].failed_at is not None


@pytest.mark.parametrize("server", [True, False], ids=["with mail", "without"])
async def test_an_address_that_could_not_be_reached_is_forgotten_after_a_week(story: Story, server: bool) -> None:
    facts = {"reference": "K7-204", "locale": "en", "tenant": "Northwind"}
    for id in ("old", "new"):
        posted = partial(outbox.post, tenant=builders.TENANT, id=id, kind="answer", recipient="nobody", facts=facts)
        await story.installation.db.write(EVERY_TENANT, posted)
    await story.mail.send_due()
    long_ago = update(_outbox).where(_outbox.c.id == "old").values(failed_at=1)
    await story.installation.db.write(EVERY_TENANT, lambda t: t.connection.execute(long_ago) and None)
    mail = story.mail if server else Mail(story.installation, story.directory, None)
    running = asyncio.create_task(mail.run())
    await asyncio.sleep(0.2)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert [row.id for row in await story.rows()] == ["new"]


def test_a_tenants_name_is_text_in_every_part() -> None:
    facts = {"reference": "K7", "locale": "en", "tenant": "<b>Acme</b>\r\nBcc: x"}
    mail = letter(Outgoing("t", "i", "answer", "a@b.example", facts, 1, 0), "help@acme.example")
    html = mail.get_body(("html",))
    assert html is not None and "&lt;b&gt;Acme" in html.get_content()
    assert mail["Bcc"] is None


def test_the_same_row_always_makes_the_same_message_id() -> None:
    facts = {"reference": "K7", "locale": "en", "tenant": "Acme"}
    first, again = (letter(Outgoing("t", "i", "answer", "a@b.example", facts, n, n), "h@a.example") for n in (1, 2))
    assert first["Message-ID"] == again["Message-ID"]
