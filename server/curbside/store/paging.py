"""Pages of a list: each begins after the place, in the list's own order, where the last one ended.

A place is what the rows are ordered by, so it still means the same when the row that stood there has moved.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import ColumnElement, and_, or_, true

from curbside.domain.errors import Refused

_Number = Annotated[int, Meta(ge=0, le=2**53)]
_Id = Annotated[str, Meta(max_length=64)]
_decoder = msgspec.json.Decoder(list[_Number | _Id])

Order = Sequence[ColumnElement[Any]]
"""By what a list is ordered, each ascending; the last one is the id, so that there are no ties."""


def place_after(order: Order, text: str | None) -> ColumnElement[bool]:
    """Say in SQL what comes after a place. Raises Refused(`bad_frame`) if it is none of this order's."""
    if text is None:
        return true()
    values = _read(text)
    kinds = [int] * (len(order) - 1) + [str]
    if [type(value) for value in values] != kinds:
        raise Refused("bad_frame")
    pairs = list(zip(order, values, strict=True))
    later = [and_(*(one == value for one, value in pairs[:n]), pairs[n][0] > pairs[n][1]) for n in range(len(pairs))]
    return or_(*later)


def place(values: Sequence[Any]) -> str:
    """Write a place for a client to give back; it is not for them to read."""
    return base64.urlsafe_b64encode(msgspec.json.encode(list(values))).decode().rstrip("=")


def _read(text: str) -> list[Any]:
    try:
        return _decoder.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, msgspec.DecodeError):
        raise Refused("bad_frame") from None
