"""Mail to a contact who is away: an answer is there. Sent from the outbox, once, with patience."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import partial
from typing import Literal

import aiosmtplib
import structlog

from curbside.actions.directory import Directory
from curbside.actions.installation import Installation
from curbside.actions.letters import letter
from curbside.domain.errors import Refused
from curbside.store import mail as store
from curbside.store import outbox
from curbside.store.outbox import Outgoing
from curbside.store.scope import EVERY_TENANT
from curbside.store.timers import Due, finish
from curbside.store.writer import Transaction

MAIL_ANSWER = "mail_answer"
LOOK_S = 2.0
ATTEMPTS_MAX = 8
_FIRST_DELAY_MS = 30_000
_LONGEST_DELAY_MS = 60 * 60_000
_DAY_MS = 24 * 60 * 60_000
_PATIENCE_S = 20.0
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in."""

    host: str
    port: int = 587
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: Literal["starttls", "tls", "none"] = "starttls"

    async def send(self, message: EmailMessage) -> None:
        await aiosmtplib.send(
            message,
            hostname=self.host,
            port=self.port,
            username=self.username,
            password=self.password,
            use_tls=self.tls == "tls",
            start_tls=self.tls == "starttls",
            local_hostname=str(message["From"]).rpartition("@")[2].strip("> "),  # else it is looked up, and waited for
            timeout=_PATIENCE_S,
        )


class Mail:
    """Decide what mail leaves, and send it. Without a server none is written."""

    def __init__(
        self, installation: Installation, directory: Directory, server: MailServer | None, default_sender: str = ""
    ) -> None:
        self._installation = installation
        self._directory = directory
        self._server = server
        self._default_sender = default_sender
        self._wake = asyncio.Event()
        self._forgot_at = 0

    async def answer_due(self, due: Due) -> None:
        """Put a mail in the outbox if the contact has not read the answer by now: what `mail_answer` does."""
        settings = self._directory.tenant(due.tenant)
        sender = settings.settings.mail_from or self._default_sender
        wanted = self._server is not None and bool(sender)

        def run(transaction: Transaction) -> bool:
            if not finish(transaction.connection, due) or not wanted:
                return False
            return _post_answer(transaction, due, settings.name)

        if await self._installation.db.write(due.tenant, run):
            self._wake.set()

    async def run(self) -> None:
        """Send what is in the outbox, until cancelled."""
        while True:
            with contextlib.suppress(Refused):
                await self._forget_old()
                if self._server is not None:
                    await self.send_due()
            task = asyncio.current_task()
            if task is not None and task.cancelling():  # asked to end, but what speaks SMTP swallowed it
                raise asyncio.CancelledError
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):  # wait_for may swallow a cancellation
                    await self._wake.wait()
            self._wake.clear()

    async def _forget_old(self) -> None:
        """Once a day: an address that could not be reached is kept no longer than somebody may ask about it."""
        now = self._installation.db.clock()
        if now - self._forgot_at >= _DAY_MS:
            await self._installation.db.write(EVERY_TENANT, outbox.forget_old)
            self._forgot_at = now

    async def send_due(self) -> int:
        """Send what is due, one after the other, and return how many left."""
        clock = self._installation.db.clock
        if not await self._installation.db.read(
            EVERY_TENANT, lambda connection: outbox.anything_due(connection, clock)
        ):
            return 0
        claimed = await self._installation.db.write(EVERY_TENANT, outbox.claim)
        left = 0
        for mail in claimed:
            left += await self._send(mail)
        return left

    async def _send(self, mail: Outgoing) -> bool:
        assert self._server is not None
        write = partial(self._installation.db.write, mail.tenant)
        try:
            message = letter(mail, self._sender(mail.tenant))
            await self._server.send(message)
        except (aiosmtplib.SMTPException, OSError, ValueError, Refused) as error:
            hopeless = _is_hopeless(error) or mail.attempts >= ATTEMPTS_MAX
            _log.warning("mail.not_sent", id=mail.id, error=type(error).__name__, attempts=mail.attempts)
            if hopeless:
                await write(lambda transaction: outbox.failed(transaction, mail))
            else:
                await write(lambda transaction: outbox.try_again(transaction, mail, _delay(mail.attempts)))
            return False
        await write(lambda transaction: outbox.sent(transaction, mail))
        return True

    def _sender(self, tenant: str) -> str:
        return self._directory.tenant(tenant).settings.mail_from or self._default_sender


def _post_answer(transaction: Transaction, due: Due, tenant_name: str) -> bool:
    unread = store.unread_answer(transaction.connection, due.tenant, due.subject, int(due.facts["n_house"]))
    if unread is None:
        return False
    facts = {"reference": unread.reference, "locale": unread.locale, "tenant": tenant_name}
    once = f"answer:{due.subject}:{due.facts['n_house']}"
    return outbox.post(transaction, due.tenant, once, "answer", unread.email, facts)


def _delay(attempts: int) -> int:
    return min(_FIRST_DELAY_MS << 2 * (attempts - 1), _LONGEST_DELAY_MS)


def _is_hopeless(error: Exception) -> bool:
    """Tell whether trying again cannot help: the address is none, or the server has said no for good (5xx)."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return all(_is_hopeless(each) for each in error.recipients)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return False  # the installation's own settings are wrong, which somebody will mend
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return 500 <= error.code < 600
    return isinstance(error, ValueError | Refused)
