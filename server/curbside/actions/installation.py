"""What every action needs: the database, the keys, and where ids come from."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from curbside.store.database import Database
from curbside.store.sealing import Keys


def new_id() -> str:
    """Make an identifier of 128 random bits, in 22 characters of base64url."""
    return secrets.token_urlsafe(16)


@dataclass(frozen=True, slots=True)
class Installation:
    """One installation of Curbside, as the actions see it; made once, in `app`."""

    db: Database
    keys: Keys
    sends_mail: bool = False
    new_id: Callable[[], str] = field(default=new_id)
    new_salt: Callable[[], bytes] = field(default=lambda: secrets.token_bytes(16))
