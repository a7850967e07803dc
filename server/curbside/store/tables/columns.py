"""The few kinds of column that there are."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, LargeBinary, MetaData, Text
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


def key(**more: Any) -> Any:
    """Declare a part of the primary key."""
    return Field(primary_key=True, **more)


def millis(**more: Any) -> Any:
    """Hold a point in time, or a length of time, in milliseconds."""
    return Field(sa_type=BigInteger, **more)


def blob(**more: Any) -> Any:
    """Declare a column of bytes."""
    return Field(sa_type=LargeBinary, **more)


def json_text(**more: Any) -> Any:
    """Hold JSON as text: it is decoded by msgspec, never by the database."""
    return Field(sa_type=Text, **more)
