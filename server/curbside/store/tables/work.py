"""What is still to be done: due timers, outgoing mail, the search index's progress."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from curbside.store.tables.columns import json_text, key, millis


class Timer(SQLModel, table=True):
    """Something is due at a time. Firing does it and deletes the row in one transaction."""

    tenant: str = key()
    kind: str = key()
    subject: str = key()
    due_at: int = millis(index=True)
    claimed_until: int = millis(default=0)
    facts: str = json_text(default="{}")


class Outgoing(SQLModel, table=True):
    """A mail that is to leave after its transaction has been committed."""

    __tablename__ = "outbox"
    tenant: str = key()
    id: str = key()
    kind: str
    recipient: str
    facts: str = json_text(default="{}")
    due_at: int = millis(index=True)
    attempts: int = 0
    sent_at: int | None = millis(default=None, nullable=True)
    failed_at: int | None = millis(default=None, nullable=True)


class SearchWord(SQLModel, table=True):
    """A keyed hash of a word, and where it stands. Rebuildable; never in a backup; holds no text."""

    tenant: str = key()
    word: int = Field(sa_type=BigInteger, primary_key=True)
    conversation: str = key()
    n_house: int = key()
    __table_args__ = (Index("ix_searchword_tenant_conversation", "tenant", "conversation", "n_house"),)


class SearchProgress(SQLModel, table=True):
    """How far a conversation has been indexed."""

    tenant: str = key()
    conversation: str = key()
    n_house: int
