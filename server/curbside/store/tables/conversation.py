"""A conversation's timeline, and what is derived from it in the same transaction."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import SQLModel

from curbside.store.tables.columns import blob, json_text, key, millis

_RESOLVED = text("status = 'resolved'")
_RUNNING = text("phase <> 'ended'")
_MENTIONED = text("mentioned <> ''")


class Conversation(SQLModel, table=True):
    """The state that the events add up to. `reference` is for saying aloud; it opens nothing."""

    tenant: str = key(foreign_key="tenant.id")
    id: str = key()
    reference: str
    channel: str
    opened_by: str
    contact: str
    organization: str
    topic: str
    module: str = ""
    urgency: str
    status: str
    team: str | None = None
    level: int
    agent: str | None = None
    test: bool = False
    external: str = json_text(default="{}")
    n_contact: int
    n_staff: int
    n_house: int
    created_at: int = millis()
    changed_at: int = millis()
    last_at: int = millis()
    contact_at: int = millis()
    waiting_since: int | None = millis(default=None, nullable=True)
    answer_since: int | None = millis(default=None, nullable=True)
    front: bool = False
    until: int | None = millis(default=None, nullable=True)
    on: str | None = None
    rated: bool = False
    rating: int | None = None
    last_kind: str = ""
    last_by: str = ""
    mentioned: str = ""
    phoning: str = ""
    first_words: int | None = None
    wrapped_key: bytes | None = blob(default=None, nullable=True)
    chain: bytes = blob()
    __table_args__ = (
        UniqueConstraint("tenant", "reference"),
        # A message changes none of the next four: what is open is few enough to be sorted when it is asked for.
        Index("ix_conversation_tenant_status", "tenant", "status"),
        Index("ix_conversation_tenant_agent_status", "tenant", "agent", "status"),
        Index("ix_conversation_tenant_team_status", "tenant", "team", "status"),
        Index("ix_conversation_tenant_contact", "tenant", "contact"),
        Index("ix_conversation_resolved", "tenant", "changed_at", sqlite_where=_RESOLVED, postgresql_where=_RESOLVED),
        Index("ix_conversation_mentioned", "tenant", sqlite_where=_MENTIONED, postgresql_where=_MENTIONED),
        Index("ix_conversation_changed_at", "changed_at"),
        ForeignKeyConstraint(["tenant", "contact"], ["contact.tenant", "contact.id"]),
    )


class Event(SQLModel, table=True):
    """One immutable fact. The counts of all three audiences are those up to and including it.

    `asked` makes a message its own receipt: the hash of the command that `key` named.
    """

    tenant: str = key()
    conversation: str = key()
    n_house: int = key()
    n_staff: int
    n_contact: int
    audience: int
    kind: str
    author: str
    at: int = millis()
    key: str | None = None
    asked: bytes | None = blob(default=None, nullable=True)
    facts: str = json_text()
    body_id: bytes | None = blob(default=None, nullable=True)
    commitment: bytes | None = blob(default=None, nullable=True)
    chain: bytes = blob()
    gone: str | None = None
    __table_args__ = (
        # A message's own receipt: found by its key, whoever wrote it. (An index for each audience's numbers would be
        # three pages more a message; they never run ahead of `n_house`, so the primary key finds them.)
        Index("uq_event_key", "tenant", "key", unique=True),
        ForeignKeyConstraint(["tenant", "conversation"], ["conversation.tenant", "conversation.id"]),
    )


class SealedBody(SQLModel, table=True):
    """What was written in one event, sealed. Erasing removes it and its salt.

    Ids begin with the time, so that what is written together lies together: bodies of a hundred conversations cost a
    commit a few pages, where a key that begins with the conversation would cost it a page each.
    """

    __tablename__ = "body"
    tenant: str = key()
    id: bytes = blob(primary_key=True)
    sealed: bytes = blob()


class BodySalt(SQLModel, table=True):
    """The salt without which a body's key cannot be made again; kept out of ordinary backups."""

    tenant: str = key()
    id: bytes = blob(primary_key=True)
    salt: bytes = blob()


class Receipt(SQLModel, table=True):
    """What came of a command, by its author and key, so that it happens once; `seq` is in its author's numbers.

    A message or note needs none: its event is found by the same key (`Event.asked`).
    """

    tenant: str = key()
    author: str = key()
    key: str = key()
    asked: bytes = blob()
    conversation: str | None = None
    seq: int | None = None
    at: int = millis()
    result: str = json_text(default="null")


class Cursor(SQLModel, table=True):
    """How far a side (`contact` or `agent`) has stored and read, in the numbers of each audience."""

    tenant: str = key()
    conversation: str = key()
    reader: str = key()
    delivered_contact: int = 0
    delivered_staff: int = 0
    delivered_house: int = 0
    read_contact: int = 0
    read_staff: int = 0
    read_house: int = 0


class File(SQLModel, table=True):
    """An attachment: its name is sealed, its bytes lie sealed in the file store under `id`."""

    tenant: str = key()
    id: str = key()
    conversation: str
    uploader: str
    mime: str
    size: int
    width: int | None = None
    height: int | None = None
    sealed_name: bytes | None = blob(default=None, nullable=True)
    salt: bytes | None = blob(default=None, nullable=True)
    message: str | None = None
    created_at: int = millis()
    erased_at: int | None = millis(default=None, nullable=True)
    __table_args__ = (Index("ix_file_tenant_conversation", "tenant", "conversation"),)


class Call(SQLModel, table=True):
    """A call beside its conversation, as the acts on it add up: who is in it, never what was said or sent."""

    tenant: str = key()
    id: str = key()
    conversation: str
    phase: str
    state: str = json_text()
    created_at: int = millis()
    changed_at: int = millis()
    __table_args__ = (
        Index(
            "uq_call_running",
            "tenant",
            "conversation",
            unique=True,
            sqlite_where=_RUNNING,
            postgresql_where=_RUNNING,
        ),
        ForeignKeyConstraint(["tenant", "conversation"], ["conversation.tenant", "conversation.id"]),
    )


class CallReport(SQLModel, table=True):
    """How a call was for one who took part, as their browser measured it."""

    tenant: str = key()
    call: str = key()
    participant: str = key()
    relayed: bool | None = None
    first_frame_ms: int | None = None
    loss: float | None = None
    rtt_ms: int | None = None
    mos: float | None = None
    at: int = millis()
    __table_args__ = (ForeignKeyConstraint(["tenant", "call"], ["call.tenant", "call.id"]),)
