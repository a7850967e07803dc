"""Attachments: taken in, looked into, sealed, stored; and given out again by links that live a minute."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from curbside.actions.directory import Directory
from curbside.actions.images import Drawn, redraw
from curbside.actions.installation import Installation
from curbside.actions.switching import switches_of
from curbside.domain.access import may_see
from curbside.domain.conversation import Conversation
from curbside.domain.errors import Refused
from curbside.domain.events import FileRef
from curbside.domain.files import Kind, recognise, safe_name
from curbside.domain.people import Contact, Person
from curbside.store import conversation as conversations
from curbside.store import files as store
from curbside.store.files import File
from curbside.store.filestore import FileStore
from curbside.store.scope import EVERY_TENANT
from curbside.store.timers import Due, finish

LINK_S = 60
UNSENT_MAX = 20
UNSENT_MS = 24 * 60 * 60_000
ORPHAN_S = 60 * 60
SWEEP_S = 600
_AT_ONCE = 2
_INLINE = frozenset({"image/png", "image/jpeg", "image/webp"})


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file as it leaves: only images that we drew are shown inline, everything else is a download."""

    name: str = field(repr=False)
    mime: str
    content: bytes = field(repr=False)
    inline: bool


class Files:
    """Take in and give out attachments."""

    def __init__(self, installation: Installation, directory: Directory, folder: FileStore) -> None:
        self._installation = installation
        self._directory = directory
        self._folder = folder
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._link_key = installation.keys.root("file links")

    async def check_may_add(self, person: Person, conversation: str, *, only_open: bool = False) -> None:
        """Raise Refused unless `person` may put up a file for this conversation; asked before any byte is read.

        A contact may do so before the conversation is here: its id is the client's own, and its start may still be on
        its way. The file stays bound to them, and only their message can carry it. `only_open` is for those whose
        token has run out: Refused(`expired`) over anything but a running conversation.
        """
        state = await self._installation.db.read(
            person.tenant, lambda c: conversations.state(c, person.tenant, conversation)
        )
        theirs = state if state is not None and may_see(person, state) else None
        on = switches_of(self._directory, person, theirs.module if theirs else "")
        if not on["files"] or (isinstance(person, Contact) and not on["chat"]):
            raise Refused("switched_off")
        if only_open and not _is_open(state):
            raise Refused("expired")
        if state is None and isinstance(person, Contact):
            return
        if state is None or not may_see(person, state):
            raise Refused("not_found")

    async def add(self, person: Person, conversation: str, name: str, content: bytes) -> FileRef:
        """Look into a file, seal and store it. It is removed after a day unless a message carries it.

        Raises Refused: `bad_file`, `file_too_large`, `switched_off`, `not_found`, `too_fast`, `unavailable`.
        """
        await self.check_may_add(person, conversation)
        async with self._at_once:
            kind, content, drawn = await asyncio.to_thread(_prepare, content, name)
        name = safe_name(name, kind)
        file = File(
            tenant=person.tenant,
            id=self._installation.new_id(),
            conversation=conversation,
            uploader=f"{person.kind}:{person.id}",
            mime=kind.mime,
            size=len(content),
            width=drawn.width if drawn else None,
            height=drawn.height if drawn else None,
            message=None,
            salt=self._installation.new_salt(),
        )
        await self._store(file, name, content)
        return FileRef(file.id, name, file.mime, file.size, file.width, file.height)

    async def _store(self, file: File, name: str, content: bytes) -> None:
        sealed_name, sealed = await asyncio.to_thread(store.seal_file, self._installation.keys, file, name, content)
        await asyncio.to_thread(self._put, file.id, sealed)
        row = replace(file, sealed_name=sealed_name)
        try:
            await self._installation.db.write(file.tenant, lambda transaction: store.add(transaction, row, UNSENT_MAX))
        except Refused as refused:
            if not refused.retry or refused.code == "too_fast":  # else it may have been stored: the sweep will tell
                await asyncio.to_thread(self._folder.remove, file.id)
            raise

    def _put(self, id: str, sealed: bytes) -> None:
        try:
            self._folder.put(id, sealed)
        except OSError as error:
            raise Refused("unavailable", retry=True, after_ms=2000) from error

    async def link(
        self, person: Person, id: str, token: str, *, only_open: bool = False, within: str | None = None
    ) -> str:
        """Return the signature of a link to a file that `person` may see now. Raises Refused(`not_found`).

        The link stands on the token (its id) that it was asked for with, and ends with it; `only_open` as above;
        `within`: the one conversation that the file may be of.
        """

        def look(connection: Connection) -> None:
            file = self._visible(connection, person, id, only_open=only_open)
            if within is not None and file.conversation != within:
                raise Refused("not_found")

        await self._installation.db.read(person.tenant, look)
        expires = self._installation.db.clock() // 1000 + LINK_S
        return self._sign(f"{expires}.{token}", id)

    def holder(self, id: str, signature: str) -> str:
        """Return the id of the token that a link was given out for. Raises Refused: `not_found`, `expired`."""
        expires, token = self._read_signature(signature, id).split(".", 1)
        if int(expires) < self._installation.db.clock() // 1000:
            raise Refused("expired")
        return token

    async def fetch(self, person: Person, id: str, make_room: Callable[[int], object] = int) -> Fetched:
        """Return a file to the holder of a link, if they may still see it. Raises Refused(`not_found`).

        `make_room` is told its size before any of it is read, and may refuse.
        """
        file = await self._installation.db.read(person.tenant, lambda connection: self._visible(connection, person, id))
        make_room(file.size)
        sealed = await asyncio.to_thread(self._folder.get, id)
        if sealed is None:
            raise Refused("not_found")
        keys = self._installation.keys
        content = await asyncio.to_thread(store.unseal_bytes, keys, file, sealed)
        return Fetched(file.ref(keys).name, file.mime, content, file.mime in _INLINE)

    async def unlink(self, due: Due) -> None:
        """Remove the bytes of an erased file: what the `unlink` clock does."""
        await asyncio.to_thread(self._folder.remove, due.subject)
        await self._installation.db.write(due.tenant, lambda transaction: finish(transaction.connection, due))

    async def sweep(self) -> int:
        """Erase what was never sent, and remove bytes that no row speaks of; return how many of both."""
        unsent = await self._installation.db.write(EVERY_TENANT, lambda t: store.erase_unsent(t, UNSENT_MS))
        old = await asyncio.to_thread(lambda: list(self._folder.old(ORPHAN_S)))
        orphans = 0
        for at in range(0, len(old), 500):
            orphans += await self._remove_unknown(old[at : at + 500])
        return len(unsent) + orphans

    async def keep_swept(self) -> None:
        """Sweep every ten minutes, until cancelled."""
        while True:
            await asyncio.sleep(SWEEP_S)
            with contextlib.suppress(Refused, OSError):
                await self.sweep()

    async def _remove_unknown(self, ids: list[str]) -> int:
        known = await self._installation.db.read(EVERY_TENANT, lambda connection: store.known(connection, ids))
        orphans = set(ids) - known
        for id in orphans:
            await asyncio.to_thread(self._folder.remove, id)
        return len(orphans)

    def _visible(self, connection: Connection, person: Person, id: str, *, only_open: bool = False) -> File:
        """Return a file that `person` may see: in a message meant for them, or their own that is not sent yet."""
        file = store.find(connection, person.tenant, id)
        if file is None or file.erased:
            raise Refused("not_found")
        if only_open and not _is_open(conversations.state(connection, person.tenant, file.conversation)):
            raise Refused("expired")
        if file.message is None:
            if file.uploader != f"{person.kind}:{person.id}":
                raise Refused("not_found")
            return file
        state = conversations.state(connection, person.tenant, file.conversation)
        audience = store.audience(connection, file)
        if state is None or audience is None or not may_see(person, state) or not person.audience.sees(audience):
            raise Refused("not_found")
        return file

    def _sign(self, claims: str, id: str) -> str:
        tag = hmac.digest(self._link_key, f"{id}\x1f{claims}".encode(), "sha256")
        return base64.urlsafe_b64encode(tag + claims.encode()).rstrip(b"=").decode()

    def _read_signature(self, signature: str, id: str) -> str:
        try:
            raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
            claims = raw[32:].decode()
        except (ValueError, UnicodeDecodeError):
            raise Refused("not_found") from None
        expected = hmac.digest(self._link_key, f"{id}\x1f{claims}".encode(), "sha256")
        if not hmac.compare_digest(raw[:32], expected):
            raise Refused("not_found")
        return claims


def _is_open(state: Conversation | None) -> bool:
    return state is not None and state.status != "resolved"


def _prepare(content: bytes, name: str) -> tuple[Kind, bytes, Drawn | None]:
    kind = recognise(content, name)
    if not kind.image:
        return kind, content, None
    drawn = redraw(content, kind)
    return drawn.kind, drawn.content, drawn
